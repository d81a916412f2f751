"""What a misspelt name costs, beyond its slips: numbers, qualifiers and real words are meant as typed."""

from collections.abc import Sequence
from typing import NamedTuple

from aibot.core.matching import slips
from aibot.core.matching.context import vocabulary
from aibot.core.matching.index import Index, Prepared, heft, weigh
from aibot.core.matching.normalise import Token
from aibot.core.matching.words import chinese, english

REAL_WORD = 0.8
RARE_WORD = 0.4
ONLY_REAL_WORDS = 1.2
CUT_SHORT = 1.0
RARE = 30_000
BY_SOUND = 0.1  # pinyin has no word list to hold it in check
BY_SOUND_OFFERED = 0.1


def reach(key: str) -> int:
    """How many edits to look for around what was typed."""
    return slips.furthest(weigh(key) + 1)


class Typed(NamedTuple):
    """Tokens that may be a misspelt name."""

    words: Sequence[Token]
    key: str
    numbers: tuple[str, ...]


def judged(index: Index, typed: Typed, place: int, near: str, *, by_sound: bool) -> tuple[float, int] | None:
    """The cost of taking what was typed for this name, and the weight it is held against; None where it can't be."""
    key = typed.key
    name = index.prepared(place)
    if typed.numbers != name.numbers:
        return None
    own = {word.text for word in name.words}
    qualifiers = vocabulary().qualifiers
    if any(word.text in qualifiers and word.text not in own for word in typed.words):
        return None
    if not by_sound and key.isascii() != near.isascii():
        return None  # 代 behind "DeepSeek" is no slip
    cost = slips.cost(key, near)
    weight = _weight(near, key) if by_sound else min(_full(name, key), _weight(near, key))
    most = slips.answered_up_to(weight) + BY_SOUND_OFFERED if by_sound else slips.offered_up_to(weight)
    if cost > most:
        return None
    cost += real_words(typed.words, near, own) + (BY_SOUND if by_sound else 0.0)
    return (cost, weight) if cost <= most else None


def _weight(near: str, key: str) -> int:
    """What was typed bears as much as the name does; one letter may have been lost."""
    typed = heft(key)
    return min(typed + (typed > 5), heft(near))


def _full(name: Prepared, key: str) -> int:
    """With its own part as typed, a name counts with its generic tail: the slip is in the tail."""
    return name.full if key.startswith(name.head) else name.weight


def _segmented(key: str) -> bool:
    """Whether Han text falls into dictionary words of two characters: 监督学习 is no slip of 自监督学习."""
    return (
        len(key) % 2 == 0
        and key > "㐀"
        and all(key[at : at + 2] in chinese() for at in range(0, len(key), 2))
    )


def real_words(typed: Sequence[Token], near: str, own: set[str]) -> float:
    """What it costs that words typed are words of the language, other than the name's own."""
    ranks = english()
    several = sum(word.kind == "a" for word in typed) > 1  # "deap seek": seek is a part of the name
    price, letters, real, common = 0.0, 0, 0, True
    for word in typed:
        if word.kind != "a":
            continue
        letters += 1
        if (
            (several and word.text in near)
            or word.text in own
            or (word.text.endswith("s") and word.text[:-1] in own)
        ):
            continue
        rank = ranks.get(word.text)
        if rank is not None and len(word.text) > 2:
            price += REAL_WORD if rank < RARE else RARE_WORD
            real += 1
            common = common and rank < RARE
    if letters and real == letters:
        price = max(price, ONLY_REAL_WORDS if common else REAL_WORD)
    if len(near) > len(key := "".join(word.text for word in typed)) and _segmented(key):
        price += CUT_SHORT
    if all(word.kind == "字" for word in typed) and "".join(word.text for word in typed) in chinese():
        price += ONLY_REAL_WORDS
    return price
