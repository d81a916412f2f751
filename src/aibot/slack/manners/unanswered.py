"""Notes questions that were asked in vain, so that editors see what is missing; workspaces can switch it off."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from aibot.core.answers.unanswered import is_unanswered, kept_form
from aibot.slack.manners.keyed import keyed
from aibot.slack.people import People

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from aibot.core.language import Language
    from aibot.slack.bot import Bot, Reply
    from aibot.slack.manners.sharing import Sharing
    from aibot.slack.serving.background import Background
    from aibot.storage import Memory

Json = dict[str, Any]

PREFERENCE = "unanswered"
#  A question is written down when it comes a second time within so long; until then its hash alone is kept
SECOND_TIME_SECONDS = 30 * 24 * 3600.0


class UnansweredQuestions:
    """Notes them in the background: nobody waits for it, and where it fails nothing is noted."""

    def __init__(  # noqa: PLR0913  # what it stands on
        self,
        bot: Bot,
        memory: Memory | None,
        sharing: Sharing,
        background: Background,
        *,
        secret: str,
        is_on: bool,
        people: People | None = None,
    ) -> None:
        self._bot, self._memory, self._sharing, self._background = bot, memory, sharing, background
        self._secret, self._is_on, self._people = secret, is_on and memory is not None, people or People()

    def note(self, text: str, reply: Reply, team: str) -> None:
        """A question was asked; where it found no answer, and its text is nobody's business, it is counted."""
        if self._is_on and is_unanswered(reply.answer) and (question := kept_form(text)):
            language = reply.language
            self._background.start(
                self._sharing.ask(lambda memory: self._add(memory, question, language, team), otherwise=None)
            )

    def picked(self, question: str, team: str) -> None:
        """What was offered in place of an answer was what the person meant: the question is counted once less."""
        if self._is_on and question:
            self._background.start(
                self._sharing.ask(lambda memory: self._take_back(memory, question, team), otherwise=None)
            )

    async def switch(
        self, wish: str, team: str, user: str, language: Language, client: AsyncWebClient
    ) -> Json:
        """Switch it on or off for a workspace, or ("") say how it stands; returns what to tell."""
        memory = self._memory
        if memory is None or not self._is_on:
            return self._line("unanswered.off-everywhere", language)
        if wish:
            profile = await self._people.profile(client, team, user)
            if not profile.is_admin:  # None, too: who cannot be seen to be an admin is none
                return self._line("unanswered.refused", language)
            await asyncio.to_thread(
                memory.preferences.set, team, team, PREFERENCE, "off" if wish == "off" else None, actor=user
            )
        chosen = await asyncio.to_thread(memory.preferences.get, team, team, PREFERENCE)
        return self._line("unanswered.off" if chosen == "off" else "unanswered.on", language)

    def _line(self, phrase: str, language: Language) -> Json:
        cards = self._bot.cards
        named = {} if phrase.endswith(("everywhere", "refused")) else {"command": cards.command}
        return cards.line(phrase, language, **named)

    def _add(self, memory: Memory, question: str, language: str, team: str) -> None:
        if memory.preferences.get(team, team, PREFERENCE) == "off":
            return
        if not memory.once.take(self._first(question), SECOND_TIME_SECONDS):
            memory.unanswered.add(question, language)

    def _take_back(self, memory: Memory, question: str, team: str) -> None:
        if memory.preferences.get(team, team, PREFERENCE) == "off":
            return
        if not memory.unanswered.take_back(question):
            memory.once.free(self._first(question))

    def _first(self, question: str) -> str:
        return f"asked:{keyed(self._secret, question)}"
