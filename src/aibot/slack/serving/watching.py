"""Looks at the database and asks Slack now and then, so that probes and counts can tell how things stand."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slack_sdk.errors import SlackApiError

from aibot.errors import StorageError
from aibot.slack.refusals import UNREACHABLE
from aibot.storage.looking import Looked, look_into
from aibot.storage.schema import HEAD
from aibot.storage.standing import Standing, standing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine

    from slack_sdk.web.async_client import AsyncWebClient

    from aibot.slack.serving.health import Health
    from aibot.storage import Memory

log = logging.getLogger(__name__)

EVERY = 15.0  # seconds: as often as Prometheus usually asks
LONGEST_LOOK = 20.0  # a database that has not answered by then stands still
ASK_EVERY = 60.0


class Watch:
    """What the last look has found."""

    def __init__(self, memory: Memory, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._database = memory.database
        self.reachable = True  # it has just been opened
        self._looked_into = Looked(HEAD, is_writable=True)
        self.standing = Standing()
        self._looked = clock()

    @property
    def is_writable(self) -> bool:
        """Whether it takes changes."""
        return self._looked_into.is_writable

    def look(self) -> None:
        """Ask the database; blocks until it has answered or cannot be reached."""
        file = Path(self._database.url.database or "") if self._database.is_sqlite else None
        try:
            with self._database.reading() as connection:
                looked = look_into(connection, file)
            self.standing = standing(self._database)
        except StorageError as error:
            self.lost(str(error))
        else:
            if not self.reachable:
                log.info("the database answers again")
            if self.is_writable and not looked.is_writable:
                log.error("the database takes no changes: nothing is remembered, and no daily post goes out")
            self.reachable, self._looked_into = True, looked
        self._looked = self._clock()

    def lost(self, why: str) -> None:
        """Note that there is no answer."""
        if self.reachable:
            log.error("the database does not answer: %s", why)
        self.reachable = False

    def report(self) -> dict[str, Any]:
        """What `/readyz` says of it."""
        return {
            "database": {
                "reachable": self.reachable,
                "writable": self.is_writable,
                "schema": self._looked_into.schema,
                "looked_seconds": round(self._clock() - self._looked, 1),
            },
            "posts": {
                "due": self.standing.due,
                "under_way": self.standing.under_way,
                "late_seconds": round(self.standing.late, 1),
            },
        }


@contextlib.asynccontextmanager
async def watching(
    memory: Memory | None, health: Health, *, every: float = EVERY, longest: float = LONGEST_LOOK
) -> AsyncIterator[None]:
    """Look while the bot runs; where nothing is remembered there is nothing to look at."""
    if memory is None:
        yield
        return
    health.watch = watch = Watch(memory)
    async with _meanwhile(_look_again_and_again(watch, every, longest)):
        yield


@contextlib.asynccontextmanager
async def asking(client: AsyncWebClient | None, *, every: float = ASK_EVERY) -> AsyncIterator[None]:
    """Ask Slack who we are while the bot runs: a bot whose token has ended hears nothing, and calls nobody.

    What Slack answers is seen by the session's hooks. Where there is no one token there is nobody to ask for.
    """
    if client is None:
        yield
        return
    async with _meanwhile(_ask_again_and_again(client, every)):
        yield


@contextlib.asynccontextmanager
async def _meanwhile(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Do it for as long as something else goes on."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _ask_again_and_again(client: AsyncWebClient, every: float) -> None:
    while True:
        await asyncio.sleep(every)
        with contextlib.suppress(SlackApiError, *UNREACHABLE):
            await client.auth_test()


async def _look_again_and_again(watch: Watch, every: float, longest: float) -> None:
    while True:
        looking = asyncio.ensure_future(asyncio.to_thread(watch.look))
        try:
            if not (await asyncio.wait({looking}, timeout=longest))[0]:
                watch.lost(f"it has taken the question, and said nothing for {longest:.0f} seconds")
            await looking
        except Exception:  # whatever happens to what it looks at, it goes on
            log.exception("a bug in looking at the database")
        await asyncio.sleep(every)
