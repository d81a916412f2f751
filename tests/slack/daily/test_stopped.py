"""A workspace where Slack lets us post nothing: people are told, and the posts go on by themselves once it does."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from tests.slack.daily.rig import posting

from aibot.core.daily import next_slots

if TYPE_CHECKING:
    from tests.slack.daily.rig import Rig

    from aibot.slack.bot import Bot

pytestmark = pytest.mark.anyio


async def test_a_token_that_slack_takes_again_is_found_out_and_the_days_post_comes(
    rig: Rig, bot: Bot
) -> None:
    await rig.say("subscribe 9am tokyo")
    rig.clock.move_to(next_slots(rig.has(), rig.daily.clock(), 1)[0].due.timestamp())
    rig.slack.trouble("chat.postMessage", "error", error="invalid_auth", times=1)
    async with posting(rig, bot, probe=0.2):
        await rig.slack.until(rig.store.stopped)
        rig.clock.move_to(rig.clock() + 61)
        await rig.slack.until(lambda: len(rig.channel_texts()) == 2)
    assert rig.store.stopped() == []
    assert [one.state for one in rig.store.deliveries.of_channel("C1", "2026-11-24")] == ["sent"]
    rig.slack.exchanges.clear()


async def test_a_token_that_slack_goes_on_refusing_stays_stopped(rig: Rig, bot: Bot) -> None:
    await rig.say("subscribe 9am tokyo")
    async with posting(rig, bot, probe=0.2):
        rig.slack.trouble("auth.test", "error", error="invalid_auth", times=None)
        rig.store.stop_team("T1", "invalid_auth")
        asked = len(rig.slack.calls("auth.test"))
        await rig.slack.until(lambda: len(rig.slack.calls("auth.test")) >= asked + 2)
        assert rig.store.stopped() == [("T1", "invalid_auth")]
    rig.slack.exchanges.clear()


async def test_another_workspaces_stop_is_not_lifted_by_our_token(rig: Rig, bot: Bot) -> None:
    rig.store.stop_team("T9", "invalid_auth")
    rig.store.stop_team("T1", "invalid_auth")
    async with posting(rig, bot, probe=0.2):  # starts T1 at once
        rig.store.stop_team("T1", "invalid_auth")
        async with asyncio.timeout(5):
            while rig.store.why_stopped("T1"):  # noqa: ASYNC110  # a database has no event to wait for
                await asyncio.sleep(0.01)
    assert rig.store.stopped() == [("T9", "invalid_auth")]


@pytest.mark.parametrize(
    "line",
    ["subscriptions", "preview", "subscribe 10am", "pause", "订阅列表", "预览", "暂停"],
)
async def test_who_asks_for_coming_posts_hears_first_that_none_come(rig: Rig, line: str) -> None:
    await rig.say("subscribe 9am tokyo")
    usual = await rig.say("subscriptions")
    rig.store.stop_team("T1", "invalid_auth")
    said = await rig.say(line)
    first = said.text.splitlines()[0]
    assert "invalid_auth" in first
    assert ("不推送" in first) == (not line.isascii())
    assert len(said.text.splitlines()) > 2
    assert "invalid_auth" not in usual.text


async def test_a_list_for_programs_stays_one(rig: Rig) -> None:
    await rig.say("subscribe 9am tokyo")
    rig.store.stop_team("T1", "invalid_auth")
    assert (await rig.say("subscriptions csv")).text.splitlines()[1].startswith("team,channel,")
