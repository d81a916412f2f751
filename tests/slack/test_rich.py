"""Slack's own tables and charts: shown where Slack takes them, and never missed where it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.slack.conftest import running

if TYPE_CHECKING:
    from aibot.playground.fake_slack import FakeSlack, Message
    from aibot.slack.bot import Bot

pytestmark = pytest.mark.anyio

COMPARE = "compare DeepSeek-V3, GPT-4o"
RICH = ["header", "data_table", "section"]


def kinds(message: Message | None) -> list[str]:
    assert message is not None
    return [block["type"] for block in message.blocks]


def is_rich(message: Message | None) -> bool:
    return "data_table" in kinds(message)


async def test_a_commands_table_is_seen_by_the_asker_alone(bot: Bot, either_slack: FakeSlack) -> None:
    slack = either_slack
    async with running(bot, slack):
        asked = await slack.command("/ai", COMPARE)
    (message,) = asked.messages
    assert kinds(message)[:3] == RICH
    assert message.ephemeral_to == "U1"
    assert message.text.startswith("DeepSeek-V3 vs GPT-4o, side by side")
    assert asked.response_body == b""
    assert slack.refusals == []


async def test_what_a_mention_and_a_direct_message_get(bot: Bot, either_slack: FakeSlack) -> None:
    slack = either_slack
    async with running(bot, slack):
        said = await slack.answer(await slack.mention("DeepSeek-V3 vs GPT-4o"))
        told = await slack.answer(await slack.dm("比较 Kimi 和 通义千问"))
    assert is_rich(said)
    assert is_rich(told)


@pytest.mark.parametrize("question", ["timeline openai", "which models support 1M context?"])
async def test_timelines_and_lists_of_figures_have_a_chart(question: str, bot: Bot, slack: FakeSlack) -> None:
    async with running(bot, slack):
        asked = await slack.command("/ai", question)
        said = await slack.answer(await slack.mention(question))
    assert "data_visualization" in kinds(asked.message)
    assert "data_visualization" in kinds(said)
    assert slack.refusals == []


@pytest.mark.parametrize("error", ["invalid_blocks", "invalid_blocks_format"])
async def test_a_command_where_slack_refuses_tables_gets_the_twin_once_and_the_workspace_is_remembered(
    error: str, bot: Bot, either_slack: FakeSlack
) -> None:
    slack = either_slack
    async with running(bot, slack):
        slack.trouble("response_url", "error", error=error)
        first = await slack.command("/ai", COMPARE)
        assert len(slack.calls("response_url")) == 1
        second = await slack.command("/ai", COMPARE)
        third = await slack.answer(await slack.mention(COMPARE))
    assert [len(exchange.messages) for exchange in (first, second)] == [1, 1]
    for message in (first.message, second.message, third):
        assert message is not None
        assert not is_rich(message)
        assert message.blocks
        assert "US$5.58 million" in message.text
    assert len(slack.calls("response_url")) == 1
    assert len(slack.calls("chat.postMessage")) == 1


async def test_a_mention_where_slack_refuses_tables_gets_the_twin_once_and_the_workspace_is_remembered(
    bot: Bot, slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(bot, slack):
        slack.trouble("chat.postMessage", "error", error="invalid_blocks")
        first = await slack.answer(await slack.mention(COMPARE))
        assert len(slack.calls("chat.postMessage")) == 2
        second = await slack.answer(await slack.mention(COMPARE))
        command = await slack.command("/ai", COMPARE)
    assert len(slack.calls("chat.postMessage")) == 3
    assert slack.calls("response_url") == []
    for message in (first, second, command.message):
        assert message is not None
        assert message.blocks
        assert not is_rich(message)
    assert "Slack refused tables and charts (invalid_blocks)" in caplog.text


async def test_where_slack_refuses_the_twin_too_the_text_goes_out(bot: Bot, slack: FakeSlack) -> None:
    async with running(bot, slack):
        slack.trouble("chat.postMessage", "error", error="invalid_blocks", times=2)
        said = await slack.answer(await slack.mention(COMPARE))
    assert said.blocks == []
    assert "US$5.58 million" in said.text
    assert len(slack.calls("chat.postMessage")) == 3


async def test_a_message_that_is_too_long_says_nothing_of_the_workspace(bot: Bot, slack: FakeSlack) -> None:
    async with running(bot, slack):
        slack.trouble("chat.postMessage", "error", error="msg_blocks_too_long")
        first = await slack.answer(await slack.mention(COMPARE))
        second = await slack.answer(await slack.mention(COMPARE))
    assert [is_rich(first), is_rich(second)] == [False, True]


@pytest.mark.parametrize("kind", ["server_error", "garbage", "hang", "reset", "rate_limit"])
async def test_a_command_is_answered_whatever_becomes_of_its_table(
    kind: str, bot: Bot, slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(bot, slack):
        slack.trouble("response_url", kind, retry_after=30)  # type: ignore[arg-type]
        asked = await slack.command("/ai", COMPARE)
        again = await slack.command("/ai", COMPARE)
    assert asked.ok
    assert asked.seconds < 3
    assert "US$5.58 million" in (asked.message.text if asked.message else "")
    assert not is_rich(asked.message)
    assert is_rich(again.message)
    assert "classic blocks go out" in caplog.text


async def test_an_offered_comparison_takes_the_messages_place(bot: Bot, either_slack: FakeSlack) -> None:
    slack = either_slack
    async with running(bot, slack):
        asked = (await slack.command("/ai", "gpt-6 vs gpt-4o")).message
        assert asked is not None
        await slack.press(asked, "GPT-4o vs GPT-4")
        await slack.until(lambda: is_rich(asked))
    assert asked.text.startswith("GPT-4o vs GPT-4, side by side")
    assert slack.ephemerals("U1") == [asked]


async def test_an_offered_comparison_where_slack_refuses_tables(bot: Bot, slack: FakeSlack) -> None:
    async with running(bot, slack):
        asked = (await slack.command("/ai", "比较 GPT-4o 和 gpt4o")).message
        assert asked is not None
        slack.trouble("response_url", "error", error="invalid_blocks")
        await slack.press(asked, "GPT-4o 与 DeepSeek-V3")
        await slack.until(lambda: "对比：GPT-4o" in asked.text)
    assert not is_rich(asked)
    assert asked.blocks


async def test_a_shared_comparison_has_its_table(bot: Bot, slack: FakeSlack) -> None:
    async with running(bot, slack):
        asked = (await slack.command("/ai", COMPARE)).message
        assert asked is not None
        await slack.press(asked, "Share to channel")
        (shared,) = await slack.until(
            lambda: [m for m in slack.from_app() if m.ephemeral_to is None and m.blocks]
        )
    assert is_rich(shared)
    assert shared.blocks[-1]["elements"][0]["text"] == "Shared by <@U1>"
    assert "aibot_share" not in str(shared.blocks)


@pytest.mark.parametrize(
    ("question", "said", "instead"),
    [
        ("compare gpt-4o and gpt-4o", "That names GPT-4o twice.", "/ai compare GPT-4o, DeepSeek-V3"),
        ("比较 GPT-4o 和 gpt4o", "这里说了两次 GPT-4o。", "/ai 比较 GPT-4o、DeepSeek-V3"),
        ("compare gpt-4o, openai", "GPT-4o (model), OpenAI (organisation)", "/ai compare GPT-4o, Sora"),
        ("比较 GPT-4o、OpenAI", "GPT-4o（模型）、OpenAI（机构）", "/ai 比较 GPT-4o、Sora"),
        (
            "compare gpt-4o, gpt-4, o1, sora, kimi",
            "more than four things",
            "/ai compare GPT-4o, GPT-4, OpenAI o1, Sora",
        ),
        ("比较 GPT-4o、GPT-4、o1、Sora、Kimi", "这里超过了四个", "/ai 比较 GPT-4o、GPT-4、OpenAI o1、Sora"),
        ("compare gpt-6, gpt-4o", "I have no “gpt-6”", "/ai compare GPT-4o, GPT-4"),
        ("比较 gpt-6、gpt-4o", "我这里没有“gpt-6”", "/ai 比较 GPT-4o、GPT-4"),
        ("compare claude, gpt-4o", "I am not sure what “claude” means.", "/ai compare GPT-4o, Claude 3"),
        ("compare zorblax, gpt-4o", "I do not know “zorblax”.", "/ai compare GPT-4o, DeepSeek-V3"),
        ("比较 佐尔布、gpt-4o", "我不知道“佐尔布”。", "/ai 比较 GPT-4o、DeepSeek-V3"),
        ("compare gpt-4o", "That names one thing only: GPT-4o.", "/ai compare GPT-4o, DeepSeek-V3"),
        ("比较 gpt-4o", "这里只有一个：GPT-4o。", "/ai 比较 GPT-4o、DeepSeek-V3"),
        ("compare", "Name two to four things of one kind", "/ai compare DeepSeek-V3, GPT-4o"),
        ("比较", "请说出二至四个同一类的名称", "/ai 比较 DeepSeek-V3、GPT-4o"),
        ("compare <!channel>, gpt-4o", "That names one thing only", "/ai compare GPT-4o, DeepSeek-V3"),
    ],
)
async def test_what_cannot_be_compared_says_why_and_what_can(
    question: str, said: str, instead: str, bot: Bot, slack: FakeSlack
) -> None:
    async with running(bot, slack):
        message = (await slack.command("/ai", question)).message
    assert message is not None
    assert said in message.text
    assert instead in message.text
    assert "<!" not in message.text
    assert slack.calls("response_url") == []
