"""Timelines: of a date, of an entry and what belongs to it, of a word such as "video", or of everything."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aibot.core.answers.across import MADE_BY, timeline
from aibot.core.answers.answer import Dated, NoSuchVersion, NotFound, Suggestions, Timeline
from aibot.core.answers.dates import find_date, impossible_date
from aibot.core.facts import DateValue, Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from aibot.core.facts import Fact, FactBase
    from aibot.core.facts.dates import DateRange
    from aibot.core.matching import Matcher

MOST_OFFERED = 5
#  What belongs to an entry, read from the entry's end: what a maker made, who uses a technique, what a domain holds
_BELONGS = (*MADE_BY, "part of", "uses", "applied in", "example of", "event of", "led by", "visited")
_AROUND = re.compile(r"^\W*(?:of|for|about|on|in)\b|\W*(?:的)?(?:时间线|大事记)?\W*$", re.IGNORECASE)


def timeline_about(
    asked: str, base: FactBase, matcher: Matcher
) -> Timeline | NotFound | Suggestions | NoSuchVersion:
    """`timeline 2024-12`, `timeline openai`, `timeline video`, or `timeline` alone."""
    asked = _AROUND.sub("", asked).strip()
    if not asked:
        return Timeline(None, _items(base.entries, base))
    date = find_date(asked)
    matches = matcher.match(asked)
    if matches.sure:
        about = tuple(dict.fromkeys(match.entry for match in matches.sure))
        items = _items(_belonging(about, base), base)
        if date is not None and not any(match.start <= date.start < match.end for match in matches.sure):
            items = tuple(item for item in items if date.covers(_span(item.fact)))
        return Timeline(date, items, about) if items else NotFound(asked, "nothing-dated")
    if matches.missing:
        version = matches.missing[0]
        return NoSuchVersion(version.asked, version.family[:MOST_OFFERED])
    if (day := impossible_date(asked)) is not None:
        return NotFound(day, "no-such-date")
    if date is not None:
        return timeline(date, base)
    if items := _items(_about_word(asked, base), base):
        return Timeline(None, items, topic=asked)
    if matches.maybe:
        return Suggestions(asked, tuple(dict.fromkeys(match.entry for match in matches.maybe))[:MOST_OFFERED])
    return NotFound(asked, "nothing-dated")


def _belonging(about: Iterable[str], base: FactBase) -> set[str]:
    """Entries, and those that belong to them."""
    found = set(about)
    for entry in list(found):
        for attribute in _BELONGS:
            found.update(base.related(entry, attribute, inverse=True))
    for entry in list(found):
        found.update(base.related(entry, "event of", inverse=True))
    return found


def _about_word(word: str, base: FactBase) -> set[str]:
    """The entries whose summary, in either language, has the word."""
    pattern = re.compile(
        rf"(?<![a-z0-9]){re.escape(word)}s?(?![a-z0-9])" if word.isascii() else re.escape(word), re.IGNORECASE
    )
    if len(re.sub(r"\W", "", word)) < 2:
        return set()
    return {
        entry.id
        for entry in base.entries.values()
        if entry.kind not in (Kind.THEME, Kind.PUBLICATION)
        and (pattern.search(entry.summary.en) or pattern.search(entry.summary.zh))
    }


def _items(entries: Collection[str], base: FactBase) -> tuple[Dated, ...]:
    """Everything dated on some entries, earliest first; an event is left out where its subject stands there."""
    items = [
        Dated(entry.id, fact)
        for entry, fact in base.all_facts()
        if entry.id in entries and isinstance(fact.value, DateValue) and fact.value.meaning != "outlook"
    ]
    shown = {item.entry for item in items}
    items = [item for item in items if not shown.intersection(base.related(item.entry, "event of"))]
    items.sort(key=lambda item: (_span(item.fact), base[item.entry].kind != Kind.MODEL))
    return tuple(items)


def _span(fact: Fact) -> DateRange:
    assert isinstance(fact.value, DateValue)
    return fact.value.span
