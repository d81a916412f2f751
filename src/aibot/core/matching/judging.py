"""What a misspelt name costs, beyond its slips: numbers, qualifiers and real words are meant as typed."""

from collections.abc import Sequence

from aibot.core.matching import slips
from aibot.core.matching.context import QUALIFIERS
from aibot.core.matching.index import Index, Prepared, heft, weigh
from aibot.core.matching.normalise import Token
from aibot.core.matching.words import chinese, english

REAL_WORD = 0.8
RARE_WORD = 0.4
ONLY_REAL_WORDS = 1.2
RARE = 30_000
BY_SOUND = 0.1  # pinyin has no word list to hold it in check


def reach(key: str) -> int:
    """How many edits to look for around what was typed."""
    return slips.furthest(weigh(key) + 1)


def judged(
    index: Index,
    typed: Sequence[Token],
    key: str,
    typed_numbers: tuple[str, ...],
    place: int,
    near: str,
    *,
    by_sound: bool,
) -> tuple[float, int] | None:
    """The cost of taking these tokens for this name and the weight it is held against; None where it can't be meant."""
    name = index.prepared(place)
    if typed_numbers != name.numbers:
        return None
    own = {word.text for word in name.words}
    if any(word.text in QUALIFIERS and word.text not in own for word in typed):
        return None
    cost = slips.cost(key, near)
    weight = _weight(near, key) if by_sound else min(_full(name, key), _weight(near, key))
    if cost > slips.offered_up_to(weight):
        return None
    cost += real_words(typed, near, own)
    if by_sound:
        cost += BY_SOUND
    return (cost, weight) if cost <= slips.offered_up_to(weight) else None


def _weight(near: str, key: str) -> int:
    """What was typed bears as much as the name does; one letter may have been lost."""
    typed = heft(key)
    return min(typed + (typed > 5), heft(near))


def _full(name: Prepared, key: str) -> int:
    """With its own part as typed, a name counts with its generic tail: the slip is in the tail."""
    return name.full if key.startswith(name.head) else name.weight


def real_words(typed: Sequence[Token], near: str, own: set[str]) -> float:
    """What it costs that words typed are words of the language, other than the name's own."""
    ranks = english()
    several = sum(word.kind == "a" for word in typed) > 1  # "deap seek": seek is a part of the name
    price, letters, real, common = 0.0, 0, 0, True
    for word in typed:
        if word.kind != "a":
            continue
        letters += 1
        if (several and word.text in near) or word.text in own or (word.text.endswith("s") and word.text[:-1] in own):
            continue
        rank = ranks.get(word.text)
        if rank is not None and len(word.text) > 2:
            price += REAL_WORD if rank < RARE else RARE_WORD
            real += 1
            common = common and rank < RARE
    if letters and real == letters:
        price = max(price, ONLY_REAL_WORDS if common else REAL_WORD)
    if all(word.kind == "字" for word in typed) and "".join(word.text for word in typed) in chinese():
        price += ONLY_REAL_WORDS
    return price
