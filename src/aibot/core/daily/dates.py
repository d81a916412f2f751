"""Dates as people type them when they pause or skip: 12 Jan, 2026-12-25, tomorrow, next Monday, for 2 weeks, 下周一."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from aibot.core.answers.dates import find_date
from aibot.core.daily.weekdays import days_at

MOST_DAYS_AHEAD = 731


@dataclass(frozen=True, slots=True)
class DayAsked:
    """A day as typed; which one it is depends on today."""

    typed: str
    end: int  # where it ends in the text
    year: int | None = None
    month: int | None = None
    day: int | None = None
    ahead: int | None = None  # so many days from today
    weekday: int | None = None  # the next such day after today
    week_after: bool = False  # the one in next week

    def on(self, today: date) -> date | None:
        """The day it is, seen from today; without a year, the next one. None where no calendar has it."""
        if self.ahead is not None:
            return today + timedelta(days=self.ahead)
        if self.weekday is not None:
            if self.week_after:
                monday = today - timedelta(days=today.weekday()) + timedelta(days=7)
                return monday + timedelta(days=self.weekday)
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


_WORDS = {"today": 0, "tomorrow": 1, "今天": 0, "明天": 1, "明日": 1, "后天": 2, "大后天": 3}
_WORD = re.compile(
    r"(?:the )?day after tomorrow(?![a-z])|(?:today|tomorrow)(?![a-z])|今天|明天|明日|大后天|后天"
)
_SPAN = re.compile(
    r"(?:for |in )?(?:the next )?(\d{1,3}|an?|one|two|three|four|next)\s+(days?|weeks?)(?![a-z])"
    r"|(\d{1,3}|[一二两三四五六七八九十])\s*个?(天|日|周|星期|礼拜)(?:后|之后|以后)?"
)
_UNITS = {"day": 1, "week": 7, "天": 1, "日": 1, "周": 7, "星期": 7, "礼拜": 7}
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "next": 1} | {
    name: number for number, name in enumerate("一二三四五六七八九十", start=1)
} | {"两": 2}  # fmt: skip
_NEXT = re.compile(r"(next|this|on|下个?|这个?|本)\s*")
_NEXT_WEEK = re.compile(r"next week(?![a-z])|下周(?![一二三四五六日天])|下个?星期(?![一二三四五六日天])")


def day_at(text: str, start: int) -> DayAsked | None:
    """The day that begins at a place in a text (small letters); None where none does, or no calendar has it."""
    found = _WORD.match(text, start)
    if found is not None:
        ahead = 2 if found[0].endswith("after tomorrow") else _WORDS[found[0]]
        return DayAsked(found[0], found.end(), ahead=ahead)
    found = _NEXT_WEEK.match(text, start)
    if found is not None:
        return DayAsked(found[0], found.end(), weekday=0, week_after=True)
    return _calendar_day(text, start) or _span(text, start) or _weekday(text, start)


def looks_like_a_day(text: str, start: int) -> str:
    """What was meant as a date and is none: "2026-13-45"; "" where nothing was."""
    found = re.compile(r"\d{1,4}[-/.]\d{1,2}(?:[-/.]\d{1,4})?").match(text, start)
    return found[0] if found else ""


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
    count, unit = (found[1], found[2].rstrip("s")) if found[1] else (found[3], found[4])
    number = int(count) if count.isdecimal() else _NUMBERS[count]
    return DayAsked(found[0], found.end(), ahead=number * _UNITS[unit])


def _weekday(text: str, start: int) -> DayAsked | None:
    lead = _NEXT.match(text, start)
    at = lead.end() if lead else start
    found = days_at(text, at)
    if found is None or len(found.days) != 1:
        return None
    # "next Monday" is in the coming week for some and simply the next one for others; in Chinese 下周一 is settled
    week_after = bool(lead) and lead[1].startswith("下") if lead else False
    return DayAsked(text[start : found.end], found.end, weekday=next(iter(found.days)), week_after=week_after)
