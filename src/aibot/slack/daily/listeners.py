"""What Slack can ask of daily posts: lines in commands, mentions and direct messages, buttons, and the form."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from aibot.core.daily.requests import Subscribe, Unsubscribe
from aibot.errors import StorageError
from aibot.slack.cards import Recall
from aibot.slack.cards.daily.parts import (
    EDIT_ACTION,
    MODAL,
    MORE_ACTION,
    SAY_ACTION,
    STOP_ACTION,
    WHY_ACTION,
)
from aibot.slack.daily.events import register_events
from aibot.slack.daily.form import DailyForm
from aibot.slack.daily.turning import Turning
from aibot.slack.delivery import Response, say, teller
from aibot.slack.lines import register_lines
from aibot.slack.manners.guard import Asker
from aibot.slack.places import is_ephemeral, place_of, pressed, thread_below, typed_in, value_of
from aibot.slack.preferences import asking_in

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
    from slack_sdk.web.async_client import AsyncWebClient

    from aibot.core.daily.requests import Request
    from aibot.core.language import Language
    from aibot.slack.bot import Bot
    from aibot.slack.daily.daily import Daily
    from aibot.slack.listeners import Listeners
    from aibot.slack.places import Place
    from aibot.slack.serving.background import Background

log = logging.getLogger(__name__)

Json = dict[str, Any]
MORE_SECONDS = 24 * 3600  # a second press within a day points to the thread


def register_daily(
    app: AsyncApp, daily: Daily, bot: Bot, listeners: Listeners, background: Background
) -> DailyForm:
    """Tell Bolt who listens; before the listeners for questions, so that `subscribe …` never becomes one.

    Returns the form, which can be opened from elsewhere too.
    """
    heard = DailyListeners(daily, bot, listeners)
    register_lines(app, lambda text: daily.parse(text) is not None, heard.on_command, heard.on_mention)
    app.action(re.compile(rf"^{SAY_ACTION}(?::|$)"))(heard.on_say)
    app.action(STOP_ACTION)(heard.on_stop)
    app.action(WHY_ACTION)(heard.on_why)
    app.action(MORE_ACTION)(heard.on_more)
    Turning(daily.deck, bot, listeners).register(app)
    app.action(EDIT_ACTION)(heard.form.on_edit)
    app.view(MODAL)(heard.form.on_form)
    register_events(app, daily, background)
    return heard.form


class DailyListeners:
    """The listeners, with what they need to reply."""

    def __init__(self, daily: Daily, bot: Bot, others: Listeners) -> None:
        self._daily, self._bot, self._others = daily, bot, others
        self.form = DailyForm(daily, others)
        self._told_more = others.once("more", MORE_SECONDS)

    async def on_command(self, ack: AsyncAck, command: Json, context: AsyncBoltContext) -> None:
        """A line: acknowledged at once, answered for the asker alone; `subscribe` by itself opens the form."""
        await ack()
        text = command.get("text") or ""
        request = self._daily.parse(text)
        assert request is not None
        language = await self._language(command, text, context)
        place = place_of(context, command["channel_id"], command["user_id"], language)
        response = Response(str(command.get("response_url") or ""), context.client)

        async def work() -> None:
            if isinstance(request, Subscribe) and request.is_bare:
                trigger = str(command.get("trigger_id") or "")
                told = await self.form.open(place, context.client, trigger, response.url)
                if told is None:
                    return
            else:
                told = await self._daily.carry_out(request, place, context.client)
            await response.show(told.card)

        self._others.start(work(), language, response.tell)

    async def on_mention(
        self, event: Json, body: Json, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """A line in a mention or a direct message: answered in its thread."""
        text, channel = typed_in(event), str(event["channel"])
        request = self._daily.parse(text)
        assert request is not None
        language = await self._language(body, text, context)
        place = place_of(context, channel, str(event["user"]), language)
        thread = thread_below(event)

        async def work() -> None:
            told = await self._daily.carry_out(request, place, client)
            if told.private and event.get("channel_type") != "im":
                await client.chat_postEphemeral(
                    channel=channel, user=place.user, thread_ts=event.get("thread_ts"), **told.card.message()
                )
            else:
                await say(client, told.card, channel=channel, thread_ts=thread)

        self._others.start(work(), language, teller(client, channel, thread))

    async def on_say(self, ack: AsyncAck, action: Json, body: Json, context: AsyncBoltContext) -> None:
        """A button that stands for a line: done as if the person had typed it."""
        await ack()
        data = value_of(action)
        request = self._daily.parse(str(data.get("s", "")))
        place, response = await self._pressed(body, context, data)
        if request is None:
            line = self._bot.cards.line("error.old-button", place.language)
            self._others.start(response.tell(line), place.language, response.tell)
            return
        self._carry_out(request, place, context, response, replace=is_ephemeral(body))

    async def on_stop(self, ack: AsyncAck, action: Json, body: Json, context: AsyncBoltContext) -> None:
        """The stop button; Slack has asked whether it was meant."""
        await ack()
        place, response = pressed(body, context, value_of(action))
        self._carry_out(Unsubscribe(), place, context, response, replace=is_ephemeral(body))

    async def on_why(self, ack: AsyncAck, action: Json, body: Json, context: AsyncBoltContext) -> None:
        """Why a channel sees this: for who asks alone, and so in their language."""
        await ack()
        place, response = await self._pressed(body, context, value_of(action))

        async def work() -> None:
            try:
                current = await self._daily.current(place)
            except StorageError as error:
                await response.show(self._daily.storage_failed(error, place).card)
                return
            cards = self._daily.cards
            if current is None:
                card = cards.line("why.gone", place.language)
            else:
                card = cards.why(current, place.language, self._daily.clock())
            await response.show(card)

        self._others.start(work(), place.language, response.tell)

    async def on_more(self, ack: AsyncAck, action: Json, body: Json, context: AsyncBoltContext) -> None:
        """The whole card of the fact's entry, once, in the post's thread; of a preview, for who asks alone."""
        await ack()
        data = value_of(action)
        place, response = pressed(body, context, data)
        ts = str((body.get("message") or {}).get("ts") or body.get("container", {}).get("message_ts") or "")

        async def work() -> None:
            recall = Recall(place.language, entry=str(data.get("e") or "?"))
            private = is_ephemeral(body) or not ts
            reply = self._bot.show_again(recall, via="more", private=private)
            if private:
                await response.show(reply.card)
            elif await self._told_more.take(post := f"{place.channel} {ts}"):
                to = self._others.destination(body)
                asker = Asker(place.user, response.tell)
                try:
                    said = await say(
                        context.client, reply.card, channel=place.channel, thread_ts=ts, to=to, asker=asker
                    )
                except Exception:
                    await self._told_more.free(post)  # nobody has seen it: it may be pressed again
                    raise
                if not said:  # the channel has had enough for this minute, and whoever pressed was told
                    await self._told_more.free(post)
                    return
                conversation = self._others.conversation
                await conversation.answered(place.team, place.channel, ts, reply.answer, reply.language)
            else:
                await response.show(self._daily.cards.line("more.there", place.language))

        self._others.start(work(), place.language, response.tell)

    async def _language(self, body: Json, text: str, context: AsyncBoltContext) -> Language:
        """The language to answer a line in."""
        languages = self._others.languages
        return await languages.of(asking_in(body), text, context.client, acknowledged=False)

    async def _pressed(self, body: Json, context: AsyncBoltContext, data: Json) -> tuple[Place, Response]:
        """Who pressed a button where: answered in the language they chose, else in the post's."""
        place, response = pressed(body, context, data)
        language = await self._others.languages.of_presser(asking_in(body), place.language)
        return replace(place, language=language), response

    def _carry_out(
        self,
        request: Request,
        place: Place,
        context: AsyncBoltContext,
        response: Response,
        *,
        replace: bool,
    ) -> None:
        async def work() -> None:
            told = await self._daily.carry_out(request, place, context.client)
            await response.show(told.card, replace=replace)

        self._others.start(work(), place.language, response.tell)
