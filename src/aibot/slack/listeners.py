"""What Slack can ask: the slash command, mentions, direct messages, buttons. Acknowledge, ask, reply."""

from __future__ import annotations

import contextlib
import logging
import re
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from slack_bolt import BoltResponse
from slack_sdk.errors import SlackApiError

from aibot.core.language import LANGUAGES
from aibot.slack.cards import HELP_ACTION, SHARE_ACTION, SHOW_ACTION, recall_from
from aibot.slack.delivery import Destination, Response, share
from aibot.slack.manners.arrivals import Arrivals
from aibot.slack.manners.guard import Guard, Spot
from aibot.slack.manners.limits import Limits
from aibot.slack.manners.manners import Manners
from aibot.slack.manners.once import Once
from aibot.slack.manners.presses import Presses
from aibot.slack.manners.readiness import Readiness
from aibot.slack.manners.sharing import Sharing
from aibot.slack.manners.unanswered import UnansweredQuestions
from aibot.slack.people import People
from aibot.slack.places import button_name, is_ephemeral, thread_of, where_of
from aibot.slack.posting import is_uncertain
from aibot.slack.preferences import Languages, asking_in
from aibot.slack.recently import Recently
from aibot.slack.refusals import ResponseRefusedError, code_of, is_away
from aibot.slack.serving.outage import AwayError
from aibot.slack.talk.conversation import Conversation
from aibot.slack.talk.inline import Inline
from aibot.slack.talk.messages import Messages

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from slack_bolt.async_app import AsyncAck, AsyncApp
    from slack_sdk.web.async_client import AsyncWebClient

    from aibot.core.language import Language
    from aibot.slack.bot import Bot
    from aibot.slack.cards import Recall
    from aibot.slack.preferences import Asking
    from aibot.slack.serving.background import Background
    from aibot.slack.serving.metrics import Metrics
    from aibot.slack.serving.outage import Outage
    from aibot.storage import Memory

log = logging.getLogger(__name__)

#  How long a share button is remembered as pressed; its message is gone for the asker sooner than that
SHARED_SECONDS = 24 * 3600

Json = dict[str, Any]


class Listeners:
    """The listeners, with what they need to reply."""

    def __init__(  # noqa: PLR0913  # where everything meets
        self,
        bot: Bot,
        background: Background,
        outage: Outage,
        memory: Memory | None = None,
        people: People | None = None,
        *,
        manners: Manners | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        self._bot, self._background, self._outage = bot, background, outage
        self.manners = manners = manners or Manners()
        people = people or People()
        self.sharing = sharing = Sharing(memory)
        self.arrivals = Arrivals(sharing, background)
        preferences = memory.preferences if memory is not None else None
        self.languages = Languages(bot.default, preferences, people, background, sharing)
        self.recently = Recently(memory.recent if memory is not None else None, background)
        #  What to do when a person has chosen something: their Home shows it
        self.on_choice: Callable[[Asking, AsyncWebClient], None] = lambda *_: None
        self.limits = Limits(manners, sharing=sharing, background=background, metrics=metrics)
        self._shared, self._presses = self.once("share", SHARED_SECONDS), Presses()
        self._readiness = Readiness(sharing, background, memory)
        self._guard = Guard(bot.cards, self.limits, sharing, manners.repeat_seconds, metrics)
        self.unanswered = UnansweredQuestions(
            bot, memory, sharing, background, secret=manners.secret, is_on=manners.unanswered, people=people
        )
        self.conversation = Conversation(bot, memory, self.unanswered, self.recently, self.limits)
        inline = Inline(bot, self.conversation, memory, people, self.limits)
        self.messages = Messages(bot, self.conversation, inline, self)

    def forget_team(self, team: str) -> None:
        """Forget what is kept in memory of a workspace that took the app away."""
        for kept in (self.languages, self.recently, self._readiness):
            kept.forget_team(team)

    def once(self, kind: str, seconds: float) -> Once:
        """What of one kind is acted on a single time, by all programs on one database."""
        return Once(kind, seconds, self.sharing)

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
        text, asking = str(command.get("text") or ""), asking_in(command)
        language = await self.languages.of(asking, text, client, acknowledged=False)
        if self.messages.switches(text):
            response = self.response(command, client)
            self.start(self.messages.on_switch(text, asking, language, response), language, response.tell)
            return BoltResponse(status=200, body="")
        reply = self._bot.ask(text, via="command", private=True, language=language)
        self.recently.note(asking.team, asking.user, reply.answer)
        self.unanswered.note(text, reply, asking.team)
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
        wanted = replace(recall, question="") if recall.entry else recall

        async def work() -> None:
            asking = asking_in(body)
            if pressed == "taken":
                language = await self.languages.of_presser(asking, recall.language)
                await response.tell(self._bot.cards.line("press.taken", language))
                return
            if recall.entry:
                self.unanswered.picked(recall.question, self.destination(body).workspace)
            reply = self._bot.show_again(wanted, via="button", private=private, where=where_of(body))
            self.recently.note(asking.team, asking.user, reply.answer)
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
        channel = str(body.get("container", {}).get("channel_id") or "")
        spot = Spot(client, self.destination(body).workspace, channel)
        work = self._share(recall, user, button_name(body, action), response, spot)
        return self.start(work, recall.language, response.tell)

    async def _share(self, recall: Recall, user: str, pressed: str, response: Response, spot: Spot) -> None:
        if (line := await self.share(recall, user, pressed, response, spot, via="share")) is not None:
            await response.tell(line)
            return
        # the private card stays, without its share button
        await response.show(self._bot.drawn_again(recall, where="direct").card, replace=True)

    async def share(  # noqa: PLR0913  # what, whose, and where to
        self, recall: Recall, user: str, pressed: str, response: Response, spot: Spot, *, via: str
    ) -> Json | None:
        """Post a card where others read it, once for each `pressed`; what to tell the person instead, if anything."""
        if self._bot.is_gone(recall):
            return self._bot.cards.line("card.retired", recall.language)
        if not await self._shared.take(pressed):  # a second press, on its way before the button was gone
            return self._bot.cards.line("shared.done", recall.language)
        reply = self._bot.show_again(recall, via=via, private=False)
        if (line := await self._guard.may_share(reply.card, spot)) is not None:
            await self._shared.free(pressed)
            return line
        try:
            ts = await share(self._bot.cards.shared(reply.card, reply.language, user), response, spot.channel)
        except Exception as error:
            await self._shared.free(pressed)  # who looks and does not see it may press again
            if not isinstance(error, ResponseRefusedError | SlackApiError) or is_uncertain(error):
                raise
            log.warning("sharing was refused: %s", reason := code_of(error))
            return self._bot.cards.line("shared.failed", reply.language, reason=reason)
        await self._guard.shared(reply.card, spot, ts)
        await self.conversation.shared(spot, response.thread_ts, ts, reply)
        return None

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
        return Destination(
            str(body.get("team_id") or team.get("id") or ""), self._readiness, self._guard, self._outage
        )

    def response(self, body: Json, client: AsyncWebClient) -> Response:
        """How to answer; what is new goes into the thread of the message that a button stands on."""
        thread_ts = (body.get("container") or {}).get("thread_ts")
        return Response(body["response_url"], client, self.destination(body), thread_ts)

    def outdated(self, body: Json, client: AsyncWebClient) -> None:
        """Say in both languages that a button is too old, since it does not say whose it is."""
        lines = [self._bot.cards.line("error.old-button", language)["text"] for language in LANGUAGES]
        response = self.response(body, client)
        self.start(response.tell({"text": "\n".join(lines)}), "en", response.tell)

    def aside(self, work: Coroutine[Any, Any, object]) -> None:
        """Begin what nobody waits for, and nobody is told of."""
        self._background.start(work)

    def start(
        self, work: Coroutine[Any, Any, None], language: Language, tell: Callable[[Json], Awaitable[object]]
    ) -> None:
        """Begin, without waiting; whatever fails, `tell` says so to the person."""
        self._background.start(self._attempt(work, language, tell))

    async def _attempt(
        self, work: Coroutine[Any, Any, None], language: Language, tell: Callable[[Json], Awaitable[object]]
    ) -> None:
        """Do it, once Slack can hear of it; whatever fails, the person is told once, in one line."""
        try:
            await self._outage.over()
        except AwayError:
            work.close()
            return
        try:
            await work
            self._outage.came_through()
        except Exception as error:  # noqa: BLE001  # the one place where nothing may stay silent
            try:
                await self._tell_why(error, language, tell)
            except Exception:  # the channel itself may be what fails: archived, or we were removed
                log.exception("could not tell the person about it either")

    async def _tell_why(
        self, error: Exception, language: Language, tell: Callable[[Json], Awaitable[object]]
    ) -> None:
        if not is_away(error):
            await tell(self._sorry(error, language))
            return
        # what did not arrive may have been shown: a second one is worse than asking whether there is one
        self._outage.begin(error)
        with contextlib.suppress(AwayError):
            await self._outage.over()
            await tell(self._bot.cards.line("error.away", language))

    def _sorry(self, error: Exception, language: Language) -> Json:
        reference = secrets.token_hex(4)
        log.error("reference=%s", reference, exc_info=error)
        return self._bot.cards.line("error.sorry", language, reference=reference)
