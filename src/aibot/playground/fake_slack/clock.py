"""Time as the fake sees it: any callable that returns epoch seconds; message ts that never repeat."""

from __future__ import annotations

import time
from collections.abc import Callable

Clock = Callable[[], float]


async def no_wait(_seconds: float) -> None:
    """Wait not at all: FakeSlack(sleep=no_wait) sends events again at once."""


class MovableClock:
    """A clock that runs on from where it was put and can be moved."""

    def __init__(self, at: float | None = None, *, running: bool = True) -> None:
        self._running = running
        self._offset = 0.0
        self._stopped_at = time.time() if at is None else at
        if running and at is not None:
            self._offset = at - time.time()

    def __call__(self) -> float:
        """Return epoch seconds."""
        return time.time() + self._offset if self._running else self._stopped_at + self._offset

    def advance(self, seconds: float) -> None:
        """Move forward (or back, when negative)."""
        self._offset += seconds

    def move_to(self, epoch: float) -> None:
        """Make it this moment now."""
        self._offset += epoch - self()


class Timestamps:
    """Message ts: the clock's microseconds, unique and increasing."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0

    def next(self) -> str:
        """Return a ts later than every one before it."""
        self._last = max(int(self._clock() * 1_000_000), self._last + 1)
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"


def ts_key(ts: str) -> tuple[int, int]:
    """Order ts by number, whatever their length."""
    seconds, _, micros = ts.partition(".")
    return int(seconds or 0), int((micros + "000000")[:6])
