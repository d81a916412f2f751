"""The line after `subscribe`: time, days, zone, topics and language in any order; what is not understood is named."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aibot.core.answers.dates import impossible_date
from aibot.core.daily.dates import DayAsked, day_at, looks_like_a_day
from aibot.core.daily.days_off import which_date
from aibot.core.daily.requests import Offer, Problem, Subscribe, Unclear
from aibot.core.daily.times import TimeTyped, time_at
from aibot.core.daily.weekdays import DaysTyped, days_at
from aibot.core.daily.zones import ZoneTyped, near_zones, zone_at
from aibot.core.matching.words import english

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aibot.core.daily.subscription import DailyLanguage
    from aibot.core.daily.topics import Topics, TopicsTyped

MOST_CHARACTERS = 300
MOST_PROBLEMS = 5

_SPACE = re.compile(r"[\s,;.、，；。!！]+")
_WORD = re.compile(r"[㐀-鿿]|[^\s㐀-鿿,;、，；]+")
_LANGUAGES: tuple[tuple[re.Pattern[str], DailyLanguage], ...] = (
    (re.compile(r"both(?: languages)?(?![a-z])|bilingual(?![a-z])"), "both"),
    (re.compile(r"(?:in )?(?:english|en)\s*(?:and|&|\+|/)\s*(?:chinese|zh)(?![a-z])"), "both"),
    (re.compile(r"(?:in )?(?:chinese|zh)\s*(?:and|&|\+|/)\s*(?:english|en)(?![a-z])"), "both"),
    (re.compile(r"中英(?:双语|文|对照)?(?:都要|都有)?|双语|两种语言"), "both"),
    (re.compile(r"中文[和与+/]英[文语]|英[文语][和与+/]中文"), "both"),
    (re.compile(r"(?:in )?(?:chinese|mandarin|zh(?:-cn)?)(?![a-z])(?! (?:models?|compan|labs?|firms?|organi))"
                r"|用?(?:简体)?中文|用?汉语"), "zh"),
    (re.compile(r"(?:in )?(?:english|en(?:-us|-gb)?)(?![a-z])|用?英[文语]"), "en"),
)  # fmt: skip
_START = re.compile(r"(?:from|starting(?: from| on)?|start(?:s|ing)?|beginning|as of|从|自)\s*")
_TOMORROW = re.compile(r"tomorrow(?! morning)(?![a-z])|明天起?|明日起?|后天起?")
_BARE_HOUR = re.compile(r"\d{1,2}")
#  A second name for the offset or the sort of a zone: "9am utc+8 time zone", "(beijing)"
_NOISE = re.compile(r"(?:time ?zone|tz|o'?clock|hrs?|hours)(?![a-z])|[()（）\"'“”]|时区|左?右?的?时间")
_DAILY_FACTS = re.compile(
    r"(?:(?:a|one|the) )?(?:(?:daily|ai) )*(?:facts?|posts?|updates?|digests?)(?: (?:a|per|each) day)?(?![a-z])"
    r"|once (?:a|per) day(?![a-z])|每日(?:推送|一条)|(?:每日|ai)(?:的)?(?:知识|事实)(?=$|[^㐀-鿿])"
)


@dataclass(slots=True)
class _Read:
    """What has been understood so far, and where it stood in the line."""

    text: str
    times: list[tuple[int, TimeTyped]] = field(default_factory=list)
    zones: list[tuple[int, ZoneTyped]] = field(default_factory=list)
    days: list[DaysTyped] = field(default_factory=list)
    languages: list[DailyLanguage] = field(default_factory=list)
    starts: tuple[int, DayAsked] | None = None
    dates: list[tuple[int, DayAsked]] = field(default_factory=list)  # with no word that says what of them
    no_dates: list[str] = field(default_factory=list)  # that no calendar has
    rest: list[str] = field(default_factory=list)  # stretches that are neither: topics, or not understood
    open: bool = False  # the last stretch still goes on


def parse_subscribe(text: str, topics: Topics, *, head: str = "subscribe") -> Subscribe | Unclear:
    """What a line asks for; `text` is cleaned and in small letters, without its first word, which `head` is."""
    if len(text) > MOST_CHARACTERS:
        return Unclear((Problem("too-long", f"{text[:40]}…"),))
    read = _scan(text)
    typed = [_topics_of(stretch, read, topics) for stretch in read.rest]
    problems = [
        *_about_dates(read, head),
        *_about_times(read, head),
        *_about_zones(read, head),
        *_about_topics(read, typed, head),
    ]
    if problems:
        return Unclear(tuple(problems[:MOST_PROBLEMS]))
    named = tuple(dict.fromkeys(topic for one in typed for topic in one.topics))
    everything = any(one.everything for one in typed)
    at = read.times[0][1] if read.times else None
    languages = frozenset(read.languages)
    return Subscribe(
        at=at.at if at else None,
        zone=read.zones[0][1].zones[0] if read.zones else None,
        days=frozenset().union(*(found.days for found in read.days)) if read.days else None,
        topics=named or (() if everything else None),
        language=None if not languages else "both" if len(languages) > 1 else next(iter(languages)),
        starts=read.starts[1] if read.starts else (_tomorrow() if at is not None and at.tomorrow else None),
    )


def _tomorrow() -> DayAsked:
    return DayAsked("tomorrow", 0, ahead=1)


def _topics_of(stretch: str, read: _Read, topics: Topics) -> TopicsTyped:
    found, hour = topics.read_with_hour(stretch)
    if hour and (time := time_at(hour, 0)) is not None:
        read.times.append((read.text.find(stretch.strip()) + len(stretch.strip()) - len(hour), time))
    return found


def _scan(text: str) -> _Read:
    read, at = _Read(text), 0
    while at < len(text):
        at = _step(read, at)
    return read


def _step(read: _Read, at: int) -> int:
    """Read what begins here; returns where to go on."""
    text = read.text
    for skipped in (_SPACE, _NOISE):
        if found := skipped.match(text, at):
            if read.open and skipped is _SPACE:
                read.rest[-1] += text[at : found.end()]
            return found.end()
    end = _known(read, at)
    if end is not None:
        read.open = False
        return end
    word = _WORD.match(text, at)
    end = word.end() if word else at + 1
    if not read.open:
        read.rest.append("")
        read.open = True
    read.rest[-1] += text[at:end]
    return end


def _known(read: _Read, at: int) -> int | None:
    """Take a time, zone, set of days, language or first day that begins here."""
    text = read.text
    if found := _DAILY_FACTS.match(text, at):
        return found.end()
    if (end := _date(read, at)) is not None:
        return end
    for pattern, language in _LANGUAGES:
        if found := pattern.match(text, at):
            read.languages.append(language)
            return found.end()
    if (days := days_at(text, at)) is not None:
        read.days.append(days)
        return days.end
    zone = None if _means_ourselves(text, at) else zone_at(text, at)
    time = time_at(text, at)
    if (
        time is not None
        and not (zone is not None and zone.end > time.end)
        and not _part_of_a_name(read, time)
    ):
        read.times.append((at, time))
        return time.end
    if zone is not None:
        read.zones.append((at, zone))
        return zone.end
    return None


#  "give us a fact", "9am for us": not the country
_OURSELVES = re.compile(r"us (?:to|a|an|the|one|daily|ai|facts?|posts?|some|with|about|please)(?![a-z])")
_TO_OURSELVES = re.compile(r"(?:^|\s)(?:to|for|give|send|tell|get|let|with|of|post|remind)\s+$")


def _means_ourselves(text: str, at: int) -> bool:
    return bool(_OURSELVES.match(text, at)) or (
        bool(re.match(r"us(?![a-z])(?! (?:time|eastern|pacific))", text[at:]))
        and bool(_TO_OURSELVES.search(text, 0, at))
    )


def _part_of_a_name(read: _Read, time: TimeTyped) -> bool:
    """Whether a bare number stands behind a word we do not know: the 3 of "claude 3" is no hour."""
    if not read.open or not _BARE_HOUR.fullmatch(time.typed):
        return False
    return not re.search(r"(?:^|\s)(?:at|@|from|around|by)\s*$", read.rest[-1])


def _date(read: _Read, at: int) -> int | None:
    """Take the first day ("from tomorrow", "starting 2026-12-01", 从明天起), or what is a date and does not say so."""
    text, lead = read.text, _START.match(read.text, at)
    begin = lead.end() if lead else at
    if (typed := impossible_date(text[begin : begin + 40])) and text.startswith(typed, begin):
        read.no_dates.append(typed)
        return begin + len(typed)
    day = day_at(text, begin)
    if (
        day is None or day.lasts or (day.day is not None and not day.year and "." in day.typed)
    ):  # 9.30 is an hour
        return None
    if lead or _TOMORROW.match(text, at):
        end = day.end
        for tail in ("起", "开始"):
            if text.startswith(tail, end):
                end += len(tail)
        read.starts = (begin, day)
        return end
    if day.day is not None and day.also is None and "/" not in day.typed[:3]:  # 24/7
        read.dates.append((begin, day))
        return day.end
    return None


def _about_dates(read: _Read, head: str) -> Iterable[Problem]:
    for typed in read.no_dates:
        yield Problem("bad-date", typed)
    for at, day in read.dates:
        lead = "从" if head == "订阅" else "from"
        offer = _replaced(read.text, at, day.end, f"{lead} {day.typed}", head)
        yield Problem("typo", day.typed.strip(), (Offer(offer, offer),))
    if read.starts is not None and (asked := which_date(read.starts[1], read.text, read.starts[0])):
        for problem in asked.problems:
            offers = tuple(Offer(offer.value, f"{head} {offer.line}") for offer in problem.offers)
            yield Problem(problem.kind, problem.word, offers)


def _about_times(read: _Read, head: str) -> Iterable[Problem]:
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


def _about_zones(read: _Read, head: str) -> Iterable[Problem]:
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


def _about_topics(read: _Read, typed: list[TopicsTyped], head: str) -> Iterable[Problem]:
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


_BESIDE = r"(?:and|or|&|/|,|和|或|、|，)"
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
