"""Versions asked for that have no entry: behind a name that was found, or behind a family's stem."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from aibot.core.matching import slips
from aibot.core.matching.families import MOST_FAMILY, VERSIONED
from aibot.core.matching.names import Match, MissingVersion
from aibot.core.matching.normalise import Token
from aibot.core.matching.ordinary import is_ordinary
from aibot.core.matching.question import Question, Span
from aibot.core.matching.spotting import Spot, covered_by
from aibot.core.matching.versions import extension, front
from aibot.core.matching.words import english

MEANT_AS_TYPED = 5_000  # rank in English: a commoner word before a number is no misspelt family
STEM_SCORE = 80.0


@dataclass(slots=True)
class Told:
    """Spots that stand for themselves, versions without an entry, and families named without any version."""

    spots: list[Spot] = field(default_factory=list)
    missing: dict[Span, MissingVersion] = field(default_factory=dict)
    bare: list[Match] = field(default_factory=list)

    def covers(self, at: int) -> bool:
        """Whether a missing version covers this token."""
        return any(first <= at < last for first, last in self.missing)


def missing_versions(question: Question, taken: Sequence[Spot]) -> Told:
    """Look behind each name, then at the stems of families in what is left."""
    told = Told()
    for number, spot in enumerate(taken):
        if not told.covers(spot.first):
            _judge(question, told, taken, number)
    _find_stems(question, told)
    return told


def _add(question: Question, told: Told, span: Span, family: Sequence[str]) -> None:
    """Note a missing version; whatever was found inside it belongs to it."""
    first, last = span
    start, end = question.characters(first, last)
    for a, b in list(told.missing):
        if first <= a and b <= last:
            del told.missing[a, b]
    told.missing[span] = MissingVersion(question.cleaned[start:end], tuple(family)[:MOST_FAMILY], start, end)
    told.spots = [s for s in told.spots if s.last <= first or last <= s.first]


def _judge(question: Question, told: Told, taken: Sequence[Spot], number: int) -> None:
    """Keep a spot, or find that another version follows it."""
    spot = taken[number]
    words = question.words
    name, prepared = question.index.names[spot.place], question.index.prepared(spot.place)
    related = name.type == "related"
    versioned = related or name.kind in VERSIONED or prepared.key in question.families.stems
    first, last = spot.first, spot.last
    if versioned or name.kind == "technique":
        stop = next((s.first for s in taken[number + 1 :] if not question.is_qualifier(s)), len(words))
        # 'rag 2.0': a technique has no qualifiers, but it may have numbers.
        if versioned or (last < stop and words[last].kind == "0"):
            sizes = name.sizes if prepared.numbers else ()  # a family's name has any
            last = extension(question, last, stop=stop, sizes=sizes)
        first = front(question, first, covered_by(taken, len(words)))
    end = words[spot.last - 1].end
    plus = question.cleaned[end : end + 1] == "+" and (versioned or bool(prepared.numbers))  # bm25+
    if not (related or plus or (first, last) != (spot.first, spot.last)):
        told.spots.append(spot)
        return
    family = dict.fromkeys([name.entry] if related or name.kind == "technique" or prepared.numbers else [])
    family.update(dict.fromkeys(_family(question, spot, first, last)))
    family.setdefault(name.entry)
    _add(question, told, (first, last), list(family))


def _family(question: Question, spot: Spot, first: int, last: int) -> list[str]:
    """The family of the longest stem that was typed, then that of the name's own."""
    own = question.index.prepared(spot.place).words
    numbered = next((at for at, word in enumerate(own) if word.kind == "0"), len(own))
    stem = "".join(word.text for word in own[:numbered])
    families, words = question.families, question.words
    places = families.of(words[spot.first : last], question.kinds)
    places.extend(families.nearest(stem, words[first:last], question.kinds))
    return [question.entry(place) for place in places]


def _find_stems(question: Question, told: Told) -> None:
    """Families named with a number or qualifier of no entry, or with none at all."""
    strong = covered_by([s for s in told.spots if not is_ordinary(question, s)], len(question.words))
    at = 0
    while at < len(question.words):
        end, stem = (0, "") if strong[at] or told.covers(at) else _stem_at(question, at)
        at = _take_stem(question, told, stem, at, end) if end else at + 1


def _stem_at(question: Question, at: int) -> tuple[int, str]:
    """The longest stem that begins here, and where it ends."""
    words, stems = question.words, question.families.stems
    if at and words[at].glued and words[at].kind == "a" and words[at - 1].kind == "0":
        return 0, ""
    text, found = "", (0, "")
    for last in range(at + 1, min(len(words), at + 6) + 1):
        text += words[last - 1].text
        if text in stems:
            found = (last, text)
    return found if found[0] else _misspelt_stem(question, at)


def _misspelt_stem(question: Question, at: int) -> tuple[int, str]:
    """'claud 4': a family's name with one slip, before a number."""
    words = question.words
    word = words[at]
    if word.kind != "a" or len(word.text) < 4 or at + 1 >= len(words) or words[at + 1].kind != "0":
        return 0, ""
    if english().get(word.text, MEANT_AS_TYPED) < MEANT_AS_TYPED:
        return 0, ""
    for far, stem in question.families.nearby.within(word.text, 2 if len(word.text) > 7 else 1):
        if far and slips.cost(word.text, stem) <= slips.answered_up_to(len(stem)):
            return at + 1, stem
    return 0, ""


def _take_stem(question: Question, told: Told, stem: str, at: int, end: int) -> int:
    """Judge a stem over tokens at..end-1; where to go on."""
    words = question.words
    stop = next((s.first for s in told.spots if s.first >= end and not question.is_qualifier(s)), len(words))
    last = extension(question, end, stop=stop)
    asked = words[at:last]
    numbered = any(word.kind == "0" for word in words[end:last])
    if len(stem) <= 2 and not (numbered and words[end].glued and words[end].kind == "0"):
        return at + 1  # the o of o3 and the su of su9 count only with their number
    places = question.families.nearest(stem, asked, question.kinds)
    alone = not question.left(told.spots, [*told.missing, (at, last)])
    if not places:
        return at + 1
    if numbered or (last > end and not _known(question, asked, question.entry(places[0]))):
        if not numbered and not alone:
            return at + 1
        first = next(
            (s.first for s in told.spots if s.last == at and question.kind(s) == "organisation"), at
        )  # 'google pixel 10': the maker belongs to it
        _add(question, told, (first, last), [question.entry(place) for place in places])
    elif any((s.first, s.last) == (at, last) for s in told.spots):
        return last
    elif alone or stem not in english():
        start, finish = question.characters(at, last)
        names = question.index.names
        told.bare.extend(
            Match(names[place].entry, names[place].text, STEM_SCORE, "loose", start, finish)
            for place in places[:3]
        )
        told.spots = [s for s in told.spots if s.last <= at or last <= s.first]
    return last


def _known(question: Question, asked: Sequence[Token], entry: str) -> bool:
    """Whether every qualifier asked for is in some name of this entry: 'claude sonnet'."""
    wanted = {word.text for word in asked if word.kind == "a"}
    return any(
        wanted <= {word.text for word in question.index.prepared(place).words}
        for place in question.families.places_of.get(entry, ())
    )
