"""Dates as people type them when they pause or skip: 12 Jan, 2026-12-25, tomorrow, next Monday, for 2 weeks, 下周一."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal, TypeAlias

from aibot.core.answers.dates import find_date
from aibot.core.daily.weekdays import days_at

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_DAYS_AHEAD = 731


Period: TypeAlias = Literal["week", "month", "year"]


@dataclass(frozen=True, slots=True)
class DayAsked:
    """A day as typed; which one it is depends on today."""

    typed: str
    end: int  # where it ends in the text
    year: int | None = None
    month: int | None = None
    day: int | None = None
    also: tuple[int, int] | None = None  # the month and day it can be read as too: 01/12/2027
    ahead: int | None = None  # so many days from today
    months: int | None = None  # so many months from today
    lasts: bool = False  # it says how long ("2 weeks"), not when ("in 2 weeks")
    weekday: int | None = None  # the next such day after today
    week_after: bool = False  # the one in next week
    period: Period | None = None  # a whole week, month or year, so many (`ahead`) after this one

    def on(self, today: date) -> date | None:
        """The day it is, or its first, seen from today; without a year, the next one. None where no calendar has it."""
        if self.period is not None:
            return _first_of(self.period, today, self.ahead or 0)
        if self.months is not None:
            first = _first_of("month", today, self.months)
            last = _first_of("month", first, 1) - timedelta(days=1)
            return min(last, first + timedelta(days=today.day - 1))
        if self.ahead is not None:
            return today + timedelta(days=self.ahead)
        if self.weekday is not None:
            if self.week_after:
                return _first_of("week", today, 1) + timedelta(days=self.weekday)
            return today + timedelta(days=(self.weekday - today.weekday() - 1) % 7 + 1)
        assert self.month is not None
        assert self.day is not None
        for year in [self.year] if self.year else range(today.year, today.year + 9):
            try:
                found = date(year, self.month, self.day)
            except ValueError:  # 29 February of a year without one
                continue
            if self.year or found >= today:
                return found
        return None

    def last_on(self, today: date) -> date | None:
        """The last day of a whole week, month or year; of anything else, the day itself."""
        if self.period is None:
            return self.on(today)
        return _first_of(self.period, today, (self.ahead or 0) + 1) - timedelta(days=1)


def _first_of(period: Period, today: date, ahead: int) -> date:
    """The first day of a week, month or year, so many after today's."""
    match period:
        case "week":
            return today - timedelta(days=today.weekday()) + timedelta(weeks=ahead)
        case "month":
            months = today.year * 12 + today.month - 1 + ahead
            return date(months // 12, months % 12 + 1, 1)
        case "year":
            return date(today.year + ahead, 1, 1)


_WORDS = {"today": 0, "tomorrow": 1, "今天": 0, "明天": 1, "明日": 1, "后天": 2, "大后天": 3} | {
    "yesterday": -1, "昨天": -1, "昨日": -1, "前天": -2, "今日": 0, "tonight": 0,
}  # fmt: skip
_WORD = re.compile(
    r"(?:the )?day after tomorrow(?![a-z])|(?:today|tonight|tomorrow|yesterday)(?![a-z])"
    r"|[今明昨][天日]|大后天|后天|前天"
)
_SPAN = re.compile(
    r"(?P<when>in )?(?:for )?(?:(?:the )?next )?(?P<count>\d{1,3}|an?|one|two|three|four|six)"
    r"\s+(?P<unit>days?|weeks?|months?)(?![a-z])"
    r"|(?P<number>\d{1,3}|[一二两三四五六七八九十])\s*个?(?P<of>天|日|周|星期|礼拜|月)(?P<after>后|之后|以后)?"
)
_UNITS = {"day": 1, "week": 7, "天": 1, "日": 1, "周": 7, "星期": 7, "礼拜": 7}
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "six": 6} | {
    name: number for number, name in enumerate("一二三四五六七八九十", start=1)
} | {"两": 2}  # fmt: skip
_NEXT = re.compile(r"(next|this|on|下个?|这个?|本)\s*")
_PERIODS: tuple[tuple[re.Pattern[str], Period, int], ...] = (
    (re.compile(r"(?:the )?(?:rest of )?(?:the |this )week(?![a-z-])|(?:本|这个?)(?:周|星期)(?![一二三四五六日天末])"),
     "week", 0),
    (re.compile(r"(?:the )?next week(?![a-z-])|下个?(?:周|星期|礼拜)(?![一二三四五六日天末])"), "week", 1),
    (re.compile(r"(?:the )?week after next(?![a-z])|下下个?(?:周|星期|礼拜)(?![一二三四五六日天末])"), "week", 2),
    (re.compile(r"(?:the )?(?:rest of )?(?:the |this )month(?![a-z])|(?:本|这个?)月"), "month", 0),
    (re.compile(r"next month(?![a-z])|下个?月"), "month", 1),
    (re.compile(r"next year(?![a-z])|明年"), "year", 1),
)  # fmt: skip
#  The end of a month or year: what goes on then goes on with the next
_ENDS: tuple[tuple[re.Pattern[str], Period], ...] = (
    (re.compile(r"(?:the )?end of (?:the |this )?week(?![a-z])"), "week"),
    (re.compile(r"(?:the )?end of (?:the |this )?month(?![a-z])|(?:本|这个?)?月[底末]"), "month"),
    (re.compile(r"(?:the )?end of (?:the |this )?year(?![a-z])|今?年[底末]"), "year"),
)  # fmt: skip
#  12/01/2027, 24.12., 24-12-2026: with dots the day comes first, with other signs nobody can say
_NUMERIC = re.compile(r"(\d{1,2})([/.-])(\d{1,2})(?:\2(\d{4}|\d{2}))?(?![\d/:-])(?!\.\d)\.?")


def rows_of(days: Iterable[date]) -> list[tuple[date, ...]]:
    """Days in their order; those that follow one another stand together."""
    rows: list[tuple[date, ...]] = []
    for day in sorted(days):
        if rows and (day - rows[-1][-1]).days == 1:
            rows[-1] += (day,)
        else:
            rows.append((day,))
    return rows


def day_at(text: str, start: int) -> DayAsked | None:
    """The day that begins at a place in a text (small letters); None where none does, or no calendar has it."""
    found = _WORD.match(text, start)
    if found is not None:
        ahead = 2 if found[0].endswith("after tomorrow") else _WORDS[found[0]]
        return DayAsked(found[0], found.end(), ahead=ahead)
    for pattern, period, ahead in _PERIODS:
        if found := pattern.match(text, start):
            return DayAsked(found[0], found.end(), ahead=ahead, period=period)
    return _numeric(text, start) or _calendar_day(text, start) or _span(text, start) or _weekday(text, start)


def end_at(text: str, start: int) -> DayAsked | None:
    """The first day after a period whose end is named: "end of year" → 1 January."""
    for pattern, period in _ENDS:
        if found := pattern.match(text, start):
            return DayAsked(found[0], found.end(), ahead=1, period=period)
    return None


def looks_like_a_day(text: str, start: int) -> str:
    """What was meant as a date and is none: "2026-13-45"; "" where nothing was."""
    found = re.compile(r"\d{1,4}[-/.]\d{1,2}(?:[-/.]\d{1,4})?").match(text, start)
    return found[0] if found else ""


def _numeric(text: str, start: int) -> DayAsked | None:
    found = _NUMERIC.match(text, start)
    if found is None or (found[2] == "-" and not found[4]):
        return None
    first, second = int(found[1]), int(found[3])
    year = int(found[4]) + (2000 if len(found[4]) == 2 else 0) if found[4] else None
    orders = [(second, first)] if found[2] == "." else [(first, second), (second, first)]
    readings = [(month, day) for month, day in dict.fromkeys(orders) if _exists(year, month, day)]
    if not readings:
        return None
    also = readings[1] if len(readings) > 1 else None
    return DayAsked(found[0], found.end(), year, *readings[0], also=also)


def _exists(year: int | None, month: int, day: int) -> bool:
    try:
        date(year or 2024, month, day)  # 2024 has a 29 February
    except ValueError:
        return False
    return True


def _calendar_day(text: str, start: int) -> DayAsked | None:
    found = find_date(text[start : start + 40])
    if found is None or found.start != 0 or found.month is None or found.day is None:
        return None
    end = start + found.end
    return DayAsked(text[start:end], end, found.year, found.month, found.day)


def _span(text: str, start: int) -> DayAsked | None:
    found = _SPAN.match(text, start)
    if found is None:
        return None
    count, unit = found["count"] or found["number"], (found["unit"] or found["of"]).rstrip("s")
    lasts = not (found["when"] or found["after"])
    if unit == "日" and lasts:  # 24日 is a day of a month
        return None
    if unit in ("month", "月"):
        if found["of"] and "个" not in found[0]:  # 三月 is March
            return None
        months = int(count) if count.isdecimal() else _NUMBERS[count]
        return DayAsked(found[0], found.end(), months=min(months, 99), lasts=lasts)
    number = int(count) if count.isdecimal() else _NUMBERS[count]
    return DayAsked(found[0], found.end(), ahead=number * _UNITS[unit], lasts=lasts)


def _weekday(text: str, start: int) -> DayAsked | None:
    lead = _NEXT.match(text, start)
    at = lead.end() if lead else start
    found = days_at(text, at)
    if found is None or len(found.days) != 1:
        return None
    # "next Monday" is in the coming week for some and simply the next one for others; in Chinese 下周一 is settled
    week_after = bool(lead) and lead[1].startswith("下") if lead else False
    return DayAsked(text[start : found.end], found.end, weekday=next(iter(found.days)), week_after=week_after)
