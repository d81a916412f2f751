"""What the words around a name say: questions, politeness, attributes, units and the qualifiers of versions."""

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from aibot.core.matching.normalise import Token
from aibot.core.matching.words import around_names


class Vocabulary(NamedTuple):
    """The sections of words/around.txt."""

    quiet: frozenset[str]  # words that only ask, point or connect
    phrases: re.Pattern[str]  # the same in Chinese, the longest first
    particles: frozenset[str]
    sizes: frozenset[str]
    qualifiers: frozenset[str]
    weak_qualifiers: frozenset[str]
    han_qualifiers: tuple[str, ...]
    in_front: frozenset[str]
    hanging: frozenset[str]
    joining: frozenset[str]


@cache
def vocabulary() -> Vocabulary:
    """Read at the first question."""
    listed = around_names()
    phrases = sorted(listed["phrases"], key=len, reverse=True)
    return Vocabulary(
        quiet=frozenset(listed["function"] + listed["attribute"] + listed["field"]),
        phrases=re.compile("|".join(phrases)),
        particles=frozenset(listed["particles"]),
        sizes=frozenset(listed["sizes"]),
        qualifiers=frozenset(listed["qualifiers"]),
        weak_qualifiers=frozenset(listed["weak-qualifiers"]),
        han_qualifiers=tuple(listed["han-qualifiers"]),
        in_front=frozenset(listed["qualifiers"] + listed["in-front"]),
        hanging=frozenset(listed["hanging"]),
        joining=frozenset(listed["joining"]),
    )


def quiet_words(words: Sequence[Token], taken: Sequence[bool]) -> list[bool]:
    """For each token, whether it only asks, points or connects. Chinese phrases never reach into a name."""
    quiet = vocabulary().quiet
    found = [word.kind == "a" and word.text in quiet for word in words]
    at = 0
    while at < len(words):
        end = at
        while end < len(words) and words[end].kind == "字" and not taken[end]:
            end += 1
        if end > at:
            _mark_phrases(words, at, end, found)
        at = max(end, at + 1)
    return found


def _mark_phrases(words: Sequence[Token], first: int, end: int, found: list[bool]) -> None:
    known = vocabulary()
    alone = []
    for match in known.phrases.finditer("".join(word.text for word in words[first:end])):
        for place in range(first + match.start(), first + match.end()):
            found[place] = True
        if match.end() - match.start() == 1 and match.group() not in known.particles:
            alone.append(first + match.start())
    for place in alone:
        # 地 of 谷歌地图 is half of a word, not a particle.
        if (place > first and not found[place - 1]) or (place + 1 < end and not found[place + 1]):
            found[place] = False
