"""Limits a minute: one friendly line, then silence for that minute; slash commands are answered every time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.slack.conftest import running

from aibot.core.limits import WINDOW_SECONDS
from aibot.slack.manners.limits import Limits
from aibot.slack.manners.manners import Manners
from aibot.slack.manners.sharing import Sharing
from aibot.slack.serving.background import Background
from aibot.slack.serving.metrics import Metrics
from aibot.storage import Memory

if TYPE_CHECKING:
    from tests.clock import Clock

    from aibot.playground.fake_slack import FakeSlack, Message
    from aibot.slack.bot import Bot

pytestmark = pytest.mark.anyio

PERSON = "That was more than {limit} questions in a minute. I take the next one in the next minute."
ZH_PERSON = "您一分钟内的提问超过了 {limit} 次，请下一分钟再问。"


def threads(slack: FakeSlack) -> list[Message]:
    return [m for m in slack.from_app() if m.thread_ts]


async def test_a_command_above_the_limit_gets_its_line_every_time(
    bot: Bot, either_slack: FakeSlack, memory: Memory, clock: Clock
) -> None:
    slack, metrics = either_slack, Metrics()
    async with running(bot, slack, memory=memory, manners=Manners(person=2), metrics=metrics):
        asked = [(await slack.command("/ai", text)).message for text in ("RAG", "Sora", "RAG", "这是什么")]
        other = (await slack.command("/ai", "RAG", user="U2")).message
        clock.at += WINDOW_SECONDS
        later = (await slack.command("/ai", "RAG")).message
    assert [bool(message and message.blocks) for message in (*asked, other, later)] == [
        True, True, False, False, True, True,
    ]  # fmt: skip
    assert [message.text for message in asked[2:] if message] == [
        PERSON.format(limit=2),
        ZH_PERSON.format(limit=2),
    ]
    assert all(message and message.ephemeral_to == "U1" for message in asked)
    assert b'aibot_held_back_total{why="person"} 2.0' in metrics.text(ready=True, restarts=0)


async def test_mentions_above_the_limit_are_told_once_and_then_left(
    bot: Bot, either_slack: FakeSlack, memory: Memory, clock: Clock
) -> None:
    slack = either_slack
    async with running(bot, slack, memory=memory, manners=Manners(person=1)):
        await slack.answer(await slack.mention("RAG"))
        second = await slack.mention("Sora")
        told = await slack.answer(second)
        await slack.mention("GPT-4")
        other = await slack.answer(await slack.mention("GPT-4", user="U2"))
        await slack.settle()
        assert len(threads(slack)) == 3
        clock.at += WINDOW_SECONDS
        later = await slack.answer(await slack.mention("Sora"))
    assert (told.text, told.thread_ts) == (PERSON.format(limit=1), second.ts)
    assert other.blocks
    assert later.blocks


async def test_direct_messages_and_commands_count_together(
    bot: Bot, slack: FakeSlack, memory: Memory
) -> None:
    async with running(bot, slack, memory=memory, manners=Manners(person=2)):
        await slack.command("/ai", "RAG")
        first = await slack.answer(await slack.dm("RAG"))
        second = await slack.answer(await slack.dm("这是什么"))
        third = await slack.command("/ai", "RAG")
    assert first.blocks
    assert second.text == ZH_PERSON.format(limit=2)
    assert third.message is not None
    assert third.message.text == PERSON.format(limit=2)


async def test_the_line_is_in_the_language_that_was_chosen(
    bot: Bot, slack: FakeSlack, memory: Memory
) -> None:
    async with running(bot, slack, memory=memory, manners=Manners(person=2)) as background:
        await slack.command("/ai", "language chinese")
        await background.finish()
        asked = (await slack.command("/ai", "model gpt-6")).message
        assert asked is not None
        await slack.press(asked, "GPT-4")
        await background.finish()
        command = (await slack.command("/ai", "RAG")).message
        told = [m for m in slack.ephemerals("U1") if m.text == ZH_PERSON.format(limit=2)]
    assert command in told
    assert len(told) == 2  # the command's, and the button's


async def test_buttons_count_too(bot: Bot, slack: FakeSlack, memory: Memory) -> None:
    async with running(bot, slack, memory=memory, manners=Manners(person=1)):
        asked = (await slack.command("/ai", "模型 gpt-6")).message
        assert asked is not None
        for _ in range(3):
            assert (await slack.press(asked, "GPT-4")).ok
        await slack.settle()
        told = [m for m in slack.ephemerals("U1") if m is not asked]
    assert [m.text for m in told] == [ZH_PERSON.format(limit=1)]
    assert asked.blocks[0]["text"]["text"] != "GPT-4"


async def test_what_people_say_among_themselves_counts_for_nobody(
    bot: Bot, slack: FakeSlack, memory: Memory
) -> None:
    async with running(bot, slack, memory=memory, manners=Manners(person=1)):
        for number in range(5):
            await slack.event(
                {"type": "message", "channel": "C1", "channel_type": "channel", "user": "U1", "text": "RAG",
                 "ts": f"{number}.1"}
            )  # fmt: skip
        assert (await slack.answer(await slack.mention("RAG"))).blocks


async def test_a_channel_has_a_limit_of_its_own(
    bot: Bot, either_slack: FakeSlack, memory: Memory, clock: Clock
) -> None:
    slack, metrics = either_slack, Metrics()
    async with running(bot, slack, memory=memory, manners=Manners(channel=1), metrics=metrics):
        first = await slack.answer(await slack.mention("RAG"))
        second = await slack.answer(await slack.mention("索拉是什么", user="U2"))
        await slack.mention("GPT-4", user="U3")
        direct = [await slack.answer(await slack.dm("Sora")) for _ in range(2)]
        await slack.settle()
        assert len(threads(slack)) == 2
        clock.at += WINDOW_SECONDS
        later = await slack.answer(await slack.mention("Sora"))
    assert first.blocks
    assert second.text == "一分钟内我在本频道已回答 1 次。为了不刷屏，下一分钟再继续。"
    assert all(one.blocks for one in (*direct, later))
    assert b'aibot_held_back_total{why="channel"} 2.0' in metrics.text(ready=True, restarts=0)


async def test_programs_on_one_database_add_up(postgres_url: str, clock: Clock) -> None:
    memories = [Memory.open(postgres_url, clock=clock) for _ in range(2)]
    background = Background()
    first, second = (
        Limits(4, 0, sharing=Sharing(memory), background=background, seconds=0.01) for memory in memories
    )
    verdicts = []
    for limits in (first, second) * 4:
        verdicts.append(limits.of_person("T1", "U1"))
        await background.finish()
    # each knows what the other counted until its own last question: one more gets through, not four
    assert verdicts == ["go", "go", "go", "go", "go", "tell", "tell", "quiet"]
    clock.at += WINDOW_SECONDS
    assert first.of_person("T1", "U1") == "go"
    await background.finish()
    for memory in memories:
        memory.close()


async def test_a_database_that_is_away_leaves_each_program_its_own_count(
    postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    memory, background = Memory.open(postgres_url), Background()
    limits = Limits(2, 0, sharing=Sharing(memory), background=background, seconds=0)
    with memory.database.transaction() as connection:
        connection.exec_driver_sql("DROP TABLE spent")
    verdicts = []
    for _ in range(4):
        verdicts.append(limits.of_person("T1", "U1"))
        await background.finish()
    assert verdicts == ["go", "go", "tell", "quiet"]
    assert caplog.text.count("going on by memory alone") == 1
    memory.close()
