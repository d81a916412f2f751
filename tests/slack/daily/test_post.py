"""From a line somebody types to the post in the channel: what was previewed is what comes, once."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import TYPE_CHECKING

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from aibot.posting import Runner
from aibot.slack.daily.events import DailyEvents
from aibot.slack.posting import Poster

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.slack.daily.rig import Rig

pytestmark = pytest.mark.anyio


@contextlib.asynccontextmanager
async def posting(rig: Rig) -> AsyncIterator[None]:
    """The runner beside the bot, as `aibot run` has it."""
    client = AsyncWebClient(rig.slack.bot_token, base_url=rig.slack.api_url, retry_handlers=[])
    events = DailyEvents(rig.daily, rig.background)
    runner = Runner(
        rig.store,
        rig.composer,
        Poster(lambda _team: client),
        tell=lambda s, problem: events.tell(client, s, problem),
    )
    stop = asyncio.Event()
    running = asyncio.create_task(runner.run(stop))
    try:
        yield
    finally:
        stop.set()
        await running


async def test_the_post_is_what_the_preview_showed(rig: Rig) -> None:
    await rig.say("subscribe 9am tokyo both")
    preview = rig.composer.preview(rig.has(), rig.daily.clock())
    assert preview is not None
    await rig.say("preview")
    rig.clock.move_to(preview.slot.due.timestamp() + 1)
    async with posting(rig):
        await rig.slack.until(lambda: len(rig.channel_texts()) == 2)
    sent = next(call for call in rig.slack.calls("chat.postMessage") if call.arguments.get("metadata"))
    arguments = sent.arguments
    blocks = arguments["blocks"]
    assert (json.loads(blocks) if isinstance(blocks, str) else blocks) == preview.message["blocks"]
    assert arguments["text"] == preview.message["text"]
    seen = await rig.say("subscriptions")
    assert "Last post: Tuesday 24 November 2026 (posted)" in seen.text
    assert "• Wednesday 25 November 2026" in seen.text
    assert "• Tuesday 24 November" not in seen.text


async def test_a_skipped_day_has_no_post(rig: Rig) -> None:
    await rig.say("subscribe 9am tokyo")
    await rig.say("skip next")
    rig.clock.advance(20 * 3600)
    async with posting(rig):
        await rig.say("subscriptions")
    assert len(rig.channel_texts()) == 1


async def test_a_channel_that_slack_refuses_is_paused_and_its_subscriber_told(rig: Rig) -> None:
    await rig.say("subscribe 9am tokyo")
    preview = rig.composer.preview(rig.has(), rig.daily.clock())
    assert preview is not None
    rig.slack.trouble("chat.postMessage", "error", error="is_archived", channel="C1")
    rig.clock.move_to(preview.slot.due.timestamp() + 1)
    async with posting(rig):
        await rig.slack.until(lambda: rig.slack.dm_messages("U1"))
    assert "Once it is unarchived" in rig.slack.dm_messages("U1")[-1].text
    seen = await rig.say("subscriptions")
    assert "the channel is archived" in seen.text
    assert "(failed: is_archived)" in seen.text
    rig.slack.exchanges.clear()
