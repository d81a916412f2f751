"""Which of the overlapping readings of a question to take: names as written against longer, misspelt ones."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from aibot.core.matching import slips
from aibot.core.matching.index import Index
from aibot.core.matching.normalise import Token
from aibot.core.matching.spotting import Spot, apart, covered_by, ordinary, shifted, slips_in, windows
from aibot.core.matching.words import english

TIED = 0.12  # costs closer than this do not tell two entries apart
WIDEST = 2  # windows that are the whole message, or all of its content
PRICE = 2.0  # letters a name must gain for each unit of slips
LEFT_OVER = 0.25  # each word of content beside a misspelt name makes it less likely
MOST_LEFT_OVER = 0.5


@dataclass(slots=True)
class Choice:
    """Spots to answer and spots to offer."""

    taken: list[Spot]
    offered: list[Spot] = field(default_factory=list)


def _size(words: Sequence[Token], spot: Spot) -> float:
    return (
        sum(2 if word.kind != "a" else len(word.text) for word in words[spot.first : spot.last])
        - PRICE * spot.cost
    )


def _too_plain(words: Sequence[Token], worth_a_look: bool) -> bool:  # noqa: FBT001
    """Whether common words are too few letters, or too many words, to be a slip of a name."""
    return sum(len(word.text) for word in words) < 8 or (len(words) > 3 and not worth_a_look)


def choose(
    index: Index,
    words: Sequence[Token],
    quiet: Sequence[bool],
    spots: Sequence[Spot],
    kinds: frozenset[str] | None,
) -> Choice:
    """Weigh misspelt names against those spotted as written."""
    covered = covered_by(spots, len(words))
    places = windows(index, words, quiet, spots)
    if all(quiet[at] or covered[at] for at in range(len(words))) and not any(
        s.how == "pinyin" for s in spots
    ):
        if not spots or not any(word.kind == "字" for word in words):
            return Choice(list(spots))
        # Doubled particles hide in Chinese names: 自适应和和迁移学习.
        places = [(0, len(words)), (spots[0].first, spots[-1].last)][: 1 + (len(spots) > 1)]
    sure: list[Spot] = list(spots)
    unsure: list[Spot] = []
    for number, (first, last) in enumerate(places):
        inside = words[first:last]
        plain = ordinary(inside)
        if plain and _too_plain(inside, number < WIDEST or any(covered[first:last])):
            continue
        # Real words are typed on purpose, and three slips in one name within a sentence are none.
        most = 1 if plain else 3 if number < WIDEST else 2
        near = slips_in(index, words, (first, last), kinds, most)
        if not near:
            continue
        left = sum(1 for at in range(len(words)) if not (first <= at < last or quiet[at] or covered[at]))
        more = min(LEFT_OVER * left, MOST_LEFT_OVER)
        near = [shifted(s, s.cost + more) for s in near]
        best = near[0]
        tied = [s for s in near[1:] if s.cost - best.cost < TIED]
        if best.cost <= slips.answered_up_to(best.weight) and not tied:
            sure.append(best)
        else:
            unsure.extend(s for s in [best, *near[1:3]] if s.cost <= slips.offered_up_to(s.weight))
    sure.sort(key=lambda s: (-_size(words, s), s.first, s.last))
    taken = apart(sure)
    return _doubted(words, quiet, taken, unsure)


def _doubted(words: Sequence[Token], quiet: Sequence[bool], taken: list[Spot], unsure: list[Spot]) -> Choice:
    """A shorter name inside a likely longer one is offered beside it, not answered."""
    unsure.sort(key=lambda s: (s.cost / max(s.weight, 1), s.first))
    kept, offered = [], []
    ranks = english()
    for spot in taken:
        wider = [
            s
            for s in unsure
            if s.covers(spot)
            and _size(words, s) > _size(words, spot)
            and any(
                not quiet[at] and words[at].text not in ranks
                for at in (*range(s.first, spot.first), *range(spot.last, s.last))
            )
        ]
        if wider:
            offered.extend([*wider[:1], spot])
        else:
            kept.append(spot)
    offered.extend(s for s in unsure if not any(s.overlaps(other) for other in kept))
    return Choice(kept, offered)
