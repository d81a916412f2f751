"""Finding names in a question: exact windows over its tokens, and windows that may hold a misspelt one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from aibot.core.matching import pinyin, slips
from aibot.core.matching.context import quiet_words
from aibot.core.matching.index import Index, numbers
from aibot.core.matching.judging import Typed, judged, reach
from aibot.core.matching.normalise import Token, joined
from aibot.core.matching.words import chinese, english

MOST_WINDOWS = 48
LONGEST_WINDOW = 48
LONGEST_WHOLE = 72  # characters of a key
MOST_HAN = 14
MOST_LATIN = 8
_TYPE_ORDER = {"title": 0, "printed": 1, "related": 9, "word": 2}
_PLURALS = frozenset({"technique", "product", "theme", "domain"})
CLOSE = 0.3  # a name that costs so much more than another is no rival
ONE_SLIP = 1.0  # the dearest single slip but a wrong first letter
COMMON = 20_000  # rank in English by frequency: whoever types these means them


@dataclass(frozen=True, slots=True)
class Spot:
    """A name over tokens first..last-1."""

    place: int
    first: int
    last: int
    how: str
    cost: float = 0.0
    weight: int = 0

    def overlaps(self, other: "Spot") -> bool:
        """Whether two spots share a token."""
        return self.first < other.last and other.first < self.last

    def covers(self, other: "Spot") -> bool:
        """Whether the other lies inside this one."""
        return self.first <= other.first and other.last <= self.last


def best_place(index: Index, places: Sequence[int], kinds: frozenset[str] | None) -> int | None:
    """The name to take where several share a key: of the asked kind, rather a title than an alias."""
    fitting = [p for p in places if kinds is None or index.names[p].kind in kinds]
    if not fitting:
        return None
    return min(fitting, key=lambda p: (_TYPE_ORDER.get(index.names[p].type, 3), p))


def _whole_unit(words: Sequence[Token], first: int, last: int) -> bool:
    """Never half of a unit of digits and letters: the 4 of 4o, the o of o1."""
    if first and words[first].glued and words[first].kind != "字":
        before = words[first - 1]
        if before.kind != "字":
            return False
    if last < len(words) and words[last].glued and words[last].kind == "a":
        ending = words[last - 1]
        if ending.kind == "0" and len(words[last].text) <= 2:
            return False
    return True


def _lost_dot_only(typed: Sequence[Token], index: Index, place: int) -> bool:
    """'gemini 20' is not Gemini 2.0: a dot may be lost, not a '.0' glued on."""
    for number in (word.text for word in index.prepared(place).words if word.kind == "0"):
        if number.endswith(".0") and number.replace(".", "") in {w.text for w in typed if w.kind == "0"}:
            return False
    return True


def rounded(words: Sequence[Token]) -> str:
    """The key with a round '.0' left out."""
    return "".join(word.text.removesuffix(".0") if word.kind == "0" else word.text for word in words)


def loose_places(index: Index, words: Sequence[Token], key: str) -> tuple[int, ...]:
    """Names that differ by a lost version dot or a round '.0' alone, or by a plural s."""
    places = tuple(p for p in index.at(index.loose, key) if _lost_dot_only(words, index, p))
    if not places and ".0" in key:
        places = index.at(index.exact, rounded(words))
    if not places and len(key) > 3 and key.endswith("s") and words[-1].kind == "a":
        places = tuple(p for p in index.at(index.exact, key[:-1]) if index.names[p].kind in _PLURALS)
        if any(index.names[p].type == "word" for p in places):
            return ()
    return places


def exact_spots(index: Index, words: Sequence[Token], kinds: frozenset[str] | None) -> list[Spot]:
    """Names as written, or by sound for Han, longest first and never overlapping."""
    found: list[Spot] = []
    count = len(words)
    starts = index.starts
    for first in range(count):
        text = ""
        for last in range(first + 1, min(count, first + 24) + 1):
            text += words[last - 1].text
            if len(text) >= 3 and text[:3] not in starts:
                break
            if len(text) > 64:
                break
            how = "exact"
            places = index.at(index.exact, text)
            if not places:
                places, how = loose_places(index, words[first:last], text), "loose"
            if len(text) == 1 and text < "㐀":
                continue
            if places and _whole_unit(words, first, last):
                place = best_place(index, places, kinds)
                if place is not None and not text.replace(".", "").isdigit():
                    cost = 0.0 if how == "exact" else 0.1
                    found.append(Spot(place, first, last, how, cost, index.prepared(place).weight))
    found.extend(_by_sound(index, words, kinds))
    found.sort(key=lambda s: (-(len_of(words, s)), s.how != "exact", s.first))
    return apart(found)


def covered_by(spots: Sequence[Spot], count: int) -> list[bool]:
    """For each token, whether a spot covers it."""
    covered = [False] * count
    for spot in spots:
        covered[spot.first : spot.last] = [True] * (spot.last - spot.first)
    return covered


def len_of(words: Sequence[Token], spot: Spot) -> int:
    """How much of the text a spot covers, a Han character counting twice."""
    return sum(2 if w.kind == "字" else len(w.text) for w in words[spot.first : spot.last])


def apart(spots: Sequence[Spot]) -> list[Spot]:
    """The spots that do not overlap an earlier one, in order of mention."""
    kept: list[Spot] = []
    for spot in spots:
        if not any(spot.overlaps(other) for other in kept):
            kept.append(spot)
    kept.sort(key=lambda s: s.first)
    return kept


def says_little(words: Sequence[Token]) -> bool:
    """Whether a name is made of words that only ask or point: 大模型, "models"."""
    return all(quiet_words(words, [False] * len(words)))


def _by_sound(index: Index, words: Sequence[Token], kinds: frozenset[str] | None) -> list[Spot]:
    """Han windows of three characters or more that sound like a name."""
    found: list[Spot] = []
    if not any(word.kind == "字" for word in words):
        return found
    sounding = index.sound_starts
    for first, word in enumerate(words):
        if word.kind != "字":
            continue
        text, sound = "", ""
        for last in range(first + 1, min(len(words), first + MOST_HAN) + 1):
            current = words[last - 1]
            if current.kind != "字" or (not current.glued and last - 1 > first):
                break
            text += current.text
            sound += pinyin.sounds(current.text)[0]
            if len(text) == 2 and not any(
                (a + b)[:4] in sounding for a in pinyin.sounds(text[0]) for b in pinyin.sounds(text[1])
            ):
                break
            if len(text) < 3 or text in index.exact:
                continue
            place = best_place(index, index.sounding_like(text), kinds)
            if place is not None and text not in chinese() and not says_little(index.prepared(place).words):
                found.append(Spot(place, first, last, "pinyin", 0.5, index.prepared(place).weight))
    return found


def stands_alone(words: Sequence[Token], spot: Spot, quiet: Sequence[bool]) -> bool:
    """Whether no Chinese dictionary word cuts across a two-character name's edge or swallows it."""
    if spot.last - spot.first != 2 or words[spot.first].kind != "字" or words[spot.last - 1].kind != "字":
        return True
    dictionary = chinese()
    low = spot.first
    while low > 0 and spot.first - low < 3 and words[low - 1].kind == "字" and words[low].glued:
        low -= 1
    high = spot.last
    while high < len(words) and high - spot.last < 3 and words[high].kind == "字" and words[high].glued:
        high += 1
    for first in range(low, spot.last):
        for last in range(max(first + 2, spot.first + 1), min(high, first + 4) + 1):
            if first >= spot.first and last <= spot.last:
                continue
            if all(quiet[at] for at in range(first, last) if not spot.first <= at < spot.last):
                continue
            if "".join(word.text for word in words[first:last]) in dictionary:
                return False
    return True


def _loud_runs(words: Sequence[Token], quiet: Sequence[bool]) -> list[tuple[int, int]]:
    """From the first word of content to the last, and each run between quiet words with its neighbours."""
    loud = [at for at, only in enumerate(quiet) if not only]
    if not loud:
        return []
    runs = [(loud[0], loud[-1] + 1)]
    first = loud[0]
    for at, after in zip(loud, [*loud[1:], -1], strict=True):
        if after != at + 1:
            if words[first].kind == "字":
                runs.extend([(max(first - 1, 0), at + 1), (first, min(at + 2, len(words)))])
            first = after
    return runs


def windows(
    index: Index, words: Sequence[Token], quiet: Sequence[bool], spots: Sequence[Spot]
) -> list[tuple[int, int]]:
    """Where a misspelt name may stand: the whole message first, then around spots, then between quiet words."""
    count = len(words)
    found: dict[tuple[int, int], None] = {}
    if count <= 24 and sum(len(w.text) for w in words) <= LONGEST_WHOLE:
        found[0, count] = None
    found.update((run, None) for run in _loud_runs(words, quiet) if run[1] - run[0] <= 40)
    # Edges are words of content, or quiet words some name begins or ends with: "large", "no", 模.
    opens = [not quiet[at] or words[at].text in index.first_words for at in range(count)]
    closes = [not quiet[at] or words[at].text in index.last_words for at in range(count)]
    for spot in spots:
        beside = words[max(0, spot.first - 1) : spot.last + 1]
        far = 8 if any(word.kind == "字" for word in beside) else 4
        for first in range(spot.first, max(-1, spot.first - far - 1), -1):
            for last in range(spot.last, min(count, spot.last + far) + 1):
                inside = (first == spot.first or opens[first]) and (last == spot.last or closes[last - 1])
                if inside and not (all(quiet[first : spot.first]) and all(quiet[spot.last : last])):
                    found[first, last] = None
    taken = covered_by([s for s in spots if s.how != "pinyin"], count)
    inner: list[tuple[int, int, int, int]] = []
    for first in range(count):
        if opens[first] and not taken[first] and _whole_unit(words, first, count):
            inner.extend(
                (quiet[first] + quiet[last - 1], -size, first, last)
                for last, size in _growing(words, quiet, taken, first)
                if closes[last - 1] and _whole_unit(words, first, last)
            )
    inner.sort()
    found.update(((first, last), None) for _, _, first, last in inner)
    return list(found)[:MOST_WINDOWS]


def _growing(
    words: Sequence[Token], quiet: Sequence[bool], taken: Sequence[bool], first: int
) -> Iterator[tuple[int, int]]:
    """Ends of windows that begin here and have some content, each with its size."""
    size = han = latin = loud = 0
    for last in range(first + 1, len(words) + 1):
        word = words[last - 1]
        han += word.kind == "字"
        latin += word.kind != "字"
        loud += not quiet[last - 1]
        size += 2 if word.kind == "字" else len(word.text)
        if taken[last - 1] or han > MOST_HAN or latin > MOST_LATIN or size > LONGEST_WINDOW:
            return
        if loud and size >= 4:
            yield last, size


def ordinary(words: Sequence[Token]) -> bool:
    """Whether these are all common English words: what they say is meant."""
    ranks = english()
    return all(word.kind == "a" and ranks.get(word.text, COMMON) < COMMON for word in words)


def slips_in(
    index: Index, words: Sequence[Token], span: tuple[int, int], kinds: frozenset[str] | None, most: int
) -> list[Spot]:
    """Names that these tokens may be a misspelling of, cheapest first, one for each entry."""
    within = words[slice(*span)]
    key = joined(list(within))
    if not (4 if key.isascii() else 3) <= len(key) <= LONGEST_WHOLE:
        return []
    typed = Typed(within, key, numbers(within))
    most = min(most, reach(key))
    near = _judged_near(index, typed, span, kinds, 1)
    # One slip is the rule; look further only where none explains what was typed.
    if most > 1 and not (near and near[0].cost <= ONE_SLIP):
        near = _judged_near(index, typed, span, kinds, most)
    return near


def _judged_near(
    index: Index, typed: Typed, span: tuple[int, int], kinds: frozenset[str] | None, most: int
) -> list[Spot]:
    seen: dict[str, Spot] = {}
    cheapest = slips.NEVER
    for far, near in index.nearby.within(typed.key, most):
        if far * slips.LEAST > cheapest + CLOSE:
            break
        places, by_sound = index.named(near)
        for place in places:
            name = index.names[place]
            if kinds is not None and name.kind not in kinds:
                continue
            verdict = judged(index, typed, place, near, by_sound=by_sound)
            if verdict is None:
                continue
            cost, weight = verdict
            cheapest = min(cheapest, cost)
            if name.entry not in seen or cost < seen[name.entry].cost:
                seen[name.entry] = Spot(place, *span, "slip", cost, weight)
    return sorted(seen.values(), key=lambda s: (s.cost, s.place))


def shifted(spot: Spot, cost: float) -> Spot:
    """The same spot at another cost."""
    return replace(spot, cost=cost)
