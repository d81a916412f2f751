"""What a slip of the hand costs: the same edit weighs less where fingers and input methods go wrong."""

from typing import Final

from aibot.core.matching import pinyin

SWAP: Final = 0.7
DOUBLE: Final = 0.55  # a letter typed twice, or once instead of twice
NEAR: Final = 0.85  # a neighbouring key, or one vowel for another
DROP: Final = 0.85
EXTRA: Final = 0.9
OTHER: Final = 1.1
HOMOPHONE: Final = 0.5
OTHER_HAN: Final = 1.9
FIRST: Final = 0.35  # people seldom get the first letter wrong
LEAST: Final = HOMOPHONE  # no slip costs less
NEVER: Final = 99.0
_VOWELS = frozenset("aeiou")
_ROWS = (("qwertyuiop", 0.0), ("asdfghjkl", 0.25), ("zxcvbnm", 0.75))


def _neighbours() -> frozenset[str]:
    places = {c: (row, at + shift) for row, (keys, shift) in enumerate(_ROWS) for at, c in enumerate(keys)}
    return frozenset(
        a + b
        for a, (row, x) in places.items()
        for b, (other, y) in places.items()
        if a != b and abs(row - other) <= 1 and abs(x - y) <= 1.01
    )


_NEIGHBOURS = _neighbours()


def _changed(typed: str, meant: str) -> float:
    if typed.isdigit() or meant.isdigit() or typed == "." or meant == ".":
        return NEVER
    if typed + meant in _NEIGHBOURS or (typed in _VOWELS and meant in _VOWELS):
        return NEAR
    if typed > "㐀" and meant > "㐀":
        return HOMOPHONE if pinyin.alike(typed, meant) else OTHER_HAN
    return OTHER


def _lone(text: str, at: int, price: float) -> float:
    """The price of a character that the other side lacks."""
    character = text[at]
    if character.isdigit() or character == ".":
        return NEVER
    beside = (at and text[at - 1] == character) or (at + 1 < len(text) and text[at + 1] == character)
    return DOUBLE if beside else price


def _single(typed: str, meant: str, at: int, extra: int, lost: int) -> float | None:
    """The price of one slip at this place; None for two."""
    first = FIRST if at == 0 and meant and meant[0] < "㐀" else 0.0
    if extra == lost == 0:
        return 0.0
    if extra == lost == 1:
        return _changed(typed[at], meant[at]) + first
    if extra == 1 and not lost:
        return _lone(typed, at, EXTRA) + first
    if lost == 1 and not extra:
        return _lone(meant, at, DROP) + first
    if extra == lost == 2 and not (typed[at] + typed[at + 1]).isdigit():
        return SWAP
    return None


def cost(typed: str, meant: str) -> float:
    """The cheapest way from the name to what was typed; digits never change."""
    start, end_typed, end_meant = 0, len(typed), len(meant)
    while start < min(end_typed, end_meant) and typed[start] == meant[start]:
        start += 1
    while end_typed > start < end_meant and typed[end_typed - 1] == meant[end_meant - 1]:
        end_typed -= 1
        end_meant -= 1
    extra, lost = end_typed - start, end_meant - start
    if extra + lost <= 2 or (
        extra == lost == 2 and typed[start] == meant[start + 1] and typed[start + 1] == meant[start]
    ):
        single = _single(typed, meant, start, extra, lost)
        if single is not None:
            return single
    # One character of agreement is kept on either side so that doubled letters are seen as such.
    start, end_typed, end_meant = (
        max(start - 1, 0),
        min(end_typed + 1, len(typed)),
        min(end_meant + 1, len(meant)),
    )
    above: list[float] = []
    row = [0.0]
    for j in range(start, end_meant):
        row.append(row[-1] + _lone(meant, j, DROP) + (FIRST if j == 0 and meant[0] < "㐀" else 0.0))
    for i in range(start, end_typed):
        c = typed[i]
        lone = _lone(typed, i, EXTRA) + (FIRST if i == 0 and c < "㐀" else 0.0)
        now = [row[0] + lone]
        for j in range(start, end_meant):
            at = j - start
            m = meant[j]
            best = (
                row[at]
                if c == m
                else row[at] + _changed(c, m) + (FIRST if i == 0 and j == 0 and c < "㐀" else 0.0)
            )
            best = min(best, row[at + 1] + lone, now[at] + _lone(meant, j, DROP))
            if above and at and c == meant[j - 1] and typed[i - 1] == m and c != m and not (c + m).isdigit():
                best = min(best, above[at - 1] + SWAP)
            now.append(best)
        above, row = row, now
    return row[-1]


def answered_up_to(weight: int) -> float:
    """The cost of slips a name of this weight still answers to."""
    if weight <= 4:
        return 0.0
    if weight <= 7:
        return 1.0
    if weight <= 9:
        return 1.35
    return 1.9 if weight <= 12 else 2.6


def offered_up_to(weight: int) -> float:
    """The cost of slips a name of this weight is still offered for."""
    return answered_up_to(weight) + (0.9 if weight <= 4 else 0.45 if weight <= 6 else 0.75)


def furthest(weight: int) -> int:
    """How many edits can stay under the offered cost."""
    if weight <= 4:
        return 1
    return 2 if weight < 12 else 3
