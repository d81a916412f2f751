"""What Slack can ask: the slash command, mentions, direct messages, buttons. Acknowledge, ask, reply."""

from __future__ import annotations

import logging
import re
import secrets
from typing import TYPE_CHECKING, Any

from slack_bolt import BoltResponse

from aibot.core.conversation import inline_switch
from aibot.core.conversation.inline import MARK
from aibot.core.language import LANGUAGES
from aibot.slack.cards import HELP_ACTION, SHARE_ACTION, SHOW_ACTION, recall_from
from aibot.slack.conversation import Conversation, Spoken
from aibot.slack.delivery import Destination, Response, ResponseRefusedError
from aibot.slack.inline import Inline
from aibot.slack.places import mentions, place_of, typed_in
from aibot.slack.readiness import Readiness
from aibot.slack.seen import Seen

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
    from slack_sdk.web.async_client import AsyncWebClient

    from aibot.core.conversation.inline import Switch
    from aibot.core.language import Language
    from aibot.slack.background import Background
    from aibot.slack.bot import Bot
    from aibot.slack.cards import Recall
    from aibot.storage import Memory

log = logging.getLogger(__name__)

#  How long a share button is remembered as pressed; its message is gone for the asker sooner than that
SHARED_SECONDS = 24 * 3600
#  Messages of people have no subtype, or one of these: https://docs.slack.dev/reference/events/message#subtypes
WRITTEN = frozenset({None, "file_share", "me_message", "thread_broadcast"})
#  https://docs.slack.dev/reference/events/message: public and private channels
CHANNELS = frozenset({"channel", "group"})

Json = dict[str, Any]


class Listeners:
    """The listeners, with what they need to reply."""

    def __init__(self, bot: Bot, background: Background, memory: Memory | None = None) -> None:
        self._bot, self._background, self._memory = bot, background, memory
        self.conversation = Conversation(bot, memory)
        self._inline = Inline(bot, self.conversation, memory)
        self._shared = Seen(SHARED_SECONDS)
        self._readiness = Readiness()

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt who listens to what."""
        app.event("app_mention")(self.on_mention)
        app.event("message")(self.on_message)
        app.action(re.compile(rf"^(?:{SHOW_ACTION}|{HELP_ACTION})(?::|$)"))(self.on_show)
        app.action(SHARE_ACTION)(self.on_share)
        app.action(re.compile(".*"))(self.on_unknown_action)
        # Slack counts an event without a listener as failed and sends it again:
        # https://docs.slack.dev/apis/events-api/#failure-limits
        app.event(re.compile(".*"))(self.on_any_event)
        app.error(self.on_error)

    async def on_command(self, command: Json, *, client: AsyncWebClient) -> BoltResponse:
        """A slash command, of whatever name: the answer rides in the acknowledgement, seen by the asker alone.

        Tables and charts go ahead of it; where Slack does not take them, it carries the same without.
        """
        if (wish := inline_switch(str(command.get("text") or ""))) is not None:
            return await self._switch_inline(wish, command)
        reply = self._bot.ask(str(command.get("text") or ""), via="command", private=True)
        if "response_url" in command and await self._response(command, client).offer(reply.card):
            return BoltResponse(status=200, body="")
        return BoltResponse(status=200, body=reply.card.ephemeral_json)

    async def on_mention(
        self, event: Json, body: Json, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """A mention in a channel or a thread: answered in that thread."""
        if is_for_us(event):
            self._reply_later(event, body, context, client, addressed=True)

    async def on_message(
        self, event: Json, body: Json, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """A direct message, a reply in a thread that may be known, a name in double brackets; any other costs nothing.

        A message with our name comes as a mention too, and is answered there.
        """
        if (deleted := deleted_in(event)) is not None:
            team = place_of(context, str(event.get("channel")), "", self._bot.default).team
            self._background.start(self.conversation.parent_deleted(team, str(event["channel"]), deleted))
        elif not is_for_us(event):
            return
        elif event.get("channel_type") == "im":
            self._reply_later(event, body, context, client, addressed=True)
        elif event.get("channel_type") in CHANNELS and not mentions(event, context.bot_user_id):
            self._overheard(event, body, context, client)

    async def on_show(self, ack: AsyncAck, action: Json, body: Json, client: AsyncWebClient) -> None:
        """A button that looks something up: its answer takes the message's place."""
        await ack()
        recall = recall_from(action.get("value", ""))
        if recall is None:
            return self._outdated(body, client)
        private = bool(body.get("container", {}).get("is_ephemeral"))
        response = self._response(body, client)

        async def work() -> None:
            reply = self._bot.show_again(recall, via="button", private=private)
            await response.show(reply.card, in_channel=not private, replace=True)
            if not private and (thread := _thread_of(body)) is not None:
                where = self._destination(body).workspace, body["container"]["channel_id"], thread
                await self.conversation.answered(*where, reply.answer, reply.language)

        return self.start(work(), recall.language, response.tell)

    async def on_share(self, ack: AsyncAck, action: Json, body: Json, client: AsyncWebClient) -> None:
        """The share button: the same card for everyone in the channel, naming who shared it."""
        await ack()
        recall = recall_from(action.get("value", ""))
        if recall is None:
            return self._outdated(body, client)
        user, response = body["user"]["id"], self._response(body, client)
        return self.start(
            self._share(recall, user, _pressed(body, action), response), recall.language, response.tell
        )

    async def _share(self, recall: Recall, user: str, pressed: str, response: Response) -> None:
        if not self._shared.add(pressed):  # a second press, on its way before the button was gone
            await response.tell(self._bot.cards.line("shared.done", recall.language))
            return
        reply = self._bot.show_again(recall, via="share", private=False)
        try:
            await response.show(self._bot.cards.shared(reply.card, reply.language, user), in_channel=True)
        except ResponseRefusedError as error:
            self._shared.discard(pressed)  # nobody has seen it: the button may be pressed again
            log.warning("sharing was refused: %s", error.reason)
            await response.tell(self._bot.cards.line("shared.failed", reply.language, reason=error.reason))
            return
        # the private card stays, without its share button
        await response.show(reply.card, replace=True)

    async def on_unknown_action(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """A button we do not know, from an older or newer version of the bot."""
        await ack()
        self._outdated(body, client)

    async def on_any_event(self, event: Json) -> None:
        """Every other event: heard, and nothing to do."""
        log.debug("no listener for event type=%s subtype=%s", event.get("type"), event.get("subtype"))

    async def on_error(self, error: Exception, body: Json, client: AsyncWebClient) -> BoltResponse:
        """What no listener expected: the person sees a reference, the log has the traceback."""
        line = self._sorry(error, self._bot.language(str(body.get("text", ""))))
        if "command" in body:
            return BoltResponse(status=200, body={"response_type": "ephemeral", **line})
        if "response_url" in body:
            await self._response(body, client).tell(line)
        return BoltResponse(status=200, body="")

    def _destination(self, body: Json) -> Destination:
        team = body.get("team") or {}
        return Destination(str(body.get("team_id") or team.get("id") or ""), self._readiness)

    def _response(self, body: Json, client: AsyncWebClient) -> Response:
        return Response(body["response_url"], client, self._destination(body))

    def _outdated(self, body: Json, client: AsyncWebClient) -> None:
        """Say in both languages that a button is too old, since it does not say whose it is."""
        lines = [self._bot.cards.line("error.old-button", language)["text"] for language in LANGUAGES]
        response = self._response(body, client)
        self.start(response.tell({"text": "\n".join(lines)}), "en", response.tell)

    def _reply_later(
        self, event: Json, body: Json, context: AsyncBoltContext, client: AsyncWebClient, *, addressed: bool
    ) -> None:
        """Answer after the acknowledgement, so that a slow Web API never makes Slack send the event again."""
        direct = event.get("channel_type") == "im"
        thread = event.get("thread_ts") if direct else event.get("thread_ts") or event["ts"]
        place = place_of(context, str(event["channel"]), str(event["user"]), self._bot.default)
        spoken = Spoken(
            place.team, place.channel, place.user, str(event.get("text") or ""), addressed, thread
        )
        to, language = self._destination(body), self._bot.language(typed_in(event))

        async def tell(line: Json) -> None:
            if addressed:
                await client.chat_postMessage(channel=place.channel, thread_ts=thread, **line)

        wish = inline_switch(typed_in(event)) if addressed else None
        if wish is not None:

            async def switch() -> None:
                said, _ = await self._inline.switch(wish, place.team, place.channel, place.user, language)
                await tell({"text": said})

            self.start(switch(), language, tell)
        else:
            self.start(self.conversation.answer(spoken, client, to), language, tell)

    def _overheard(self, event: Json, body: Json, context: AsyncBoltContext, client: AsyncWebClient) -> None:
        """What people say among themselves: looked at where the thread may be known, or a name stands in brackets."""
        channel, text = str(event["channel"]), str(event.get("text") or "")
        team = place_of(context, channel, "", self._bot.default).team
        thread = event.get("thread_ts")
        if MARK in text:
            work = self._inline.answer(
                text,
                client,
                team=team,
                channel=channel,
                thread_ts=thread or event["ts"],
                to=self._destination(body),
            )
            self.start(work, self._bot.language(text), _tell_nobody)
        elif thread and self.conversation.may_be_for_us(team, channel, thread):
            self._reply_later(event, body, context, client, addressed=False)

    async def _switch_inline(self, wish: Switch, command: Json) -> BoltResponse:
        """`/ai inline on`: the whole channel is told who changed it; anything else is for the asker alone."""
        team, channel = str(command.get("team_id") or ""), str(command.get("channel_id") or "")
        language = self._bot.language(str(command.get("text") or ""))
        said, to_all = await self._inline.switch(
            wish, team, channel, str(command.get("user_id") or ""), language
        )
        kind = "in_channel" if to_all else "ephemeral"
        return BoltResponse(status=200, body={"response_type": kind, "text": said})

    def start(
        self, work: Coroutine[Any, Any, None], language: Language, tell: Callable[[Json], Awaitable[object]]
    ) -> None:
        """Begin, without waiting; whatever fails, `tell` says so to the person."""
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

    def _sorry(self, error: Exception, language: Language) -> Json:
        reference = secrets.token_hex(4)
        log.error("reference=%s", reference, exc_info=error)
        return self._bot.cards.line("error.sorry", language, reference=reference)


def is_for_us(event: Json) -> bool:
    """Whether a person wrote it, now: no bot, no edit, no unfurl, no deletion."""
    return not (
        event.get("bot_id")
        or event.get("subtype") not in WRITTEN
        or event.get("edited")
        or event.get("hidden")
        or not event.get("user")
        or event.get("user") == "USLACKBOT"
    )


def deleted_in(event: Json) -> str | None:
    """The message that was deleted, by its ts; one with replies turns into a tombstone."""
    if event.get("subtype") == "message_deleted":
        return str(event.get("deleted_ts") or "") or None
    message = event.get("message") or {}
    if event.get("subtype") == "message_changed" and message.get("subtype") == "tombstone":
        return str(message.get("ts") or "") or None
    return None


async def _tell_nobody(_line: Json) -> None:
    """Nobody addressed us: what failed is in the log."""


def _thread_of(body: Json) -> str | None:
    """The thread that a pressed button's message stands in; "" for a direct message outside threads."""
    container = body.get("container") or {}
    thread = container.get("thread_ts") or (body.get("message") or {}).get("thread_ts")
    if thread:
        return str(thread)
    return "" if str(container.get("channel_id") or "").startswith("D") else None


def _pressed(body: Json, action: Json) -> str:
    """Which button on which message was pressed."""
    container = body.get("container", {})
    return f"{container.get('channel_id')} {container.get('message_ts')} {action.get('value')}"
