"""A subscription that cannot be planned keeps nobody from a post; it is told of, paused and mended."""

from __future__ import annotations

import asyncio
from datetime import time
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from aibot.storage.tables import subscriptions

if TYPE_CHECKING:
    from tests.posting.kit import Daily

pytestmark = pytest.mark.anyio

POISON = [
    ({"zone": "Asia/Nowhere"}, "no_zone", {"zone": "Europe/London"}),
    ({"zone": "../etc/passwd"}, "no_zone", {"zone": "Europe/London"}),
    ({"holidays": "XX"}, "no_calendar", {"holidays": None}),
    ({"at": "25:61"}, "unreadable", {"zone": "Europe/London", "at": time(9)}),
    ({"skip_dates": "2026-13-45"}, "unreadable", {"zone": "Europe/London", "at": time(9)}),
]


def poison(daily: Daily, channel: str, **columns: Any) -> None:
    with daily.store.database.transaction() as connection:
        connection.execute(update(subscriptions).where(subscriptions.c.channel == channel).values(**columns))


@pytest.mark.parametrize(("columns", "problem", "cure"), POISON)
async def test_one_that_cannot_be_planned_keeps_nobody_from_their_posts(
    daily: Daily, columns: dict[str, Any], problem: str, cure: dict[str, Any]
) -> None:
    daily.subscribe("C1")
    bad = daily.subscribe("C2")
    poison(daily, "C2", **columns)
    daily.time.forward(minutes=3)
    async with daily.running():
        await daily.until(lambda: daily.states("C1") == ["sent"] and daily.told)
        await asyncio.sleep(0.1)
    assert daily.told == [("C2", problem)]
    assert not daily.posts("C2")
    shown = daily.store.get("T1", "C2")
    assert shown is not None
    assert (shown.paused, shown.problem) == (True, problem)
    resumed = daily.store.change(bad.id, daily.time.moment, paused=False)
    assert (resumed.paused, resumed.problem) == (True, problem)  # what it lacks has not come back
    mended = daily.store.change(bad.id, daily.time.moment, **cure)
    assert (mended.paused, mended.problem) == (False, "")
    assert daily.store.get("T1", "C2") == mended
    daily.time.forward(days=1)
    async with daily.running():
        await daily.until(lambda: daily.states("C2", "2026-12-02") == ["sent"])
    assert daily.told == [("C2", problem)]


async def test_one_that_breaks_while_the_bot_runs_is_set_aside(daily: Daily) -> None:
    daily.subscribe("C1")
    daily.subscribe("C2")
    async with daily.running():
        poison(daily, "C2", zone="Asia/Nowhere")
        daily.time.forward(minutes=3)
        await daily.until(lambda: daily.states("C1") == ["sent"] and daily.told)
    assert daily.told == [("C2", "no_zone")]


async def test_what_people_mend_before_it_is_set_aside_stays_theirs(daily: Daily) -> None:
    bad = daily.subscribe("C2")
    mended = daily.store.change(bad.id, daily.time.moment, zone="Europe/London")
    assert daily.store.pause_channel("T1", "C2", "no_zone", if_version=bad.version) is None
    assert daily.store.get("T1", "C2") == mended


async def test_one_that_cannot_be_read_may_be_ended(daily: Daily) -> None:
    bad = daily.subscribe("C2")
    poison(daily, "C2", at="25:61")
    assert daily.store.remove(bad.id)
    assert daily.store.list() == []
