"""What Slack can ask of daily posts: lines in commands, mentions and direct messages, buttons, and the form."""

from __future__ import annotations

import json
import logging
import re
from typing import TYPE_CHECKING, Any

import aiohttp
from slack_sdk.errors import SlackApiError

from aibot.core.answers import FactAnswer
from aibot.core.daily.decide import Begin, Refused
from aibot.core.daily.requests import Subscribe, Unsubscribe
from aibot.errors import StorageError
from aibot.slack.cards.daily_modal import FormContext, context_from, form, read_form
from aibot.slack.cards.daily_parts import (
    EDIT_ACTION,
    MODAL,
    MORE_ACTION,
    SAY_ACTION,
    STOP_ACTION,
    WHY_ACTION,
)
from aibot.slack.daily_events import register_events
from aibot.slack.daily_shown import Place, Told
from aibot.slack.delivery import Response, ResponseRefusedError, say
from aibot.slack.listeners import MENTION, Listeners, is_for_us
from aibot.slack.seen import Seen

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
    from slack_sdk.web.async_client import AsyncWebClient

    from aibot.core.daily.requests import Request
    from aibot.core.language import Language
    from aibot.slack.background import Background
    from aibot.slack.bot import Bot
    from aibot.slack.daily import Daily

log = logging.getLogger(__name__)

Json = dict[str, Any]
MORE_SECONDS = 24 * 3600  # a second press within a day points to the thread


def register_daily(app: AsyncApp, daily: Daily, bot: Bot, background: Background) -> None:
    """Tell Bolt who listens; before the listeners for questions, so that `subscribe …` never becomes one."""
    heard = DailyListeners(daily, bot, Listeners(bot, background))
    app.command(re.compile(r"^/"), matchers=[heard.is_command])(heard.on_command)
    app.event("app_mention", matchers=[heard.is_mention])(heard.on_mention)
    app.event("message", matchers=[heard.is_direct_message])(heard.on_mention)
    app.action(re.compile(rf"^{SAY_ACTION}(?::|$)"))(heard.on_say)
    app.action(STOP_ACTION)(heard.on_stop)
    app.action(WHY_ACTION)(heard.on_why)
    app.action(MORE_ACTION)(heard.on_more)
    app.action(EDIT_ACTION)(heard.on_edit)
    app.view(MODAL)(heard.on_form)
    register_events(app, daily, background)


class DailyListeners:
    """The listeners, with what they need to reply."""

    def __init__(self, daily: Daily, bot: Bot, listeners: Listeners) -> None:
        self._daily, self._bot, self._others = daily, bot, listeners
        self._told_more = Seen(MORE_SECONDS)

    async def is_command(self, command: Json) -> bool:
        """Whether a slash command is about daily posts."""
        return self._daily.parse(command.get("text") or "") is not None

    async def is_mention(self, event: Json) -> bool:
        """Whether a mention is."""
        return is_for_us(event) and self._daily.parse(_typed(event)) is not None

    async def is_direct_message(self, event: Json) -> bool:
        """Whether a direct message is."""
        return event.get("channel_type") == "im" and await self.is_mention(event)

    async def on_command(self, ack: AsyncAck, command: Json, context: AsyncBoltContext) -> None:
        """A line: acknowledged at once, answered for the asker alone; `subscribe` by itself opens the form."""
        await ack()
        text = command.get("text") or ""
        request = self._daily.parse(text)
        assert request is not None
        language = self._bot.language(text)
        place = _place(context, command["channel_id"], command["user_id"], language)
        response = Response(str(command.get("response_url") or ""), context.client)

        async def work() -> None:
            if isinstance(request, Subscribe) and request.is_bare:
                trigger = str(command.get("trigger_id") or "")
                told = await self._open_form(place, context.client, trigger, response.url)
                if told is None:
                    return
            else:
                told = await self._daily.carry_out(request, place, context.client)
            await response.show(told.card)

        self._others.start(work(), language, response.tell)

    async def on_mention(self, event: Json, context: AsyncBoltContext, client: AsyncWebClient) -> None:
        """A line in a mention or a direct message: answered in its thread."""
        text, channel = _typed(event), str(event["channel"])
        request = self._daily.parse(text)
        assert request is not None
        language = self._bot.language(text)
        place = _place(context, channel, str(event["user"]), language)
        in_dm = event.get("channel_type") == "im"
        thread = event.get("thread_ts") if in_dm else event.get("thread_ts") or event["ts"]

        async def work() -> None:
            told = await self._daily.carry_out(request, place, client)
            if told.private and not in_dm:
                await client.chat_postEphemeral(
                    channel=channel, user=place.user, thread_ts=event.get("thread_ts"), **told.card.message()
                )
            else:
                await say(client, told.card, channel=channel, thread_ts=thread)

        async def tell(line: Json) -> None:
            await client.chat_postMessage(channel=channel, thread_ts=thread, **line)

        self._others.start(work(), language, tell)

    async def on_say(self, ack: AsyncAck, action: Json, body: Json, context: AsyncBoltContext) -> None:
        """A button that stands for a line: done as if the person had typed it."""
        await ack()
        data = _value(action)
        request = self._daily.parse(str(data.get("s", "")))
        place, response = self._pressed(body, context, data)
        if request is None:
            line = self._bot.cards.line("error.old-button", place.language)
            self._others.start(response.tell(line), place.language, response.tell)
            return
        self._carry_out(request, place, context, response, replace=_is_ephemeral(body))

    async def on_stop(self, ack: AsyncAck, action: Json, body: Json, context: AsyncBoltContext) -> None:
        """The stop button; Slack has asked whether it was meant."""
        await ack()
        place, response = self._pressed(body, context, _value(action))
        self._carry_out(Unsubscribe(), place, context, response, replace=_is_ephemeral(body))

    async def on_why(self, ack: AsyncAck, action: Json, body: Json, context: AsyncBoltContext) -> None:
        """Why a channel sees this: for who asks alone."""
        await ack()
        place, response = self._pressed(body, context, _value(action))

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
        data = _value(action)
        place, response = self._pressed(body, context, data)
        ts = str((body.get("message") or {}).get("ts") or body.get("container", {}).get("message_ts") or "")

        async def work() -> None:
            card = self._bot.cards.card_for(FactAnswer(str(data.get("e", ""))), place.language)
            if _is_ephemeral(body) or not ts:
                await response.show(card)
            elif self._told_more.add(f"{place.channel} {ts}"):
                await say(context.client, card, channel=place.channel, thread_ts=ts)
            else:
                await response.show(self._daily.cards.line("more.there", place.language))

        self._others.start(work(), place.language, response.tell)

    async def on_edit(self, ack: AsyncAck, action: Json, body: Json, context: AsyncBoltContext) -> None:
        """The change button: the form, filled in."""
        await ack()
        place, response = self._pressed(body, context, _value(action))

        async def work() -> None:
            trigger = str(body.get("trigger_id") or "")
            told = await self._open_form(place, context.client, trigger, response.url)
            if told is not None:
                await response.show(told.card)

        self._others.start(work(), place.language, response.tell)

    async def on_form(self, ack: AsyncAck, body: Json, view: Json, context: AsyncBoltContext) -> None:
        """The form: what is wrong is said at its field; else it closes, and what came of it is said where it began."""
        remembered = context_from(str(view.get("private_metadata", "")))
        if remembered is None:
            await ack()
            return
        place = _place(context, remembered.channel, body["user"]["id"], remembered.language)
        request, wrong = read_form(view["state"]["values"], self._daily.topics)
        words = self._daily.cards.words(place.language)
        errors = {
            field: words.say(what)
            if isinstance(what, str)
            else self._daily.cards.problem(what, place.language)
            for field, what in wrong.items()
        }
        if not errors and await self._is_overtaken(place, remembered):
            errors["time"] = words.say("modal.changed")
        if errors:
            await ack(response_action="errors", errors=errors)
            return
        await ack()

        async def work() -> None:
            told = await self._daily.carry_out(request, place, context.client, version=remembered.version)
            await self._tell_after_form(told, place, context.client, remembered.response_url)

        async def tell(line: Json) -> None:
            await context.client.chat_postEphemeral(channel=place.channel, user=place.user, **line)

        self._others.start(work(), place.language, tell)

    async def _is_overtaken(self, place: Place, remembered: FormContext) -> bool:
        try:
            current = await self._daily.current(place)
        except StorageError:
            return False  # the writing that follows fails as well, and says so
        return (current.version if current else None) != remembered.version

    async def _open_form(
        self, place: Place, client: AsyncWebClient, trigger: str, response_url: str
    ) -> Told | None:
        """Open the form; what there is to say instead, where it cannot be opened or used."""
        try:
            current, outcome = await self._daily.proposed(place, client)
        except StorageError as error:
            return self._daily.storage_failed(error, place)
        if isinstance(outcome, Refused):
            return await self._daily.carry_out(Subscribe(), place, client)
        shown = outcome.wanted if isinstance(outcome, Begin) else current
        assert shown is not None
        version = current.version if current else None
        context = FormContext(place.channel, place.language, response_url, version)
        view = form(self._daily.cards.words(place.language), shown, context)
        try:
            await client.views_open(trigger_id=trigger, view=view)
        except (SlackApiError, TimeoutError, aiohttp.ClientError) as error:
            code = error.response.get("error") if isinstance(error, SlackApiError) else type(error).__name__
            log.warning("the form could not be opened: %s", code)
            return Told(self._daily.cards.line("modal.failed", place.language))
        return None

    async def _tell_after_form(
        self, told: Told, place: Place, client: AsyncWebClient, response_url: str
    ) -> None:
        """Say what came of the form where it began: by its response_url, which lives for half an hour, or anew."""
        if response_url:
            try:
                await Response(response_url, client).show(told.card)
            except (ResponseRefusedError, TimeoutError, aiohttp.ClientError) as error:
                log.info("a form's response_url is used up: %s", error)
            else:
                return
        await client.chat_postEphemeral(channel=place.channel, user=place.user, **told.card.message())

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

    @staticmethod
    def _pressed(body: Json, context: AsyncBoltContext, data: Json) -> tuple[Place, Response]:
        """Who pressed a button where, and how to answer them."""
        language: Language = "zh" if data.get("l") == "zh" else "en"
        channel = str(
            (body.get("channel") or {}).get("id") or body.get("container", {}).get("channel_id", "")
        )
        place = _place(context, channel, body["user"]["id"], language)
        return place, Response(str(body.get("response_url") or ""), context.client)


def _place(context: AsyncBoltContext, channel: str, user: str, language: Language) -> Place:
    """Where a request comes from; the workspace is the one we are installed in, whoever asks."""
    authorized = context.authorize_result
    team = str((authorized.team_id if authorized else None) or context.team_id or "")
    return Place(team, channel, user, language, context.bot_user_id or "")


def _typed(event: Json) -> str:
    """What a message says, without our name."""
    return MENTION.sub(" ", str(event.get("text") or ""))


def _value(action: Json) -> Json:
    try:
        data = json.loads(action.get("value") or "{}")
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def _is_ephemeral(body: Json) -> bool:
    return bool(body.get("container", {}).get("is_ephemeral"))
