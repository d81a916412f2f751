"""Follow-ups: what a message asks once the things that it leaves out are filled in from its thread."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
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
from aibot.core.answers.entries import MOST_CARDS, entry_answer
from aibot.core.conversation import words
from aibot.core.conversation.beside import WORTH_SAYING, Beside
from aibot.core.conversation.pronouns import Pronouns
from aibot.core.facts import Kind

if TYPE_CHECKING:
    from datetime import datetime

    from aibot.core.conversation.said import Said
    from aibot.core.conversation.thread import Thread
    from aibot.core.language import Language
    from aibot.core.matching import Match, MissingVersion


@dataclass(frozen=True)
class Following:
    """Reads one message against its thread; each `_…` is one way in which people follow up."""

    said: Said
    thread: Thread
    knowledge: Knowledge
    language: Language
    now: datetime
    tried: list[str] = field(default_factory=list)  # whole questions that it was read as

    @property
    def _beside(self) -> Beside:
        return Beside(self.said, self.thread, self.knowledge, self.tried)

    @property
    def _pronouns(self) -> Pronouns:
        return Pronouns(self.said, self.thread, self.knowledge)

    def answer(self) -> Answer | None:
        """The answer to what it asks of the thread, or None where it asks nothing of it."""
        if self.said.strict and self.said.calls_somebody:
            return None
        for way in (self._beside.answer, self._another, self._version, self._pointing, self._attribute):
            if (found := way()) is not None:
                break
        else:
            found = self._by_itself() if self.said.strict else None
        return None if self.said.strict and found is not None and self._is_beside_the_point(found) else found

    def by_itself(self, found: Answer) -> str:
        """A whole question that leads to the same answer without the thread; "" where there is none."""
        if isinstance(found, FactAnswer):
            return ""  # its entry says it all
        texts = [self.said.text, *reversed(self.tried)]
        if isinstance(found, SeveralAnswers):
            cards = [part for part in found.answers if isinstance(part, FactAnswer)]
            names = ", ".join(self._name(card.entry) for card in cards)
            texts += [f"{names} {card.asked[0]}" for card in cards[:1] if card.asked] + [names]
        return next((text for text in dict.fromkeys(texts) if self._answer(text) == found), "")

    def _is_beside_the_point(self, found: Answer) -> bool:
        """Whether it only says that nothing is said, and nothing ever is of that kind of thing: a person's steps."""
        if not isinstance(found, FactAnswer) or not found.asked or found.found or self.said.names:
            return False
        base = self.knowledge.base
        alike = base.of_kinds([self._kind(found.entry)])
        return not any(fact.about in found.asked for entry in alike for fact in entry.facts)

    # Another thing

    def _another(self) -> Answer | None:
        """Answer "and Kimi?", "那Kimi呢?": what was asked last, of another."""
        said = self.said
        if not said.only_names or (said.strict and not (said.is_question or said.what_about)):
            return None
        if not (said.joins or said.what_about or said.is_question):
            return None
        if self.thread.compared and said.names and not said.matches.missing:
            return self._beside.laid(
                [*map(self._name, self.thread.subjects), *said.typed_names()], self._asked_words()
            )
        found = self._usual(said.matches.cleaned if not said.what_about else " ".join(self._spans()))
        if isinstance(found, Suggestions) and any(match.how == "slip" for match in said.matches.maybe):
            return None if said.strict else found
        return self._led(found)

    def _spans(self) -> list[str]:
        """The names as typed, offered ones too."""
        matches = self.said.matches
        named: list[Match | MissingVersion] = [*matches.sure, *matches.missing, *matches.maybe]
        spans = {(match.start, match.end) for match in named}
        return [matches.cleaned[start:end] for start, end in sorted(spans)]

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
                    entry_answer(part.entry, asked, base)
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

    # The same thing

    def _pointing(self) -> Answer | None:
        """Answer "who made it?", "does it use MoE?", "它什么时候发布的?", "where does he work?"."""
        said, text = self.said, self.said.text
        pointers = self._pronouns.meant()
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
            return self._relation(self._pronouns.filled(text, pointers), meant)
        rest = said.text if said.names else said.rest
        if words.IT.search(text):
            meant = self._pronouns.fitting(meant, self.said.without_pointers(rest))
        asked = said.attributes(self.said.without_pointers(rest), self._kind(meant))
        if said.covered(self.said.without_pointers(rest)):
            listed = self._usual(self._pronouns.filled(text, pointers))
            if isinstance(listed, Listing):
                return listed
        if asked:
            return entry_answer(meant, ", ".join(asked), self.knowledge.base)
        if words.NAMES_ONLY.fullmatch(_NOTHING_BUT_SPACE.sub(" ", self.said.without_pointers(rest)).strip()):
            is_person = self.knowledge.base[meant].kind == Kind.PERSON
            return FactAnswer(meant) if is_person or not said.strict else None
        return None

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
        if said.matches.maybe or words.HE.search(said.text) or (said.strict and not said.asks):
            return None
        if words.IT.search(said.text) and any(self._kind(entry) == Kind.PERSON for entry in subjects):
            return None
        if not said.strict and outcome_of(self._usual(said.whole)) == "answer" and not said.names:
            return None
        rest = said.text if said.names else said.rest
        subjects = tuple(self._pronouns.fitting(entry, rest) for entry in subjects)
        asked = said.attributes(rest, self._kind(subjects[0]))
        if not asked:
            return None
        if self.thread.compared and len(subjects) > 1:
            return self._beside.laid(list(map(self._name, subjects)), said.rest)
        cards = tuple(
            entry_answer(entry, ", ".join(asked), self.knowledge.base) for entry in subjects[:MOST_CARDS]
        )
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
            case NoSuchVersion(asked=asked) if re.search(r"['’]s\s", asked):
                return None  # "Sora's max length" names no version
            case FactAnswer() | SeveralAnswers() | Comparison() | Listing() | Timeline() | NoSuchVersion():
                return found
            case NotCompared(reason=reason) if reason in WORTH_SAYING:
                return found
            case _:
                return None

    def _usual(self, text: str) -> Answer:
        self.tried.append(text)
        return self._answer(text)

    def _answer(self, text: str) -> Answer:
        return answer(Question(text, self.language, self.now), self.knowledge)

    def _name(self, entry: str) -> str:
        return self.knowledge.base[entry].name.en

    def _kind(self, entry: str) -> str:
        return str(self.knowledge.base[entry].kind)


_NOTHING_BUT_SPACE = re.compile(r"[\s?？.。,，]+")
