"""Dates as precise as they are known: a day, a range of days, a month or a year."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

Precision: TypeAlias = Literal["day", "range", "month", "year"]


@dataclass(frozen=True, slots=True, order=True)
class DateRange:
    """The first and last day a date can mean."""

    first: date
    last: date
    precision: Precision

    def overlaps(self, other: DateRange) -> bool:
        """Whether some day belongs to both."""
        return self.first <= other.last and other.first <= self.last


def parse_date(text: str) -> DateRange:
    """Read `2024`, `2024-12`, `2024-12-26` or `2024-11-11..2024-11-12`; ValueError for days that do not exist."""
    if ".." in text:
        first, last = (date.fromisoformat(part) for part in text.split("..", 1))
        if last < first:
            raise ValueError(f"the range {text} ends before it begins")
        return DateRange(first, last, "range")
    numbers = [int(part) for part in text.split("-")]
    if len(numbers) == 3:
        day = date(*numbers)
        return DateRange(day, day, "day")
    if len(numbers) == 2:
        year, month = numbers
        return DateRange(date(year, month, 1), date(year, month, monthrange(year, month)[1]), "month")
    return DateRange(date(numbers[0], 1, 1), date(numbers[0], 12, 31), "year")
