"""The database as far as it answers in time; while it does not, the bot goes on by what it has in memory."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, TypeVar

from aibot.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from aibot.storage import Memory

T = TypeVar("T")

log = logging.getLogger(__name__)

#  Slack waits three seconds for an event's acknowledgement; a database that is well needs a few milliseconds
WAIT_SECONDS = 1.0
#  So long it is left alone after it failed: nobody's answer waits for it again and again
REST_SECONDS = 5.0


class Sharing:
    """Asks the database for what is better shared, and never fails."""

    def __init__(self, memory: Memory | None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._memory, self._clock = memory, clock
        self._rests_until = 0.0
        self._is_down = False

    @property
    def is_between_programs(self) -> bool:
        """Whether other programs may work on the same database."""
        return self._memory is not None and not self._memory.database.is_sqlite

    def now(self) -> float:
        """The time, by the clock of the database where there is one."""
        return self._memory.database.about_now() if self._memory is not None else time.time()

    async def ask(self, work: Callable[[Memory], T], otherwise: T, *, seconds: float = WAIT_SECONDS) -> T:
        """What comes of some work on the database; `otherwise` where there is none, or it does not answer in time."""
        if self._memory is None or self._clock() < self._rests_until:
            return otherwise
        try:
            async with asyncio.timeout(seconds):
                found = await asyncio.to_thread(work, self._memory)
        except (StorageError, TimeoutError) as error:
            self._rests_until = self._clock() + REST_SECONDS
            if not self._is_down:
                log.warning(
                    "the database does not answer; going on by memory alone: %s", str(error) or "too slow"
                )
            self._is_down = True
            return otherwise
        if self._is_down:
            log.warning("the database answers again")
        self._is_down = False
        return found
