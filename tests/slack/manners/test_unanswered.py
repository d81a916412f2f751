"""Questions asked in vain: noted from their second time on, as text and a count, and only where they may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text as sql
from tests.slack.conftest import running

from aibot.playground.fake_slack import BOT_SCOPES
from aibot.slack.manners.manners import Manners
from aibot.slack.manners.unanswered import SECOND_TIME_SECONDS
from aibot.storage import Memory

if TYPE_CHECKING:
    from tests.clock import Clock

    from aibot.playground.fake_slack import FakeSlack
    from aibot.slack.bot import Bot
    from aibot.slack.serving.background import Background

pytestmark = pytest.mark.anyio

MANNERS = Manners(unanswered=True)
TEA = "what is the price of tea?"


def noted(memory: Memory) -> list[tuple[str, str, int]]:
    return [(one.question, one.language, one.count) for one in memory.unanswered.list()]


def everything(memory: Memory) -> str:
    """All that the database holds."""
    tables = ("unanswered", "once", "preferences", "workspaces", "feedback")
    with memory.database.reading() as connection:
        return str([list(connection.execute(sql(f"SELECT * FROM {name}"))) for name in tables])  # noqa: S608


async def ask(slack: FakeSlack, background: Background, *questions: str, user: str = "U1") -> None:
    for question in questions:
        await slack.command("/ai", question, user=user)
        await background.finish()


async def told(slack: FakeSlack, background: Background, line: str, *, user: str = "U1") -> str:
    exchange = await slack.command("/ai", line, user=user)
    await background.finish()
    return exchange.messages[-1].text


async def test_a_question_is_noted_with_its_second_time_in_any_looks_and_any_way(
    bot: Bot, either_slack: FakeSlack, memory: Memory, clock: Clock
) -> None:
    slack = either_slack
    async with running(bot, slack, memory=memory, manners=MANNERS) as background:
        await ask(slack, background, TEA, "RAG", "help")
        assert "tea" not in everything(memory)
        await slack.answer(await slack.mention("What is the PRICE of  tea", user="U2"))
        await background.finish()
        clock.at += 5
        await slack.answer(await slack.dm("what is the price of tea ?"))
        await background.finish()
        await ask(slack, background, "今天午饭吃什么？", "今天午飯吃什麼")
    assert noted(memory) == [("what is the price of tea", "en", 3), ("今天午饭吃什么", "zh", 2)]
    kept = everything(memory)
    assert not [one for one in ("U1", "U2", "C1", "D1", "T1") if f"'{one}'" in kept]


async def test_what_comes_back_after_a_month_is_a_first_time_again(
    bot: Bot, slack: FakeSlack, memory: Memory, clock: Clock
) -> None:
    async with running(bot, slack, memory=memory, manners=MANNERS) as background:
        await ask(slack, background, TEA)
        clock.at += SECOND_TIME_SECONDS
        await ask(slack, background, TEA)
        assert noted(memory) == []
        await ask(slack, background, TEA)
    assert noted(memory) == [("what is the price of tea", "en", 2)]


async def test_what_looks_personal_is_not_even_kept_as_a_hash(
    bot: Bot, slack: FakeSlack, memory: Memory
) -> None:
    before = everything(memory)
    async with running(bot, slack, memory=memory, manners=MANNERS) as background:
        for question in (
            "who is @ada",
            "mail ada@example.org",
            "call 030 1234567",
            "https://example.org",
            "x" * 90,
        ):
            await ask(slack, background, question, question)
    assert everything(memory) == before


async def test_a_suggestion_that_is_picked_was_no_question_in_vain(
    bot: Bot, slack: FakeSlack, memory: Memory
) -> None:
    async with running(bot, slack, memory=memory, manners=MANNERS) as background:
        for _ in range(3):
            asked = (await slack.command("/ai", "claude")).message
            assert asked is not None
            await background.finish()
            await slack.press(asked, "Claude 3")
            await slack.until(lambda asked=asked: asked.text.startswith("Claude 3"))  # type: ignore[misc]
            await background.finish()
            share = next(e for _, e in asked.elements() if e["action_id"] == "aibot_share")
            assert '"q"' not in share["value"]
        assert noted(memory) == []
        await ask(slack, background, "claude", "claude", "claude")
        assert noted(memory) == [("claude", "en", 3)]
        asked = (await slack.command("/ai", "claude")).message
        assert asked is not None
        await background.finish()
        await slack.press(asked, "Claude 3")
        await slack.until(lambda: asked.text.startswith("Claude 3"))
        await background.finish()
    assert noted(memory) == [("claude", "en", 3)]


async def test_a_version_that_is_missing_is_wanted_whatever_is_picked_instead(
    bot: Bot, slack: FakeSlack, memory: Memory
) -> None:
    async with running(bot, slack, memory=memory, manners=MANNERS) as background:
        for _ in range(2):
            asked = (await slack.command("/ai", "model gpt-6")).message
            assert asked is not None
            await slack.press(asked, "GPT-4")
            await slack.until(lambda asked=asked: asked.blocks[0]["text"]["text"] == "GPT-4")  # type: ignore[misc]
            await background.finish()
    assert noted(memory) == [("model gpt-6", "en", 2)]


async def test_an_admin_switches_it_off_for_the_workspace(
    bot: Bot, either_slack: FakeSlack, memory: Memory
) -> None:
    slack = either_slack
    slack.workspace().users["U1"].is_admin = True
    async with running(bot, slack, memory=memory, manners=MANNERS) as background:
        assert "are noted in this workspace" in await told(slack, background, "unanswered", user="U2")
        assert "are not noted" in await told(slack, background, "unanswered off")
        await ask(slack, background, TEA, TEA, TEA)
        assert noted(memory) == []
        assert "不记录" in await told(slack, background, "未答问题")
        assert "会记下" in await told(slack, background, "未答问题 开启")
        await ask(slack, background, TEA, TEA)
    assert noted(memory) == [("what is the price of tea", "en", 2)]
    assert slack.messages("C1") == []
    switched = [one for one in memory.audit.read(team="T1") if one.what == "unanswered.changed"]
    assert [(one.actor, one.before, one.after) for one in switched] == [
        ("U1", {"unanswered": None}, {"unanswered": "off"}),
        ("U1", {"unanswered": "off"}, {"unanswered": None}),
    ]


@pytest.mark.parametrize(
    ("line", "refused"), [("unanswered off", "Only workspace admins"), ("未答问题 关闭", "只有工作区管理员")]
)
async def test_nobody_else_switches_it(
    line: str, refused: str, bot: Bot, slack: FakeSlack, memory: Memory
) -> None:
    async with running(bot, slack, memory=memory, manners=MANNERS) as background:
        assert refused in await told(slack, background, line, user="U2")
        await ask(slack, background, TEA, TEA)
    assert noted(memory) == [("what is the price of tea", "en", 2)]


async def test_who_cannot_be_seen_to_be_an_admin_is_none(bot: Bot, slack: FakeSlack, memory: Memory) -> None:
    slack.workspace().users["U1"].is_admin = True
    slack.workspace().token.scopes = tuple(scope for scope in BOT_SCOPES if scope != "users:read")
    async with running(bot, slack, memory=memory, manners=MANNERS) as background:
        assert "Only workspace admins" in await told(slack, background, "unanswered off")


async def test_it_can_be_switched_in_a_direct_message(bot: Bot, slack: FakeSlack, memory: Memory) -> None:
    slack.workspace().users["U1"].is_admin = True
    async with running(bot, slack, memory=memory, manners=MANNERS) as background:
        said = await slack.answer(await slack.dm("unanswered off"))
        await background.finish()
    assert "are not noted in this workspace" in said.text
    assert memory.preferences.get("T1", "T1", "unanswered") == "off"


@pytest.mark.parametrize("remembers", [True, False])
async def test_where_it_is_off_for_all_nothing_is_noted_and_that_is_said(
    bot: Bot,
    slack: FakeSlack,
    memory: Memory,
    remembers: bool,  # noqa: FBT001
) -> None:
    slack.workspace().users["U1"].is_admin = True
    manners = Manners(unanswered=not remembers)
    async with running(bot, slack, memory=memory if remembers else None, manners=manners) as background:
        await ask(slack, background, TEA, TEA)
        assert "not noted at all" in await told(slack, background, "unanswered on")
        assert "完全不记录" in await told(slack, background, "未答问题")
    assert noted(memory) == []


async def test_a_database_that_fails_keeps_nobody_waiting(
    bot: Bot, slack: FakeSlack, memory: Memory, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(bot, slack, memory=memory, manners=MANNERS) as background:
        with memory.database.transaction() as connection:
            connection.execute(sql("DROP TABLE unanswered"))
        answered = await slack.command("/ai", TEA)
        await background.finish()
        again = await slack.command("/ai", TEA)
        await background.finish()
    assert answered.message is not None
    assert again.message is not None
    assert again.message.blocks
    assert "tea" not in caplog.text


async def test_questions_of_several_programs_meet(bot: Bot, slack: FakeSlack, postgres_url: str) -> None:
    memories = [Memory.open(postgres_url) for _ in range(2)]
    for memory in memories:
        async with running(bot, slack, memory=memory, manners=MANNERS) as background:
            await ask(slack, background, TEA)
    assert noted(memories[0]) == [("what is the price of tea", "en", 2)]
    for memory in memories:
        memory.close()
