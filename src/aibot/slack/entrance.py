"""What is settled before Bolt looks for a token, a client and a listener: repeats, limits, slash commands."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from slack_bolt import BoltResponse
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.payload_utils import is_block_suggestion, is_slash_command

from aibot.core.answers.unanswered import switch_wanted
from aibot.core.conversation import inline_switch
from aibot.core.language import LANGUAGES
from aibot.core.language_requests import parse_language
from aibot.errors import StorageError
from aibot.slack.install.origin import origin_of, settle
from aibot.slack.places import message_name
from aibot.slack.talk.messages import REPLIED_SECONDS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from slack_bolt.async_app import AsyncBoltRequest
    from slack_sdk.web.async_client import AsyncWebClient

    from aibot.core.daily.requests import Request
    from aibot.slack.addresses import Addresses
    from aibot.slack.bot import Bot
    from aibot.slack.home.search import Search
    from aibot.slack.install.installed import Installed
    from aibot.slack.listeners import Listeners
    from aibot.slack.manners.arrivals import Arrival
    from aibot.slack.manners.limiting import Limiting

log = logging.getLogger(__name__)

#  https://docs.slack.dev/authentication/verifying-requests-from-slack: older than five minutes may be a replay
MAX_AGE = 300
#  Where a form that came over HTTP has its signature, in its context: Slack makes each one once
SIGNATURE = "aibot_signature"
#  Where an event that this program took has its id, in its context: what became of it is to be told (see `Arrivals`)
TAKEN = "aibot_taken"


class Entrance(AsyncMiddleware):
    """What is settled before Bolt looks for a token, a client and a listener.

    What names an address for its answers that is not Slack's goes no further. Slack delivers at least once: the second
    delivery of an event ends here, before any work. A slash command is answered here, since its answer rides in the
    acknowledgement and needs none of them; one about daily posts or the language goes on to its listener, which does
    more than answer. What the search field offers rides in it as well.
    """

    def __init__(  # noqa: PLR0913, PLR0917  # where requests part
        self,
        listeners: Listeners,
        search: Search,
        limiting: Limiting,
        parse_daily: Callable[[str], Request | None],
        client: AsyncWebClient,
        addresses: Addresses,
        *,
        team: str = "",
    ) -> None:
        """`team` is our one workspace, where there is one: others' people in a shared channel name their own."""
        self._listeners, self._search, self._limiting = listeners, search, limiting
        self._parse_daily, self._client, self._team = parse_daily, client, team
        self._addresses = addresses
        self._arrivals = listeners.arrivals
        self._forms = listeners.once("form", 2 * MAX_AGE)  # clocks may differ by that age both ways

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002  # Bolt's name for it
    ) -> BoltResponse | None:
        """Go on to the listeners, or answer."""
        if self._team and isinstance(req.body, dict):
            settle(req.body, self._team)
        if is_block_suggestion(req.body):  # who types, deletes and types the same asks the same twice
            return await self._search.suggest(req.body)
        is_command = is_slash_command(req.body)
        #  Whether it switches something, which `on_command` does before the acknowledgement
        switches = is_command and _switches(req.body)
        changes = not is_command or switches or self._is_request(req.body)
        if (refused := await self._refused(req, changes=changes)) is not None:
            return refused
        if is_command:
            if (too_much := self._limiting.command(req.body)) is not None:
                return too_much
            if switches or not changes:
                return await self._listeners.on_command(req.body, client=self._client_of(req))
        if req.body.get("type") == "block_actions" and isinstance(message := req.body.get("message"), dict):
            #  Nobody reads them, and answers may have to wait for Slack: some ten kilobytes
            message.pop("blocks", None)
        event_id = req.body.get("event_id")
        if isinstance(event_id, str) and (arrival := await self._arrival(event_id, req)) != "first":
            self._limiting.count_seen()
            # whoever has it under way may end before it is acknowledged: Slack is to send it once more
            resp.status, resp.body = (200 if arrival == "acknowledged" else 503), ""
            return resp
        event = req.body.get("event")
        if isinstance(event, dict) and event.get("type") == "app_mention":
            await self._settle_edited(req.body, event)
        return await next()

    async def _refused(self, req: AsyncBoltRequest, *, changes: bool) -> BoltResponse | None:
        """What a request gets that goes no further: its answers were to go elsewhere, or it has been here before."""
        if (refused := self._addresses.refused(req.body)) is not None:
            return refused
        if await self._is_first(req, changes=changes):
            return None
        self._limiting.count_seen()
        return BoltResponse(status=401, body="the request has been here before")

    async def _is_first(self, req: AsyncBoltRequest, *, changes: bool) -> bool:
        """Whether a form has not been here before: to any program, where it may change something.

        A question asked by a slash command changes nothing, and is answered to whoever sends it: this program's
        memory is enough for it, and its acknowledgement waits for no database.
        """
        signature = req.context.get(SIGNATURE)
        if signature is None:
            return True
        return await self._forms.take(signature) if changes else self._forms.take_here(signature)

    async def _settle_edited(self, body: dict[str, Any], event: dict[str, Any]) -> None:
        """Take an edit for a message written now where it adds our name: "@aibto" becomes "@aibot".

        Slack tells of that as of any mention. Where it mentioned us before, or was a follow-up, it was answered then.
        """
        taking = self._listeners.messages.replied.take(message_name(body, event))
        if not (edited := event.get("edited")):
            self._listeners.aside(taking)  # for the time when it is edited: nobody's answer waits for it
        elif await taking and _is_soon(event, edited):
            del event["edited"]

    def _client_of(self, _req: AsyncBoltRequest) -> AsyncWebClient:
        return self._client

    async def _arrival(self, event_id: str, req: AsyncBoltRequest) -> Arrival:
        """Whether an event comes for the first time, to any of the programs that share a database.

        Busy channels are full of talk among people, of which the database is not asked.
        """
        event = req.body.get("event")
        if isinstance(event, dict) and self._is_only_heard(str(req.body.get("team_id") or ""), event):
            return "first" if self._arrivals.heard(event_id) else "acknowledged"
        arrival = await self._arrivals.arrive(event_id)
        if arrival == "first":
            req.context[TAKEN] = event_id
        return arrival

    def _is_only_heard(self, team: str, event: dict[str, Any]) -> bool:
        if event.get("type") != "message" or event.get("channel_type") == "im":
            return event.get("type") == "app_home_opened"
        return not self._listeners.messages.may_be_answered(team, event)

    def _is_request(self, command: dict[str, Any]) -> bool:
        """Whether a command is about daily posts or the language; its listener does more than answer."""
        text = str(command.get("text") or "")
        return self._parse_daily(text) is not None or parse_language(text) is not None


def _switches(command: dict[str, Any]) -> bool:
    text = str(command.get("text") or "")
    return inline_switch(text) is not None or switch_wanted(text) is not None


class ManyEntrance(Entrance):
    """The same where many workspaces installed the bot: first of all, whether this one did."""

    def __init__(self, installed: Installed, bot: Bot, *parts: Any) -> None:
        super().__init__(*parts)
        self._installed, self._bot = installed, bot

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002  # Bolt's name for it
    ) -> BoltResponse | None:
        """Go on, or answer; nobody gets an answer from the bot of a workspace that is not theirs."""
        try:
            held = await self._installed.arrived(req.context, req.body)
            if isinstance(event := req.body.get("event"), dict):
                await self._installed.leaving.note(event, origin_of(req.context, req.body))
        except StorageError as error:
            # Slack sends an event again a minute later; a person sees that it did not work
            log.error("nobody can say whether the workspace installed the bot: %s", error)  # noqa: TRY400
            return BoltResponse(status=503, body="")
        if held is None and is_slash_command(req.body):
            line = self._bot.cards.line("install.none", self._bot.language(str(req.body.get("text") or "")))
            return BoltResponse(status=200, body={"response_type": "ephemeral", **line})
        return await super().async_process(req=req, resp=resp, next=next)

    def _client_of(self, req: AsyncBoltRequest) -> AsyncWebClient:
        return self._installed.client_of(req.context)


def _is_soon(event: dict[str, Any], edited: Any) -> bool:
    try:
        return float(edited["ts"]) - float(event["ts"]) < REPLIED_SECONDS
    except (KeyError, TypeError, ValueError):
        return False


def not_installed(bot: Bot) -> str:
    """What is shown where a request comes from a workspace without us, in every language."""
    return "\n".join(bot.cards.line("install.none", language)["text"] for language in LANGUAGES)
