"""The bot between Slack and the core: a question's text in, a card out; nothing is sent here."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from aibot.core.answers import (
    FactAnswer,
    Help,
    Knowledge,
    Listing,
    Question,
    Spotted,
    answer,
    entries_of,
    outcome_of,
)
from aibot.core.answers.across import REST, rest_of_list
from aibot.core.answers.decide import intent_name
from aibot.core.answers.entries import entry_answer
from aibot.core.answers.spotted import spotted
from aibot.core.language import language_of
from aibot.core.politeness import MOST_TYPED
from aibot.slack.cards import CardMaker, Recall, Standing

if TYPE_CHECKING:
    from collections.abc import Callable

    from aibot.core.answers import Answer
    from aibot.core.facts import FactBase
    from aibot.core.language import Language, Phrases
    from aibot.slack.cards import Card, Where

log = logging.getLogger(__name__)

#  Slack names no limit for a command's text, and a share button must hold it
MAX_QUESTION = MOST_TYPED


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
        with_opinions: bool = True,
    ) -> None:
        self.knowledge = Knowledge.of(base)
        self.cards = CardMaker(base, phrases, command, daily=daily, with_opinions=with_opinions)
        self.default, self.now, self._on_reply = language, clock, on_reply

    def ask(self, text: str, *, via: str, private: bool, language: Language | None = None) -> Reply:
        """Answer a question, in the language that was chosen, or else in its own.

        A private answer can be shared to the channel, so its card has a button for that.
        """
        started = time.perf_counter()
        text = sound(text[:MAX_QUESTION])
        now = self.now()
        language = language or self.language(text)
        found = answer(Question(text, language, now), self.knowledge)
        where: Where = "private" if private else "direct" if via == "dm" else "channel"
        reply = self._drawn(found, _recall(found, text, language, now), where)
        self._log(reply, via, started)
        return reply

    def look_into(self, text: str, language: Language, *, via: str) -> Reply:
        """What of all that somebody's message names we know; its text goes no further than this."""
        started = time.perf_counter()
        named = spotted(sound(text), self.knowledge.matcher)
        if len(named.entries) == 1 and not (named.maybe or named.missing):
            found: Answer = FactAnswer(named.entries[0])
            recall = Recall(language, entry=named.entries[0])
        else:
            found, recall = named, Recall(language, named=" ".join(named.entries))
        reply = self._drawn(found, recall, "private")
        self._log(reply, via, started)
        return reply

    def reply_with(
        self, found: Answer, language: Language, *, via: str, question: str = "", follows: bool = False
    ) -> Reply:
        """The card of an answer that was decided already; of a whole `question`, where that alone led to it."""
        started = time.perf_counter()
        where: Where = "direct" if via == "dm" else "channel"
        reply = self._drawn(found, _recall(found, question, language, self.now()), where, follows=follows)
        self._log(reply, via, started)
        return reply

    def name(self, entry_id: str, language: Language) -> str:
        """An entry's name in a language."""
        return self.knowledge.base[entry_id].name.in_(language)

    def show_again(  # how the card stands
        self, recall: Recall, *, via: str, private: bool, where: Where | None = None, turned: bool = False
    ) -> Reply:
        """What a button stands for: the same entries or question, answered anew from today's fact base."""
        started = time.perf_counter()
        reply = self.drawn_again(recall, where=where or ("private" if private else "channel"), turned=turned)
        self._log(reply, via, started)
        return reply

    def drawn_again(self, recall: Recall, *, where: Where, turned: bool = False) -> Reply:
        """The same, for where nobody asks: a card that only changes its buttons."""
        return self._drawn(self._found_again(recall), recall, where, turned=turned)

    def is_gone(self, recall: Recall) -> bool:
        """Whether the fact base has nothing any more of what a button stands for."""
        entries = [recall.entry] if recall.entry else [*recall.named.split(), *recall.rest.split()]
        return bool(entries) and not any(entry in self.knowledge.base for entry in entries)

    def _found_again(self, recall: Recall) -> Answer:
        if recall.entry:
            return entry_answer(recall.entry, recall.asked, self.knowledge.base)
        if recall.rest:
            return rest_of_list(recall.rest.split(), self.knowledge.base)
        if recall.named:
            return Spotted(tuple(name for name in recall.named.split() if name in self.knowledge.base))
        now = datetime.fromisoformat(recall.time) if recall.time else self.now()
        question = Question(recall.question[:MAX_QUESTION], recall.language, now)
        return answer(question, self.knowledge)

    def _drawn(
        self, found: Answer, recall: Recall, where: Where, *, turned: bool = False, follows: bool = False
    ) -> Reply:
        standing = Standing(recall, where, turned, follows)
        return Reply(self.cards.card_for(found, recall.language, standing=standing), recall.language, found)

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
    if isinstance(found, Help):
        return Recall(language, question="help")
    if isinstance(found, Listing) and found.title == REST:
        return Recall(language, rest=" ".join(item.entry for item in found.items))
    return Recall(language, question=text, time=now.isoformat(timespec="seconds"))
