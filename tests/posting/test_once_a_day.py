"""One post per channel and local day, whatever became of the channel, its subscription and the app meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from tests.posting.kit import QUICK

from aibot.posting import plan_due
from aibot.storage import Memory
from aibot.storage.tables import once

if TYPE_CHECKING:
    from tests.posting.kit import Daily

    from aibot.core.daily import Subscription

pytestmark = pytest.mark.anyio
DAY = "2026-12-01"


async def post(daily: Daily, subscription: Subscription, day: str = DAY) -> int:
    """Try a day's post if there is one; how many posts there are by now in all."""
    plan_due(daily.store.deliveries, daily.time.now, 7_200)
    runner = daily.runner(replace(QUICK, start_within=5))  # one try, however busy the machine
    await runner.attempt(subscription.id, day)
    await runner._deliverer.finish()
    return len(daily.slack.calls("chat.postMessage"))


async def test_a_channel_with_a_new_id_that_is_subscribed_anew_has_had_its_post(daily: Daily) -> None:
    first = daily.subscribe("C1")
    daily.time.forward(minutes=3)
    assert await post(daily, first) == 1
    assert daily.store.move_channel("T1", "C1", "C2")
    daily.store.remove(first.id)
    assert daily.store.taken_in("T1", "C2") == {date(2026, 12, 1)}
    again = daily.subscribe("C2", at=time(10))
    daily.time.forward(hours=1, minutes=3)
    assert await post(daily, again) == 1
    assert daily.states("C2") == ["sent"]
    assert len(daily.store.dealt([again.id])[again.id]) == 1  # its deck goes on, too
    daily.time.forward(days=1)
    assert await post(daily, again, "2026-12-02") == 2


async def test_who_has_another_channels_old_id_does_not_get_its_days(daily: Daily) -> None:
    first = daily.subscribe("C1")
    daily.time.forward(minutes=3)
    await post(daily, first)
    daily.store.move_channel("T1", "C1", "C2")
    daily.store.remove(first.id)
    stranger = daily.subscribe("C1", at=time(10))
    assert daily.store.taken(stranger.id) == frozenset()
    daily.store.remove(stranger.id)
    assert daily.subscribe("C2").id == first.id


async def test_uninstalled_installed_and_subscribed_again_on_one_day_is_one_post(daily: Daily) -> None:
    first = daily.subscribe()
    daily.time.forward(minutes=3)
    assert await post(daily, first) == 1
    memory = Memory(daily.store.database)
    assert memory.purge.installation("T1", "", None, "app_uninstalled") == ["T1"]
    assert daily.states() == []
    assert daily.store.taken_in("T1", "C1") == {date(2026, 12, 1)}
    again = daily.subscribe(at=time(11))
    daily.time.forward(hours=2)
    assert await post(daily, again) == 1
    daily.time.forward(days=1)
    assert await post(daily, again, "2026-12-02") == 2


async def test_a_day_that_was_not_posted_before_the_app_was_taken_away_is_posted(daily: Daily) -> None:
    daily.subscribe()
    daily.time.forward(minutes=3)
    plan_due(daily.store.deliveries, daily.time.now, 7_200)
    Memory(daily.store.database).purge.installation("T1", "", None, "app_uninstalled")
    again = daily.subscribe(at=time(11))
    daily.time.forward(hours=2)
    assert await post(daily, again) == 1


async def test_what_is_kept_of_a_workspace_that_left_names_nobody_and_is_gone_in_two_days(
    daily: Daily,
) -> None:
    first = daily.subscribe()
    daily.time.forward(minutes=3)
    await post(daily, first)
    memory = Memory(daily.store.database)
    memory.purge.installation("T1", "", None, "app_uninstalled")
    memory.purge.installation("T1", "", None, "token_revoked")
    with daily.store.database.reading() as connection:
        [name] = connection.execute(select(once.c.name)).scalars()
    assert not {"T1", "C1", DAY} & set(name.split())
    assert len(name) == 64
    daily.time.forward(days=1, hours=23)
    assert memory.once.tidy() == 0
    daily.time.forward(hours=2)
    assert memory.once.tidy() == 1
    assert daily.store.taken_in("T1", "C1") == frozenset()
