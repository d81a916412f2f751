"""The workspaces that installed the bot: whose token a request takes, kept fresh, and forgotten when they go."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from aibot.slack.install.leaving import Leaving
from aibot.slack.install.origin import Origin, origin_of, origin_of_message, settle
from aibot.slack.install.refreshing import Refresher, is_stale
from aibot.slack.install.team_client import TeamClient

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import aiohttp
    from slack_bolt.async_app import AsyncBoltContext

    from aibot.storage import Installation, Memory

log = logging.getLogger(__name__)

KEPT_SECONDS = 60.0
#  What another program installs, this one must not deny for long
ABSENT_SECONDS = 3.0
MOST_KEPT = 10_000
_FOUND = "aibot.installation"


class Installed(AsyncAuthorize):
    """Finds the installation a request is for, from memory where it was asked within the last minute."""

    def __init__(  # noqa: PLR0913  # what it stands on
        self,
        memory: Memory,
        session: aiohttp.ClientSession,
        *,
        api_url: str,
        client_id: str,
        client_secret: str,
        clock: Callable[[], float] = time.time,
        timer: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.memory, self._session, self._api_url = memory, session, api_url
        self._clock, self._timer, self._sleep = clock, timer, sleep
        self._kept: OrderedDict[Origin, tuple[float, Installation | None]] = OrderedDict()
        self.refresher = Refresher(
            memory.installations, self.anonymous(), client_id, client_secret, clock=clock, sleep=sleep
        )
        self.leaving = Leaving(memory, self.anonymous, self._look, self.forget, sleep)

    # Requests

    async def arrived(self, context: AsyncBoltContext, body: dict[str, Any]) -> Installation | None:
        """The installation that a request is for, None where there is none; Bolt's authorization finds it again.

        Raises:
            StorageError: where the database cannot tell.
        """
        origin = origin_of(context, body)
        other = origin_of_message(origin, body)
        held = await self.find(other) if other is not None else None
        if other is not None and held is not None:
            origin = other  # both sides of a shared channel may have us; the button is on one side's message
        else:
            held = await self.find(origin)
        context[_FOUND] = (origin, held)
        if held is not None:
            settle(body, held.team or origin.team)
        return held

    async def __call__(self, *, context: AsyncBoltContext, **_request: object) -> AuthorizeResult | None:
        """What Bolt asks for every request: who we are there, and a client with the right token."""
        origin, held = context[_FOUND]
        if held is None:
            return None
        context["client"] = self.client_of(context)
        return AuthorizeResult(
            enterprise_id=held.enterprise or None,
            team_id=held.team or origin.team,
            bot_id=held.bot or None,
            bot_user_id=held.bot_user,
            bot_token=held.token,
        )

    # Looking up

    async def find(self, origin: Origin) -> Installation | None:
        """An installation, as it was at most a minute ago."""
        now = self._timer()
        kept = self._kept.get(origin)
        if kept is not None and now < kept[0]:
            self._kept.move_to_end(origin)
            return kept[1]
        held = await asyncio.to_thread(self._look, origin)
        self._keep(origin, held)
        return held

    async def fresh(self, origin: Origin) -> Installation | None:
        """An installation with a token that lives for a while yet."""
        held = await self.find(origin)
        if held is None or not is_stale(held, self._clock()):
            return held
        held = await self.refresher.refreshed(held, lambda: self._look(origin))
        self._keep(origin, held)
        return held

    def _look(self, origin: Origin) -> Installation | None:
        installations = self.memory.installations
        held = installations.find("", origin.enterprise) if origin.whole else None
        held = held or installations.find(origin.team, origin.enterprise)
        if held is not None and not held.team and origin.team and origin.enterprise and not origin.shared:
            installations.belongs(origin.team, origin.enterprise)
        return held

    def _keep(self, origin: Origin, held: Installation | None) -> None:
        self._kept[origin] = (self._timer() + (ABSENT_SECONDS if held is None else KEPT_SECONDS), held)
        self._kept.move_to_end(origin)
        now = self._timer()
        while self._kept:  # the front was asked for longest ago: no token stays in memory that nobody needs
            first, (until, _) = next(iter(self._kept.items()))
            if until > now and len(self._kept) <= MOST_KEPT:
                break
            del self._kept[first]

    @property
    def holds_any(self) -> bool:
        """Whether some workspace's requests could be answered without the database."""
        now = self._timer()
        return any(held is not None and now < until for until, held in self._kept.values())

    def forget(self, team: str, enterprise: str = "") -> None:
        """Look it up again next time."""
        for origin, (_, held) in list(self._kept.items()):
            whose = {origin.team, origin.enterprise} | ({held.team, held.enterprise} if held else set())
            if (team or enterprise) in whose:
                del self._kept[origin]

    # Clients

    def client(self, origin: Origin) -> AsyncWebClient:
        """A client for what people ask: it tries again when Slack says to wait, never after a lost connection."""
        return self._client(origin, [AsyncRateLimitErrorRetryHandler(max_retry_count=2)])

    def client_of(self, context: AsyncBoltContext) -> AsyncWebClient:
        """The client for a request that has arrived."""
        return self.client(context[_FOUND][0])

    def poster(self, team: str, session: aiohttp.ClientSession) -> AsyncWebClient:
        """A client for daily posts, which never tries again by itself."""
        return self._client(Origin(team), [], session)

    def of_team(self, team: str) -> AsyncWebClient:
        """A workspace's client, outside any request."""
        return self.client(Origin(team))

    def anonymous(self) -> AsyncWebClient:
        """A client without a token, to get one."""
        return AsyncWebClient(base_url=self._api_url, session=self._session, retry_handlers=[])

    def _client(
        self, origin: Origin, handlers: list[Any], session: aiohttp.ClientSession | None = None
    ) -> TeamClient:
        return TeamClient(
            self, origin, base_url=self._api_url, session=session or self._session, retry_handlers=handlers
        )

    async def refused(self, held: Installation, code: str) -> None:
        """Slack refused a call of a client of ours."""
        await self.leaving.refused(held, code)
