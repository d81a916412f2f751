"""Choosing the language of replies, through every way in: what holds for whom, what overrides what, how to undo it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.blocks.build import build
from tests.slack.conftest import running

from aibot.playground.fake_slack import BOT_SCOPES, FakeSlack, MovableClock, no_wait
from aibot.slack.manners.sharing import Sharing
from aibot.slack.people import People
from aibot.slack.preferences import KEPT_SECONDS, Asking, Languages
from aibot.slack.serving.background import Background
from aibot.storage import Memory, Policy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from aibot.playground.fake_slack import Exchange, Message
    from aibot.slack.bot import Bot

pytestmark = pytest.mark.anyio

WITHOUT_USERS_READ = tuple(scope for scope in BOT_SCOPES if scope != "users:read")


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    opened = Memory.open(f"sqlite:///{tmp_path / 'aibot.db'}")
    yield opened
    opened.close()


def written_in(text: str) -> str:
    """The language of a card, by the heading of its sources."""
    return "zh" if "\n来源：" in text else "en"


async def said(slack: FakeSlack, exchange: Exchange) -> Message:
    """What somebody sees of what they did."""
    assert exchange.ok
    await slack.until(lambda: exchange.messages)
    return exchange.messages[-1]


async def tell(slack: FakeSlack, line: str, *, user: str = "U1", channel: str = "C1") -> Message:
    return await said(slack, await slack.command("/ai", line, user=user, channel=channel))


async def language_to(slack: FakeSlack, *, user: str = "U1", channel: str = "C1", ask: str = "RAG") -> str:
    """The language in which somebody is answered."""
    message = (await slack.command("/ai", ask, user=user, channel=channel)).message
    assert message is not None
    return written_in(message.text)


async def test_a_person_chooses_and_takes_it_back(bot: Bot, either_slack: FakeSlack, memory: Memory) -> None:
    slack = either_slack
    async with running(bot, slack, memory=memory):
        told = await tell(slack, "language chinese")
        assert told.text == "以后不管在哪里提问，我都用中文回答您。撤销：/ai 语言 自动"
        assert told.ephemeral_to == "U1"
        assert await language_to(slack) == "zh"
        assert await language_to(slack, channel="C2") == "zh"
        assert await language_to(slack, user="U2") == "en"
        mention = await slack.answer(await slack.mention("who made Sora?"))
        direct = await slack.answer(await slack.dm("who made Sora?"))
        assert written_in(mention.text) == written_in(direct.text) == "zh"
        told = await tell(slack, "语言 自动")
        assert told.text.startswith("您不再有自己的语言设置")
        assert await language_to(slack) == "en"
    assert slack.refusals == []


async def test_where_only_admins_may_change_a_channel_its_language_is_theirs_too(
    bot: Bot, either_slack: FakeSlack, memory: Memory
) -> None:
    slack = either_slack
    memory.daily.set_policy("T1", Policy(who="admins"))
    async with running(bot, slack, memory=memory):
        refused = await tell(slack, "language chinese here")
        assert refused.ephemeral_to == "U1"
        assert refused.text.startswith(
            "In this workspace only workspace admins may change what holds for a whole"
        )
        assert (await tell(slack, "语言 中文 本频道")).text.startswith("在本工作区，只有工作区管理员可以更改")
        assert await language_to(slack, user="U2") == "en"
        assert (await tell(slack, "language chinese here", user="U3")).ephemeral_to is None
        assert "只有工作区管理员" in (await tell(slack, "language auto here", user="U2")).text
        assert await language_to(slack, user="U2") == "zh"
        assert (await tell(slack, "language english")).text.startswith("From now on I answer you in English")
        mine = await slack.answer(await slack.dm("language chinese here", user="U2"))
        assert mine.text.startswith("以后不管在哪里提问")
    assert slack.refusals == []


async def test_where_only_members_may_a_channels_language_takes_one_of_them(
    bot: Bot, slack: FakeSlack, memory: Memory
) -> None:
    memory.daily.set_policy("T1", Policy(who="members"))
    slack.workspace().channels["C1"].members.remove("U2")
    async with running(bot, slack, memory=memory):
        assert "Join the channel" in (await tell(slack, "language chinese here", user="U2")).text
        assert (await tell(slack, "language chinese here")).ephemeral_to is None
    memory.daily.set_policy("T1", Policy(who="admins"))
    blind = FakeSlack(scopes=WITHOUT_USERS_READ, sleep=no_wait, schemas=build())
    async with blind, running(bot, blind, memory=memory):
        told = await tell(blind, "language english here", user="U3")
        assert "应用缺少 users:read 权限" in told.text


async def test_where_creators_decide_a_channels_language_has_none(
    bot: Bot, slack: FakeSlack, memory: Memory
) -> None:
    memory.daily.set_policy("T1", Policy(who="creator"))
    async with running(bot, slack, memory=memory):
        assert (await tell(slack, "language chinese here")).ephemeral_to is None


async def test_the_person_comes_before_the_channel_and_the_channel_before_the_workspace(
    bot: Bot, slack: FakeSlack, memory: Memory
) -> None:
    async with running(bot, slack, memory=memory):
        everywhere = await tell(slack, "language 中文 everywhere", user="U3")  # an admin
        assert everywhere.text.startswith("在本工作区我现在用中文回答")
        assert [await language_to(slack, user=user) for user in ("U1", "U2")] == ["zh", "zh"]
        here = await tell(slack, "language english here", user="U2")
        assert here.ephemeral_to is None
        assert here.text.startswith("<@U2> has chosen the language of this channel: I answer here in English")
        assert "/ai language auto here" in here.text
        assert [await language_to(slack, channel=channel) for channel in ("C1", "C2")] == ["en", "zh"]
        mine = await tell(slack, "language chinese")
        assert mine.ephemeral_to == "U1"
        assert await language_to(slack) == "zh"
        again = await tell(slack, "language english here")
        assert "<@U1> still gets Chinese, their own choice; /ai language auto takes that back." in again.text
        state = await tell(slack, "language")
        assert state.text.splitlines()[:4] == [
            "在这里我用这种语言回答您：中文", "• 您：中文", "• 本频道：英文", "• 工作区：中文"
        ]  # fmt: skip


async def test_only_admins_choose_for_the_workspace(bot: Bot, slack: FakeSlack, memory: Memory) -> None:
    async with running(bot, slack, memory=memory):
        told = await tell(slack, "language chinese everywhere", user="U2")
        assert "Only workspace admins choose" in told.text or "只有工作区管理员" in told.text
        assert await language_to(slack, user="U2") == "en"
        slack.workspace().users["U3"].team = "T9"  # an admin, but elsewhere: here through a shared channel
        told = await slack.answer(await slack.mention("language chinese everywhere", user="U3"))
        assert "Only workspace admins choose" in told.text or "只有工作区管理员" in told.text
    assert memory.preferences.get("T1", "T1", "language") is None


async def test_without_users_read_all_of_it_works_but_nobody_is_an_admin(bot: Bot, memory: Memory) -> None:
    async with (
        FakeSlack(sleep=no_wait, schemas=build(), scopes=WITHOUT_USERS_READ) as slack,
        running(bot, slack, memory=memory),
    ):
        told = await tell(slack, "language english everywhere")
        assert "I cannot see who they are (the app lacks the scope users:read)" in told.text
        await tell(slack, "language chinese")
        assert await language_to(slack) == "zh"
        await tell(slack, "language chinese here", user="U2", channel="C2")
        assert await language_to(slack, user="U2", channel="C2") == "zh"
        for _ in range(3):  # nothing decides here: Slack is asked once, and then no more
            await slack.answer(await slack.mention("2024-12", user="U3"))
    assert len(slack.calls("users.info")) == 2
    assert {refused.error for refused in slack.refusals} == {"missing_scope"}


async def test_where_nothing_else_decides_the_persons_locale_does(bot: Bot, slack: FakeSlack) -> None:
    slack.workspace().users["U1"].locale = "zh-CN"
    async with running(bot, slack):
        assert await language_to(slack, ask="2024-12") == "en"  # Slack is never asked before the answer …
        await slack.until(lambda: slack.calls("users.info"))
        await slack.settle()
        assert await language_to(slack, ask="2024-12") == "zh"  # … but for the next one
        assert await language_to(slack, ask="Sora") == "en"
        assert (await slack.answer(await slack.mention("", raw=True))).text.startswith("您可以这样问我")
    assert len(slack.calls("users.info")) == 1


async def test_a_mention_and_a_direct_message_choose_too(bot: Bot, slack: FakeSlack, memory: Memory) -> None:
    async with running(bot, slack, memory=memory):
        asked = await slack.mention("language chinese here", user="U2")
        told = await slack.answer(asked)
        assert told.thread_ts == asked.ts
        assert told.text.startswith("<@U2> 设置了本频道的语言")
        assert await language_to(slack) == "zh"
        direct = await slack.answer(await slack.dm("reply in English here"))
        assert direct.text.startswith("From now on I answer you in English")
        assert await language_to(slack) == "en"


async def test_what_only_sounds_like_it_is_a_question(bot: Bot, slack: FakeSlack, memory: Memory) -> None:
    async with running(bot, slack, memory=memory):
        for question in ("language models", "large language model", "语言模型"):
            message = (await slack.command("/ai", question)).message
            assert message is not None
            assert message.blocks
        unclear = await tell(slack, "language french")
        assert "“french” is neither, so nothing is changed" in unclear.text
        hostile = await tell(slack, "language <!channel>")
        assert "<!" not in hostile.text
    assert memory.preferences.of("T1", ("U1", "C1", "T1"), "language") == {}


async def test_where_nothing_is_remembered_it_says_so(bot: Bot, slack: FakeSlack) -> None:
    async with running(bot, slack):
        told = await tell(slack, "language chinese")
        assert "AIBOT_DATABASE=off" in told.text
        assert await language_to(slack) == "en"
        assert "• You: not chosen" in (await tell(slack, "language")).text


async def test_a_database_that_cannot_be_written_is_owned_up_to_and_questions_are_answered(
    bot: Bot, slack: FakeSlack, memory: Memory, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(bot, slack, memory=memory):
        with memory.database.transaction() as connection:
            connection.exec_driver_sql("DROP TABLE preferences")
        told = await tell(slack, "language chinese")
        assert "无法保存" in told.text
        assert await language_to(slack) == "en"
        assert await language_to(slack, ask="Sora 是什么") == "zh"
    assert caplog.text.count("going on by memory alone") == 1  # and is left alone for a while


async def test_a_choice_made_elsewhere_holds_after_some_seconds_and_ones_own_at_once(memory: Memory) -> None:
    clock = MovableClock(0.0, running=False)
    people, asking = People(), Asking("T1", "C1", "U1")
    here, there = (
        Languages("en", memory.preferences, people, Background(), Sharing(memory), clock=clock)
        for _ in range(2)
    )
    assert await here.chosen(asking) == (None, None, None)
    await there.choose("T1", "U1", "zh")
    assert (await there.chosen(asking))[0] == "zh"
    before = memory.database.statements
    assert (await here.chosen(asking))[0] is None
    assert memory.database.statements == before  # from memory alone
    clock.advance(KEPT_SECONDS)
    assert (await here.chosen(asking))[0] == "zh"
    await here.choose("T1", "U1", None)
    assert await here.chosen(asking) == (None, None, None)


async def test_a_workspace_that_leaves_is_forgotten(memory: Memory) -> None:
    languages = Languages("en", memory.preferences, People(), Background(), Sharing(memory))
    await languages.choose("T1", "U1", "zh")
    await languages.choose("T2", "U1", "zh")
    memory.preferences.set("T1", "U1", "language", None)
    memory.preferences.set("T2", "U1", "language", None)
    languages.forget_team("T1")
    assert (await languages.chosen(Asking("T1", "C1", "U1")))[0] is None
    assert languages.known(Asking("T2", "C1", "U1"), "Sora") == "zh"
