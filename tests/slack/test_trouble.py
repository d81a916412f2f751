"""When something fails: the person is told once, in one line with a reference; the log has the traceback."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NoReturn

import pytest
from tests.slack.conftest import running

from aibot.slack.bot import Bot

if TYPE_CHECKING:
    from aibot.core.facts import FactBase
    from aibot.core.language import Phrases
    from aibot.playground.fake_slack import FakeSlack

pytestmark = pytest.mark.anyio

SORRY = re.compile(r"Something went wrong on my side\..*this reference: ([0-9a-f]{8})\.")
ZH_SORRY = re.compile(r"我这边出错了.*编号告诉管理员：([0-9a-f]{8})。")
AWAY = "Slack did not answer when I replied, so I cannot say whether you see my reply. If you do not, please ask again."
SECRET_WORDS = "zanzibar"


def broken_clock() -> NoReturn:
    raise RuntimeError("the clock stands still")


@pytest.fixture
def broken_bot(base: FactBase, phrases: Phrases) -> Bot:
    """A bot that fails at every question."""
    return Bot(base, phrases, clock=broken_clock)


def logged(caplog: pytest.LogCaptureFixture) -> str:
    """Everything that was logged, tracebacks included; no secret and nobody's words may be in it."""
    text = caplog.text
    assert "xox" not in text
    assert "xapp-" not in text
    assert SECRET_WORDS not in text.lower()
    assert "桑给巴尔" not in text
    return text


async def test_a_command_that_fails_says_so_in_its_answer(
    broken_bot: Bot, either_slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    slack = either_slack
    async with running(broken_bot, slack):
        english = await slack.command("/ai", f"what is {SECRET_WORDS}")
        chinese = await slack.command("/ai", "桑给巴尔是什么")
    assert english.message is not None
    assert chinese.message is not None
    reference = SORRY.fullmatch(english.message.text)
    assert reference is not None
    assert ZH_SORRY.fullmatch(chinese.message.text)
    assert english.message.ephemeral_to == "U1"
    log = logged(caplog)
    assert f"reference={reference[1]}" in log
    assert 'raise RuntimeError("the clock stands still")' in log
    assert "Traceback" not in english.message.text


async def test_a_mention_that_fails_says_so_in_the_thread(
    broken_bot: Bot, either_slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    slack = either_slack
    async with running(broken_bot, slack):
        asked = await slack.mention(f"what is {SECRET_WORDS}?")
        told = await slack.answer(asked)
    assert asked.status == 200
    reference = SORRY.fullmatch(told.text)
    assert reference is not None
    assert told.thread_ts == asked.ts
    assert f"reference={reference[1]}" in logged(caplog)


async def test_a_button_that_fails_says_so(
    base: FactBase, phrases: Phrases, slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    times = [datetime.now(UTC)]
    bot = Bot(base, phrases, clock=times.pop)
    async with running(bot, slack):
        asked = (await slack.command("/ai", "今天午饭吃什么？")).message
        assert asked is not None
        await slack.press(asked, "帮助")
        (told,) = await slack.until(lambda: [m for m in slack.ephemerals("U1") if m is not asked])
    assert ZH_SORRY.fullmatch(told.text)
    assert "IndexError" in logged(caplog)


@pytest.mark.parametrize("error", ["invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"])
async def test_blocks_that_slack_refuses_go_out_as_text(
    error: str, bot: Bot, slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(bot, slack):
        slack.trouble("chat.postMessage", "error", error=error)
        answer = await slack.answer(await slack.mention("Sora <https://evil.example> x.ai"))
    assert answer.blocks == []
    assert answer.text.startswith("Sora (model")
    assert slack.calls("chat.postMessage")[-1].arguments["parse"] == "none"
    assert error in logged(caplog)


async def test_blocks_refused_by_a_response_url_go_out_as_text(bot: Bot, slack: FakeSlack) -> None:
    async with running(bot, slack):
        asked = (await slack.command("/ai", "model gpt-6")).message
        assert asked is not None
        slack.trouble("response_url", "error", error="invalid_blocks")
        await slack.press(asked, "GPT-4")
        await slack.until(lambda: asked.text.startswith("GPT-4 ("))
    assert asked.blocks == []


async def test_slack_that_says_wait_is_asked_again(bot: Bot, slack: FakeSlack) -> None:
    async with running(bot, slack):
        slack.trouble("chat.postMessage", "rate_limit", retry_after=1)
        answer = await slack.answer(await slack.mention("RAG"))
    assert answer.blocks
    assert len(slack.calls("chat.postMessage")) == 2


@pytest.mark.parametrize(
    ("kind", "details"), [("server_error", {}), ("garbage", {}), ("hang", {}), ("reset", {})]
)
async def test_an_answer_that_slack_loses_is_owned_up_to(
    kind: str, details: dict[str, str], bot: Bot, slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(bot, slack, max_wait=1):
        slack.trouble("chat.postMessage", kind, **details)  # type: ignore[arg-type]
        asked = await slack.mention(f"RAG {SECRET_WORDS}")
        told = await slack.until(lambda: [m for m in slack.from_app() if m.thread_ts == asked.ts])
    assert [m.text for m in told] == [AWAY]
    assert "Slack does not answer" in logged(caplog)


async def test_a_post_that_may_have_arrived_is_not_sent_again(bot: Bot, slack: FakeSlack) -> None:
    async with running(bot, slack, max_wait=1):
        slack.trouble("chat.postMessage", "accept_then_reset")
        asked = await slack.mention("RAG")
        await slack.until(lambda: len([m for m in slack.from_app() if m.thread_ts == asked.ts]) == 2)
    cards = [m for m in slack.from_app() if m.blocks]
    assert len(cards) == 1


@pytest.mark.parametrize(
    "error", ["is_archived", "missing_scope", "not_in_channel", "invalid_auth", "account_inactive"]
)
async def test_where_slack_takes_nothing_the_log_says_why(
    error: str, bot: Bot, slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(bot, slack):
        slack.trouble("chat.postMessage", "error", error=error, times=None)
        assert (await slack.mention(f"RAG {SECRET_WORDS}")).status == 200
    assert slack.from_app() == []
    log = logged(caplog)
    assert "reference=" in log
    assert "could not tell the person about it either" in log
    assert error in log


async def test_a_response_url_that_is_used_up_is_logged(
    bot: Bot, slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(bot, slack):
        asked = (await slack.command("/ai", "model gpt-6")).message
        assert asked is not None
        slack.trouble("response_url", "error", error="expired_url", times=None)
        await slack.press(asked, "GPT-4")
    log = logged(caplog)
    assert "expired_url" in log
    assert "could not tell the person about it either" in log
