"""Pauses: what begins, changes and ends one, and what does not."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.slack.daily.rig import Rig

pytestmark = pytest.mark.anyio

JANUARY = date(2027, 1, 12)


@pytest.mark.parametrize(
    ("before", "line", "said"),
    [
        (("subscribe 9am berlin", "pause until 12 Jan"), "subscribe in chinese", "from the day it waits for"),
        (("subscribe 9am berlin from 12 Jan",), "subscribe both", "from the day it waits for"),
        (("订阅 9点 上海", "暂停到1月12日"), "订阅 双语", "仍从原定的日期开始"),
    ],
)  # fmt: skip
async def test_a_change_keeps_the_day_it_waits_for(
    rig: Rig, before: tuple[str, ...], line: str, said: str
) -> None:
    for one in before:
        await rig.say(one)
    assert said in (await rig.say(line)).text
    assert rig.has().paused_until == JANUARY


@pytest.mark.parametrize(
    ("before", "line", "said"),
    [
        (("subscribe 9am berlin", "pause"), "subscribe 10am", "it stays paused"),
        (("订阅 9点 上海", "暂停"), "订阅 10点", "仍在暂停中"),
    ],
)
async def test_a_change_keeps_a_pause_and_says_so(
    rig: Rig, before: tuple[str, ...], line: str, said: str
) -> None:
    for one in before:
        await rig.say(one)
    assert said in (await rig.say(line)).text
    assert (rig.has().paused, rig.has().at.hour) == (True, 10)


@pytest.mark.parametrize(
    ("line", "said"), [("subscribe", "The daily fact goes on"), ("订阅", "每日知识已恢复")]
)
async def test_subscribe_by_itself_ends_a_pause_and_says_so(rig: Rig, line: str, said: str) -> None:
    await rig.say("subscribe 9am berlin")
    await rig.say("pause until 12 Jan")
    exchange = await rig.slack.mention(line)
    await rig.settle()
    assert said in rig.slack.thread("C1", exchange.ts or "")[-1].text
    assert rig.has().paused_until is None
