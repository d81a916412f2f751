"""Work that goes on after Slack has had its acknowledgement, and is waited for when the bot stops."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Coroutine


class Background:
    """The tasks under way. Each must handle its own errors; none is forgotten before it ends."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin, without waiting."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @property
    def under_way(self) -> int:
        """How many are not done yet."""
        return len(self._tasks)

    async def finish(self, *, seconds: float = 10) -> None:
        """Wait until all is done, at most so long."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
