"""Dates as precise as they are known."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aibot.core.facts.dates import DateRange, parse_date

days = st.dates(date(1000, 1, 1), date(9999, 12, 31))


@pytest.mark.parametrize(
    ("text", "first", "last", "precision"),
    [
        ("2024", "2024-01-01", "2024-12-31", "year"),
        ("2024-12", "2024-12-01", "2024-12-31", "month"),
        ("2024-02", "2024-02-01", "2024-02-29", "month"),
        ("2023-02", "2023-02-01", "2023-02-28", "month"),
        ("2024-12-26", "2024-12-26", "2024-12-26", "day"),
        ("2024-11-11..2024-11-12", "2024-11-11", "2024-11-12", "range"),
    ],
)
def test_a_date_is_the_days_it_can_mean(text: str, first: str, last: str, precision: str) -> None:
    found = parse_date(text)

    assert (found.first.isoformat(), found.last.isoformat(), found.precision) == (first, last, precision)


@pytest.mark.parametrize(
    "text",
    ["2024-02-30", "2023-02-29", "2024-13", "2024-00", "2024-00-01", "0000", "", "x", "2024-1-x",
     "2024-11-12..2024-11-11", "2024-11-11..", "2024-02-30..2024-03-01"],
)  # fmt: skip
def test_days_that_do_not_exist_are_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # the message is Python's own
        parse_date(text)


@given(days)
def test_a_day_is_itself(day: date) -> None:
    assert parse_date(day.isoformat()) == DateRange(day, day, "day")


@given(days)
def test_a_day_lies_in_its_month_and_its_year(day: date) -> None:
    exact, month, year = (parse_date(day.isoformat()[:length]) for length in (10, 7, 4))

    assert year.first <= month.first <= exact.first <= month.last <= year.last
    assert (month.last + timedelta(days=1)).day == 1 if month.last < date.max else month.last == date.max


ranges = st.tuples(days, days).map(lambda pair: DateRange(min(pair), max(pair), "range"))


@given(ranges, ranges)
def test_overlapping_is_mutual_and_means_a_day_in_common(one: DateRange, other: DateRange) -> None:
    common = max(one.first, other.first) <= min(one.last, other.last)

    assert one.overlaps(other) == other.overlaps(one) == common
    assert one.overlaps(one)
