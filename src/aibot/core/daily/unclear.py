"""What of a line after `subscribe` cannot be taken as it stands, and the lines that are offered instead."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aibot.core.daily.dates import DayAsked, looks_like_a_day
from aibot.core.daily.days_off import which_date
from aibot.core.daily.requests import Offer, Problem
from aibot.core.daily.zones import ZoneTyped, near_zones
from aibot.core.matching.words import english

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aibot.core.daily.subscription import DailyLanguage
    from aibot.core.daily.times import TimeTyped
    from aibot.core.daily.topics import TopicsTyped
    from aibot.core.daily.weekdays import DaysTyped


@dataclass(slots=True)
class Read:
    """What has been understood so far, and where it stood in the line."""

    text: str
    times: list[tuple[int, TimeTyped]] = field(default_factory=list)
    zones: list[tuple[int, ZoneTyped]] = field(default_factory=list)
    days: list[DaysTyped] = field(default_factory=list)
    languages: list[DailyLanguage] = field(default_factory=list)
    starts: tuple[int, DayAsked] | None = None
    dates: list[tuple[int, DayAsked]] = field(default_factory=list)  # with no word that says what of them
    ends: list[str] = field(default_factory=list)  # last days: a subscription has none
    no_dates: list[str] = field(default_factory=list)  # that no calendar has
    rest: list[str] = field(default_factory=list)  # stretches that are neither: topics, or not understood
    open: bool = False  # the last stretch still goes on


def problems_of(read: Read, typed: list[TopicsTyped], head: str) -> list[Problem]:
    """All that is not clear; `head` is the line's first word, with which every offer begins."""
    return [
        *_about_dates(read, head), *_about_times(read, head), *_about_zones(read, head),
        *_about_topics(read, typed, head),
    ]  # fmt: skip


def _about_dates(read: Read, head: str) -> Iterable[Problem]:
    for typed in read.no_dates:
        yield Problem("bad-date", typed)
    for typed in read.ends:
        yield Problem("last-day", typed)
    for at, day in read.dates:
        lead = "从" if head == "订阅" else "from"
        offer = _replaced(read.text, at, day.end, f"{lead} {day.typed}", head)
        yield Problem("typo", day.typed.strip(), (Offer(offer, offer),))
    if read.starts is not None and (asked := which_date(read.starts[1], read.text, read.starts[0])):
        for problem in asked.problems:
            offers = tuple(Offer(offer.value, f"{head} {offer.line}") for offer in problem.offers)
            yield Problem(problem.kind, problem.word, offers)


def _about_times(read: Read, head: str) -> Iterable[Problem]:
    for _, found in read.times:
        if found.at is None:
            yield Problem("bad-time", found.typed)
    good = [(at, found) for at, found in read.times if found.at is not None]
    if len({found.at for _, found in good}) > 1:
        offers = tuple(
            Offer(f"{found.at:%H:%M}", _without(read.text, [s for s in good if s[1] is not found], head))
            for _, found in good
        )
        yield Problem("two-times", " / ".join(found.typed for _, found in good), offers)


def _about_zones(read: Read, head: str) -> Iterable[Problem]:
    for at, found in read.zones:
        if len(found.zones) == 1:
            continue
        zones = found.zones or near_zones(found.typed)
        offers = tuple(Offer(zone, _replaced(read.text, at, found.end, zone, head)) for zone in zones)
        yield Problem("which-zone" if found.zones else "no-zone", found.typed.strip(), offers)
    settled = {found.zones[0] for _, found in read.zones if len(found.zones) == 1}
    if len(settled) > 1:
        singles = [(at, found) for at, found in read.zones if len(found.zones) == 1]
        offers = tuple(
            Offer(found.zones[0], _without(read.text, [s for s in singles if s[1] is not found], head))
            for _, found in singles
        )
        yield Problem("two-zones", " / ".join(found.typed for _, found in singles), offers)


def _about_topics(read: Read, typed: list[TopicsTyped], head: str) -> Iterable[Problem]:
    for found in typed:
        for topic in found.empty:
            yield Problem("topic-without-facts", topic)
        for word, entries in found.unknown:
            yield _unknown(read.text, word, entries, head)


def _unknown(text: str, word: str, entries: tuple[str, ...], head: str) -> Problem:
    """A word nobody understood, with what it may have been meant to be."""
    at = text.find(word.lower())
    if found := looks_like_a_day(word, 0):
        return Problem("bad-date", found)
    zones = () if word.lower() in english() else near_zones(word)
    if at < 0 or not (entries or zones):
        return Problem("unknown-word", word, _near_word(text, word, at, head))
    kept = [*_near_word(text, word, at, head)]
    kept += [Offer(zone, _replaced(text, at, at + len(word), zone, head)) for zone in zones[:2]]
    kept += [Offer(entry, _replaced(text, at, at + len(word), entry, head)) for entry in entries]
    return Problem("unknown-word", word, tuple(kept[:4]))


_OURS = (
    "weekdays", "weekends", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "every day",
    "chinese", "english", "both", "noon", "midnight", "tomorrow", "models", "techniques", "organisations", "products",
    "people", "events", "domains", "trends",
)  # fmt: skip


_STOP = frozenset({"off", "stop", "cancel", "end", "never"})


def _near_word(text: str, word: str, at: int, head: str) -> tuple[Offer, ...]:
    """A word of our own spelled nearly so: "weekdys" → weekdays."""
    from rapidfuzz import process  # noqa: PLC0415 - only for what was mistyped
    from rapidfuzz.distance import OSA  # noqa: PLC0415

    if word.lower() in _STOP:
        return (Offer("unsubscribe", "unsubscribe"),)
    if len(word) < 4 or at < 0:
        return ()
    near = process.extractOne(
        word.lower(), _OURS, scorer=OSA.distance, score_cutoff=1 if len(word) < 6 else 2
    )
    if near is None:
        return ()
    return (Offer(near[0], _replaced(text, at, at + len(word), near[0], head)),)


def _replaced(text: str, start: int, end: int, by: str, head: str) -> str:
    return _tidy(f"{head} {text[:start]} {by} {text[end:]}")


_BESIDE = r"(?:and|or|to|till|until|&|/|,|-|和|或|到|至|、|，)"
_BEFORE, _AFTER = re.compile(rf"(?:(?<=\s)|(?<=[^a-z])){_BESIDE}\s*$"), re.compile(rf"\s*{_BESIDE}(?![a-z])")


def _without(text: str, places: list[tuple[int, TimeTyped]] | list[tuple[int, ZoneTyped]], head: str) -> str:
    """The line without some of its parts, and without the "and" that stood between them."""
    kept = list(text)
    for at, found in places:
        start, end = at, found.end
        if before := _BEFORE.search(text, 0, at):
            start = before.start()
        elif after := _AFTER.match(text, end):
            end = after.end()
        kept[start:end] = " " * (end - start)
    return _tidy(f"{head} {''.join(kept)}")


def _tidy(text: str) -> str:
    return " ".join(text.split())
