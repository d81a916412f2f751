"""Keys within a few edits of what was typed, found without scanning them all.

A key with at most k-1 edits keeps one of its k pieces whole, at nearly the same place (Li, Deng, Wang, Feng:
"PassJoin", 2011). So every key is filed under its pieces, and a question looks up its own substrings.
"""

from itertools import pairwise
from typing import Final

LARGE: Final = 50_000  # keys; from here pieces are longer and live in numpy arrays instead of a dict
SHORTEST: Final = 3
LONGEST: Final = 75


def pieces(length: int, *, large: bool) -> list[tuple[int, int]]:
    """Where a key of this length is cut: (start, end) of each piece."""
    two, three = (7, 13) if large else (4, 7)
    count = 2 if length <= two else 3 if length <= three else 4
    return list(pairwise(length * i // count for i in range(count + 1)))


class Nearby:
    """An index of keys by their pieces."""

    def __init__(self, keys: list[str]) -> None:
        from rapidfuzz.distance import OSA  # noqa: PLC0415 - 30 ms, and most questions never need it

        self._distance = OSA.distance
        self.keys = [key for key in keys if SHORTEST <= len(key) <= LONGEST]
        self.large = len(self.keys) > LARGE
        self._cuts = {length: pieces(length, large=self.large) for length in range(SHORTEST, LONGEST + 1)}
        self._lengths = {len(key) for key in self.keys}
        self._filed: dict[str, list[int]] = {}
        if self.large:
            from aibot.core.matching.packed import Packed  # noqa: PLC0415 - brings numpy, 50 ms

            self._packed: Packed | None = Packed(self.keys, self._cuts)
        else:
            self._packed = None
            filed = self._filed
            for place, key in enumerate(self.keys):
                length = len(key)
                for number, (start, end) in enumerate(self._cuts[length]):
                    filed.setdefault(f"{length}.{number}{key[start:end]}", []).append(place)

    def within(self, typed: str, most: int) -> list[tuple[int, str]]:
        """Keys at most this many edits away, nearest first; an edit is one of OSA's."""
        if self.large:
            most = min(most, 1 if len(typed) <= 7 else 2)
        probes = self._probes(typed, most)
        if self._packed is not None:
            near = set(self._packed.near(typed, probes, most))
        else:
            filed = self._filed
            near = {place for probe in probes for place in filed.get(probe, ())}
        found = []
        for place in near:
            key = self.keys[place]
            far = self._distance(typed, key, score_cutoff=most)
            if far <= most:
                found.append((far, key))
        found.sort()
        return found

    def _probes(self, typed: str, most: int) -> list[str]:
        """What the pieces of a near key would be called."""
        size = len(typed)
        probes: list[str] = []
        for length in range(max(SHORTEST, size - most), min(LONGEST, size + most) + 1):
            if length not in self._lengths:
                continue
            cuts = self._cuts[length]
            last = len(cuts) - 1
            grown = size - length
            for number, (start, end) in enumerate(cuts):
                # A piece can only have moved as far as the edits before it, and those behind it, allow.
                low = max(-number, grown - (last - number), -most)
                high = min(number, grown + (last - number), most)
                probes.extend(
                    f"{length}.{number}{typed[at : at + end - start]}"
                    for at in range(max(0, start + low), min(size - (end - start), start + high) + 1)
                )
                # Two letters swapped across a cut spoil both pieces: swap them back.
                if not grown and end < size:
                    swapped = typed[: end - 1] + typed[end] + typed[end - 1] + typed[end + 1 :]
                    probes.append(f"{length}.{number}{swapped[start:end]}")
        return probes
