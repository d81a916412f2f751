"""What Slack can ask: the slash command, mentions, direct messages, buttons. Acknowledge, ask, reply."""

from __future__ import annotations

import logging
import re
import secrets
from typing import TYPE_CHECKING, Any

from slack_bolt import BoltResponse

from aibot.slack.cards import HELP_ACTION, SHARE_ACTION, SHOW_ACTION, recall_from
from aibot.slack.delivery import ResponseRefusedError, respond_with, say

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
    from slack_sdk.web.async_client import AsyncWebClient

    from aibot.core.language import Language
    from aibot.slack.background import Background
    from aibot.slack.bot import Bot

log = logging.getLogger(__name__)

Json = dict[str, Any]


def register(app: AsyncApp, bot: Bot, background: Background) -> None:
    """Tell Bolt who listens to what; the busiest first, since Bolt asks each in turn."""
    listeners = Listeners(bot, background)
    app.command(re.compile(r"^/"))(listeners.on_command)  # its name is a setting; Slack sends us no other
    app.event("app_mention")(listeners.on_mention)
    app.event({"type": "message", "subtype": None})(listeners.on_message)
    app.action(re.compile(rf"^(?:{SHOW_ACTION}|{HELP_ACTION})(?::|$)"))(listeners.on_show)
    app.action(SHARE_ACTION)(listeners.on_share)
    app.action(re.compile(".*"))(listeners.on_unknown_action)
    # Slack counts an event without a listener as failed and sends it again:
    # https://docs.slack.dev/apis/events-api/#failure-limits
    app.event(re.compile(".*"))(listeners.on_any_event)
    app.error(listeners.on_error)


class Listeners:
    """The listeners, with what they need to reply."""

    def __init__(self, bot: Bot, background: Background) -> None:
        self._bot, self._background = bot, background

    async def on_command(self, command: Json) -> BoltResponse:
        """A slash command: the answer rides in the acknowledgement, seen by the asker alone."""
        reply = self._bot.ask(command.get("text") or "", via="command", private=True)
        return BoltResponse(status=200, body=reply.card.ephemeral_json)

    async def on_mention(self, event: Json, client: AsyncWebClient) -> None:
        """A mention in a channel or a thread: answered in that thread."""
        if _is_for_us(event):
            self._answer_later(event, client, via="mention", thread_ts=event.get("thread_ts") or event["ts"])

    async def on_message(self, event: Json, client: AsyncWebClient) -> None:
        """A direct message: answered there, in the thread if it was written in one."""
        if event.get("channel_type") == "im" and _is_for_us(event):
            self._answer_later(event, client, via="dm", thread_ts=event.get("thread_ts"))

    async def on_show(self, ack: AsyncAck, action: Json, body: Json, respond: AsyncRespond) -> None:
        """A button that looks something up: its answer takes the message's place."""
        await ack()
        recall = recall_from(action.get("value", ""))
        private = bool(body.get("container", {}).get("is_ephemeral"))

        async def work() -> None:
            if recall is None:
                await self._tell(respond, "error.old-button", "en")
                return
            reply = self._bot.show_again(recall, via="button", private=private)
            await respond_with(respond, reply.card, replace=True)

        self._start(
            work(), recall.language if recall else "en", lambda line: respond(**line, replace_original=False)
        )

    async def on_share(self, ack: AsyncAck, action: Json, body: Json, respond: AsyncRespond) -> None:
        """The share button: the same card for everyone in the channel, naming who shared it."""
        await ack()
        recall = recall_from(action.get("value", ""))
        user = body["user"]["id"]

        async def work() -> None:
            if recall is None:
                await self._tell(respond, "error.old-button", "en")
                return
            reply = self._bot.show_again(recall, via="share", private=False)
            card = self._bot.cards.shared(reply.card, reply.language, user)
            try:
                await respond_with(respond, card, in_channel=True)
            except ResponseRefusedError as error:
                log.warning("sharing was refused: %s", error.reason)
                await self._tell(respond, "shared.failed", reply.language, reason=error.reason)
                return
            # the private card stays, without its share button: a second press would post it twice
            await respond_with(respond, reply.card, replace=True)

        self._start(
            work(), recall.language if recall else "en", lambda line: respond(**line, replace_original=False)
        )

    async def on_unknown_action(self, ack: AsyncAck, respond: AsyncRespond) -> None:
        """A button we do not know, from an older or newer version of the bot."""
        await ack()
        self._start(self._tell(respond, "error.old-button", "en"), "en", lambda line: respond(**line))

    async def on_any_event(self, event: Json) -> None:
        """Every other event: heard, and nothing to do."""
        log.debug("no listener for event type=%s subtype=%s", event.get("type"), event.get("subtype"))

    async def on_error(self, error: Exception, body: Json) -> BoltResponse:
        """What no listener expected: the person sees a reference, the log has the traceback."""
        language = self._bot.language(str(body.get("text", "")))
        return BoltResponse(status=200, body={"response_type": "ephemeral", **self._sorry(error, language)})

    def _answer_later(self, event: Json, client: AsyncWebClient, *, via: str, thread_ts: str | None) -> None:
        """Answer after the acknowledgement, so that a slow Web API never makes Slack send the event again."""
        text, channel = str(event.get("text") or ""), str(event["channel"])

        async def work() -> None:
            reply = self._bot.ask(text, via=via, private=False)
            await say(client, reply.card, channel=channel, thread_ts=thread_ts)

        async def tell(line: Json) -> None:
            await client.chat_postMessage(channel=channel, thread_ts=thread_ts, **line)

        self._start(work(), self._bot.language(text), tell)

    def _start(
        self, work: Coroutine[Any, Any, None], language: Language, tell: Callable[[Json], Awaitable[object]]
    ) -> None:
        self._background.start(self._attempt(work, language, tell))

    async def _attempt(
        self, work: Coroutine[Any, Any, None], language: Language, tell: Callable[[Json], Awaitable[object]]
    ) -> None:
        """Do it; whatever fails, the person is told once, in one line."""
        try:
            await work
        except Exception as error:  # noqa: BLE001  # the one place where nothing may stay silent
            line = self._sorry(error, language)
            try:
                await tell(line)
            except Exception:  # the channel itself may be what fails: archived, or we were removed
                log.exception("could not tell the person about it either")

    async def _tell(self, respond: AsyncRespond, phrase: str, language: Language, **values: object) -> None:
        line = self._bot.cards.line(phrase, language, **values)
        await respond(**line, response_type="ephemeral", replace_original=False)

    def _sorry(self, error: Exception, language: Language) -> Json:
        reference = secrets.token_hex(4)
        log.error("reference=%s", reference, exc_info=error)
        return self._bot.cards.line("error.sorry", language, reference=reference)


def _is_for_us(event: Json) -> bool:
    """Whether a person wrote it, now: no bot, no edit, no unfurl, no deletion."""
    return not (
        event.get("bot_id")
        or event.get("subtype")
        or event.get("edited")
        or event.get("hidden")
        or not event.get("user")
        or event.get("user") == "USLACKBOT"
    )
