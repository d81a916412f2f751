"""How much one person, or one channel, may ask in a minute; several programs may count together."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

WINDOW_SECONDS = 60


class Allowance:
    """Counts by key, a minute of the clock at a time; 0 is no limit. What others counted is added by `learn`."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._window = 0
        self._own: Counter[str] = Counter()
        self._unsent: Counter[str] = Counter()
        self._others: dict[str, int] = {}

    def spend(self, key: str, now: float) -> bool:
        """Count one more of a key; whether that is within the limit."""
        if not self.limit:
            return True
        self._turn(now)
        self._own[key] += 1
        self._unsent[key] += 1
        return self._own[key] + self._others.get(key, 0) <= self.limit

    def unsent(self, now: float) -> dict[str, int]:
        """What was counted here since this was asked last, by key and minute: `C1 29924100`."""
        self._turn(now)
        found = {f"{key} {self._window}": count for key, count in self._unsent.items()}
        self._unsent.clear()
        return found

    def learn(self, totals: Mapping[str, int], now: float) -> None:
        """Take in what all programs together have counted, under the names that `unsent` gave."""
        self._turn(now)
        for name, total in totals.items():
            key, _, window = name.rpartition(" ")
            if window == str(self._window):
                sent = self._own[key] - self._unsent[key]
                self._others[key] = max(0, total - sent)

    def _turn(self, now: float) -> None:
        """Begin anew with each minute."""
        window = int(now // WINDOW_SECONDS)
        if window != self._window:
            self._window = window
            for counts in (self._own, self._unsent, self._others):
                counts.clear()
