"""The bot between Slack and the core: a question's text in, a card out; nothing is sent here."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from aibot.core.answers import FactAnswer, Knowledge, Question, answer, entries_of, outcome_of
from aibot.core.answers.decide import intent_name
from aibot.core.answers.entries import entry_answer
from aibot.core.language import language_of
from aibot.slack.cards import CardMaker, Recall

if TYPE_CHECKING:
    from collections.abc import Callable

    from aibot.core.answers import Answer
    from aibot.core.facts import FactBase
    from aibot.core.language import Language, Phrases
    from aibot.slack.cards import Card

log = logging.getLogger(__name__)

#  Slack names no limit for a command's text; nobody types a question this long, and a share button must hold it
MAX_QUESTION = 600


@dataclass(frozen=True, slots=True)
class Reply:
    """What to say to a question, and in which language."""

    card: Card
    language: Language
    answer: Answer


class Bot:
    """Answers questions as cards."""

    def __init__(  # noqa: PLR0913  # two parts, and four things that have their defaults
        self,
        base: FactBase,
        phrases: Phrases,
        *,
        command: str = "/ai",
        language: Language = "en",
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        daily: bool = True,
        on_reply: Callable[[Reply, str, float], None] | None = None,
    ) -> None:
        self.knowledge = Knowledge.of(base)
        self.cards = CardMaker(base, phrases, command, daily=daily)
        self.default, self._clock, self._on_reply = language, clock, on_reply

    def ask(self, text: str, *, via: str, private: bool, language: Language | None = None) -> Reply:
        """Answer a question, in the language that was chosen, or else in its own.

        A private answer can be shared to the channel, so its card has a button for that.
        """
        started = time.perf_counter()
        text = sound(text[:MAX_QUESTION])
        now = self._clock()
        language = language or self.language(text)
        found = answer(Question(text, language, now), self.knowledge)
        recall = _recall(found, text, language, now) if private else None
        reply = Reply(self.cards.card_for(found, language, recall=recall), language, found)
        self._log(reply, via, started)
        return reply

    def show_again(self, recall: Recall, *, via: str, private: bool) -> Reply:
        """What a button stands for: the same entry or question, answered anew from today's fact base."""
        started = time.perf_counter()
        found: Answer
        if recall.entry:
            found = entry_answer(recall.entry, recall.asked, self.knowledge.base)
        else:
            now = datetime.fromisoformat(recall.time) if recall.time else self._clock()
            found = answer(Question(recall.question[:MAX_QUESTION], recall.language, now), self.knowledge)
        card = self.cards.card_for(found, recall.language, recall=recall if private else None)
        reply = Reply(card, recall.language, found)
        self._log(reply, via, started)
        return reply

    def reply_with(self, found: Answer, language: Language, *, via: str) -> Reply:
        """The card of an answer that was decided already, for everyone to see."""
        started = time.perf_counter()
        reply = Reply(self.cards.card_for(found, language), language, found)
        self._log(reply, via, started)
        return reply

    def now(self) -> datetime:
        """The time, by the bot's clock."""
        return self._clock()

    def name(self, entry_id: str, language: Language) -> str:
        """An entry's name in a language."""
        return self.knowledge.base[entry_id].name.in_(language)

    def language(self, text: str) -> Language:
        """The language to answer a text in."""
        return language_of(text, default=self.default)

    def _log(self, reply: Reply, via: str, started: float) -> None:
        """What came of a question, never what it was."""
        seconds = time.perf_counter() - started
        if self._on_reply is not None:
            self._on_reply(reply, via, seconds)
        if log.isEnabledFor(logging.INFO):
            log.info(
                "outcome=%s intent=%s entries=%d language=%s via=%s ms=%.1f",
                outcome_of(reply.answer),
                intent_name(reply.answer),
                len(entries_of(reply.answer)),
                reply.language,
                via,
                seconds * 1000,
            )


def sound(text: str) -> str:
    """A text without lone halves of characters, which JSON can carry and nothing can send on."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _recall(found: Answer, text: str, language: Language, now: datetime) -> Recall:
    if isinstance(found, FactAnswer):
        return Recall(language, entry=found.entry, asked=", ".join(found.asked))
    return Recall(language, question=text, time=now.isoformat(timespec="seconds"))
