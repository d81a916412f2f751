"""Times worth travelling to, over the changes of the clocks."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from aibot.playground.moments import month_ahead, next_clock_change, tomorrow_morning


def at(text: str, zone: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()


@pytest.mark.parametrize(
    ("now", "zone", "then"),
    [
        ("2026-11-23T08:00", "America/New_York", "2026-11-24T09:00"),
        ("2026-10-31T23:59", "America/New_York", "2026-11-01T09:00"),
        ("2026-03-28T12:00", "Europe/Berlin", "2026-03-29T09:00"),
        ("2026-12-31T00:00", "Asia/Shanghai", "2027-01-01T09:00"),
    ],
)
def test_tomorrow_morning_is_nine_there(now: str, zone: str, then: str) -> None:
    assert tomorrow_morning(at(now, zone), zone) == at(then, zone)


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-11-23T08:00", "2026-12-23T08:00"),
        ("2026-12-31T08:00", "2027-01-31T08:00"),
        ("2027-01-31T08:00", "2027-02-28T08:00"),
    ],
)
def test_a_month_ahead_keeps_the_day_or_takes_the_last(now: str, then: str) -> None:
    assert month_ahead(at(now, "Europe/Berlin"), "Europe/Berlin") == at(then, "Europe/Berlin")


@pytest.mark.parametrize(
    ("zone", "utc"),
    [
        ("America/New_York", "2027-03-14T07:00"), ("Europe/Berlin", "2027-03-28T01:00"),
        ("Australia/Lord_Howe", "2027-04-03T15:00"), ("Asia/Shanghai", None),
    ],
)  # fmt: skip
def test_the_next_change_is_found_to_the_minute(zone: str, utc: str | None) -> None:
    found = next_clock_change(at("2026-11-23T08:00:17", zone), zone)
    assert found == (at(utc, "UTC") if utc else None)
