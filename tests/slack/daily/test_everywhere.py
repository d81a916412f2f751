"""The main ways through subscribing, over HTTP and Socket Mode, on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
from datetime import date, time
from typing import TYPE_CHECKING

import pytest
from tests.slack.daily.rig import both_databases, rigged

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.slack.daily.rig import Rig

    from aibot.core.language import Phrases
    from aibot.slack.bot import Bot

pytestmark = [pytest.mark.anyio, both_databases]


@pytest.fixture(params=["http", "socket"])
async def rig(
    request: pytest.FixtureRequest, bot: Bot, phrases: Phrases, database: str
) -> AsyncIterator[Rig]:
    async with rigged(bot, phrases, database, mode=request.param) as running:
        yield running
        assert running.slack.refusals == []


async def test_from_the_first_line_to_the_last(rig: Rig) -> None:
    await rig.say("subscribe 9am weekdays tokyo models; finance both")
    kept = rig.has()
    assert (kept.at, kept.zone, kept.days, kept.language) == (
        time(9),
        "Asia/Tokyo",
        frozenset(range(5)),
        "both",
    )
    assert kept.topics == ("model", "finance")
    assert "The next post" in (await rig.say("preview")).text
    await rig.say("skip next")
    assert rig.has().skip_dates == frozenset({date(2026, 11, 24)})
    await rig.say("swap")
    await rig.say("pause until 12 Jan")
    assert rig.has().paused_until == date(2027, 1, 12)
    await rig.say("resume", user="U2")
    assert rig.has().paused_until is None
    assert "Asia/Tokyo" in (await rig.say("subscriptions")).text
    await rig.say("退订", user="U2")
    assert rig.current() is None
    assert rig.channel_texts()[-1].startswith("<@U2> 停止了")


async def test_a_mention_a_button_and_a_form_come_to_the_same(rig: Rig) -> None:
    root = rig.slack.say("lunch?", channel="C1")
    await rig.slack.mention("subscribe 18:30 sun-thu dubai", thread_ts=root.ts)
    await rig.settle()
    assert rig.has().zone == "Asia/Dubai"
    state = await rig.say("subscriptions")
    await rig.slack.press(state, "Pause")
    await rig.settle()
    assert rig.has().paused
    await rig.slack.press(state, "Change")
    await rig.slack.until(lambda: rig.slack.views("U1"))
    submitted = await rig.slack.submit(rig.slack.views("U1")[-1], {"time": "07:45", "zone": "mars"})
    assert "There is no time zone" in submitted.json["errors"]["zone"]
    await rig.slack.submit(rig.slack.views("U1")[-1], {"time": "07:45", "zone": "上海"})
    await rig.settle()
    assert (rig.has().at, rig.has().zone, rig.has().paused) == (time(7, 45), "Asia/Shanghai", True)


async def test_what_happens_to_the_channel_is_followed(rig: Rig) -> None:
    await rig.say("subscribe 9am tokyo")
    await rig.slack.archive("C1")
    await rig.settle()
    assert rig.has().problem == "is_archived"
    await rig.slack.archive("C1", archived=False)
    await rig.settle()
    assert not rig.has().paused
    await rig.slack.event({"type": "channel_id_changed", "old_channel_id": "C1", "new_channel_id": "C9"})
    await rig.settle()
    assert rig.has("C9").zone == "Asia/Tokyo"
    await rig.slack.uninstall()
    await rig.settle()
    assert [team for team, _ in rig.store.stopped()] == ["T1"]


async def test_many_at_once_lose_nothing(rig: Rig) -> None:
    await rig.say("subscribe 9am tokyo")
    lines = ("subscribe 10:15", "subscribe sun-thu", "subscribe finance", "subscribe in chinese", "skip next")
    await asyncio.gather(
        *(rig.slack.command("/ai", line, user=f"U{1 + n % 3}") for n, line in enumerate(lines))
    )
    await rig.settle()
    kept = rig.has()
    assert (kept.at, kept.topics, kept.language) == (time(10, 15), ("finance",), "zh")
    assert (kept.days, len(kept.skip_dates), kept.version) == (frozenset({6, 0, 1, 2, 3}), 1, 5)
    changed = [one.actor for one in rig.memory.audit.read()]
    assert sorted(changed[1:]) == ["U1", "U1", "U2", "U2", "U3"]


async def test_two_who_subscribe_a_channel_at_once_get_one_subscription(rig: Rig) -> None:
    lines = (("subscribe 10:15 tokyo", "U1"), ("subscribe 11:45 berlin", "U2"))
    await asyncio.gather(*(rig.slack.command("/ai", line, user=user) for line, user in lines))
    await rig.settle()
    [kept] = rig.store.list()
    assert (kept.at, kept.zone) in ((time(10, 15), "Asia/Tokyo"), (time(11, 45), "Europe/Berlin"))
    assert len(rig.channel_texts()) == 1  # the channel is told once


async def test_two_who_stop_a_channel_at_once_stop_it_once(rig: Rig) -> None:
    await rig.say("subscribe 9am tokyo")
    await asyncio.gather(*(rig.slack.command("/ai", "unsubscribe", user=user) for user in ("U1", "U2")))
    await rig.settle()
    assert rig.current() is None
    assert len(rig.channel_texts()) == 2  # who set it up, and who stopped it
    assert [one.what for one in rig.memory.audit.read()] == ["subscription.begun", "subscription.ended"]
