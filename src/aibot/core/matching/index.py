"""Where names are looked up: exact, loose and pinyin keys, and keys a few edits away."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import product
from typing import NamedTuple

from aibot.core.matching import pinyin
from aibot.core.matching.context import vocabulary
from aibot.core.matching.names import Name
from aibot.core.matching.nearby import Nearby
from aibot.core.matching.normalise import Token, joined, plain_tokens

KEPT_APART = 20_000  # names whose tokens are kept: 1 kB each
Places = int | tuple[int, ...]  # one name is the rule; a bare int saves 60 bytes a name


class Prepared(NamedTuple):
    """A name taken apart for comparing."""

    words: tuple[Token, ...]
    key: str
    head: str  # the key without a generic tail
    weight: int  # of the head
    full: int  # of the whole key
    numbers: tuple[str, ...]


def _put(places: dict[str, Places], key: str, place: int) -> None:
    there = places.get(key)
    if there is None:
        places[key] = place
    elif isinstance(there, int):
        if there != place:
            places[key] = (there, place)
    elif place not in there:
        places[key] = (*there, place)


def numbers(words: Iterable[Token]) -> tuple[str, ...]:
    """The numbers of a name, each with the one or two letters glued to it: 4o, o1, 70b."""
    found: list[str] = []
    before: Token | None = None
    after_number = False
    for word in words:
        if word.kind == "0":
            short = before is not None and before.kind == "a" and word.glued and len(before.text) <= 2
            found.append((before.text if short and before and not after_number else "") + word.text)
            after_number = True
        else:
            if after_number and word.glued and word.kind == "a" and len(word.text) <= 2:
                found[-1] += word.text
            after_number = False
        before = word
    return tuple(found)


# What many names share says little about which one is meant.
GENERIC_TAILS = (
    "认知大模型", "大语言模型", "大模型", "语言模型", "有限公司",
    "模型", "公司", "科技", "学习", "汽车", "集团", "系列", "技术",
    "architecture", "technology", "language model", "company", "learning", "series", "models", "model", "ai",
)  # fmt: skip
_TAILS = tuple(tail.replace(" ", "") for tail in GENERIC_TAILS)


def head(key: str) -> str:
    """A key without a shared generic tail."""
    for tail in _TAILS:
        if key.endswith(tail) and len(key) > len(tail) + (1 if tail > "㐀" else 2):
            return key[: -len(tail)]
    return key


def heft(key: str) -> int:
    """Letters, and two for each Han character; digits weigh nothing."""
    if key.isascii():
        return len(key) if key.isalpha() else sum(map(str.isalpha, key))
    return sum(2 if c > "㐀" else c.isalpha() for c in key)


def weigh(key: str) -> int:
    """How much of a key tells it from others: without a shared generic tail."""
    return heft(head(key))


def loose_keys(words: list[Token]) -> set[str]:
    """Keys with version dots lost or a round '.0' left out."""
    texts = [word.text for word in words]
    if not any("." in text for text in texts):
        return set()
    without = "".join(text.replace(".", "") for text in texts)
    rounded = "".join(text.removesuffix(".0") for text in texts)
    return {without, rounded} - {"".join(texts)}


class Index:
    """All names by their keys. Everything but the exact keys is built when a question first needs it."""

    def __init__(self, names: Iterable[Name]) -> None:
        self.names: list[Name] = []
        self.exact: dict[str, Places] = {}
        self.loose: dict[str, Places] = {}
        self.starts: set[str] = set()  # first three characters of keys: most windows end here
        # Words that only ask, and Han characters, where a name begins or ends with them: "large", "no", 模.
        self.first_words: set[str] = set()
        self.last_words: set[str] = set()
        self._prepared: dict[int, Prepared] = {}
        self._words: list[list[Token]] = []  # of the first names: taking them apart again costs 6 µs each
        quiet = vocabulary().quiet
        for name in names:
            words = plain_tokens(name.text)
            key = joined(words)
            if not key:
                continue
            place = len(self.names)
            self.names.append(name)
            if place < KEPT_APART:
                self._words.append(words)
            _put(self.exact, key, place)
            self.starts.add(key[:3])
            for word, edge in ((words[0], self.first_words), (words[-1], self.last_words)):
                if word.kind == "字" or word.text in quiet:
                    edge.add(word.text)
            if "." in key:
                for other in loose_keys(words):
                    _put(self.loose, other, place)
                    self.starts.add(other[:3])

    def prepared(self, place: int) -> Prepared:
        """The name at this place, taken apart."""
        found = self._prepared.get(place)
        if found is None:
            words = self._words[place] if place < KEPT_APART else plain_tokens(self.names[place].text)
            key = joined(words)
            own = head(key)
            found = Prepared(tuple(words), key, own, heft(own), heft(key), numbers(words))
            if len(self._prepared) > KEPT_APART:
                self._prepared.clear()
            self._prepared[place] = found
        return found

    def at(self, places: dict[str, Places], key: str) -> tuple[int, ...]:
        """The names with this key."""
        there = places.get(key)
        if there is None:
            return ()
        return (there,) if isinstance(there, int) else there

    def _han_names(self) -> Iterator[tuple[str, int]]:
        for key, places in self.exact.items():
            if not key.isascii() and any(c > "㐀" for c in key):
                yield from ((key, place) for place in ((places,) if isinstance(places, int) else places))

    @cached_property
    def pinyin(self) -> dict[str, Places]:
        """Names by what they sound like."""
        found: dict[str, Places] = {}
        for key, place in self._han_names():
            for spelled in pinyin.spellings(key):
                _put(found, spelled, place)
        return found

    @cached_property
    def sound_starts(self) -> set[str]:
        """First four letters of pinyin keys."""
        return {spelled[:4] for spelled in self.pinyin}

    @cached_property
    def folded(self) -> dict[str, Places]:
        """Names by folded pinyin."""
        found: dict[str, Places] = {}
        for spelled, places in self.pinyin.items():
            short = pinyin.folded(spelled)
            if len(short) >= pinyin.FOLDED_LEAST:
                for place in (places,) if isinstance(places, int) else places:
                    _put(found, short, place)
        return found

    def sounding_like(self, characters: str) -> tuple[int, ...]:
        """Names whose pinyin is that of these Han characters."""
        found: dict[int, None] = {}
        for choice in list(product(*(pinyin.sounds(c)[:2] for c in characters)))[:4]:
            found.update(dict.fromkeys(self.at(self.pinyin, "".join(choice))))
        return tuple(found)

    @cached_property
    def nearby(self) -> Nearby:
        """Keys within a few edits: those of names, and those of their pinyin."""
        keys = list(self.exact)
        keys.extend(key for key in self.pinyin if key not in self.exact)
        return Nearby(keys)

    def named(self, key: str) -> tuple[tuple[int, ...], bool]:
        """The names with this key or this pinyin, and whether it is the pinyin."""
        places = self.at(self.exact, key)
        return (places, False) if places else (self.at(self.pinyin, key), True)
