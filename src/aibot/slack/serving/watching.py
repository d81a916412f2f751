"""Looks at the database now and then, so that probes and counts can tell how it and the daily posts stand."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from typing import TYPE_CHECKING, Any

from aibot.errors import StorageError
from aibot.storage.schema import HEAD
from aibot.storage.standing import Standing, standing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from aibot.slack.serving.health import Health
    from aibot.storage import Memory

log = logging.getLogger(__name__)

EVERY = 15.0  # seconds: as often as Prometheus usually asks


class Watch:
    """What the last look has found."""

    def __init__(self, memory: Memory, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._memory, self._clock = memory, clock
        self.reachable = True  # it has just been opened
        self.standing = Standing()
        self._looked = clock()

    def look(self) -> None:
        """Ask the database; blocks until it has answered or cannot be reached."""
        try:
            self.standing = standing(self._memory.database)
        except StorageError as error:
            if self.reachable:
                log.error("the database does not answer: %s", error)  # noqa: TRY400  # the sentence says it all
            self.reachable = False
        else:
            if not self.reachable:
                log.info("the database answers again")
            self.reachable = True
        self._looked = self._clock()

    def report(self) -> dict[str, Any]:
        """What `/readyz` says of it."""
        return {
            "database": {
                "reachable": self.reachable,
                "schema": HEAD,
                "looked_seconds": round(self._clock() - self._looked, 1),
            },
            "posts": {
                "due": self.standing.due,
                "under_way": self.standing.under_way,
                "late_seconds": round(self.standing.late, 1),
            },
        }


@contextlib.asynccontextmanager
async def watching(memory: Memory | None, health: Health, *, every: float = EVERY) -> AsyncIterator[None]:
    """Look while the bot runs; where nothing is remembered there is nothing to look at."""
    if memory is None:
        yield
        return
    health.watch = watch = Watch(memory)
    looking = asyncio.create_task(_look_again_and_again(watch, every))
    try:
        yield
    finally:
        looking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await looking


async def _look_again_and_again(watch: Watch, every: float) -> None:
    while True:
        try:
            await asyncio.to_thread(watch.look)
        except Exception:  # whatever happens to what it looks at, it goes on
            log.exception("a bug in looking at the database")
        await asyncio.sleep(every)
