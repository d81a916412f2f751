"""Entries offered while somebody types: names and words that begin so, pinyin, then slips. Offered, never answered."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from aibot.core.matching import pinyin
from aibot.core.matching.matcher import Matcher
from aibot.core.matching.names import Name
from aibot.core.matching.normalise import Token, clean, joined, plain_tokens, tokens

MOST = 100
#  How a name can be hit, best first; what a pointer ("related") or a bare word hits comes after all these
WHOLE, START, WORD, SOUND, LATER_SOUND, SEVERAL, INITIALS, SLIP = range(8)
_LESSER = {"related": 20, "word": 10}
_LAST = "\U0010ffff"
_MOST_KEPT = 2_000  # answers to one or two characters: they look at the most names, and everybody types them
_MARKS = ("version", "ver", "v")  # the mark of a version that is still to be typed: "deepseek v"


class Suggested(NamedTuple):
    """An entry, and the name of it that was hit; "" where it is only the nearest thing to what was typed."""

    entry: str
    name: str


class _Filed(NamedTuple):
    """Where a name can be entered: at its start, at a later word, by its sound."""

    text: str
    place: int
    how: int


class Typeahead:
    """All names, filed under every place where somebody may begin to type them."""

    def __init__(self, names: Iterable[Name], matcher: Matcher) -> None:
        self._names: list[Name] = list(names)
        self._matcher = matcher
        self._order: dict[str, int] = {}
        for name in self._names:
            self._order.setdefault(name.entry, len(self._order))
        self._filed = sorted(
            filed for place, name in enumerate(self._names) for filed in _ways_in(name.text, place)
        )
        self._texts = [filed.text for filed in self._filed]
        self._kept: dict[str, tuple[Suggested, ...]] = {}

    def suggest(self, typed: str, most: int = MOST) -> tuple[Suggested, ...]:
        """The entries that what was typed so far may become, likeliest first; none where nothing was typed."""
        cleaned = clean(typed[:200])[:100]
        words = tokens(cleaned, 12)
        key = joined(words)
        if not key:
            return ()
        if key not in self._kept:
            found = self._found(cleaned, words, key)
            if len(key) > 2:
                return found[:most]
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[key] = found
        return self._kept[key][:most]

    def _found(self, cleaned: str, words: Sequence[Token], key: str) -> tuple[Suggested, ...]:
        hits = self._beginning(key)
        if len(words) > 1:
            hits = _better(hits, self._in_any_order([word.text for word in words]))
        if not hits:
            hits = self._without_mark(key) or self._sounding(key) or self._slipped(key)
        if not hits:
            return self._matched(cleaned)
        found: dict[str, Suggested] = {}
        for place in sorted(hits, key=lambda place: self._rank(place, hits[place])):
            name = self._names[place]
            found.setdefault(name.entry, Suggested(name.entry, "" if name.type == "related" else name.text))
        return tuple(found.values())

    def _rank(self, place: int, how: int) -> tuple[int, bool, int, int, int]:
        """A hit's place in the list: how it was hit, titles first, short names first, the base's order."""
        name = self._names[place]
        lesser = how + _LESSER.get(name.type, 0)
        return lesser, name.type != "title", len(name.text), self._order[name.entry], place

    def _range(self, start: str) -> range:
        return range(bisect_left(self._texts, start), bisect_left(self._texts, start + _LAST))

    def _beginning(self, key: str) -> dict[int, int]:
        """Names of which a start, a word or the sound begins with this, and how they do."""
        hits: dict[int, int] = {}
        for at in self._range(key):
            text, place, how = self._filed[at]
            if how == START and len(text) == len(key):
                how = WHOLE
            if how < hits.get(place, SLIP):
                hits[place] = how
        return hits

    def _in_any_order(self, words: Sequence[str]) -> dict[int, int]:
        """Names in which every typed word begins one: "pro gemini", "李 fei"; slips in a word are forgiven."""
        places: set[int] | None = None
        slipped = False
        for word in words:
            here = self._beginning(word)
            if not here:
                here, slipped = self._slipped(word), True
            places = set(here) if places is None else places & set(here)
            if not places:
                return {}
        return dict.fromkeys(places or (), SLIP if slipped else SEVERAL)

    def _without_mark(self, key: str) -> dict[int, int]:
        for mark in _MARKS:
            if key.endswith(mark) and len(key) > len(mark) + 1:
                return self._beginning(key.removesuffix(mark))
        return {}

    def _sounding(self, key: str) -> dict[int, int]:
        """Other characters of the same sound: 文新 for 文心."""
        if key.isascii():
            return {}
        hits: dict[int, int] = {}
        for spelled in pinyin.spellings(key):
            hits = _better(hits, self._beginning(spelled))
        return hits

    def _slipped(self, key: str) -> dict[int, int]:
        """Names that begin nearly so. Numbers must be as typed: another version is no slip."""
        if len(key) < 4:
            return {}
        from rapidfuzz import process  # noqa: PLC0415 - 30 ms, and most of what is typed never needs it
        from rapidfuzz.distance import OSA  # noqa: PLC0415

        most = 1 if len(key) < 8 else 2
        digits = "".join(filter(str.isdigit, key))
        hits: dict[int, int] = {}
        # a slip in the first character of all is rare, but the first two may have changed places
        places = [at for start in dict.fromkeys(key[:2]) for at in self._range(start)]
        for length in (len(key), len(key) + 1, len(key) - 1):
            begun: dict[str, list[int]] = {}
            for at in places:
                text, place, how = self._filed[at]
                if how != INITIALS and len(text) >= length:
                    begun.setdefault(text[:length], []).append(place)
            near = process.extract(key, begun.keys(), scorer=OSA.distance, score_cutoff=most, limit=None)
            for text, _, _ in near:
                if "".join(filter(str.isdigit, text)) == digits:
                    hits |= dict.fromkeys(begun[text], SLIP)
        return hits

    def _matched(self, cleaned: str) -> tuple[Suggested, ...]:
        """What the matcher makes of it: a whole question, a slip at the very start, a version that does not exist."""
        matches = self._matcher.match(cleaned)
        found = [Suggested(match.entry, match.name) for match in (*matches.sure, *matches.maybe)]
        found += [Suggested(entry, "") for missing in matches.missing for entry in missing.family]
        return tuple({one.entry: one for one in reversed(found)}.values())[::-1]


def _better(hits: dict[int, int], others: dict[int, int]) -> dict[int, int]:
    """Both, each name as it is hit best."""
    return {
        place: min(hits.get(place, SLIP), others.get(place, SLIP))
        for place in dict.fromkeys([*hits, *others])
    }


def _ways_in(name: str, place: int) -> Iterator[_Filed]:
    """Every text by whose start a name can be found."""
    words = plain_tokens(name)
    key = joined(words)
    if not key:
        return
    yield _Filed(key, place, START)
    for at in range(1, len(words)):
        # the o of 4o begins nothing
        if words[at].kind == "字" or not words[at].glued:
            yield _Filed(joined(words[at:]), place, WORD)
    if key.isascii():
        return
    syllables = [word.text for word in words]
    for at in range(len(syllables)):
        if words[at].kind == "字":
            for spelled in pinyin.spellings(syllables[at:]):
                yield _Filed(spelled, place, LATER_SOUND if at else SOUND)
    if len(syllables) > 1:
        initials = "".join(pinyin.sounds(syllable)[0][0] for syllable in syllables)
        if initials.isascii():
            yield _Filed(initials, place, INITIALS)
