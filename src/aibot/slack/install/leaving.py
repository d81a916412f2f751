"""How a workspace goes: Slack is asked whether its token has ended, and what was kept for it is purged, for certain."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Literal

from slack_sdk.errors import SlackApiError

from aibot.errors import StorageError
from aibot.slack.install.origin import Origin
from aibot.slack.refusals import ENDED, UNREACHABLE, code_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from slack_sdk.web.async_client import AsyncWebClient

    from aibot.storage import Departure, Installation, Memory

log = logging.getLogger(__name__)

EVENTS = frozenset({"app_uninstalled", "tokens_revoked"})
TAKEN_OUT = (
    "team_access_revoked"  # an organisation keeps the app, and takes it away from some of its workspaces
)
#  Waits before Slack is asked again whether an uninstalled app is gone; it may tell us before it is done
ASK_AGAIN = (0.0, 2.0, 10.0)
#  Waits where it did not say: busy, out of reach. After that it is asked every ten minutes, by any program
NO_WORD = (10.0, 30.0, 60.0)

Json = dict[str, Any]
Granted = frozenset[str] | Literal["ended", "unknown"]


class Leaving:
    """Settles departures: at once where they are heard of, and later whatever was cut short."""

    def __init__(
        self,
        memory: Memory,
        anonymous: Callable[[], AsyncWebClient],
        look: Callable[[Origin], Installation | None],
        forget: Callable[[str, str], None],
        sleep: Callable[[float], Awaitable[object]],
    ) -> None:
        self._memory, self._anonymous, self._look = memory, anonymous, look
        self._forget, self._sleep = forget, sleep
        self._when_gone: list[Callable[[str], None]] = []
        self._owed: dict[str, tuple[Installation, str]] = {}  # has ended, and the database was away
        self._heard: set[str] = set()  # what other programs purged, by its mark

    def when_gone(self, tell: Callable[[str], None]) -> None:
        """Call with every workspace that is purged: what else is kept in memory for it goes, too."""
        self._when_gone.append(tell)

    async def note(self, event: Json, origin: Origin) -> None:
        """Write down what an event says of an installation's end, before Slack hears that we have it.

        Raises:
            StorageError: where it cannot be written; Slack must send the event again.
        """
        kind = str(event.get("type") or "")
        if kind == TAKEN_OUT:
            await asyncio.to_thread(self._memory.departures.note_taken_out, taken_out(event), kind)
        elif is_end(event) and (origin.team or origin.enterprise):
            await asyncio.to_thread(self._memory.departures.note, *key_of(origin), kind)

    async def refused(self, held: Installation, code: str) -> None:
        """Slack refused a call with this installation's token; some refusals mean that it has ended."""
        if code in ENDED:
            try:
                await self._end(held, code, (held.team, held.enterprise))
            except StorageError as error:
                log.error("what %s left behind is not purged yet: %s", held.owner, error)  # noqa: TRY400
                self._owed[held.owner] = (held, code)
        elif code in ("invalid_auth", "token_expired"):
            self._forget(held.team, held.enterprise)
            log.error("Slack does not take the token of %s (%s)", held.owner, code)

    async def uninstalled(self, origin: Origin, *, linger: Callable[[float], Awaitable[object]]) -> None:
        """Slack says that the app was uninstalled or its token revoked, in whatever order, early or late.

        It may have been installed again meanwhile. Clocks cannot settle that, so Slack is asked with the token at hand.
        `linger` waits the longer waits, and is done early when the bot stops.
        """
        for wait in (*NO_WORD, None):
            departure = await asyncio.to_thread(self._memory.departures.of, *key_of(origin))
            if departure is None or await self._is_decided(departure, ASK_AGAIN):
                return  # what was purged is looked at once more by a sweep
            if wait is not None:
                await linger(wait)
        log.error(
            "%s said that it took the app away, and Slack does not say whether its token has ended; nothing is deleted "
            "before it does, and it is asked again every ten minutes",
            origin.team or origin.enterprise,
        )

    async def taken_out(self, teams: list[str]) -> None:
        """An organisation is said to have taken the app away from some workspaces: purge where Slack says the same.

        Where it says otherwise, it may only not have caught up with its own event; a sweep asks it once more.
        """
        granted: dict[str, Granted] = {}
        for team in teams:
            departure = await asyncio.to_thread(self._memory.departures.of, team, "")
            if departure is not None:
                await self._is_access_decided(departure, granted)

    async def sweep(self) -> None:
        """Settle what was cut short: by an outage of the database or of Slack, or by the end of a program.

        What another program has heard of, or purged, this one forgets.

        Raises:
            StorageError: where the database cannot tell; the next sweep does it.
        """
        for owner, (held, reason) in list(self._owed.items()):
            await self._end(held, reason, (held.team, held.enterprise))
            del self._owed[owner]
        marks = await asyncio.to_thread(self._memory.departures.marks)
        self._gone([team for mark, team in marks.items() if mark not in self._heard])
        self._heard = set(marks)
        granted: dict[str, Granted] = {}
        for departure in await asyncio.to_thread(self._memory.departures.take):
            try:
                if departure.reason == TAKEN_OUT:
                    decided = await self._is_access_decided(departure, granted)
                else:
                    decided = await self._is_decided(departure, ASK_AGAIN[:1])
                if decided:
                    await asyncio.to_thread(self._memory.departures.settle, departure)
            except StorageError as error:  # of one, its key may be missing; the others go on
                whose = departure.team or departure.enterprise
                log.error("%s said that it took the app away; not settled yet: %s", whose, error)  # noqa: TRY400

    async def _is_decided(self, departure: Departure, waits: tuple[float, ...]) -> bool:
        """Purge it, or find it installed again; False where Slack does not say which."""
        key = departure.team, departure.enterprise
        for wait in waits:
            await self._sleep(wait)
            held = await asyncio.to_thread(self._look, Origin(*key, whole=not departure.team))
            state = "ended" if held is None else await self._state_of(held, departure.reason)
            if state == "unknown":
                return False
            if state == "ended":
                await self._end(held, departure.reason, key)
                return True
        log.info(
            "Slack takes the token of %s: %s is of no account any more", key[0] or key[1], departure.reason
        )
        await asyncio.to_thread(self._memory.departures.settle, departure)
        return True

    async def _is_access_decided(self, departure: Departure, granted: dict[str, Granted]) -> bool:
        """Purge a workspace, or find that its organisation's installation serves it; False where Slack does not say.

        `granted` has what Slack said of each organisation asked before: it is to be asked some 20 times a minute.
        """
        team = departure.team
        held = await asyncio.to_thread(self._memory.installations.organisation_of, team)
        if held is not None:
            if held.owner not in granted:
                granted[held.owner] = await self._granted(held)
            said = granted[held.owner]
            if said == "unknown":
                return False
            if said == "ended":  # all of it
                await self._end(held, departure.reason, (held.team, held.enterprise))
                return True
            if team in said:
                return True
        await asyncio.to_thread(self._memory.purge.teams, [team], departure.reason)
        self._gone([team])
        return True

    async def _granted(self, held: Installation) -> Granted:
        """The workspaces that an organisation's token is good for, by Slack's own list."""
        client, teams, cursor = self._anonymous(), set[str](), ""
        try:
            while True:
                listed = await client.auth_teams_list(token=held.token, limit=1000, cursor=cursor)
                teams |= {str(one.get("id")) for one in listed.get("teams") or ()}
                if not (cursor := (listed.get("response_metadata") or {}).get("next_cursor") or ""):
                    return frozenset(teams)
        except SlackApiError as error:
            return "ended" if code_of(error) in ENDED else "unknown"
        except UNREACHABLE:
            return "unknown"

    async def _state_of(self, held: Installation, reason: str) -> Literal["ended", "alive", "unknown"]:
        try:
            await self._anonymous().auth_test(token=held.token)
        except SlackApiError as error:
            # after an event `invalid_auth` counts, too: Slack has said twice that the token is gone
            ended = ENDED | {"invalid_auth"} if reason in EVENTS else ENDED
            return "ended" if code_of(error) in ended else "unknown"
        except UNREACHABLE:
            return "unknown"
        return "alive"

    async def _end(self, held: Installation | None, reason: str, key: tuple[str, str]) -> None:
        team, enterprise = (held.team, held.enterprise) if held is not None else key
        self._forget(team, enterprise)
        teams = await asyncio.to_thread(self._memory.purge.installation, team, enterprise, held, reason)
        if teams is None:
            return
        if held is not None:
            log.warning(
                "%s took the app away (%s); what was kept for it is purged", team or enterprise, reason
            )
        self._gone(teams)

    def _gone(self, teams: list[str]) -> None:
        for team in teams:
            self._forget(team, "")
            for tell in self._when_gone:
                tell(team)


def is_end(event: Json) -> bool:
    """Whether an event says that the bot's own token is gone."""
    if event.get("type") == "tokens_revoked":
        tokens = event.get("tokens")
        return bool(isinstance(tokens, dict) and tokens.get("bot"))
    return event.get("type") == "app_uninstalled"


def taken_out(event: Json) -> list[str]:
    """The workspaces that an organisation took the app away from."""
    teams = event.get("team_ids")
    return [str(team) for team in teams] if isinstance(teams, list) else []


def key_of(origin: Origin) -> tuple[str, str]:
    """Whose departure it is: a workspace's, or that of a whole organisation."""
    return ("", origin.enterprise) if origin.whole else (origin.team, origin.enterprise)
