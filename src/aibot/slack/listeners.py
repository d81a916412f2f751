"""What Slack can ask: the slash command, mentions, direct messages, buttons. Acknowledge, ask, reply."""

from __future__ import annotations

import logging
import re
import secrets
from typing import TYPE_CHECKING, Any

from slack_bolt import BoltResponse

from aibot.core.conversation import inline_switch
from aibot.core.language import LANGUAGES
from aibot.slack.cards import HELP_ACTION, SHARE_ACTION, SHOW_ACTION, recall_from
from aibot.slack.conversation import Conversation
from aibot.slack.delivery import Destination, Response, ResponseRefusedError
from aibot.slack.inline import Inline
from aibot.slack.messages import Messages
from aibot.slack.people import People
from aibot.slack.places import is_ephemeral, thread_of, where_of
from aibot.slack.preferences import Languages, asking_in
from aibot.slack.presses import Presses
from aibot.slack.readiness import Readiness
from aibot.slack.seen import Seen

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from slack_bolt.async_app import AsyncAck, AsyncApp
    from slack_sdk.web.async_client import AsyncWebClient

    from aibot.core.language import Language
    from aibot.slack.background import Background
    from aibot.slack.bot import Bot
    from aibot.slack.cards import Recall
    from aibot.storage import Memory

log = logging.getLogger(__name__)

#  How long a share button is remembered as pressed; its message is gone for the asker sooner than that
SHARED_SECONDS = 24 * 3600

Json = dict[str, Any]


class Listeners:
    """The listeners, with what they need to reply."""

    def __init__(
        self,
        bot: Bot,
        background: Background,
        memory: Memory | None = None,
        people: People | None = None,
    ) -> None:
        self._bot, self._background, self._memory = bot, background, memory
        preferences = memory.preferences if memory is not None else None
        self.languages = Languages(bot.default, preferences, people or People(), background)
        self.conversation = Conversation(bot, memory)
        self.messages = Messages(bot, self.conversation, Inline(bot, self.conversation, memory), self)
        self._shared, self._presses = Seen(SHARED_SECONDS), Presses()
        self._readiness = Readiness()

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt who listens to what."""
        app.event("app_mention")(self.messages.on_mention)
        app.event("message")(self.messages.on_message)
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
        text = str(command.get("text") or "")
        if (wish := inline_switch(text)) is not None:
            return await self.messages.on_inline_command(wish, command)
        language = await self.languages.of(asking_in(command), text, client, acknowledged=False)
        reply = self._bot.ask(text, via="command", private=True, language=language)
        if "response_url" in command and await self.response(command, client).offer(reply.card):
            return BoltResponse(status=200, body="")
        return BoltResponse(status=200, body=reply.card.ephemeral_json)

    async def on_show(self, ack: AsyncAck, action: Json, body: Json, client: AsyncWebClient) -> None:
        """A button that looks something up: its answer takes the message's place."""
        await ack()
        recall = recall_from(action.get("value", ""))
        if recall is None:
            return self.outdated(body, client)
        private, response = is_ephemeral(body), self.response(body, client)
        pressed = self._presses.take(body, action)
        if pressed == "again":  # the first press of it is under way
            return None

        async def work() -> None:
            if pressed == "taken":
                language = await self.languages.of_presser(asking_in(body), recall.language)
                await response.tell(self._bot.cards.line("press.taken", language))
                return
            reply = self._bot.show_again(recall, via="button", private=private, where=where_of(body))
            try:
                await response.show(reply.card, in_channel=not private, replace=True)
            except Exception:
                self._presses.release(body, action)  # nothing has changed: it may be pressed again
                raise
            if not private and (thread := thread_of(body)) is not None:
                where = self.destination(body).workspace, body["container"]["channel_id"], thread
                await self.conversation.answered(*where, reply.answer, reply.language)

        return self.start(work(), recall.language, response.tell)

    async def on_share(self, ack: AsyncAck, action: Json, body: Json, client: AsyncWebClient) -> None:
        """The share button: the same card for everyone in the channel, naming who shared it."""
        await ack()
        recall = recall_from(action.get("value", ""))
        if recall is None:
            return self.outdated(body, client)
        user, response = body["user"]["id"], self.response(body, client)
        return self.start(
            self._share(recall, user, _pressed(body, action), response), recall.language, response.tell
        )

    async def _share(self, recall: Recall, user: str, pressed: str, response: Response) -> None:
        if self._bot.is_gone(recall):
            await response.tell(self._bot.cards.line("card.retired", recall.language))
            return
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
        await response.show(self._bot.drawn_again(recall, where="direct").card, replace=True)

    async def on_unknown_action(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """A button we do not know, from an older or newer version of the bot."""
        await ack()
        self.outdated(body, client)

    async def on_any_event(self, event: Json) -> None:
        """Every other event: heard, and nothing to do."""
        log.debug("no listener for event type=%s subtype=%s", event.get("type"), event.get("subtype"))

    async def on_error(self, error: Exception, body: Json, client: AsyncWebClient) -> BoltResponse:
        """What no listener expected: the person sees a reference, the log has the traceback."""
        line = self._sorry(error, self.languages.known(asking_in(body), str(body.get("text", ""))))
        if "command" in body:
            return BoltResponse(status=200, body={"response_type": "ephemeral", **line})
        if "response_url" in body:
            await self.response(body, client).tell(line)
        return BoltResponse(status=200, body="")

    def destination(self, body: Json) -> Destination:
        """Where a card goes to."""
        team = body.get("team") or {}
        return Destination(str(body.get("team_id") or team.get("id") or ""), self._readiness)

    def response(self, body: Json, client: AsyncWebClient) -> Response:
        """How to answer; what is new goes into the thread of the message that a button stands on."""
        thread_ts = (body.get("container") or {}).get("thread_ts")
        return Response(body["response_url"], client, self.destination(body), thread_ts)

    def outdated(self, body: Json, client: AsyncWebClient) -> None:
        """Say in both languages that a button is too old, since it does not say whose it is."""
        lines = [self._bot.cards.line("error.old-button", language)["text"] for language in LANGUAGES]
        response = self.response(body, client)
        self.start(response.tell({"text": "\n".join(lines)}), "en", response.tell)

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


def _pressed(body: Json, action: Json) -> str:
    """Which button on which message was pressed."""
    container = body.get("container", {})
    return f"{container.get('channel_id')} {container.get('message_ts')} {action.get('value')}"
