"""Dates as people type them, in English and Chinese, with or without a year."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from aibot.core.facts.dates import DateRange, parse_date

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTH = "|".join([*_MONTHS, *(month[:3] for month in _MONTHS), "sept"])
_YEAR = r"(?:19|20)\d\d"
_DIGITS = "零一二三四五六七八九"
_ZH = "[〇零一二两三四五六七八九十]"


@dataclass(frozen=True, slots=True)
class DateAsked:
    """A date in a question. A part that was not said is None: `12月10日` has no year."""

    year: int | None
    month: int | None
    day: int | None
    start: int  # where it stands in the text
    end: int

    @property
    def label(self) -> str:
        """The date as digits: 2024-12-26, 2024-12, 2024, 12-10 or 12."""
        parts = [f"{self.year}"] if self.year else []
        parts += [f"{self.month:02}"] if self.month else []
        parts += [f"{self.day:02}"] if self.day else []
        return "-".join(parts)

    def covers(self, span: DateRange) -> bool:
        """Whether what is known of a fact's date falls on the date asked for.

        A date known only by its year is not said to have happened in one of its months.
        """
        return any(
            (span.first >= asked.first and span.last <= asked.last)
            or (span.precision == "range" and span.overlaps(asked))
            for asked in self._spans(range(span.first.year, span.last.year + 1))
        )

    def _spans(self, years: range) -> Iterator[DateRange]:
        for year in [self.year] if self.year else years:
            parts = [f"{year:04}"]
            if self.month:
                parts.append(f"{self.month:02}")
            if self.day:
                parts.append(f"{self.day:02}")
            try:
                yield parse_date("-".join(parts))
            except ValueError:  # 29 February of a year without one
                continue


def find_date(text: str) -> DateAsked | None:
    """The first date in a text, or None. Numbers that are no calendar date (2024-13-45) are not one."""
    for pattern, read in _FORMS:
        for found in pattern.finditer(text):
            year, month, day = read(found)
            if _exists(year, month, day):
                return DateAsked(year, month, day, found.start(), found.end())
            if day:
                return None  # 31 April 2024 does not mean April 2024
    return None


def impossible_date(text: str) -> str | None:
    """A date that no calendar has, as it was written: 2024-02-30, 13月45日."""
    for pattern, read in _FORMS:
        for found in pattern.finditer(text):
            if not _exists(*read(found)):
                return found[0].strip()
    return None


def _exists(year: int | None, month: int | None, day: int | None) -> bool:
    try:
        date(year or 2024, month or 1, day or 1)  # 2024 has a 29 February
    except ValueError:
        return False
    return True


Parts = tuple[int | None, int | None, int | None]


def _number(text: str) -> int:
    """A number below 100 in digits or Chinese numerals: 12, 十二, 二十六."""
    if text.isdecimal():
        return int(text)
    text = text.replace("〇", "零").replace("两", "二")
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _DIGITS.index(text) if text in _DIGITS else 0
    return (_DIGITS.index(tens) if tens else 1) * 10 + (_DIGITS.index(ones) if ones else 0)


def _year(text: str) -> int:
    """A year in digits or Chinese numerals, read digit by digit: 2024, 二〇二四."""
    if text.isdecimal():
        return int(text)
    return int("".join(str(_DIGITS.index(character)) for character in text.replace("〇", "零")))


def _month(text: str) -> int:
    return [month[:3] for month in _MONTHS].index(text[:3].lower()) + 1


def _chinese(found: re.Match[str]) -> Parts:
    year, month, day = found["year"], found["month"], found["day"]
    return (
        _year(year) if year else None,
        _number(month) if month else None,
        _number(day) if day else None,
    )


def _form(
    pattern: str, read: Callable[[re.Match[str]], Parts]
) -> tuple[re.Pattern[str], Callable[..., Parts]]:
    return re.compile(pattern, re.IGNORECASE), read


# Longest forms first: the first that reads as a date that exists is taken.
_FORMS = (
    _form(
        rf"(?<![\d.])({_YEAR})[-/.](\d{{1,2}})[-/.](\d{{1,2}})(?![\d.])",
        lambda m: (int(m[1]), int(m[2]), int(m[3])),
    ),
    _form(  # 12/10/2024, the month first as in the United States; 26/12/2024 can only be day first
        rf"(?<![\d.])(\d{{1,2}})/(\d{{1,2}})/({_YEAR})(?!\d)",
        lambda m: (int(m[3]), int(m[2]), int(m[1])) if int(m[1]) > 12 else (int(m[3]), int(m[1]), int(m[2])),
    ),
    _form(
        rf"\b({_MONTH})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+({_YEAR})\b",
        lambda m: (int(m[3]), _month(m[1]), int(m[2])),
    ),
    _form(
        rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?({_MONTH})\.?,?\s+({_YEAR})\b",
        lambda m: (int(m[3]), _month(m[2]), int(m[1])),
    ),
    _form(
        rf"(?P<year>{_YEAR}|[二一][零〇九一二三四五六七八]{{3}})\s*年\s*(?P<month>\d{{1,2}}|{_ZH}{{1,3}})\s*月份?"
        rf"\s*(?:(?P<day>\d{{1,2}}|{_ZH}{{1,3}})\s*[日号])?",
        _chinese,
    ),
    _form(
        rf"(?P<year>)(?<![\d.])(?P<month>\d{{1,2}}|{_ZH}{{1,3}})\s*月份?\s*(?P<day>\d{{1,2}}|{_ZH}{{1,3}})\s*[日号]",
        _chinese,
    ),
    _form(rf"\b({_MONTH})\.?\s+({_YEAR})\b", lambda m: (int(m[2]), _month(m[1]), None)),
    _form(rf"(?<![\d.-])({_YEAR})[-/](\d{{1,2}})(?![\d./-])", lambda m: (int(m[1]), int(m[2]), None)),
    _form(rf"\b({_MONTH})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?\b", lambda m: (None, _month(m[1]), int(m[2]))),
    _form(
        rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?({_MONTH})\b", lambda m: (None, _month(m[2]), int(m[1]))
    ),
    _form(
        rf"(?P<day>)(?P<month>)(?<![\d.])(?P<year>{_YEAR}|二[零〇][零〇一二三四五六七八九]{{2}})\s*年",
        _chinese,
    ),
    _form(
        rf"(?P<year>)(?P<day>)(?<![\d.])(?P<month>\d{{1,2}}|{_ZH}{{1,3}})\s*月份?(?!\s*[球饼饮])", _chinese
    ),
    _form(
        rf"(?:\bin|\bduring|^)\s*({'|'.join(_MONTHS)})\b(?!\s+(?:i|we|you|be|have|on|for|to)\b)",
        lambda m: (None, _month(m[1]), None),
    ),
    _form(rf"(?<![\w.-])({_YEAR})(?![\w.-])", lambda m: (int(m[1]), None, None)),
)
