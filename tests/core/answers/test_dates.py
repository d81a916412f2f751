"""Dates as people type them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aibot.core.answers.dates import find_date, impossible_date
from aibot.core.facts.dates import parse_date

DIGITS = "〇一二三四五六七八九"
MONTHS = "January February March April May June July August September October November December".split()  # noqa: SIM905
days = st.dates(date(1900, 1, 1), date(2099, 12, 31))


def numeral(number: int) -> str:
    """Below 100, as Chinese writes it: 十二, 二十六."""
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else DIGITS[tens] + "十") + (DIGITS[ones] if ones else "")


def forms(day: date) -> dict[str, str]:
    month = MONTHS[day.month - 1]
    return {
        "iso": day.isoformat(),
        "slashes": f"{day.year}/{day.month}/{day.day}",
        "dots": f"{day.year}.{day.month:02}.{day.day:02}",
        "english": f"{day.day} {month} {day.year}",
        "american": f"{month} {day.day}, {day.year}",
        "short": f"{month[:3]}. {day.day} {day.year}",
        "ordinal": f"the {day.day}th of {month} {day.year}",
        "chinese": f"{day.year}年{day.month}月{day.day}日",
        "spaced": f"{day.year} 年 {day.month} 月 {day.day} 日",
        "spoken": f"{day.year}年{day.month}月{day.day}号",
    }


@given(days, st.sampled_from(sorted(forms(date(2024, 1, 1)))))
def test_a_day_is_read_from_every_form(day: date, form: str) -> None:
    for text in (forms(day)[form], f"what happened on {forms(day)[form]}?", f"发生了什么 {forms(day)[form]}"):
        found = find_date(text)
        assert found is not None, text
        assert (found.year, found.month, found.day) == (day.year, day.month, day.day), text
        assert found.covers(parse_date(day.isoformat()))


@given(st.dates(date(2000, 1, 1), date(2029, 12, 31)))
def test_a_day_in_chinese_numerals_is_read(day: date) -> None:
    year = "".join(DIGITS[int(digit)] for digit in str(day.year))
    found = find_date(f"{year}年{numeral(day.month)}月{numeral(day.day)}日")

    assert found is not None
    assert (found.year, found.month, found.day) == (day.year, day.month, day.day)


@given(days)
def test_a_month_and_a_year_cover_their_days(day: date) -> None:
    for text in (day.isoformat()[:7], f"{MONTHS[day.month - 1]} {day.year}", f"{day.year}年{day.month}月"):
        found = find_date(text)
        assert found is not None
        assert (found.year, found.month, found.day) == (day.year, day.month, None)
        assert found.covers(parse_date(day.isoformat()))
    year = find_date(str(day.year))
    assert year is not None
    assert year.covers(parse_date(day.isoformat()))


@pytest.mark.parametrize(
    ("text", "label"),
    [("12月10日", "12-10"), ("Dec 10", "12-10"), ("10 December", "12-10"), ("十二月", "12"), ("in December", "12"),
     ("2月29日", "02-29"), ("2024", "2024"), ("2024年", "2024"), ("二〇二四年", "2024"), ("sept 2024", "2024-09")],
)  # fmt: skip
def test_what_was_not_said_stays_open(text: str, label: str) -> None:
    found = find_date(text)

    assert found is not None
    assert found.label == label


@pytest.mark.parametrize(
    "text",
    ["", "may I ask", "march on", "deepseek-v2.5", "gpt-4-2024x", "1.2.3", "3/4", "0.05", "version 2024.1.2.3",
     "月球", "12月饼", "12345", "second of all", "2024-13-45-6"],
)  # fmt: skip
def test_what_is_no_date_is_not_read_as_one(text: str) -> None:
    assert find_date(text) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-02-30", "2024-02-30"),
        ("on 31 April 2024", "31 April 2024"),
        ("12月32日", "12月32日"),
        ("2024-13", "2024-13"),
    ],
)
def test_a_date_no_calendar_has_is_found_as_such(text: str, day: str) -> None:
    assert impossible_date(text) == day


def test_a_year_is_not_said_to_be_one_of_its_months() -> None:
    december = find_date("December 2024")

    assert december is not None
    assert not december.covers(parse_date("2024"))
    assert december.covers(parse_date("2024-12"))
    assert december.covers(parse_date("2024-11-30..2024-12-01"))


def test_a_leap_day_without_a_year_is_found_in_leap_years_only() -> None:
    found = find_date("29 February")

    assert found is not None
    assert found.covers(parse_date("2024-02-29"))
    assert not found.covers(parse_date("2023-02-28"))
