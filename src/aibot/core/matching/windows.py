"""Where a misspelt name may stand in a question, and which names the tokens there may be a slip of."""

from collections.abc import Iterator, Sequence

from aibot.core.matching import slips
from aibot.core.matching.index import Index, numbers
from aibot.core.matching.judging import Typed, judged, reach
from aibot.core.matching.normalise import Token, joined
from aibot.core.matching.spotting import CLOSE, MOST_HAN, Spot, covered_by, whole_unit
from aibot.core.matching.words import english

MOST_WINDOWS = 48
LONGEST_WINDOW = 48
LONGEST_WHOLE = 72  # characters of a key
MOST_LATIN = 8
ONE_SLIP = 1.0  # the dearest single slip but a wrong first letter
COMMON = 20_000  # rank in English by frequency: whoever types these means them


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
        if opens[first] and not taken[first] and whole_unit(words, first, count):
            inner.extend(
                (quiet[first] + quiet[last - 1], -size, first, last)
                for last, size in _growing(words, quiet, taken, first)
                if closes[last - 1] and whole_unit(words, first, last)
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
