"""A worker that stood still and wakes up: what it may still post, asked of the record and of two clocks."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from tests.posting.kit import QUICK

from aibot.posting import plan_due
from aibot.posting.timing import running_clock
from aibot.storage import Settled

if TYPE_CHECKING:
    from tests.posting.kit import Daily

    from aibot.storage import Claimed

pytestmark = pytest.mark.anyio
DAY = "2026-12-01"


async def post_elsewhere(daily: Daily, channel: str = "C1") -> None:
    """What another program does with an attempt that stands still: it looks, finds nothing, and posts."""
    record, now = daily.store.deliveries, daily.time.now
    seen = [one for one in record.look_around(now).under_way if one.subscription == f"T1.{channel}"]
    [taken] = record.claim_to_look("other", now, seen)
    record.settle([Settled(*taken.key, taken.attempt, "due", "not in the channel", try_at=now)], now)
    await daily.runner(replace(QUICK, start_within=5)).attempt(f"T1.{channel}", DAY)


def rename(daily: Daily, table: str, new: str) -> None:
    with daily.store.database.transaction() as connection:
        connection.execute(text(f"ALTER TABLE {table} RENAME TO {new}"))


async def test_who_was_held_up_after_its_claim_does_not_post_what_another_has_posted(daily: Daily) -> None:
    daily.subscribe()
    daily.time.forward(minutes=3)
    plan_due(daily.store.deliveries, daily.time.now, 7_200)

    async def stand_still(step: str, _: Claimed | None) -> None:
        if step == "claimed":
            await post_elsewhere(daily)

    await daily.runner(replace(QUICK, start_within=5), step=stand_still).attempt("T1.C1", DAY)
    assert len(daily.slack.calls("chat.postMessage")) == 1
    assert daily.states() == ["sent"]


async def test_who_was_held_up_while_it_waited_in_line_does_not_post_what_another_has_posted(
    daily: Daily,
) -> None:
    for channel in ("C1", "C2"):
        daily.subscribe(channel)
    daily.time.forward(minutes=3)
    plan_due(daily.store.deliveries, daily.time.now, 7_200)
    keys = [(f"T1.{channel}", DAY) for channel in ("C1", "C2")]
    deliverer = daily.runner(replace(QUICK, rate=2.0, start_within=5))._deliverer
    batch, denied = await deliverer.claim(keys)
    assert not denied
    [last] = [one for one in batch.claimed if one.wait]
    posting = asyncio.create_task(deliverer.post(batch))
    await daily.until(lambda: len(daily.slack.calls("chat.postMessage")) == 1)
    await post_elsewhere(daily, last.channel)
    await posting
    assert len(daily.slack.calls("chat.postMessage")) == 2
    assert [daily.states(channel) for channel in ("C1", "C2")] == [["sent"], ["sent"]]
    await deliverer.finish()


async def test_a_machine_whose_own_clock_stood_still_believes_the_databases(daily: Daily) -> None:
    daily.subscribe()
    daily.time.forward(minutes=3)
    plan_due(daily.store.deliveries, daily.time.now, 7_200)

    async def stand_still(step: str, _: Claimed | None) -> None:
        if step == "claimed" and not daily.posts():
            daily.time.forward(seconds=30)

    runner = daily.runner(replace(QUICK, start_within=5), step=stand_still)
    await runner.attempt("T1.C1", DAY)
    assert not daily.slack.calls("chat.postMessage")
    [delivery] = daily.store.deliveries.of_channel("C1", DAY)
    assert (delivery.state, delivery.steps.rpartition(" ")[2]) == ("due", "slow")
    await daily.runner(replace(QUICK, start_within=5)).attempt("T1.C1", DAY)
    assert len(daily.posts()) == 1


async def test_a_database_that_cannot_keep_what_will_be_said_leaves_nothing_unknown(daily: Daily) -> None:
    daily.subscribe()
    daily.time.forward(minutes=3)
    plan_due(daily.store.deliveries, daily.time.now, 7_200)
    deliverer = daily.runner(replace(QUICK, start_within=5))._deliverer
    batch, _ = await deliverer.claim([("T1.C1", DAY)])
    rename(daily, "posted", "away")
    await deliverer.post(batch)
    rename(daily, "away", "posted")
    assert daily.states() == ["due"]
    await deliverer.attempt([("T1.C1", DAY)])
    assert len(daily.posts()) == 1
    await deliverer.finish()


async def test_the_clock_of_an_attempt_goes_on() -> None:
    earlier = running_clock()
    assert 0 <= running_clock() - earlier < 5
