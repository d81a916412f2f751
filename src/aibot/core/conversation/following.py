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
    Timeline,
    answer,
    entries_of,
    outcome_of,
)
from aibot.core.answers.entries import MOST_CARDS, entry_answer
from aibot.core.conversation import words
from aibot.core.conversation.another import Another
from aibot.core.conversation.beside import WORTH_SAYING, Beside
from aibot.core.conversation.pronouns import Pronouns
from aibot.core.facts import Kind

if TYPE_CHECKING:
    from datetime import datetime

    from aibot.core.conversation.said import Said
    from aibot.core.conversation.thread import Thread
    from aibot.core.language import Language


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
    def _another(self) -> Another:
        return Another(self.said, self.thread, self.knowledge, self._beside, self._usual)

    @property
    def _pronouns(self) -> Pronouns:
        return Pronouns(self.said, self.thread, self.knowledge)

    def answer(self) -> Answer | None:
        """The answer to what it asks of the thread, or None where it asks nothing of it."""
        said = self.said
        if said.strict and (said.calls_somebody or words.OF_THEIR_OWN.search(said.text)):
            return None
        if words.OF_ALL.match(said.text) and not self._points_back():
            return None
        another = self._another
        ways = (
            self._beside.one_of_two,
            self._beside.answer,
            another.answer,
            another.version,
            self._maker,
            self._pointing,
            self._attribute,
        )
        for way in ways:
            if (found := way()) is not None:
                break
        else:
            found = self._by_itself() if self.said.strict else None
        return None if self.said.strict and found is not None and self._is_beside_the_point(found) else found

    def _points_back(self) -> bool:
        text = self.said.text
        return any(p.search(text) for p in (words.IT, words.THEY, words.HE, words.OF_THESE))

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

    # The same thing

    def _maker(self) -> Answer | None:
        """Answer "is it made by Google?", "它是谷歌的吗?" with who made it: the thread stays with it."""
        said, subjects = self.said, self.thread.subjects
        if not said.names or said.matches.missing or said.matches.maybe or len(subjects) != 1:
            return None
        if any(self._kind(entry) != Kind.ORGANISATION for entry in said.names):
            return None
        thing = self._kind(subjects[0]) in (Kind.MODEL, Kind.PRODUCT)
        if not (thing and words.IT.search(said.text)) or (said.strict and not said.asks):
            return None
        asked = said.attributes(rest := said.without_pointers(said.rest), self._kind(subjects[0]))
        if words.COMPARES.search(rest) or not (_MAKES & set(asked) or (not asked and said.covered(rest))):
            return None
        return entry_answer(subjects[0], ", ".join(sorted(_MAKES)), self.knowledge.base)

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
        subjects = tuple(dict.fromkeys(self._pronouns.fitting(entry, rest) for entry in subjects))
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
                wanted = ", ".join(asked)
                base, called = self.knowledge.base, found.called
                return entry_answer(found.entry, wanted, base, called=called) if asked else None
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


_MAKES = frozenset({"developer", "maker"})
_NOTHING_BUT_SPACE = re.compile(r"[\s?？.。,，]+")
