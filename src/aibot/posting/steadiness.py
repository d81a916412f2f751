"""Whether the time that posts go by can be believed: it has kept pace, for a while, with a clock that nobody sets."""

from __future__ import annotations

_SLACK = (
    30.0  # seconds between two looks that are no step: an answer of the database may have taken that long
)


class Steadiness:
    """Watches a clock beside the program's monotonic one.

    A computer may start with the wrong hour and be put right a minute later. What is final, a day written off as too
    late, waits until the time has been steady.
    """

    def __init__(self) -> None:
        self._last: tuple[float, float] | None = None
        self._since = 0.0

    def see(self, now: float, moment: float) -> bool:
        """Hear the time, and the monotonic clock's; whether the time has been put back since the last call."""
        step = 0.0
        if self._last is not None:
            step = (now - self._last[0]) - (moment - self._last[1])
        if self._last is None or abs(step) > _SLACK:
            self._since = moment
        self._last = now, moment
        return step < -_SLACK

    def seconds(self, moment: float) -> float:
        """How long the time has been steady."""
        return moment - self._since
