"""A workspace that refuses tables and charts is spared them for a day, by every program on the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.slack.conftest import running

from aibot.slack.manners.readiness import LOOK_SECONDS, NOT_READY_SECONDS, Readiness
from aibot.slack.manners.sharing import Sharing
from aibot.slack.serving.background import Background
from aibot.storage import Memory

if TYPE_CHECKING:
    from tests.clock import Clock

    from aibot.playground.fake_slack import FakeSlack
    from aibot.slack.bot import Bot

pytestmark = pytest.mark.anyio


async def test_a_refusal_is_remembered_for_a_day_in_its_workspace_over_a_restart(
    url: str, clock: Clock
) -> None:
    memory, background = Memory.open(url, clock=clock), Background()
    readiness = Readiness(Sharing(memory), background, memory)
    assert readiness.is_ready("T1")
    readiness.refused("T1")
    assert not readiness.is_ready("T1")
    assert readiness.is_ready("T2")
    await background.finish()
    again = Readiness(Sharing(memory), background, memory)
    clock.at += NOT_READY_SECONDS - 1
    assert not again.is_ready("T1")
    clock.at += 1
    assert again.is_ready("T1")
    await background.finish()
    memory.close()


async def test_what_one_program_learns_the_others_know_within_a_minute(
    postgres_url: str, clock: Clock
) -> None:
    memories = [Memory.open(postgres_url, clock=clock) for _ in range(2)]
    background = Background()
    first, second = (Readiness(Sharing(memory), background, memory) for memory in memories)
    first.refused("T1")
    await background.finish()
    assert second.is_ready("T1")
    clock.at += LOOK_SECONDS
    second.is_ready("T1")
    await background.finish()
    assert not second.is_ready("T1")
    for memory in memories:
        memory.close()


async def test_a_bot_started_again_tries_no_tables_where_they_were_refused(
    bot: Bot, slack: FakeSlack, url: str
) -> None:
    memory = Memory.open(url)
    compare = "compare DeepSeek-V3, GPT-4o"
    async with running(bot, slack, memory=memory):
        slack.trouble("response_url", "error", error="invalid_blocks")
        await slack.command("/ai", compare)
    async with running(bot, slack, memory=memory):
        asked = (await slack.command("/ai", compare)).message
    assert asked is not None
    assert "data_table" not in {block["type"] for block in asked.blocks}
    assert len(slack.calls("response_url")) == 1
    memory.close()
