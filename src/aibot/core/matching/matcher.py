"""The matcher: one question in, the entries it names out, in the order of the steps below."""

import re
from collections.abc import Callable, Iterable
from functools import cache

from aibot.core.matching import pinyin
from aibot.core.matching.choosing import choose
from aibot.core.matching.context import quiet_words
from aibot.core.matching.families import Families
from aibot.core.matching.index import Index
from aibot.core.matching.mentions import MOST_OFFERED, mentions
from aibot.core.matching.names import Match, Matches, MissingVersion, Name
from aibot.core.matching.normalise import Token, clean, joined, tokens
from aibot.core.matching.question import Question
from aibot.core.matching.spotting import (
    best_place,
    covered_by,
    exact_spots,
    loose_places,
    stands_alone,
)
from aibot.core.matching.words import english, simplified

MOST_CHARACTERS = 600
MOST_TOKENS = 80
_MEANT_AS_TYPED = 30_000  # rank in English: a commoner word is no pinyin
_HAN = re.compile("[㐀-鿿]")


@cache
def _taiwanese() -> Callable[[str], str]:
    """Taiwan's wording as the mainland's; only a second try, for it rewrites simplified text too."""
    from opencc import OpenCC  # noqa: PLC0415 - 9 ms for the few who write traditional characters

    convert: Callable[[str], str] = OpenCC("tw2sp").convert
    return convert


def _oddly_cased(typed: str, name: str) -> bool:
    """'xAI' is not XAI: a short name in a case of its own is somebody else's."""
    return typed.isalpha() and typed != name and not (typed.islower() or typed.isupper() or typed.istitle())


class Matcher:
    """All names, ready to be asked."""

    def __init__(self, names: Iterable[Name]) -> None:
        self._index = Index(names)
        self._families = Families(self._index)

    def match(self, text: str, *, kinds: frozenset[str] | None = None) -> Matches:
        """The entries a question names; `kinds` narrows them to those of a typed keyword."""
        text = text[: MOST_CHARACTERS * 4].encode("utf-8", "ignore").decode("utf-8")  # no lone surrogates
        found = self._matches(clean(text)[:MOST_CHARACTERS], kinds)
        if found.sure or found.missing or found.maybe or not _HAN.search(text) or simplified(text) == text:
            return found
        again = clean(_taiwanese()(text))[:MOST_CHARACTERS]
        return found if again == found.cleaned else self._matches(again, kinds)

    def _matches(self, cleaned: str, kinds: frozenset[str] | None) -> Matches:
        words = tokens(cleaned, MOST_TOKENS)
        if all(word.kind == "0" for word in words):
            return Matches(cleaned, rest=cleaned)
        whole = self._whole(cleaned, words, kinds)
        if whole is not None:
            return whole
        index = self._index
        spots = exact_spots(index, words, kinds)
        taken = covered_by(spots, len(words))
        quiet = quiet_words(words, taken)
        standing = [s for s in spots if stands_alone(words, s, quiet)]
        if len(standing) < len(spots):
            spots = standing
            taken = covered_by(spots, len(words))
            quiet = quiet_words(words, taken)
        choice = choose(index, words, quiet, spots, kinds)
        return mentions(Question(index, self._families, cleaned, words, quiet, kinds), choice)

    def _whole(self, cleaned: str, words: list[Token], kinds: frozenset[str] | None) -> Matches | None:
        """The message is one name and nothing else."""
        index = self._index
        key = joined(words)
        how, cost = "exact", 0.0
        place = best_place(index, index.at(index.exact, key), kinds)
        if place is None:
            how, cost = "loose", 0.1
            place = best_place(index, loose_places(index, words, key), kinds)
        if place is None and key.isascii():
            how, cost = "pinyin", 0.3
            spelled = key if key.isalpha() else pinyin.without_tones(words)
            if spelled and len(spelled) > 2 and english().get(spelled, _MEANT_AS_TYPED) >= _MEANT_AS_TYPED:
                place = best_place(index, index.at(index.pinyin, spelled), kinds)
                if place is None and len(spelled) >= pinyin.FOLDED_LEAST:
                    place = best_place(index, index.at(index.folded, pinyin.folded(spelled)), kinds)
        if place is None:
            return self._turned(cleaned, words, kinds)
        if cleaned[words[-1].end :].startswith("+") and "+" not in index.names[place].text:
            return None
        name = index.names[place]
        start, end = words[0].start, words[-1].end
        if name.type == "related":
            missing = MissingVersion(cleaned[start:end], self._related(key, words, kinds), start, end)
            return Matches(cleaned, missing=(missing,))
        match = Match(name.entry, name.text, 100.0 - 10 * cost, how, start, end)
        strange = how == "exact" and len(key) <= 3 and _oddly_cased(cleaned[start:end], name.text)
        if strange or (how == "pinyin" and len(key) < 5):
            return Matches(cleaned, maybe=(match,))
        return Matches(cleaned, sure=(match,))

    def _turned(self, cleaned: str, words: list[Token], kinds: frozenset[str] | None) -> Matches | None:
        """'huiyun fada': a name of two or three words in another order is offered."""
        if not 2 <= len(words) <= 3 or any(word.kind != "a" for word in words):
            return None
        index = self._index
        for turn in range(1, len(words)):
            key = joined([*words[turn:], *words[:turn]])
            place = best_place(index, index.at(index.exact, key), kinds)
            if place is not None and index.names[place].type != "related":
                name = index.names[place]
                match = Match(name.entry, name.text, 70.0, "loose", words[0].start, words[-1].end)
                return Matches(cleaned, maybe=(match,))
        return None

    def _related(self, key: str, words: list[Token], kinds: frozenset[str] | None) -> tuple[str, ...]:
        index = self._index
        found = dict.fromkeys(index.names[place].entry for place in index.at(index.exact, key))
        for place in self._families.of(words, kinds):
            found.setdefault(index.names[place].entry)
        return tuple(found)[:MOST_OFFERED]
