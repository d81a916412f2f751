"""Families: names that differ by their version alone."""

from collections.abc import Sequence
from functools import cached_property

from aibot.core.matching.context import vocabulary
from aibot.core.matching.index import Index
from aibot.core.matching.nearby import Nearby
from aibot.core.matching.normalise import Token

VERSIONED = frozenset({"model", "product"})
MOST_FAMILY = 5
SHORTEST_MISSPELT = 5  # letters of a stem
_FAMILIAR = VERSIONED | {"technique"}
_MAKERS = frozenset({"organisation", "person", "publication"})


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
            if name.type in {"related", "misprint"} or name.kind not in _FAMILIAR:
                continue
            words = index.prepared(place).words
            versioned = name.kind in VERSIONED
            numbered = next((at for at, word in enumerate(words) if word.kind == "0"), len(words))
            if numbered == 0 or not (versioned or (numbered == 1 and len(words) == 2)):
                continue
            found.setdefault("".join(word.text for word in words[:numbered]), []).append(place)
            if versioned and numbered < len(words):
                shorter.extend((stem, place) for stem in _shorter(words[:numbered]))
        for stem, place in shorter:
            # "google" of "Google Pixel 9" is a maker, not a family; "deepseek" is both.
            if stem in found or not any(
                index.names[at].kind in _MAKERS for at in index.at(index.exact, stem)
            ):
                found.setdefault(stem, []).append(place)
        return found

    @cached_property
    def nearby(self) -> Nearby:
        """Stems of five letters or more, for a misspelt family with another number."""
        return Nearby([stem for stem in self.stems if len(stem) >= SHORTEST_MISSPELT and stem.isalpha()])

    @cached_property
    def places_of(self) -> dict[str, list[int]]:
        """The names of each entry that has versions."""
        found: dict[str, list[int]] = {}
        for places in self.stems.values():
            for place in places:
                found.setdefault(self._index.names[place].entry, []).append(place)
        return found

    def of(self, words: Sequence[Token], kinds: frozenset[str] | None) -> list[int]:
        """Names of the families these words begin with, the longest stem's first."""
        text, stems = "", []
        for word in words:
            text += word.text
            if text in self.stems:
                stems.append(text)
        return [place for stem in reversed(stems) for place in self.nearest(stem, words, kinds)]

    def nearest(self, stem: str, asked: Sequence[Token], kinds: frozenset[str] | None) -> tuple[int, ...]:
        """Names of a family, one for each entry, nearest to what was asked first."""
        wanted = {word.text for word in asked if word.kind == "a"}
        qualifiers = vocabulary().qualifiers
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
            ranked.append((apart - 1.2 * len((has & wanted) & qualifiers) + foreign, place))
        ranked.sort()
        first: dict[str, int] = {}
        for _, place in ranked:
            first.setdefault(self._index.names[place].entry, place)
        return tuple(first.values())[:MOST_FAMILY]


def _shorter(words: Sequence[Token]) -> list[str]:
    """'deepseek' of "deepseek coder": what the first words of a longer stem join to."""
    return [
        "".join(word.text for word in words[:at])
        for at in range(1, len(words))
        if words[at - 1].kind == words[at].kind == "a"
    ]


def _value(text: str) -> float:
    whole, _, part = text.partition(".")
    return float(f"{whole[:9]}.{part.replace('.', '')[:6] or 0}")
