"""Remembering for a while what has been seen: events Slack sends again, requests somebody replays."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Seen:
    """A set whose members are forgotten after `seconds`, and the oldest when there are too many."""

    def __init__(
        self, seconds: float, *, most: int = 100_000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._seconds, self._most, self._clock = seconds, most, clock
        self._times: OrderedDict[str, float] = OrderedDict()

    def add(self, name: str) -> bool:
        """Remember a name; False where it was there already."""
        now = self._clock()
        while self._times:
            oldest, then = next(iter(self._times.items()))
            if now - then < self._seconds and len(self._times) < self._most:
                break
            del self._times[oldest]
        if name in self._times:
            return False
        self._times[name] = now
        return True

    def discard(self, name: str) -> None:
        """Forget a name, if it is there."""
        self._times.pop(name, None)
