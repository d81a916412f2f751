"""What a thread is about: ids of entries and attributes, never what anybody wrote."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from aibot.core.answers import (
    Comparison,
    FactAnswer,
    Listing,
    NoSuchVersion,
    NotFound,
    SeveralAnswers,
    Suggestions,
    Timeline,
)
from aibot.core.facts import EntryValue, Kind

if TYPE_CHECKING:
    from aibot.core.answers import Answer
    from aibot.core.facts import FactBase
    from aibot.core.language import Language

_VERSION_AT_THE_END = re.compile(r"(?<=[\s-])[a-z]{0,2}\d+(?:\.\d+)?[a-z]?$", re.IGNORECASE)

MOST_REMEMBERED = 12
MOST_LEFT = 200  # of a list that was cut, what "more" goes on with


@dataclass(frozen=True, slots=True)
class Thread:
    """What has been answered in a thread."""

    entries: tuple[
        str, ...
    ] = ()  # the latest first: what the last answer was about, whom it named, what was before
    together: int = (
        0  # how many of them, from the first, the last answer was about; 0: a list about nothing single
    )
    compared: bool = False  # whether those were laid side by side
    asked: tuple[str, ...] = ()  # the attributes that were asked last
    left: tuple[str, ...] = ()  # the entries of a list that did not fit
    language: Language = "en"
    stopped: bool = False  # somebody told the bot to be silent here

    @property
    def subjects(self) -> tuple[str, ...]:
        """What the last answer was about."""
        return self.entries[: self.together]

    def known_to(self, base: FactBase) -> Thread:
        """The same without the entries that the fact base has no more."""
        together = sum(entry in base for entry in self.subjects)
        kept = tuple(entry for entry in self.entries if entry in base)
        left = tuple(entry for entry in self.left if entry in base)
        return replace(self, entries=kept, together=together, left=left)


def after(
    thread: Thread | None, answer: Answer, language: Language, base: FactBase, left_out: int = 0
) -> Thread:
    """What the thread is about once an answer stands in it; `left_out` is how many lines of it did not fit.

    An answer about nothing (help, a comparison that cannot be made) leaves the thread where it was. After an offer, or
    a name that is not known, "it" is that, and nothing that was talked of before.
    """
    before = (thread or Thread()).known_to(base)
    went_on = replace(before, language=language, stopped=False)
    about: tuple[str, ...]
    asked: tuple[str, ...]
    match answer:
        case FactAnswer():
            about, asked = (answer.entry,), answer.asked
        case SeveralAnswers():
            cards = [part for part in answer.answers if isinstance(part, FactAnswer)]
            if not cards:
                return went_on
            about, asked = tuple(dict.fromkeys(card.entry for card in cards)), cards[0].asked
        case Comparison():
            about, asked = answer.entries, answer.asked
        case Listing() | Timeline():
            about, asked = answer.about, ()
        case Suggestions() | NoSuchVersion() | NotFound(reason="unknown"):
            return replace(went_on, together=0, compared=False)
        case _:
            return went_on
    about = tuple(entry for entry in about if entry in base)
    entries = dict.fromkeys((*about, *_named_by(answer, base), *before.entries))
    return replace(
        went_on,
        entries=tuple(entries)[:MOST_REMEMBERED],
        together=len(about),
        compared=isinstance(answer, Comparison),
        asked=asked,
        left=_left(answer, left_out),
    )


def _named_by(answer: Answer, base: FactBase) -> list[str]:
    """Whom the facts that answered a question name: after "who made it?", "they" are the makers."""
    parts = answer.answers if isinstance(answer, SeveralAnswers) else (answer,)
    facts = [fact for part in parts if isinstance(part, FactAnswer) for fact in part.found]
    named = [entry for fact in facts if isinstance(fact.value, EntryValue) for entry in fact.value.entry]
    makers = (Kind.ORGANISATION, Kind.PERSON)
    return [entry for entry in named if entry in base and base[entry].kind in makers]


def _left(answer: Answer, left_out: int) -> tuple[str, ...]:
    """The entries of a list's end that did not fit."""
    if not isinstance(answer, Listing | Timeline) or left_out <= 0:
        return ()
    return tuple(dict.fromkeys(item.entry for item in answer.items[-left_out:]))[:MOST_LEFT]


def with_whole_names(text: str, thread: Thread, base: FactBase) -> str:
    """The text with the whole name where it has a version that one remembered entry alone ends in; else "".

    "how much did V3 cost?", after DeepSeek-V3. A version of anything else stays as it is: it is never guessed.
    """
    tails: dict[str, list[str]] = {}
    for entry in thread.entries:
        if (found := _VERSION_AT_THE_END.search(name := base[entry].name.en)) is not None:
            tails.setdefault(found[0].lower(), []).append(name)
    for tail, (name, *others) in tails.items():
        whole = re.compile(rf"(?<![A-Za-z0-9.-]){re.escape(tail)}(?![A-Za-z0-9-]|\.\d)", re.IGNORECASE)
        if not others and whole.search(text):
            return whole.sub(name, text, count=1)
    return ""
