"""Work that goes on after Slack has had its acknowledgement, and is waited for when the bot stops."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine


@contextlib.asynccontextmanager
async def meanwhile(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Do it for as long as something else goes on."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


class Background:
    """The tasks under way. Each must handle its own errors; none is forgotten before it ends."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[object]] = set()
        self._ending = asyncio.Event()

    def start(self, work: Coroutine[Any, Any, object]) -> None:
        """Begin, without waiting."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @property
    def under_way(self) -> int:
        """How many are not done yet."""
        return len(self._tasks)

    async def linger(self, seconds: float) -> None:
        """Wait so long, or until the end is near: for work that is cheaper done for many at once."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._ending.wait(), seconds)

    async def finish(self, *, seconds: float = 10) -> None:
        """Wait until all is done, and all that it has begun meanwhile; at most so long."""
        self._ending.set()
        now = asyncio.get_running_loop().time
        until = now() + seconds
        while self._tasks and now() < until:
            await asyncio.wait(self._tasks, timeout=until - now())
        self._ending.clear()
