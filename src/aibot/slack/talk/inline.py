"""`[[deepseek-v3]]` in channels that switched it on: the cards go into the message's thread."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from aibot.core.answers import FactAnswer
from aibot.core.channels import is_direct
from aibot.core.conversation import look_up_inline, named_inline, without_names
from aibot.errors import StorageError
from aibot.slack.cards.daily.parts import line_card
from aibot.slack.cards.markup import echo
from aibot.slack.delivery import Destination, say
from aibot.slack.permission import denial

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from aibot.core.conversation.inline import Switch
    from aibot.core.language import Language
    from aibot.slack.bot import Bot
    from aibot.slack.manners.guard import Asker
    from aibot.slack.manners.limits import Limits
    from aibot.slack.people import People
    from aibot.slack.preferences import Asking
    from aibot.slack.talk.conversation import Conversation
    from aibot.storage import Memory

log = logging.getLogger(__name__)

#  The preference's name; its owner is the channel
PREFERENCE = "inline"


class Inline:
    """Looks names in double brackets up, and switches that on and off."""

    def __init__(
        self, bot: Bot, conversation: Conversation, memory: Memory | None, people: People, limits: Limits
    ) -> None:
        self._bot, self._conversation, self._memory = bot, conversation, memory
        self._people, self._limits = people, limits

    async def switch(
        self, wish: Switch, asking: Asking, language: Language, client: AsyncWebClient
    ) -> tuple[str, bool]:
        """Switch it, where who asks may; returns what to say, and whether to everyone in the channel."""
        team, channel, user = asking.team, asking.channel, asking.user

        def said(phrase: str) -> str:
            return self._bot.cards.phrases.say(f"talk.inline-{phrase}", language, user=f"<@{user}>")

        if is_direct(channel):
            return said("not-here"), False
        if self._memory is None:
            return said("no-memory"), False
        try:
            was = await asyncio.to_thread(self._memory.preferences.get, team, channel, PREFERENCE) == "on"
            if wish == "ask" or (wish == "on") is was:
                return said("is-on" if was else "is-off"), False
            if (why := await denial(self._memory, asking, client, self._people)) is not None:
                return self._bot.cards.phrases.say(f"policy.{why}", language), False
            value = "on" if wish == "on" else None
            keep = self._memory.preferences.set
            await asyncio.to_thread(keep, team, channel, PREFERENCE, value, actor=user)
        except StorageError as error:
            log.error("inline names could not be switched: %s", error)  # noqa: TRY400  # a ready sentence
            return said("failed"), False
        return said(f"now-{wish}"), True

    async def answer(  # noqa: PLR0913  # a message, and how to reply to it
        self,
        text: str,
        client: AsyncWebClient,
        *,
        team: str,
        channel: str,
        thread_ts: str,
        to: Destination,
        asker: Asker,
        chosen: Language | None = None,
    ) -> bool:
        """Put the cards of a message's names into its thread, and one line for those we do not know.

        Returns whether there is a reply.

        Raises:
            SlackApiError: where Slack does not take them.
        """
        names = named_inline(text)
        if not names or self._memory is None or not await self._is_on(team, channel):
            return False
        names = tuple(name for name in names if self._limits.over(team, asker.user) is None)
        language = chosen or self._bot.language(without_names(text))
        lines, said = [], False
        for name in names:
            found = look_up_inline(name, self._bot.knowledge)
            if not isinstance(found, FactAnswer):
                near = ", ".join(self._bot.name(entry, language) for entry in found.entries) if found else ""
                phrase = "talk.inline-near" if near else "talk.inline-unknown"
                lines.append(self._bot.cards.line(phrase, language, asked=echo(name), near=near)["text"])
                continue
            reply = self._bot.reply_with(found, language, via="inline")
            if await say(client, reply.card, channel=channel, thread_ts=thread_ts, to=to, asker=asker):
                said = True
                await self._conversation.answered(team, channel, thread_ts, found, language)
        if lines:
            # a card, and not a bare line: what was typed becomes no link and no preview, and the channel's limit counts
            card = replace(line_card("\n".join(lines)), language=language)
            if await say(client, card, channel=channel, thread_ts=thread_ts, to=to, asker=asker):
                said = True
        return said

    async def _is_on(self, team: str, channel: str) -> bool:
        assert self._memory is not None
        try:
            return await asyncio.to_thread(self._memory.preferences.get, team, channel, PREFERENCE) == "on"
        except StorageError as error:
            log.error("whether inline names are on could not be read: %s", error)  # noqa: TRY400
            return False
