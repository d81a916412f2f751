"""With AIBOT_DATABASE=off nothing offers daily posts, and whoever asks for one is told that there are none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.slack.conftest import running
from tests.slack.daily.test_buttons import post_of

from aibot.cli import main
from aibot.core.answers import Help
from aibot.slack.bot import Bot

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.slack.daily.rig import Rig

    from aibot.core.facts import FactBase
    from aibot.core.language import Phrases
    from aibot.playground.fake_slack import FakeSlack, Message
    from aibot.slack.serving.background import Background

pytestmark = pytest.mark.anyio
OFF, OFF_ZH = "Daily facts are switched off here, by the people who run me", "这里关闭了每日知识"


@pytest.fixture
def bot_without(base: FactBase, phrases: Phrases) -> Bot:
    return Bot(base, phrases, daily=False)


@pytest.fixture
async def background(bot_without: Bot, either_slack: FakeSlack) -> AsyncIterator[Background]:
    async with running(bot_without, either_slack) as found:
        yield found
    assert either_slack.refusals == []


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_help_does_not_offer_them(bot_without: Bot, language: Any) -> None:
    plain = bot_without.cards.card_for(Help(), language).plain
    assert plain
    assert not any(word in plain for word in ("subscribe", "订阅", "每日知识", "a fact a day"))


def test_neither_does_the_help_in_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "help"]) == 0
    assert "subscribe" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("subscribe", OFF),
        ("subscribe 9am weekdays tokyo", OFF),
        ("subscirbe 9am", OFF),
        ("unsubscribe", OFF),
        ("subscriptions", OFF),
        ("daily policy admins", OFF),
        ("preview", OFF),
        ("订阅 明早9点 上海 模型", OFF_ZH),
        ("退订", OFF_ZH),
        ("暂停", OFF_ZH),
    ],
)
@pytest.mark.usefixtures("background")
async def test_a_command_about_them_is_told(either_slack: FakeSlack, line: str, said: str) -> None:
    exchange = await either_slack.command("/ai", line)
    assert exchange.message is not None
    assert said in exchange.message.text
    assert exchange.message.ephemeral_to == "U1"


async def test_so_is_a_mention_in_a_thread_and_a_direct_message(
    background: Background, either_slack: FakeSlack
) -> None:
    root = either_slack.say("lunch?", channel="C1")
    await either_slack.mention("subscribe 9am tokyo", thread_ts=root.ts)
    await either_slack.dm("订阅 9点", user="U2")
    await background.finish()
    assert OFF in either_slack.thread("C1", root.ts)[-1].text
    assert OFF_ZH in either_slack.dm_messages("U2")[-1].text


@pytest.mark.usefixtures("background")
async def test_questions_are_answered_as_ever(either_slack: FakeSlack) -> None:
    exchange = await either_slack.command("/ai", "skip connections")
    assert exchange.message is not None
    assert OFF not in exchange.message.text
    answer = await either_slack.answer(await either_slack.mention("model deepseek-v3"))
    assert "DeepSeek-V3" in answer.text


@pytest.mark.parametrize("button", ["Stop", "Why am I seeing this?", "aibot_daily_more", "中文"])
async def test_the_buttons_of_an_old_post(rig: Rig, slack: FakeSlack, bot_without: Bot, button: str) -> None:
    await rig.say("subscribe 9am tokyo models")
    old = await post_of(rig)
    async with running(bot_without, slack) as background:
        post = _again(slack, old)
        await slack.press(post, button, user="U2")
        await background.finish()
        seen = slack.ephemerals("U2")[-1].text
    #  what the fact base says is a question like any other
    assert (OFF in seen) == (button not in ("aibot_daily_more", "中文"))
    assert len(seen) > 20


async def test_a_form_that_was_open_says_so(rig: Rig, slack: FakeSlack, bot_without: Bot) -> None:
    await rig.slack.command("/ai", "订阅", user="U2")
    await rig.slack.until(lambda: rig.slack.views("U2"))
    #  the same form in another Slack, which takes answers at its own address
    body = json.loads(json.dumps(rig.slack.views("U2")[-1].body).replace(rig.slack.url, slack.url))
    async with running(bot_without, slack):
        view = slack.state.new_view(slack.workspace(), "U2", body)
        submitted = await slack.submit(view)
    assert OFF_ZH in next(iter(submitted.json["errors"].values()))


def _again(slack: FakeSlack, message: Message) -> Message:
    """The same message in another Slack."""
    workspace = slack.workspace()
    return slack.state.post(
        workspace, workspace.channels["C1"], user="UBOT", bot_id="B1", app_id="A1",
        text=message.text, blocks=message.blocks,
    )  # fmt: skip
