"""Keys within a few edits of what was typed, found without scanning them all.

A key with at most k-1 edits keeps one of its k pieces whole, at nearly the same place (Li, Deng, Wang, Feng:
"PassJoin", 2011). So every key is filed under its pieces, and a question looks up its own substrings.
"""

from importlib.util import find_spec
from itertools import pairwise
from typing import Final

Plan = tuple[list[tuple[str, int, int]], list[tuple[str, int, int, int]]]

COARSE: Final = 8_000  # keys; from here pieces are longer, and three slips are no longer looked for
PACKED: Final = (
    50_000  # keys; from here pieces live in numpy arrays, where it is installed: a fifth of the memory
)
SHORTEST: Final = 3
LONGEST: Final = 75


def pieces(length: int, *, coarse: bool) -> list[tuple[int, int]]:
    """Where a key of this length is cut: (start, end) of each piece."""
    two, three = (7, 13) if coarse else (4, 7)
    count = 2 if length <= two else 3 if length <= three else 4
    return list(pairwise(length * i // count for i in range(count + 1)))


def _probed(count: int, most: int) -> tuple[int, ...]:
    """Pieces to look up: one more than there are edits, and no neighbours first, which one swap can spoil."""
    return (0, 2, 3, 1)[: most + 1] if count == 4 else (0, 2, 1)[: most + 1] if count == 3 else (0, 1)


def can_pack() -> bool:
    """Whether numpy is installed, which only a base of many thousand names is better off with."""
    return find_spec("numpy") is not None


def advice(names: int, *, packs: bool) -> str:
    """What to tell whoever starts the bot with so many names; "" where all is well."""
    if names <= PACKED or packs:
        return ""
    return f"{names} names take five times the memory they need: pip install 'aibot[large]' brings numpy"


class Nearby:
    """An index of keys by their pieces; what it finds is the same whether it is packed or not."""

    def __init__(self, keys: list[str], *, packed: bool | None = None) -> None:
        from rapidfuzz.distance import OSA  # noqa: PLC0415 - 30 ms, and most questions never need it

        self._distance = OSA.distance
        self.keys = [key for key in keys if SHORTEST <= len(key) <= LONGEST]
        self.coarse = len(self.keys) > COARSE
        self._cuts = {length: pieces(length, coarse=self.coarse) for length in range(SHORTEST, LONGEST + 1)}
        self._lengths = {len(key) for key in self.keys}
        self._plans: dict[tuple[int, int], Plan] = {}
        self._filed: dict[str, list[int]] = {}
        if packed if packed is not None else len(self.keys) > PACKED and can_pack():
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
        size = len(typed)
        if self.coarse:
            most = min(most, 1 if size <= 7 else 2)
        plan = self._plans.get((size, most))
        if plan is None:
            plan = self._plans[size, most] = self._plan(size, most)
        straight, swapped = plan
        probes = [label + typed[start:end] for label, start, end in straight]
        for label, start, end, cut in swapped:
            turned = typed[: cut - 1] + typed[cut] + typed[cut - 1] + typed[cut + 1 :]
            probes.append(label + turned[start:end])
        if self._packed is not None:
            near = self._packed.near(typed, probes, most)
        else:
            filed = self._filed
            near = {place for probe in probes if probe in filed for place in filed[probe]}
        keys, distance = self.keys, self._distance
        found = []
        for place in near:
            far = distance(typed, keys[place], score_cutoff=most)
            if far <= most:
                found.append((far, keys[place]))
        found.sort()
        return found

    def _plan(self, size: int, most: int) -> Plan:
        """Which parts of a text of this size to look up, and under which label."""
        straight: dict[tuple[str, int, int], None] = {}
        swapped: list[tuple[str, int, int, int]] = []
        for length in range(max(SHORTEST, size - most), min(LONGEST, size + most) + 1):
            if length not in self._lengths:
                continue
            cuts = self._cuts[length]
            grown = size - length
            for number in _probed(len(cuts), most):
                start, end = cuts[number]
                label = f"{length}.{number}"
                for shift in range(-most, most + 1):
                    # A whole piece moves by the edits before it; those behind it must make up the rest.
                    if abs(shift) + abs(grown - shift) <= most and 0 <= start + shift <= size - (end - start):
                        straight[label, start + shift, end + shift] = None
                # Two letters swapped across a cut spoil both pieces: swap them back.
                if not grown and end < size and (most > 1 or len(cuts) == 2):
                    swapped.append((label, start, end, end))
        return list(straight), swapped
