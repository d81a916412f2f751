"""Limits a minute: a friendly line for who asks, once in a minute wherever they do; commands get it every time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.slack.conftest import running

from aibot.core.limits import WINDOW_SECONDS
from aibot.slack.manifest import LOOK_UP
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
CHANNEL = "I have answered {limit} times in this channel within a minute. To keep it readable"
CHANNEL += " I go on in the next minute."
ZH_CHANNEL = "一分钟内我在本频道已回答 {limit} 次。为了不刷屏，下一分钟再继续。"


def threads(slack: FakeSlack) -> list[Message]:
    return [m for m in slack.from_app() if m.thread_ts and m.ephemeral_to is None]


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


async def test_mentions_above_the_limit_are_told_once_in_each_channel(
    bot: Bot, either_slack: FakeSlack, memory: Memory, clock: Clock
) -> None:
    slack = either_slack
    async with running(bot, slack, memory=memory, manners=Manners(person=1)):
        await slack.invite("C2")
        asked = await slack.mention("RAG")
        await slack.answer(asked)
        for text, where in (("Sora", None), ("这是什么", None), ("GPT-4", asked.ts)):
            await slack.mention(text, thread_ts=where)
        await slack.mention("这是什么", channel="C2")
        other = await slack.answer(await slack.mention("GPT-4", user="U2"))
        await slack.settle()
        told = slack.ephemerals("U1")
        assert len(threads(slack)) == 2  # nobody else reads of it
        clock.at += WINDOW_SECONDS
        later = await slack.answer(await slack.mention("Sora"))
    assert [(one.text, one.channel, one.thread_ts) for one in told] == [
        (PERSON.format(limit=1), "C1", None), (ZH_PERSON.format(limit=1), "C2", None),
    ]  # fmt: skip
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


async def test_the_shortcut_on_a_message_counts_too(
    bot: Bot, either_slack: FakeSlack, memory: Memory
) -> None:
    slack = either_slack
    async with running(bot, slack, memory=memory, manners=Manners(person=1)):
        written = slack.say("DeepSeek-V3", user="U2")
        for _ in range(3):
            assert (await slack.shortcut(LOOK_UP, message=written)).ok
        await slack.until(lambda: len(slack.ephemerals("U1")) == 2)
        await slack.settle()
        card, told = sorted(slack.ephemerals("U1"), key=lambda one: not one.blocks)
    assert card.text.startswith("DeepSeek-V3 (model)")
    assert told.text == PERSON.format(limit=1)


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
    async with running(bot, slack, memory=memory, manners=Manners(channel=1), metrics=metrics) as under_way:
        first = await slack.answer(await slack.mention("RAG"))
        for text in ("索拉是什么", "GPT-4"):
            await slack.mention(text, user="U2")
            await under_way.finish()  # the first is told, and in its language
        await slack.mention("GPT-4", user="U3", thread_ts=first.thread_ts)
        direct = [await slack.answer(await slack.dm("Sora")) for _ in range(2)]
        await under_way.finish()
        told = [*slack.ephemerals("U2"), *slack.ephemerals("U3")]
        assert len(threads(slack)) == 1
        clock.at += WINDOW_SECONDS
        later = await slack.answer(await slack.mention("Sora"))
    assert first.blocks
    assert [(one.text, one.thread_ts) for one in told] == [
        (ZH_CHANNEL.format(limit=1), None), (CHANNEL.format(limit=1), first.thread_ts),
    ]  # fmt: skip
    assert all(one.blocks for one in (*direct, later))
    assert b'aibot_held_back_total{why="channel"} 3.0' in metrics.text(ready=True, restarts=0)


WORKSPACE = "This workspace has asked more than {limit} questions in a minute. I go on in the next minute."
ZH_WORKSPACE = "本工作区一分钟内的提问超过了 {limit} 次，下一分钟再继续。"


async def test_a_workspace_has_a_limit_that_its_people_share(
    bot: Bot, either_slack: FakeSlack, memory: Memory, clock: Clock
) -> None:
    slack, metrics = either_slack, Metrics()
    manners = Manners(person=2, workspace=3)
    async with running(bot, slack, memory=memory, manners=manners, metrics=metrics) as background:
        for _ in range(4):  # two of them above their own: those use up nothing of the others'
            await slack.command("/ai", "RAG")
        other = (await slack.command("/ai", "RAG", user="U2")).message
        above = (await slack.command("/ai", "这是什么", user="U2")).message
        await slack.mention("Sora", user="U3")
        await slack.mention("GPT-4", user="U3")
        await background.finish()
        told = slack.ephemerals("U3")
        clock.at += WINDOW_SECONDS
        later = (await slack.command("/ai", "RAG", user="U2")).message
    assert [bool(message and message.blocks) for message in (other, above, later)] == [True, False, True]
    assert above is not None
    assert above.text == ZH_WORKSPACE.format(limit=3)
    assert [one.text for one in told] == [WORKSPACE.format(limit=3)]
    text = metrics.text(ready=True, restarts=0)
    assert b'aibot_held_back_total{why="person"} 2.0' in text
    assert b'aibot_held_back_total{why="workspace"} 3.0' in text


async def test_follow_ups_count_and_above_the_limit_are_passed_over(
    bot: Bot, slack: FakeSlack, memory: Memory, clock: Clock
) -> None:
    metrics = Metrics()
    manners = Manners(person=2)
    async with running(bot, slack, memory=memory, manners=manners, metrics=metrics) as background:

        async def write(text: str) -> list[Message]:
            before = len(slack.from_app())
            await slack.write(text, thread_ts=asked.ts)
            await slack.settle()
            await background.finish()
            return slack.from_app()[before:]

        asked = await slack.mention("deepseek-v3")
        await slack.answer(asked)
        assert len(await write("let us have lunch")) == 0  # to nobody, and counts for nobody
        assert len(await write("and R1?")) == 1
        assert len(await write("and GPT-4o?")) == 0
        assert b'aibot_held_back_total{why="person"} 1.0' in metrics.text(ready=True, restarts=0)
        clock.at += WINDOW_SECONDS
        assert len(await write("and GPT-4o?")) == 1


async def test_that_it_is_to_be_quiet_is_heard_above_every_limit(
    bot: Bot, slack: FakeSlack, memory: Memory
) -> None:
    async with running(bot, slack, memory=memory, manners=Manners(person=1)) as background:
        asked = await slack.mention("deepseek-v3")
        await slack.answer(asked)
        before = len(slack.from_app())
        await slack.write("stop", thread_ts=asked.ts)
        await slack.settle()
        await background.finish()
        (line,) = slack.from_app()[before:]
        assert line.text == "I say nothing more in this thread until somebody mentions me."


async def test_an_opened_home_counts_and_above_the_limit_stays_as_it_is(
    bot: Bot, either_slack: FakeSlack, memory: Memory, clock: Clock
) -> None:
    slack = either_slack
    async with running(bot, slack, memory=memory, manners=Manners(person=1)) as background:

        async def published(user: str) -> int:
            await slack.open_home(user=user)
            await slack.settle()
            await background.finish()
            return len(slack.calls("views.publish"))

        assert await published("U1") == 1
        await slack.command("/ai", "language chinese", user="U2")  # what they would see is another
        assert [await published("U1"), await published("U2")] == [1, 1]
        clock.at += WINDOW_SECONDS
        assert await published("U2") == 2


async def test_programs_on_one_database_add_up(postgres_url: str, clock: Clock) -> None:
    memories = [Memory.open(postgres_url, clock=clock) for _ in range(2)]
    background = Background()
    first, second = (
        Limits(Manners(person=4), sharing=Sharing(memory), background=background, seconds=0.01)
        for memory in memories
    )
    verdicts = []
    for limits in (first, second) * 4:
        verdicts.append(limits.over("T1", "U1") is None)
        await background.finish()
    # each knows what the other counted until its own last question: one more gets through, not four
    assert verdicts == [True] * 5 + [False] * 3
    clock.at += WINDOW_SECONDS
    assert first.over("T1", "U1") is None
    await background.finish()
    for memory in memories:
        memory.close()


async def test_a_database_that_is_away_leaves_each_program_its_own_count(
    postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    memory, background = Memory.open(postgres_url), Background()
    limits = Limits(Manners(person=2), sharing=Sharing(memory), background=background, seconds=0)
    with memory.database.transaction() as connection:
        connection.exec_driver_sql("DROP TABLE spent")
    verdicts = []
    for _ in range(4):
        verdicts.append(limits.over("T1", "U1") is None)
        await background.finish()
    assert verdicts == [True, True, False, False]
    assert caplog.text.count("going on by memory alone") == 1
    memory.close()
