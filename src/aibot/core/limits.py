"""How much one person, or one channel, may ask in a minute; several programs may count together."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

WINDOW_SECONDS = 60

Verdict: TypeAlias = Literal["go", "tell", "quiet"]
#  go     within the limit
#  tell   above it, for the first time in this minute
#  quiet  above it, and told so before


class Allowance:
    """Counts by key, a minute of the clock at a time; 0 is no limit. What others counted is added by `learn`."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._window = 0
        self._own: Counter[str] = Counter()
        self._unsent: Counter[str] = Counter()
        self._others: dict[str, int] = {}
        self._told: set[str] = set()

    def spend(self, key: str, now: float) -> Verdict:
        """Count one more of a key, and judge it."""
        if not self.limit:
            return "go"
        self._turn(now)
        self._own[key] += 1
        self._unsent[key] += 1
        if self._own[key] + self._others.get(key, 0) <= self.limit:
            return "go"
        if key in self._told:
            return "quiet"
        self._told.add(key)
        return "tell"

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
            for counts in (self._own, self._unsent, self._others, self._told):
                counts.clear()
