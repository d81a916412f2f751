"""A schedule that is changed while its post is being tried again: the post goes by the new one, once."""

from __future__ import annotations

import asyncio
from datetime import time
from typing import TYPE_CHECKING, Any

import pytest

from aibot.storage import Settled

if TYPE_CHECKING:
    from tests.posting.kit import Daily

pytestmark = pytest.mark.anyio

TUESDAY = 1  # 1 December 2026
KEY = ("T1.C1", "2026-12-01")


async def test_a_post_that_is_tried_again_waits_for_the_new_time(daily: Daily) -> None:
    async with daily.running():
        daily.subscribe()
        await daily.refused_once()
        dealt = daily.store.dealt(["T1.C1"])["T1.C1"]
        assert len(dealt) == 1
        daily.store.change("T1.C1", daily.time.moment, at=time(15))
        assert daily.store.dealt(["T1.C1"])["T1.C1"] == {}  # nobody has seen it
        daily.time.forward(minutes=30)
        await asyncio.sleep(0.2)
        assert not daily.posts()
        daily.time.forward(hours=5, minutes=30)
        await daily.until(lambda: daily.states() == ["sent"])
    assert len(daily.posts()) == 1
    assert len(daily.store.dealt(["T1.C1"])["T1.C1"]) == 1
    [delivery] = daily.store.deliveries.of_channel("C1", "2026-12-01")
    assert "put off by a change of the schedule" in delivery.steps
    assert delivery.attempt == 2


async def test_a_day_that_has_its_new_time_behind_it_has_no_post_until_it_is_put_off(daily: Daily) -> None:
    async with daily.running():
        daily.subscribe()
        await daily.refused_once()
        daily.store.change("T1.C1", daily.time.moment, at=time(8))
        assert daily.states() == ["skipped"]
        daily.store.change("T1.C1", daily.time.moment, at=time(10))
        assert daily.states() == ["due"]
        daily.time.forward(hours=1, minutes=1)
        await daily.until(lambda: daily.states() == ["sent"])
    assert len(daily.posts()) == 1


@pytest.mark.parametrize("change", [{"days": frozenset({0})}, {"paused": True}, {"holidays": "RO"}])
async def test_a_day_that_is_left_out_now_has_no_post(daily: Daily, change: dict[str, Any]) -> None:
    async with daily.running():  # 1 December is Romania's Great Union Day
        daily.subscribe()
        await daily.refused_once()
        daily.store.change("T1.C1", daily.time.moment, **change)
        daily.time.forward(minutes=30)
        await asyncio.sleep(0.2)
    assert daily.states() == ["skipped"]
    assert not daily.posts()


async def test_a_change_of_what_is_posted_leaves_the_second_attempt_alone(daily: Daily) -> None:
    async with daily.running():
        daily.subscribe()
        await daily.refused_once()
        daily.store.change("T1.C1", daily.time.moment, language="zh", days=frozenset({TUESDAY}))
        daily.time.forward(seconds=31)
        await daily.until(lambda: daily.states() == ["sent"])
    assert len(daily.posts()) == 1


async def test_a_day_left_out_while_its_post_was_on_its_way_is_not_posted_again(daily: Daily) -> None:
    daily.slack.trouble("chat.postMessage", "reset")
    daily.subscribe()
    daily.time.forward(minutes=3)
    async with daily.running():
        await daily.until(lambda: daily.states() == ["unknown"])
        daily.store.change("T1.C1", daily.time.moment, days=frozenset({0}))
        await daily.until(lambda: daily.states() == ["skipped"])
    assert not daily.posts()


async def test_what_a_worker_writes_that_was_thought_dead_counts_for_nothing_after_a_change(
    daily: Daily,
) -> None:
    async with daily.running():
        daily.subscribe()
        await daily.refused_once()
    daily.store.change("T1.C1", daily.time.moment, at=time(15))
    daily.time.forward(hours=6)
    [again], _ = daily.store.deliveries.claim("new", daily.time.now, [KEY])
    daily.store.deliveries.settle([Settled(*KEY, 1, "due", "late", try_at=daily.time.now)], daily.time.now)
    assert again.attempt == 2
    assert daily.states() == ["sending"]
