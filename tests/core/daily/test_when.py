"""Every local day has exactly one instant, in every zone; what is due, missed and next."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from aibot.core.daily import Subscription, due_slots, is_posted_on, jitter, next_slots, slot_of

DAY = timedelta(days=1)
ZONES = sorted(available_timezones() - {"localtime", "Factory", "posixrules"})
GRID = [time(0), time(0, 30), time(2), time(2, 30), time(9), time(23, 30)]


def subscription(at: str = "09:00", zone: str = "UTC", **more: object) -> Subscription:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    fields = {
        "id": "T.C",
        "team": "T",
        "channel": "C",
        "creator": "U",
        "created": start,
        "since": start,
        "seed": "s",
    }
    return Subscription(at=time.fromisoformat(at), zone=zone, **{**fields, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize("at", GRID, ids=str)
def test_every_local_day_of_two_years_has_exactly_one_slot_in_every_zone(at: time) -> None:
    assert len(ZONES) > 590
    for zone in ZONES:
        place = ZoneInfo(zone)
        previous = None
        for offset in range(731):
            day = date(2026, 1, 1) + offset * DAY
            slot = slot_of(day, at, zone)
            assert slot is not None, (zone, at, day)
            local = slot.astimezone(place)
            if (local.date(), local.time()) != (day, at):
                check_gap(local, day, at)
            assert previous is None or slot > previous, (zone, at, day)
            previous = slot


def check_gap(local: datetime, day: date, at: time) -> None:
    """The first instant after the gap: a moment before it the clock showed a time before the one wished for."""
    before = (local.astimezone(UTC) - timedelta(seconds=1)).astimezone(local.tzinfo)
    wished = datetime.combine(day, at)
    assert before.replace(tzinfo=None) < wished <= local.replace(tzinfo=None), (local, day, at)


@pytest.mark.parametrize(
    ("zone", "day", "at", "instant"),
    [
        ("Europe/Berlin", "2026-03-29", "02:30", "2026-03-29T01:00"),  # skipped: the first instant after the gap
        ("Europe/Berlin", "2026-10-25", "02:30", "2026-10-25T00:30"),  # comes twice: the first
        ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:30"),  # a gap of half an hour
        ("Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04T14:45"),
        ("Asia/Kathmandu", "2026-06-01", "09:00", "2026-06-01T03:15"),
        ("America/Nuuk", "2026-03-28", "23:30", "2026-03-29T01:00"),  # the gap ends at midnight: the next date's first
        ("America/Nuuk", "2026-03-29", "00:00", "2026-03-29T01:00"),
        ("Africa/Cairo", "2026-04-24", "00:15", "2026-04-23T22:00"),  # midnight itself is skipped
        ("America/Havana", "2026-03-08", "00:30", "2026-03-08T05:00"),
        ("Pacific/Apia", "2011-12-29", "09:00", "2011-12-29T19:00"),
        ("Pacific/Apia", "2011-12-30", "09:00", None),  # the day that Samoa left out
        ("Pacific/Apia", "2011-12-31", "09:00", "2011-12-30T19:00"),
        ("Asia/Pyongyang", "2018-05-04", "23:45", "2018-05-04T15:00"),
    ],
)  # fmt: skip
def test_skipped_and_repeated_hours(zone: str, day: str, at: str, instant: str | None) -> None:
    slot = slot_of(date.fromisoformat(day), time.fromisoformat(at), zone)
    assert (slot.isoformat() if slot else None) == (f"{instant}:00+00:00" if instant else None)


def test_jitter_is_the_same_for_one_post_and_spreads_many() -> None:
    day = date(2026, 12, 1)
    seconds = [jitter(f"T.C{number}", day).total_seconds() for number in range(2_000)]
    assert seconds == [jitter(f"T.C{number}", day).total_seconds() for number in range(2_000)]
    assert min(seconds) >= 0
    assert max(seconds) <= 120
    assert len(set(seconds)) == 121


def test_a_tick_of_any_rhythm_plans_every_day_once() -> None:
    """Half a year of ticks, with gaps up to three days: each day is due once, or missed when nobody was awake."""
    for zone, at in (
        ("America/Nuuk", "23:30"),
        ("Australia/Lord_Howe", "02:15"),
        ("Asia/Kathmandu", "00:00"),
    ):
        wanted = subscription(at, zone)
        now, after = datetime(2026, 1, 1, tzinfo=UTC), None
        seen: dict[date, list[bool]] = {}
        for step in range(600):
            now += timedelta(minutes=(7, 400, 55, 2, 4_300 if step % 50 == 0 else 30)[step % 5])
            for slot in due_slots(wanted, now, after=after):
                seen.setdefault(slot.day, []).append(slot.missed)
            following = next_slots(wanted, now, 1)[0]
            after = following.at
        days = sorted(seen)
        assert days == [days[0] + number * DAY for number in range(len(days))]
        assert all(len(found) == 1 for found in seen.values())


def test_only_the_latest_slot_is_posted_after_a_downtime() -> None:
    wanted = subscription("09:00", "UTC")
    slots = due_slots(wanted, datetime(2026, 6, 5, 10, tzinfo=UTC))
    assert [slot.missed for slot in slots[-3:]] == [True, True, False]
    assert all(slot.missed for slot in due_slots(wanted, datetime(2026, 6, 5, 11, 30, tzinfo=UTC)))


def test_nothing_before_the_subscription_began_is_due() -> None:
    wanted = subscription(since=datetime(2026, 6, 5, 9, 0, 1, tzinfo=UTC))
    assert not due_slots(wanted, datetime(2026, 6, 5, 10, tzinfo=UTC))
    assert next_slots(wanted, datetime(2026, 6, 5, 10, tzinfo=UTC), 1)[0].day == date(2026, 6, 6)


def test_days_pauses_skips_and_holidays_are_left_out() -> None:
    now = datetime(2026, 12, 20, tzinfo=UTC)

    def days(**more: object) -> list[int]:
        return [slot.day.day for slot in next_slots(subscription(**more), now, 4)]  # type: ignore[arg-type]

    assert days() == [20, 21, 22, 23]
    assert days(days=frozenset({0, 1, 2, 3, 4})) == [21, 22, 23, 24]
    assert days(paused=True) == []
    assert days(paused_until=date(2027, 1, 12)) == [12, 13, 14, 15]
    assert days(skip_dates=frozenset({date(2026, 12, 21)})) == [20, 22, 23, 24]
    assert days(days=frozenset({4, 5}), holidays="DE")[0:2] == [
        2,
        8,
    ]  # Christmas falls on Friday and Saturday
    assert not is_posted_on(subscription(holidays="CN"), date(2026, 10, 1))
