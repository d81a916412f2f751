"""What people do with a card: turn it into the other language, get its link; and look a message up."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from slack_sdk.errors import SlackApiError

from aibot.errors import StorageError
from aibot.slack.cards import ALWAYS_ACTION, LINK_ACTION, TURN_ACTION, recall_from
from aibot.slack.cards.markup import escape
from aibot.slack.manifest import LOOK_UP
from aibot.slack.places import is_ephemeral, value_of, where_of
from aibot.slack.preferences import asking_in
from aibot.slack.refusals import code_of, referenced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slack_bolt.async_app import AsyncAck, AsyncApp
    from slack_sdk.web.async_client import AsyncWebClient

    from aibot.core.language import Language
    from aibot.slack.bot import Bot
    from aibot.slack.cards import Recall, Where
    from aibot.slack.delivery import Response
    from aibot.slack.listeners import Listeners
    from aibot.slack.preferences import Asking

log = logging.getLogger(__name__)

Json = dict[str, Any]


class CardListeners:
    """The listeners, with what they need to reply."""

    def __init__(self, bot: Bot, others: Listeners) -> None:
        self._bot, self._others, self._languages = bot, others, others.languages
        self._reading = (
            asyncio.Lock()
        )  # Python computes one thing at a time: several readers only slow the rest

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt who listens to what."""
        app.action(TURN_ACTION)(self.on_turn)
        app.action(ALWAYS_ACTION)(self.on_always)
        app.action(LINK_ACTION)(self.on_link)
        app.message_shortcut(LOOK_UP)(self.on_look_up)

    async def on_turn(self, ack: AsyncAck, action: Json, body: Json, client: AsyncWebClient) -> None:
        """The button of the other language: a card of one's own is turned, of a channel's one gets a copy."""
        await ack()
        recall = recall_from(action.get("value", ""))
        if recall is None:
            return self._others.outdated(body, client)
        response = self._others.response(body, client)
        return self._others.start(self._turn(recall, body, response), recall.language, response.tell)

    async def _turn(self, recall: Recall, body: Json, response: Response) -> None:
        if self._bot.is_gone(recall):
            await response.tell(self._bot.cards.line("card.retired", recall.language))
            return
        where = where_of(body)
        own = (await self._languages.chosen(asking_in(body)))[0]
        turned = self._languages.can_choose and own != recall.language
        standing: Where = "direct" if where == "direct" else "private"
        reply = self._bot.show_again(recall, via="turn", private=True, where=standing, turned=turned)
        await response.show(reply.card, in_channel=where == "direct", replace=where != "channel")

    async def on_always(self, ack: AsyncAck, action: Json, body: Json, client: AsyncWebClient) -> None:
        """The button behind a turned card: its language from now on, for whoever presses."""
        await ack()
        language: Language = "zh" if value_of(action).get("l") == "zh" else "en"
        response = self._others.response(body, client)
        self._others.start(self._always(language, asking_in(body), response), language, response.tell)

    async def _always(self, language: Language, asking: Asking, response: Response) -> None:
        cards = self._bot.cards
        if not self._languages.can_choose:
            await response.tell(cards.line("language.off", language))
            return
        try:
            await self._languages.choose(asking.team, asking.user, language)
        except StorageError as error:
            await response.tell(cards.line("language.storage", language, reference=referenced(error)))
            return
        self._others.on_choice(asking, response.client)
        named = cards.phrases.say(f"language.name.{language}", language)
        await response.tell(cards.line("language.person", language, named=named, command=cards.command))

    async def on_link(self, ack: AsyncAck, action: Json, body: Json, client: AsyncWebClient) -> None:
        """The link button: the address of the message, for whoever presses alone."""
        await ack()
        shown: Language = "zh" if value_of(action).get("l") == "zh" else "en"
        response = self._others.response(body, client)
        self._others.start(self._link(shown, body, client, response), shown, response.tell)

    async def _link(self, shown: Language, body: Json, client: AsyncWebClient, response: Response) -> None:
        """https://docs.slack.dev/reference/methods/chat.getPermalink needs no scope, but a channel we may see."""
        language = await self._languages.of_presser(asking_in(body), shown)
        cards, container = self._bot.cards, body.get("container") or {}
        if is_ephemeral(body):
            await response.tell(cards.line("link.private", language))
            return
        channel, ts = str(container.get("channel_id") or ""), str(container.get("message_ts") or "")
        try:
            found = await client.chat_getPermalink(channel=channel, message_ts=ts)
        except SlackApiError as error:
            reason = code_of(error)
            log.info("Slack gave no link: %s", reason)
            await response.tell(cards.line("link.failed", language, reason=reason))
            return
        link = f"<{escape(str(found['permalink']))}>"
        await response.tell({"text": cards.phrases.say("link.text", language, link=link)})

    async def on_look_up(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """The shortcut on a message: what it names, for whoever asks alone. Its text is read and forgotten."""
        await ack()
        message, asking = body.get("message") or {}, asking_in(body)
        thread_ts = message.get("thread_ts")
        response = self._others.response({**body, "container": {"thread_ts": thread_ts}}, client)

        async def work() -> None:
            text = "\n".join(written_in(message))
            language = await self._languages.of_reader(asking, text, client)
            # a long message takes long to read: others are answered meanwhile
            async with self._reading:
                reply = await asyncio.to_thread(self._bot.look_into, text, language, via="shortcut")
            await response.show(reply.card)

        self._others.start(work(), self._languages.known(asking, ""), response.tell)


def written_in(message: Json) -> Iterator[str]:
    """What people can read in a message: its text, its attachments, and its blocks where it has no text."""
    text = str(message.get("text") or "")
    yield text
    for attachment in message.get("attachments") or ():
        parts = [str(attachment.get(name) or "") for name in ("pretext", "title", "text")]
        yield from parts if any(parts) else [str(attachment.get("fallback") or "")]
    if not text.strip():
        yield from _texts(message.get("blocks") or [])


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("text"), str):
            yield part["text"]
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            yield from _texts(inner)
