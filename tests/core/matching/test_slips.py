"""How many misspelt names are found, and how few are taken for others."""

from collections import defaultdict
from typing import NamedTuple

import pytest
from tests.core.matching.sentences import CHINESE, ENGLISH
from tests.core.matching.slips import Stream, slips

from aibot.core.matching import Matcher, Name, key


class Rates(NamedTuple):
    """Percentages."""

    answered: float
    offered: float
    wrong: float

    @property
    def found(self) -> float:
        return self.answered + self.offered


class Names(NamedTuple):
    """What to misspell, and which texts are somebody's name already."""

    entries: dict[str, str]
    taken: dict[str, set[str]]

    def forbidden(self, text: str, name: str) -> bool:
        return bool(self.taken[key(text)] - {self.entries[name]})


@pytest.fixture(scope="module")
def known(names: list[Name]) -> Names:
    taken = defaultdict(set)
    for name in names:
        taken[key(name.text)].add(name.entry)
    return Names({n.text: n.entry for n in names if n.type not in {"related", "misprint"}}, taken)


def sentence(name: str, misspelt: str, seed: int) -> str:
    stream = Stream(seed, name, "sentence")
    chinese = not name.isascii() or stream.below(4) == 0
    return stream.pick(CHINESE if chinese else ENGLISH).format(misspelt)


def rates(matcher: Matcher, known: Names, kind: str, seed: int, *, inside: bool) -> Rates:
    answered = offered = wrong = total = 0
    for misspelt, name in slips(known.entries, kind, seed, known.forbidden):
        found = matcher.match(sentence(name, misspelt, seed) if inside else misspelt)
        entry = known.entries[name]
        total += 1
        if found.sure:
            right = entry in {match.entry for match in found.sure}
            answered += right
            wrong += not right
        else:
            offered += entry in {m.entry for m in found.maybe}.union(*(m.family for m in found.missing))
    return Rates(100 * answered / total, 100 * offered / total, 100 * wrong / total)


@pytest.mark.parametrize("seed", [11, 12])
@pytest.mark.parametrize("inside", [False, True], ids=["alone", "in a sentence"])
@pytest.mark.parametrize(
    ("kind", "answered", "found", "wrong"),
    [
        ("spacing", 99, 99.5, 0.2),
        ("case", 97, 99.5, 0.2),  # "xAI"-like casing of three letters is only offered
        ("fullwidth", 99.5, 99.5, 0.2),
        ("homophone", 97, 98, 1),
        ("handrop", 90, 95, 1),
        ("edit1", 90, 95.5, 0.6),  # names of four letters are offered at best
        ("edit2", 60, 93, 0.8),
    ],
)
def test_misspelt_names_are_found(
    matcher: Matcher,
    known: Names,
    *,
    kind: str,
    seed: int,
    inside: bool,
    answered: float,
    found: float,
    wrong: float,
) -> None:
    got = rates(matcher, known, kind, seed, inside=inside)
    assert got.answered >= answered, got
    assert got.found >= found, got
    assert got.wrong <= wrong, got
