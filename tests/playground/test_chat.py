"""The terminal's console, with the real bot behind it."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from aibot.playground.chat import Console
from aibot.playground.stage import Stage

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

pytestmark = pytest.mark.anyio


@pytest.fixture
async def console() -> AsyncIterator[Console]:
    async with Stage.open(at=1_795_446_000.0) as stage:
        yield Console(stage)


async def test_a_command_a_button_a_mention_and_its_thread(console: Console) -> None:
    assert console.prompt == "Ada in #general> "
    assert "DeepSeek-V3 (model)" in (said := await console.line("/ai model deepseek-v3"))
    assert "only you see this" in said
    assert "Shared by @Ada" in await console.line("!press share to channel")
    assert "everyone sees this" in await console.line("@aibot what is RAG?")
    await console.line("!thread")
    assert console.prompt == "Ada in #general (thread)> "
    assert "558 万美元" in await console.line("@aibot DeepSeek-V3 训练花了多少钱？")
    assert "not supported in threads" in await console.line("/ai help")
    await console.line("!thread")
    assert console.prompt == "Ada in #general> "


async def test_a_thread_goes_on_without_a_mention(console: Console) -> None:
    await console.line("@aibot DeepSeek-V3")
    await console.line("!thread")
    assert "128" in await console.line("context window?")
    assert await console.line("thanks, that helps") == ""
    assert "I say nothing more in this thread" in await console.line("stop")
    assert await console.line("context window?") == ""
    await console.line("!thread")
    assert "switched inline names on" in await console.line("/ai inline on")
    assert "Genie 2" in await console.line("have a look at [[genie 2]]")


async def test_what_comes_after_the_acknowledgement_of_a_command_is_shown_at_once(console: Console) -> None:
    assert "以后不管在哪里提问" in await console.line("/ai language chinese")
    assert "a form has opened" in await console.line("/ai 订阅")
    assert "订阅了每日知识" in await console.line("/ai 订阅 上午9点")


async def test_a_form_that_a_button_opens_is_told_and_stands_in_nothings_way(console: Console) -> None:
    await console.line("/ai help")
    assert "a form has opened" in await console.line("!press search")
    said = await console.line("@aibot DeepSeek-V3")
    assert "a form has opened" not in said
    assert "DeepSeek-V3 (model)" in said


async def test_people_places_and_times(console: Console) -> None:
    assert await console.line("!as mei") == "! Mei: zh-CN, Asia/Shanghai"
    assert await console.line("!in dm") == ""
    assert "Genie 2" in await console.line("who made Genie 2?")
    assert "2026-11-24 23:00 CST" in await console.line("!clock +1d")
    assert await console.line("!clock change") == "! The clocks do not change in Asia/Shanghai."
    assert "is no step" in await console.line("!clock yesterday")
    assert await console.line("!as nobody") == "! nobody is called 'nobody'"
    assert await console.line("!in #nowhere") == "! there is no channel '#nowhere'"
    assert (await console.line("!press 9")).startswith("! there is no such button")
    assert (await console.line("!crash")).startswith("! the bot crashed and is back")
    assert "Genie 2" in await console.line("who made Genie 2?")
    assert "act as somebody else" in await console.line("!help")
    await console.line("!quit")
    assert console.ended


async def test_lines_complete_themselves(console: Console) -> None:
    assert console.completions("/ai mo") == ["/ai model "]
    assert console.completions("!as ") == ["!as ada", "!as mei", "!as jonas"]
    await console.line("/ai model gpt-6")
    assert "!press Share to channel" in console.completions("!press ")


def test_lines_can_come_from_a_pipe() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "aibot", "chat"], input="/ai model genie 2\n!quit\n", env=dict(os.environ),
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(
        "Ada in #general> /ai model genie 2\n— aibot in #general (only you see this)\nGenie 2"
    )
