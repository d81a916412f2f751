"""From spots to an answer: what is sure, what is missing, what is offered and what is left of the question."""

from collections.abc import Sequence

from aibot.core.matching.choosing import Choice
from aibot.core.matching.context import vocabulary
from aibot.core.matching.missing import missing_versions
from aibot.core.matching.names import Match, Matches
from aibot.core.matching.ordinary import MAKERS, in_context, is_anothers
from aibot.core.matching.question import Question
from aibot.core.matching.spotting import Spot

MOST_OFFERED = 5


def mentions(question: Question, choice: Choice) -> Matches:
    """What to answer, what is missing and what to offer."""
    told = missing_versions(question, choice.taken)
    spots, doubtful = in_context(question, told.spots, list(told.missing))
    if any(_is_version(question, first, last) for first, last in told.missing) and all(
        question.kind(s) in MAKERS for s in spots
    ):
        spots = []  # a maker named beside a missing version is its context
    others = [s for s in spots if is_anothers(question, s, spots)]
    sure = _matches(question, [s for s in spots if s not in others])
    known = {match.entry for match in sure}
    maybe: dict[str, Match] = {}
    if not told.missing:
        for match in [*told.bare, *_matches(question, [*others, *doubtful, *choice.offered])]:
            if match.entry not in known:
                maybe.setdefault(match.entry, match)
    offered = tuple(maybe.values())[:MOST_OFFERED]
    missing = tuple(sorted(told.missing.values(), key=lambda m: m.start))
    spans = [(match.start, match.end) for match in (*sure, *offered)]
    rest = _rest(question.cleaned, [*spans, *((m.start, m.end) for m in missing)])
    return Matches(question.cleaned, tuple(sure), missing, offered, rest)


def _is_version(question: Question, first: int, last: int) -> bool:
    """Whether these tokens ask for a version, rather than for a neighbour of an entry."""
    qualifiers = vocabulary().qualifiers
    return any(word.kind == "0" or word.text in qualifiers for word in question.words[first:last])


def _matches(question: Question, spots: Sequence[Spot]) -> list[Match]:
    found: dict[str, Match] = {}
    for spot in spots:
        name = question.index.names[spot.place]
        score = max(1.0, round(100.0 - 100.0 * spot.cost / (spot.weight + 4), 1))
        start, end = question.characters(spot.first, spot.last)
        found.setdefault(name.entry, Match(name.entry, name.text, score, spot.how, start, end))
    return list(found.values())


def _rest(cleaned: str, spans: Sequence[tuple[int, int]]) -> str:
    parts, at = [], 0
    for start, end in sorted(spans):
        if start > at:
            parts.append(cleaned[at:start])
        at = max(at, end)
    parts.append(cleaned[at:])
    return " ".join(" ".join(parts).split())
