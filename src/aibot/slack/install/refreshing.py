"""Tokens that live twelve hours: the next one is asked for in time, by one program at a time.

https://docs.slack.dev/authentication/using-token-rotation: a refresh token is good once; the access token before the
new one goes on working until it expires. So whoever does not get to refresh goes on with the token it has.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from slack_sdk.errors import SlackApiError

from aibot.errors import StorageError
from aibot.slack.install.access import access
from aibot.slack.install.team_client import refusal
from aibot.slack.refusals import UNREACHABLE, code_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from slack_sdk.web.async_client import AsyncWebClient

    from aibot.storage import Installation, Installations

log = logging.getLogger(__name__)

#  Long enough to try hundreds of times before the token ends
IN_TIME = 2 * 3600.0
#  With less left than this, it is better to wait for the new token
TOO_LATE = 60.0
#  Waiting for another program to refresh, and for the database to take what Slack gave us
WAITS = (0.1, 0.2, 0.4, 0.8, 1.6, 3.0, 3.0)
#  Where no new token could be had, nobody waits for one again before that
IN_VAIN_SECONDS = 30.0


def is_stale(held: Installation, now: float) -> bool:
    """Whether it is time for the next token."""
    return held.expires_at is not None and held.expires_at - now < IN_TIME


class Refresher:
    """Asks Slack for next tokens."""

    def __init__(  # noqa: PLR0913  # what it stands on
        self,
        installations: Installations,
        client: AsyncWebClient,
        client_id: str,
        client_secret: str,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[object]],
    ) -> None:
        self._installations, self._client = installations, client
        self._id, self._secret = client_id, client_secret
        self._clock, self._sleep = clock, sleep
        self._under_way: set[str] = set()
        #  Slack gave them, and the database has not taken them yet: by whose they are, what they follow and they
        self._unwritten: dict[str, tuple[Installation, Installation]] = {}
        self._in_vain: dict[str, tuple[str, float]] = {}

    async def refreshed(
        self, held: Installation, look: Callable[[], Installation | None]
    ) -> Installation | None:
        """The installation with its next token, or, while that cannot be had, with the one it has.

        Raises:
            SlackApiError: where the token has expired and Slack gives no other now; later it may.
        """
        now = self._clock()
        ended = held.expires_at is not None and held.expires_at - now < TOO_LATE
        if held.refresh_token is None or (not ended and held.owner in self._under_way):
            return held
        before, new = self._unwritten.get(held.owner, (None, None))
        if before is not None and before.token_id == held.token_id:
            return new
        in_vain, until = self._in_vain.get(held.owner, ("", 0.0))
        if ended and in_vain == held.token_id and now < until:
            raise refusal("token_not_refreshed")
        if held.owner not in self._under_way and await asyncio.to_thread(
            self._installations.claim_refresh, held
        ):
            self._under_way.add(held.owner)
            try:
                return await self._asked(held, look) or self._old(held, now, ended=ended)
            finally:
                self._under_way.discard(held.owner)
        return await self._waited(held, look, now) if ended else await asyncio.to_thread(look)

    def _old(self, held: Installation, since: float, *, ended: bool) -> Installation:
        self._in_vain[held.owner] = (held.token_id, since + IN_VAIN_SECONDS)
        if ended:  # no code of Slack's: to a daily post it means "try again later"
            raise refusal("token_not_refreshed")
        return held

    async def _asked(
        self, held: Installation, look: Callable[[], Installation | None]
    ) -> Installation | None:
        try:
            answer = await access(
                self._client,
                self._id,
                self._secret,
                grant_type="refresh_token",
                refresh_token=held.refresh_token,
            )
        except SlackApiError as error:
            code = code_of(error)
            log.error("the token of %s cannot be refreshed (%s); it is tried again", held.owner, code)  # noqa: TRY400
            return None
        except UNREACHABLE as error:
            log.error("Slack gave no next token for %s: %s", held.owner, type(error).__name__)  # noqa: TRY400
            return None
        new = replace(
            held,
            token=str(answer["access_token"]),
            refresh_token=str(answer.get("refresh_token") or held.refresh_token),
            expires_at=self._clock() + float(answer["expires_in"]),
        )
        return await self._written(held, new) or await asyncio.to_thread(look)

    async def _written(self, held: Installation, new: Installation) -> Installation | None:
        """Write the new tokens down, whatever it takes: Slack gives them once, and the old refresh token is spent.

        While the database is away they are used as they are, and `write` tries again.
        """
        for wait in WAITS:
            try:
                return await asyncio.to_thread(self._installations.refreshed, held, new)
            except StorageError as error:
                log.error("the next token of %s is not written down yet: %s", held.owner, error)  # noqa: TRY400
                await self._sleep(wait)
        self._unwritten[held.owner] = held, new
        return new

    async def write(self, *, last: bool = False) -> None:
        """Write down what the database did not take; `last` is at the end of the program."""
        for owner, (held, new) in list(self._unwritten.items()):
            try:
                await asyncio.to_thread(self._installations.refreshed, held, new)
            except StorageError as error:
                log.error("the next token of %s is not written down yet: %s", owner, error)  # noqa: TRY400
                if last:
                    log.error("the next token of %s is lost; the workspace must install the app again", owner)  # noqa: TRY400
            else:
                del self._unwritten[owner]

    async def _waited(
        self, held: Installation, look: Callable[[], Installation | None], since: float
    ) -> Installation | None:
        """Wait for whoever refreshes; the token at hand is no good any more."""
        for wait in WAITS:
            now = await asyncio.to_thread(look)
            if now is None or now.token_id != held.token_id:
                return now
            await self._sleep(wait)
        return self._old(held, since, ended=True)
