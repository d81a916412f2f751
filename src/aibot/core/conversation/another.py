"""Follow-ups about another thing: "and Kimi?", "and V2?", "no, I meant GPT-4 Turbo"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aibot.core.answers import (
    Answer,
    FactAnswer,
    Knowledge,
    NoSuchVersion,
    NotCompared,
    SeveralAnswers,
    Suggestions,
)
from aibot.core.answers.entries import entry_answer
from aibot.core.conversation import words
from aibot.core.facts import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from aibot.core.conversation.beside import Beside
    from aibot.core.conversation.said import Said
    from aibot.core.conversation.thread import Thread
    from aibot.core.matching import Match, MissingVersion


@dataclass(frozen=True)
class Another:
    """Reads one message against its thread."""

    said: Said
    thread: Thread
    knowledge: Knowledge
    beside: Beside
    usual: Callable[[str], Answer]  # the answer to a whole question

    def answer(self) -> Answer | None:
        """Answer "and Kimi?", "那Kimi呢?": what was asked last, of another."""
        said = self.said
        if not said.only_names:
            return None
        if said.strict and not (said.is_question or said.what_about or said.corrects):
            return None
        if not (said.joins or said.what_about or said.is_question or said.corrects):
            return None
        if said.strict and not self._is_alike():
            return None
        if self.thread.compared and said.names and not said.matches.missing:
            laid = self.beside.laid(
                [*map(self._name, self.thread.subjects), *said.typed_names()], self._asked_words()
            )
            return None if said.strict and isinstance(laid, NotCompared) else laid
        if (offered := self._of_the_family()) is not None:
            return offered
        found = self.usual(said.matches.cleaned if not said.what_about else " ".join(self._spans()))
        if isinstance(found, Suggestions) and any(match.how == "slip" for match in said.matches.maybe):
            return None if said.strict else found
        return self._led(found)

    def _is_alike(self) -> bool:
        """Whether what is named is of the kind that the thread is about, by a name that is no ordinary word.

        Among people "and legal?" or "Apple?" may be about anything.
        """
        base = self.knowledge.base
        about = self.thread.subjects or self.thread.entries[:1]
        sorts = {_sort(base[entry].kind) for entry in about}
        ordinary = {name.casefold() for entry in self.said.names for name in base[entry].aliases.word}
        typed = {name.casefold() for name in self.said.typed_names()}
        return not ordinary & typed and all(_sort(base[entry].kind) in sorts for entry in self.said.names)

    def _spans(self) -> list[str]:
        """The names as typed, offered ones too."""
        matches = self.said.matches
        named: list[Match | MissingVersion] = [*matches.sure, *matches.missing, *matches.maybe]
        spans = {(match.start, match.end) for match in named}
        return [matches.cleaned[start:end] for start, end in sorted(spans)]

    def version(self) -> Answer | None:
        """Answer "and V2?" after DeepSeek-V3 with what there is of DeepSeek; a version is never guessed."""
        said = self.said
        typed = said.rest.strip(" ?？呢吗.。")
        if not words.VERSION.fullmatch(typed) or not (said.joins or said.what_about):
            return None
        if said.strict and not (said.is_question or said.what_about):
            return None
        if said.names or said.matches.missing:
            return None
        for subject in self.thread.subjects:
            stem = re.match(r"[^\W\d_]+", self.knowledge.base[subject].name.en)
            matches = self.knowledge.matcher.match(text := f"{stem[0]} {typed}") if stem else None
            if matches is None or matches.rest or matches.maybe:
                continue
            if matches.missing or all(match.how != "slip" for match in matches.sure):
                return self._led(self.usual(text))
        return None

    def _of_the_family(self) -> Suggestions | None:
        """Answer "and Sonnet?" after Claude 3 Opus with an offer: 3.5 Sonnet may not be the Sonnet that is meant."""
        typed = self.said.typed_names()
        if len(typed) != 1 or not words.VERSION.fullmatch(typed[0]) or not typed[0].isalpha():
            return None
        for subject in self.thread.subjects:
            stem = re.match(r"[^\W\d_]+", self.knowledge.base[subject].name.en)
            found = self.usual(f"{stem[0]} {typed[0]}") if stem and subject not in self.said.names else None
            if isinstance(found, Suggestions) and set(self.said.names) & set(found.entries):
                return found
        return None

    def _led(self, found: Answer) -> Answer | None:
        """Cards led by the attributes that were asked before; a list or nothing found is no follow-up."""
        asked, base = ", ".join(self.thread.asked), self.knowledge.base
        match found:
            case FactAnswer(asked=()):
                return entry_answer(found.entry, asked, base, called=found.called)
            case SeveralAnswers():
                parts = (
                    entry_answer(part.entry, asked, base, called=part.called)
                    if isinstance(part, FactAnswer) and not part.asked
                    else part
                    for part in found.answers
                )
                return SeveralAnswers(tuple(parts))
            case FactAnswer() | NoSuchVersion() | Suggestions():
                return found
            case _:
                return None

    def _asked_words(self) -> str:
        """Words that ask for what was asked last."""
        return "when" if "released" in self.thread.asked else " ".join(self.thread.asked[:1])

    def _name(self, entry: str) -> str:
        return self.knowledge.base[entry].name.en


def _sort(kind: str) -> str:
    """Models and products are asked for alike, and so are those who make them: "and Sora?" after Kimi."""
    return str({Kind.PRODUCT: Kind.MODEL, Kind.PERSON: Kind.ORGANISATION}.get(Kind(kind), kind))
