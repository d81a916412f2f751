"""Follow-ups: what a message asks once the things that it leaves out are filled in from its thread."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aibot.core.answers import (
    Answer,
    Comparison,
    FactAnswer,
    Knowledge,
    Listing,
    NoSuchVersion,
    NotCompared,
    Question,
    SeveralAnswers,
    Suggestions,
    Timeline,
    answer,
    entries_of,
    outcome_of,
)
from aibot.core.answers.across import MADE_BY
from aibot.core.answers.comparing import comparison
from aibot.core.answers.entries import MOST_CARDS, entry_answer, facts_about
from aibot.core.conversation import words
from aibot.core.facts import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from aibot.core.conversation.said import Said
    from aibot.core.conversation.thread import Thread
    from aibot.core.language import Language

#  What a comparison that cannot be made is worth saying for, where nobody was addressed
_WORTH_SAYING = frozenset({"version", "kinds", "itself", "many"})
_LEAD = re.compile(
    r"^\W*(?:(?:can you|could you|please)\s+)?(?:how does (?:it|this|that)\s+)?(?:compared?|vs\.?|versus)\s*"
    r"(?:(?:it|this|that)\b\s*)?(?:(?:with|to|against|and)\b\s*)?|^(?:跟|和|与|同|拿它?跟?)",
    re.IGNORECASE,
)
_POSSESSIVE = re.compile(r"\b(?:its|it's|their|theirs|his|hers)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Following:
    """Reads one message against its thread; each `_…` is one way in which people follow up."""

    said: Said
    thread: Thread
    knowledge: Knowledge
    language: Language
    now: datetime

    def answer(self) -> Answer | None:
        """The answer to what it asks of the thread, or None where it asks nothing of it."""
        if self.said.strict and self.said.calls_somebody:
            return None
        for way in (self._compared, self._another, self._version, self._pointing, self._attribute):
            if (found := way()) is not None:
                return found
        return self._by_itself() if self.said.strict else None

    # One thing beside another

    def _compared(self) -> Answer | None:
        """Answer "compare with gpt-4o", "compare them", "which is cheaper?"."""
        said, rest = self.said, self.said.rest
        names = said.typed_names()
        compares = words.COMPARES.search(rest)
        if len(names) > 1 or not (compares or words.WHICH.search(rest)):
            return None
        if names and not compares:
            return None
        subjects = self.thread.subjects
        if not names:
            subjects = subjects if len(subjects) > 1 else self._two_alike()
            if len(subjects) < 2:
                return self._with_somebody() if compares else None
        left = words.COMPARATIVES.sub(" ", words.COMPARES.sub(" ", rest))
        bare = _NOTHING.sub("", left)
        kind = self._kind(subjects[0]) if subjects else ""
        asked = said.attributes(left, kind) if bare else ()
        if not subjects or not (asked or said.covered(left)):
            return None
        if said.strict and not (compares or said.asks):
            return None
        around = words.COMPARES.sub(" ", words.WHO_IS_MORE.sub("", self._without_pointers(rest)))
        laid = self._laid([*map(self._name, subjects), *names], around if asked or not names else "")
        if said.strict and isinstance(laid, NotCompared) and laid.reason not in _WORTH_SAYING:
            return None
        return laid

    def _with_somebody(self) -> Answer | None:
        """Where the bot is spoken to: "compare with Foo" says at least that there is no Foo."""
        other = _LEAD.sub("", self.said.text, count=1).strip(" ?？.。")
        if self.said.strict or not self.thread.subjects or other == self.said.text.strip(" ?？.。") or not other:
            return None
        if words.BOTH.search(self.said.text):
            return None
        return self._laid([*map(self._name, self.thread.subjects), other], "")

    def _laid(self, names: Sequence[str], around: str) -> Answer | None:
        text = f"compare {', '.join(names)} {around}".strip()
        return comparison(text, self.knowledge.base, self.knowledge.matcher)

    def _two_alike(self) -> tuple[str, ...]:
        """The last two things that may be laid side by side."""
        sorts = {Kind.PRODUCT: Kind.MODEL}
        kinds = [sorts.get(kind := self.knowledge.base[entry].kind, kind) for entry in self.thread.entries]
        alike = [entry for entry, kind in zip(self.thread.entries, kinds, strict=True) if kind == kinds[0]]
        return tuple(alike[:2])

    # Another thing

    def _another(self) -> Answer | None:
        """Answer "and Kimi?", "那Kimi呢?": what was asked last, of another."""
        said = self.said
        if not said.only_names or (said.strict and not (said.is_question or said.what_about)):
            return None
        if not (said.joins or said.what_about or said.is_question):
            return None
        if self.thread.compared and said.names and not said.matches.missing:
            return self._laid([*map(self._name, self.thread.subjects), *said.typed_names()], self._asked_words())
        found = self._usual(said.matches.cleaned if not said.what_about else " ".join(self._spans()))
        if isinstance(found, Suggestions) and any(match.how == "slip" for match in said.matches.maybe):
            return None if said.strict else found
        return self._led(found)

    def _spans(self) -> list[str]:
        """The names as typed, offered ones too."""
        matches = self.said.matches
        found = {(m.start, m.end) for m in (*matches.sure, *matches.missing, *matches.maybe)}
        return [matches.cleaned[start:end] for start, end in sorted(found)]

    def _version(self) -> Answer | None:
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
                return self._led(self._usual(text))
        return None

    def _led(self, found: Answer) -> Answer | None:
        """Cards led by the attributes that were asked before; a list or nothing found is no follow-up."""
        asked, base = ", ".join(self.thread.asked), self.knowledge.base
        match found:
            case FactAnswer(asked=()):
                return entry_answer(found.entry, asked, base)
            case SeveralAnswers():
                parts = (
                    entry_answer(part.entry, asked, base) if isinstance(part, FactAnswer) and not part.asked else part
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

    # The same thing

    def _pointing(self) -> Answer | None:
        """Answer "who made it?", "does it use MoE?", "它什么时候发布的?", "where does he work?"."""
        said, text = self.said, self.said.text
        pointers = self._pointers()
        found = min((m.start() for pattern, _ in pointers if (m := pattern.search(text))), default=None)
        if found is None or (said.strict and not (said.asks or said.what_about)):
            return None
        named = [match for match in said.matches.sure if not self._only_asks(match.start, match.end)]
        if any(match.start < found for match in named) or said.matches.missing:
            return None
        meant = next((who for pattern, who in pointers if who and pattern.search(text)), None)
        if meant is None or any(pattern.search(text) and not who for pattern, who in pointers):
            return None
        if named:
            return self._relation(self._filled(text, pointers), meant)
        rest = said.text if said.names else said.rest
        if words.IT.search(text):
            meant = self._fitting(meant, self._without_pointers(rest))
        asked = said.attributes(self._without_pointers(rest), self._kind(meant))
        if words.THEY.search(text) and said.covered(rest):
            listed = self._usual(self._filled(text, pointers))
            if isinstance(listed, Listing):
                return listed
        if asked:
            return entry_answer(meant, ", ".join(asked), self.knowledge.base)
        if words.NAMES_ONLY.fullmatch(_NOTHING_BUT_SPACE.sub(" ", self._without_pointers(rest)).strip()):
            is_person = self.knowledge.base[meant].kind == Kind.PERSON
            return FactAnswer(meant) if is_person or not said.strict else None
        return None

    def _pointers(self) -> list[tuple[re.Pattern[str], str | None]]:
        """Each kind of pronoun with what it means here, None where it could mean nothing or several things."""
        base, subjects = self.knowledge.base, self.thread.subjects
        one = subjects[0] if len(subjects) == 1 else None
        person = next((entry for entry in self.thread.entries if base[entry].kind == Kind.PERSON), None)
        thing = one if one and base[one].kind != Kind.PERSON else None
        pointers: list[tuple[re.Pattern[str], str | None]] = [(words.IT, thing)]
        if not words.IT.search(self.said.text):
            pointers.insert(0, (words.THEY, self._they(thing) if thing else None))
        pointers.append((words.HE, person))
        if not self.said.strict:
            pointers.append((words.THIS, one))
        return pointers

    def _they(self, thing: str) -> str:
        """Whom "they" means: who made the thing, unless what is asked is said of the thing alone."""
        base = self.knowledge.base
        makers = [maker for name in MADE_BY for maker in base.related(thing, name)]
        for maker in makers:
            if base[maker].kind == Kind.ORGANISATION:
                rest = self._without_pointers(self.said.rest)
                asked, of_thing = (self.said.attributes(rest, self._kind(entry)) for entry in (maker, thing))
                if of_thing and not (asked and facts_about(maker, asked, base)):
                    return thing
                return maker
        return thing

    def _fitting(self, entry: str, rest: str) -> str:
        """The last model or product, where something is asked that only those have: a company has no context window."""
        base = self.knowledge.base
        if base[entry].kind not in (Kind.ORGANISATION, Kind.PERSON):
            return entry
        asked = self.said.attributes(rest, self._kind(entry))
        of_things = bool(words.OF_THINGS.intersection(asked)) or bool(words.RELEASED.search(rest))
        if not of_things or (facts_about(entry, asked, base) and not words.RELEASED.search(rest)):
            return entry
        things = (one for one in self.thread.entries if base[one].kind in (Kind.MODEL, Kind.PRODUCT))
        return next(things, entry)

    def _without_pointers(self, text: str) -> str:
        for pattern in (words.THEY, words.IT, words.HE, *(() if self.said.strict else (words.THIS,))):
            text = pattern.sub(" ", text)
        return text

    def _filled(self, text: str, pointers: Sequence[tuple[re.Pattern[str], str | None]]) -> str:
        """The text with names for pronouns."""
        for pattern, meant in pointers:
            if meant is None:
                continue
            name = self._name(meant)

            def named(found: re.Match[str], name: str = name) -> str:
                return f" {name}'s " if _POSSESSIVE.fullmatch(found[0]) else f" {name} "

            text = pattern.sub(named, text)
        return " ".join(text.split())

    def _only_asks(self, start: int, end: int) -> bool:
        """Whether a name is an attribute as well: the "multimodal" of "is it multimodal?"."""
        typed = self.said.matches.cleaned[start:end]
        return any(self.said.attributes(typed, self._kind(entry)) for entry in self.thread.subjects)

    def _relation(self, text: str, meant: str) -> Answer | None:
        """What one says of the other."""
        found = self._usual(text)
        if not self.said.strict:
            return found if outcome_of(found) == "answer" else None
        states = isinstance(found, FactAnswer) and bool(found.asked and found.found)
        return found if states and meant in entries_of(found) and self._says_little() else None

    def _says_little(self) -> bool:
        rest = self.said.rest
        kinds = {self._kind(entry) for entry in (*self.thread.subjects, *self.said.names)}
        return self.said.covered(rest) or any(self.said.attributes(rest, kind) for kind in kinds)

    def _attribute(self) -> Answer | None:
        """Answer "context window?", "谁做的", "what about the price": of what the thread is about."""
        said, subjects = self.said, self.thread.subjects
        if not subjects or (said.names and not self._names_only_ask()) or said.matches.missing:
            return None
        if said.matches.maybe or (said.strict and not said.asks):
            return None
        if not said.strict and outcome_of(self._usual(said.whole)) == "answer" and not said.names:
            return None
        rest = said.text if said.names else said.rest
        subjects = tuple(self._fitting(entry, rest) for entry in subjects)
        asked = said.attributes(rest, self._kind(subjects[0]))
        if not asked:
            return None
        if self.thread.compared and len(subjects) > 1:
            return self._laid(list(map(self._name, subjects)), said.rest)
        cards = tuple(entry_answer(entry, ", ".join(asked), self.knowledge.base) for entry in subjects[:MOST_CARDS])
        return cards[0] if len(cards) == 1 else SeveralAnswers(cards)

    def _names_only_ask(self) -> bool:
        return all(self._only_asks(match.start, match.end) for match in self.said.matches.sure)

    # A whole question, where nobody was addressed

    def _by_itself(self) -> Answer | None:
        """A question with all its names, in a thread where the bot takes part: answered where it is clearly one."""
        said = self.said
        if not (said.names or said.matches.missing) or said.matches.maybe:
            return None
        if words.NAMES_ONLY.fullmatch(said.rest.strip(" ?？.。")) and said.rest.strip(" ?？.。"):
            found = self._usual(said.text)
            return found if isinstance(found, FactAnswer | SeveralAnswers | NoSuchVersion) else None
        if not said.asks and not words.COMPARES.match(said.text):
            return None
        rest = words.COMPARATIVES.sub(" ", words.COMPARES.sub(" ", said.rest))
        kind = self._kind(said.names[0]) if said.names else str(Kind.MODEL)
        if not said.covered(rest) and not said.attributes(rest, kind):
            return None
        match found := self._usual(said.text):
            case FactAnswer(asked=()):
                asked = said.attributes(rest, kind)
                return entry_answer(found.entry, ", ".join(asked), self.knowledge.base) if asked else None
            case FactAnswer() | SeveralAnswers() | Comparison() | Listing() | Timeline() | NoSuchVersion():
                return found
            case NotCompared(reason=reason) if reason in _WORTH_SAYING:
                return found
            case _:
                return None

    def _usual(self, text: str) -> Answer:
        return answer(Question(text, self.language, self.now), self.knowledge)

    def _name(self, entry: str) -> str:
        return self.knowledge.base[entry].name.en

    def _kind(self, entry: str) -> str:
        return str(self.knowledge.base[entry].kind)


_NOTHING = re.compile(r"[\W_]+")
_NOTHING_BUT_SPACE = re.compile(r"[\s?？.。,，]+")
