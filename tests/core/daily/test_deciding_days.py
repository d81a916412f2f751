"""Days left out, taken back, paused and resumed, decided."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from aibot.core.daily import Slot, Subscription
from aibot.core.daily.dates import DayAsked, rows_of
from aibot.core.daily.decide import decide
from aibot.core.daily.outcomes import Around, AskBack, Asker, Begin, Change, Refused
from aibot.core.daily.requests import Pause, Request, Resume, SkipDays, SkipWeekly, Subscribe, Unskip

NOW = datetime(2026, 11, 23, 0, 1, tzinfo=UTC)  # Monday, 09:01 in Tokyo
ASKER = Asker("T1", "C1", "U1", zone="Asia/Tokyo")
AROUND = Around(NOW, "seed")
TODAY, TOMORROW = date(2026, 11, 23), date(2026, 11, 24)
OF_TODAY = SkipDays((DayAsked("today", 0, ahead=0),))
WEEK = SkipDays((DayAsked("this week", 0, ahead=0, period="week"),))


def begun(**fields: Any) -> Subscription:
    found = decide(Subscribe(at=time(9)), None, ASKER, AROUND)
    assert isinstance(found, Begin)
    return replace(found.wanted, **fields)


def changed(request: Request, current: Subscription, around: Around = AROUND) -> Change:
    found = decide(request, current, ASKER, around)
    assert isinstance(found, Change), found
    return found


def slot(day: date) -> Slot:
    at = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return Slot(day, at, at)


@pytest.mark.parametrize(
    ("taken", "planned", "reason"),
    [
        (frozenset({TODAY}), (), "already-posted"),
        (frozenset(), (), "hour-past"),
        (frozenset({TODAY}), (slot(TODAY),), None),  # planned, and not out
    ],
)
def test_today_can_be_left_out_while_its_post_is_not_out(
    taken: frozenset[date], planned: tuple[Slot, ...], reason: str | None
) -> None:
    found = decide(OF_TODAY, begun(), ASKER, replace(AROUND, taken=taken, planned=planned))
    if reason is None:
        assert isinstance(found, Change)
        assert found.after.skip_dates == {TODAY}
        assert TODAY not in [one.day for one in found.slots]
    else:
        assert found == Refused(reason, TODAY)  # type: ignore[arg-type]


def test_of_this_week_what_is_left_of_it_is_left_out() -> None:
    assert changed(WEEK, begun()).days == tuple(date(2026, 11, day) for day in range(24, 30))
    later = changed(WEEK, begun(at=time(10)))
    assert later.days[0] == TODAY  # its hour is still to come
    sunday = replace(AROUND, now=datetime(2026, 11, 29, 12, tzinfo=UTC))
    assert decide(WEEK, begun(), ASKER, sunday) == Refused("hour-past", date(2026, 11, 29))


def test_an_hour_that_comes_twice_is_past_after_the_first() -> None:
    sunday = date(2026, 10, 25)  # at 03:00 Berlin's clocks go back to 02:00
    current = begun(zone="Europe/Berlin", at=time(2, 30), days=frozenset({sunday.weekday()}))
    again = replace(AROUND, now=datetime(2026, 10, 25, 1, 10, tzinfo=UTC))  # 02:10, for the second time
    assert decide(OF_TODAY, current, ASKER, again) == Refused("hour-past", sunday)


def test_the_next_week_and_month_are_whole() -> None:
    week = changed(SkipDays((DayAsked("", 0, ahead=1, period="week"),)), begun())
    assert (week.days[0], week.days[-1], len(week.days)) == (date(2026, 11, 30), date(2026, 12, 6), 7)
    month = changed(SkipDays((DayAsked("", 0, ahead=1, period="month"),)), begun())
    assert (month.days[0], month.days[-1]) == (date(2026, 12, 1), date(2026, 12, 31))


def test_days_taken_back() -> None:
    row = frozenset(date(2026, 12, day) for day in (1, 2, 3, 24))
    current = begun(skip_dates=row | {date(2026, 1, 1)})
    back = changed(Unskip((DayAsked("", 0, month=12, day=2),), DayAsked("", 0, month=12, day=10)), current)
    assert (back.days, back.done) == ((date(2026, 12, 2), date(2026, 12, 3)), "unskipped")
    assert back.after.skip_dates == {date(2026, 12, 1), date(2026, 12, 24)}
    assert changed(Unskip(everything=True), current).after.skip_dates == frozenset()
    assert changed(Unskip(), begun(skip_dates=frozenset({TOMORROW}))).days == (TOMORROW,)
    asked = decide(Unskip(), current, ASKER, AROUND)
    assert isinstance(asked, AskBack)
    assert [offer.line for offer in asked.problems[0].offers] == [
        "unskip 2026-12-01 - 2026-12-03", "unskip 2026-12-24", "skip off",
    ]  # fmt: skip
    assert decide(Unskip(), begun(), ASKER, AROUND) == Refused("none-skipped")
    other = Unskip((DayAsked("", 0, month=12, day=5),))
    assert decide(other, current, ASKER, AROUND) == Refused("not-skipped", date(2026, 12, 5))
    assert decide(Unskip(), begun(skip_dates=frozenset({TODAY})), ASKER, AROUND) == Refused(
        "hour-past", TODAY
    )


@pytest.mark.parametrize(
    ("language", "days", "lines"),
    [
        ("en", {4}, ["subscribe mon, tue, wed, thu"]),
        ("zh", {4}, ["订阅 周一二三四"]),
        ("en", {0, 1, 2, 3, 4}, ["pause", "unsubscribe"]),
        ("zh", {0, 1, 2, 3, 4}, ["暂停", "退订"]),
    ],
)
def test_the_same_days_of_every_week_are_other_days(language: Any, days: set[int], lines: list[str]) -> None:
    asked = decide(SkipWeekly("", frozenset(days)), begun(), replace(ASKER, language=language), AROUND)
    assert isinstance(asked, AskBack)
    assert [offer.line for offer in asked.problems[0].offers] == lines


def test_days_without_a_post_need_not_be_left_out() -> None:
    assert changed(SkipWeekly("weekends", frozenset({5, 6})), begun()).done == "same"


@pytest.mark.parametrize(
    ("request_", "day"),
    [
        (Pause(DayAsked("", 0, months=1, lasts=True)), date(2026, 12, 23)),
        (Pause(DayAsked("", 0, ahead=0, period="week"), through=True), date(2026, 11, 30)),
        (Pause(DayAsked("", 0, weekday=4), through=True), date(2026, 11, 28)),
        (Pause(DayAsked("", 0, ahead=1, period="month")), date(2026, 12, 1)),
        (Pause(DayAsked("", 0, ahead=1, period="year")), date(2027, 1, 1)),
    ],
)
def test_how_long_a_pause_is(request_: Pause, day: date) -> None:
    assert changed(request_, begun()).after.paused_until == day


def test_a_month_from_its_last_day_ends_on_the_next_ones_last() -> None:
    assert DayAsked("", 0, months=1).on(date(2027, 1, 31)) == date(2027, 2, 28)
    assert DayAsked("", 0, months=12).on(date(2027, 1, 31)) == date(2028, 1, 31)


def test_what_is_not_paused_has_no_pause_to_end() -> None:
    on = Resume(DayAsked("", 0, ahead=1))
    assert decide(on, begun(), ASKER, AROUND) == Refused("not-paused")
    assert changed(on, begun(paused=True)).after.paused_until == TOMORROW
    assert changed(on, begun(paused_until=date(2027, 1, 12))).after.paused_until == TOMORROW


def test_rows_of_days() -> None:
    days = [date(2026, 12, day) for day in (31, 1, 2, 24)] + [date(2027, 1, 1)]
    assert [len(row) for row in rows_of(days)] == [2, 1, 2]


def test_a_first_day_is_no_pause_until_the_schedule_changes() -> None:
    waiting = begun(paused_until=date(2027, 1, 12))
    assert waiting.has_first_day
    assert not replace(waiting, since=datetime(2026, 11, 24, tzinfo=UTC)).has_first_day
    assert not begun().has_first_day
