"""A clock that is ahead and is put right: nothing is written off for good, and each day has its one post."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.posting.kit import QUICK

from aibot.posting.steadiness import Steadiness

if TYPE_CHECKING:
    from tests.posting.kit import Daily

pytestmark = pytest.mark.anyio

DAYS = [f"2026-12-0{day}" for day in range(1, 7)]


async def test_a_clock_that_keeps_pace_is_steady() -> None:
    clock = Steadiness()
    assert [clock.see(1_000.0 + second, second) for second in range(60)] == [False] * 60
    assert clock.seconds(60.0) == 60.0
    assert not clock.see(5_000.0, 61.0)  # put forward
    assert clock.seconds(62.0) == 1.0
    assert clock.see(1_070.0, 70.0)  # and back
    assert clock.seconds(70.0) == 0.0
    assert not clock.see(1_051.0, 71.0)  # a slow answer is no step
    assert clock.seconds(80.0) == 10.0


async def test_a_clock_that_is_days_ahead_for_a_moment_writes_no_day_off(daily: Daily) -> None:
    daily.subscribe()
    async with daily.running(replace(QUICK, steady=60)):
        await asyncio.sleep(0.1)
        daily.time.forward(days=5, hours=4)
        await asyncio.sleep(0.3)
        assert [daily.states(day=day) for day in DAYS] == [[]] * 6
        daily.time.forward(days=-5, hours=-4, minutes=3)
        await daily.until(lambda: daily.states() == ["sent"])
        daily.time.forward(days=1)
        await daily.until(lambda: daily.states(day=DAYS[1]) == ["sent"])
    assert len(daily.posts()) == 2


async def test_what_a_clock_wrote_off_that_was_ahead_for_long_is_posted_when_it_is_put_right(
    daily: Daily,
) -> None:
    daily.subscribe()
    async with daily.running():
        await asyncio.sleep(0.1)
        daily.time.forward(days=5, hours=4)
        await daily.until(lambda: [daily.states(day=day) for day in DAYS] == [["skipped"]] * 6)
        daily.time.forward(days=-5, hours=-4, minutes=3)
        await daily.until(lambda: daily.states() == ["sent"])
        assert [daily.states(day=day) for day in DAYS[1:]] == [[]] * 5
        daily.time.forward(days=1)
        await daily.until(lambda: daily.states(day=DAYS[1]) == ["sent"])
    assert len(daily.posts()) == 2


async def test_a_start_with_a_clock_that_is_hours_ahead_costs_no_post(daily: Daily) -> None:
    daily.subscribe()
    daily.time.forward(hours=8)
    async with daily.running():
        await daily.until(lambda: daily.states() == ["skipped"])
    daily.time.forward(hours=-8, minutes=3)
    async with daily.running():  # put right while nothing ran
        await daily.until(lambda: daily.states() == ["sent"])
    assert len(daily.posts()) == 1


async def test_a_second_attempt_that_was_given_up_by_a_clock_ahead_is_made(daily: Daily) -> None:
    daily.subscribe()
    async with daily.running():
        await daily.refused_once()
        daily.time.forward(hours=4)
        await daily.until(lambda: daily.states() == ["skipped"])
        daily.time.forward(hours=-4, minutes=1)
        await daily.until(lambda: daily.states() == ["sent"])
    assert len(daily.posts()) == 1
    [delivery] = daily.store.deliveries.of_channel("C1", DAYS[0])
    assert delivery.attempt == 2
    assert "the clock was ahead" in delivery.steps


async def test_after_a_downtime_the_last_day_is_posted_before_the_others_are_written_off(
    daily: Daily,
) -> None:
    daily.subscribe()
    daily.time.forward(days=3, hours=1)
    async with daily.running(replace(QUICK, steady=60)):
        await daily.until(lambda: daily.states(day=DAYS[3]) == ["sent"])
        assert [daily.states(day=day) for day in DAYS[:3]] == [[]] * 3
        daily.subscribe("C2", at=daily.time.moment.time().replace(hour=11, minute=0, second=0))
        daily.time.forward(hours=1, minutes=3)  # what falls due meanwhile is planned all the same
        await daily.until(lambda: daily.states("C2", DAYS[3]) == ["sent"])
    async with daily.running():
        await daily.until(lambda: [daily.states(day=day) for day in DAYS[:3]] == [["skipped"]] * 3)
    assert len(daily.posts()) == 1


async def test_a_clock_that_is_years_ahead_forgets_no_post(daily: Daily) -> None:
    daily.subscribe()
    daily.time.forward(minutes=3)
    async with daily.running():
        await daily.until(lambda: daily.states() == ["sent"])
    daily.time.forward(days=800, hours=4)
    async with daily.running():
        await asyncio.sleep(0.5)
    daily.time.forward(days=-800, hours=-4)
    async with daily.running():
        await asyncio.sleep(0.3)
    assert daily.states() == ["sent"]
    assert len(daily.posts()) == 1
