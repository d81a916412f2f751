"""The line after `subscribe`: time, days, zone, topics and language in any order; what is not understood is named."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aibot.core.answers.dates import impossible_date
from aibot.core.daily.dates import DayAsked, day_at
from aibot.core.daily.requests import Problem, Subscribe, Unclear
from aibot.core.daily.times import TimeTyped, time_at
from aibot.core.daily.unclear import Read, problems_of
from aibot.core.daily.weekdays import days_at
from aibot.core.daily.zones import zone_at

if TYPE_CHECKING:
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
_UNTIL = re.compile(r"(?:until|till|til|through|before|到|至)\s*$")
_TOMORROW = re.compile(r"tomorrow(?! morning)(?![a-z])|明天起?|明日起?|后天起?")
_BARE_HOUR = re.compile(r"\d{1,2}")
#  A second name for the offset or the sort of a zone: "9am utc+8 time zone", "(beijing)"
_NOISE = re.compile(r"(?:time ?zone|tz|o'?clock|hrs?|hours)(?![a-z])|[()（）\"'“”]|时区|左?右?的?时间")
_DAILY_FACTS = re.compile(
    r"(?:(?:a|one|the) )?(?:(?:daily|ai) )*(?:facts?|posts?|updates?|digests?)(?: (?:a|per|each) day)?(?![a-z])"
    r"|once (?:a|per) day(?![a-z])|每日(?:推送|一条)|(?:每日|ai)(?:的)?(?:知识|事实)(?=$|[^㐀-鿿])"
)


def parse_subscribe(text: str, topics: Topics, *, head: str = "subscribe") -> Subscribe | Unclear:
    """What a line asks for; `text` is cleaned and in small letters, without its first word, which `head` is."""
    if len(text) > MOST_CHARACTERS:
        return Unclear((Problem("too-long", f"{text[:40]}…"),))
    read = _scan(text)
    typed = [_topics_of(stretch, read, topics) for stretch in read.rest]
    problems = problems_of(read, typed, head)
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


def _topics_of(stretch: str, read: Read, topics: Topics) -> TopicsTyped:
    found, hour = topics.read_with_hour(stretch)
    if hour and (time := time_at(hour, 0)) is not None:
        read.times.append((read.text.find(stretch.strip()) + len(stretch.strip()) - len(hour), time))
    return found


def _scan(text: str) -> Read:
    read, at = Read(text), 0
    while at < len(text):
        at = _step(read, at)
    return read


def _step(read: Read, at: int) -> int:
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


def _known(read: Read, at: int) -> int | None:
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


def _part_of_a_name(read: Read, time: TimeTyped) -> bool:
    """Whether a bare number stands behind a word we do not know: the 3 of "claude 3" is no hour."""
    if not read.open or not _BARE_HOUR.fullmatch(time.typed):
        return False
    return not re.search(r"(?:^|\s)(?:at|@|from|around|by)\s*$", read.rest[-1])


def _date(read: Read, at: int) -> int | None:
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
    if (until := _UNTIL.search(text, 0, at)) is not None and read.rest:
        read.rest[-1] = _UNTIL.sub("", read.rest[-1])
        read.ends.append(text[until.start() : day.end].strip())
        return day.end
    if day.day is not None and day.also is None and "/" not in day.typed[:3]:  # 24/7
        read.dates.append((begin, day))
        return day.end
    return None
