"""Families of versions: which number or qualifier behind a name makes it another thing."""

import re
from collections.abc import Sequence
from functools import cached_property

from aibot.core.matching.context import (
    AROUND,
    FRONT,
    HAN_QUALIFIERS,
    HANGING,
    QUALIFIERS,
    SIZES,
    WEAK_QUALIFIERS,
)
from aibot.core.matching.index import Index
from aibot.core.matching.nearby import Nearby
from aibot.core.matching.normalise import Token

VERSIONED = frozenset({"model", "product"})
_MAKERS = frozenset({"organisation", "person", "publication"})
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_BETWEEN = re.compile(r"[ \-‐‑–—_/·.(\[（+*]{0,3}")
MOST_FAMILY = 5


def _between(cleaned: str, left: Token, right: Token) -> str:
    return cleaned[left.end : right.start]


def _adjacent(cleaned: str, left: Token, right: Token) -> bool:
    gap = _between(cleaned, left, right)
    return _BETWEEN.fullmatch(gap) is not None


def _hyphened(cleaned: str, left: Token, right: Token) -> bool:
    gap = _between(cleaned, left, right)
    if right.kind == "0":
        if cleaned[right.start].isalpha():  # v3, version 3
            return True
    return gap in {"-", "_", "‐", "‑", "–"} or (gap == "" and not (left.kind == "字" or right.kind == "字"))


def _is_version_number(cleaned: str, words: Sequence[Token], at: int, *, tied: bool) -> bool:
    """Whether the number at this place is a version rather than a size, an amount, a year or a day."""
    number = words[at].text
    following = words[at + 1] if at + 1 < len(words) else None
    if following is not None and _adjacent(cleaned, words[at], following) and following.text in SIZES:
        return False
    if following is not None and following.text in {"千", "百"}:
        return False
    if cleaned[words[at].end : words[at].end + 1] in {"%", "％", "$", "¥"}:
        return False
    if cleaned[max(0, words[at].start - 1) : words[at].start] in {"$", "¥", "€", "#"}:
        return False
    return tied or not _YEAR.fullmatch(number)


def _han_qualifier(words: Sequence[Token], at: int) -> int:
    run = "".join(word.text for word in words[at : at + 4] if word.kind == "字")
    for qualifier in HAN_QUALIFIERS:
        if run.startswith(qualifier):
            return len(qualifier)
    return 0


def extension(cleaned: str, words: Sequence[Token], end: int, *, stop: int, quiet: Sequence[bool]) -> int:
    """How far a version reaches behind a name that ends before `end`: `end` itself where there is none.

    `stop` is where the next name begins, `quiet` marks words that only ask.
    """
    at = end
    while at < stop:
        word, before = words[at], words[at - 1]
        if not _adjacent(cleaned, before, word):
            break
        tied = _hyphened(cleaned, before, word)
        if word.kind == "0":
            if not _is_version_number(cleaned, words, at, tied=tied):
                break
            at += 1
            if at < stop and words[at].glued and words[at].kind == "a" and len(words[at].text) <= 3:
                at += 1
            continue
        if word.kind == "字":
            length = _han_qualifier(words, at)
            if not length:
                break
            at += length
            continue
        after = words[at + 1] if at + 1 < len(words) else None
        if after is not None and after.kind == "0" and after.glued and len(word.text) <= 2:
            at += 2
            continue
        if word.text in QUALIFIERS:
            at += 1
            continue
        if word.text in WEAK_QUALIFIERS and (tied or all(quiet[at + 1 : stop])) and not _asks(words, at + 1):
            at += 1
            continue
        if tied and word.text not in HANGING and word.text not in AROUND:
            at += 1
            continue
        break
    return at


def _asks(words: Sequence[Token], at: int) -> bool:
    """Whether what follows is an attribute: 'gpt-4 context length', 'kimi chat price'."""
    return False if at >= len(words) else words[at].kind == "a" and words[at].text in AROUND


def front(cleaned: str, words: Sequence[Token], start: int, taken: Sequence[bool]) -> int:
    """Where a name really begins that has a strange word tied to its front: 'mini-gpt-4', 'graph-rag'."""
    if start == 0 or taken[start - 1]:
        return start
    before, first = words[start - 1], words[start]
    strange = before.kind == "a" and before.text not in FRONT and before.text not in AROUND
    if strange and _hyphened(cleaned, before, first):
        return start - 1
    return start


class Families:
    """Names grouped by what stands before their number."""

    def __init__(self, index: Index) -> None:
        self._index = index

    @cached_property
    def stems(self) -> dict[str, list[int]]:
        """Stem to names: 'gpt' to GPT-4, GPT-4o and GPT-4 Turbo; an unnumbered model is its own stem."""
        found: dict[str, list[int]] = {}
        shorter: list[tuple[str, int]] = []
        index = self._index
        for place, name in enumerate(index.names):
            versioned = name.kind in VERSIONED
            if name.type in {"related", "misprint"} or not (versioned or name.kind == "technique"):
                continue
            words = index.prepared(place).words
            numbered = next((at for at, word in enumerate(words) if word.kind == "0"), None)
            if numbered is None:
                if versioned:
                    found.setdefault("".join(word.text for word in words), []).append(place)
                continue
            if numbered == 0 or not (versioned or len(words) == 2):
                continue
            stem = ""
            for at, word in enumerate(words[:numbered], start=1):
                stem += word.text
                if at == numbered:
                    found.setdefault(stem, []).append(place)
                elif versioned and word.kind == words[at].kind == "a":
                    shorter.append((stem, place))
        for stem, place in shorter:
            # "google" of "Google Pixel 9" is a maker, not a family; "deepseek" is both.
            if stem in found or not any(index.names[at].kind in _MAKERS for at in index.at(index.exact, stem)):
                found.setdefault(stem, []).append(place)
        return found

    @cached_property
    def nearby(self) -> Nearby:
        """Stems of five letters or more, for a misspelt family with another number."""
        return Nearby([stem for stem in self.stems if len(stem) >= 5 and stem.isalpha()])

    @cached_property
    def places_of(self) -> dict[str, list[int]]:
        """The names of each entry that has versions."""
        found: dict[str, list[int]] = {}
        for places in self.stems.values():
            for place in places:
                found.setdefault(self._index.names[place].entry, []).append(place)
        return found

    def nearest(self, stem: str, asked: Sequence[Token], kinds: frozenset[str] | None) -> tuple[str, ...]:
        """The entries of a family, nearest to what was asked first."""
        wanted = {word.text for word in asked if word.kind == "a"}
        asked_number = next((_value(word.text) for word in asked if word.kind == "0"), None)
        ranked: list[tuple[float, int]] = []
        for place in self.stems.get(stem, ()):
            name = self._index.names[place]
            if kinds is not None and name.kind not in kinds:
                continue
            prepared = self._index.prepared(place)
            has = {word.text for word in prepared.words if word.kind == "a"}
            number = next((_value(word.text) for word in prepared.words if word.kind == "0"), None)
            if number is None or asked_number is None:
                apart = 0.0 if number is None and asked_number is None else 1.5
            else:
                apart = min(abs(number - asked_number), 4.0)
            foreign = len(has - wanted) * 0.4
            ranked.append((apart - 1.2 * len((has & wanted) & QUALIFIERS) + foreign, place))
        ranked.sort()
        entries = dict.fromkeys(self._index.names[place].entry for _, place in ranked)
        return tuple(entries)[:MOST_FAMILY]


def _value(text: str) -> float:
    whole, _, part = text.partition(".")
    return float(f"{whole[:9]}.{part.replace('.', '')[:6] or 0}")
