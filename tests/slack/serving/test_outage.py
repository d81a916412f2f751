"""When Slack's Web API is away: what was asked meanwhile is answered once it is back."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import aiohttp
import pytest
from tests.slack.conftest import running

from aibot.slack.app import web_client, web_session
from aibot.slack.install.team_client import refusal
from aibot.slack.refusals import ResponseRefusedError, is_away
from aibot.slack.serving.background import Background
from aibot.slack.serving.metrics import Metrics
from aibot.slack.serving.outage import AwayError, Bounds, Outage

if TYPE_CHECKING:
    from aibot.playground.fake_slack import FakeSlack
    from aibot.slack.bot import Bot

pytestmark = pytest.mark.anyio

SEEN = ("Slack did not answer when I replied", "我回复时 Slack 没有响应")


@pytest.mark.parametrize("kind", ["reset", "server_error"])
async def test_what_is_asked_while_slack_is_away_is_answered_once_it_is_back(
    kind: str, bot: Bot, either_slack: FakeSlack
) -> None:
    slack = either_slack
    async with running(bot, slack):
        shown = await slack.answer(await slack.mention("gpt-6"))
        slack.trouble("*", kind, times=None)  # type: ignore[arg-type]
        tried = await slack.mention("RAG")
        await slack.until(lambda: slack.calls("api.test"))
        asked = [await slack.mention("Sora"), await slack.mention("DeepSeek-V3 是谁做的？")]
        pressed = await slack.press(shown, "GPT-4")
        assert {one.status for one in (*asked, pressed)} == {200}
        assert len(slack.from_app()) == 1
        slack.faults.clear()
        await slack.until(lambda: len(slack.from_app()) == 4 and shown.text.startswith("GPT-4 ("))
    [told], [english], [chinese] = [slack.thread("C1", str(one.ts))[1:] for one in (tried, *asked)]
    assert told.text.startswith(SEEN[0])
    assert english.text.startswith("Sora (model")
    assert "深度求索" in chinese.text


async def test_a_chinese_question_is_told_of_in_chinese(bot: Bot, slack: FakeSlack) -> None:
    async with running(bot, slack):
        slack.trouble("chat.postMessage", "reset")
        told = await slack.answer(await slack.mention("什么是智能体"))
    assert told.text.startswith(SEEN[1])


async def test_commands_are_answered_all_the_while(bot: Bot, slack: FakeSlack) -> None:
    async with running(bot, slack):
        slack.trouble("*", "reset", times=None)
        await slack.mention("RAG")
        await slack.until(lambda: slack.calls("api.test"))
        compared = await slack.command("/ai", "deepseek-v3 vs gpt-4o")
        tried = len(slack.calls("response_url"))
        slack.faults.clear()
    assert compared.message is not None
    assert compared.message.text.startswith("DeepSeek-V3 vs GPT-4o")
    assert tried == 0


class Waiting:
    """An outage before a Slack that is away, and what those who wait for its end come to."""

    def __init__(self, outage: Outage) -> None:
        self.outage = outage
        self.ended: list[str] = []
        self._tasks: list[asyncio.Task[None]] = []

    def wait(self, name: str) -> None:
        self._tasks.append(asyncio.create_task(self._wait(name)))

    async def _wait(self, name: str) -> None:
        try:
            await self.outage.over()
        except AwayError:
            name = f"{name} lost"
        self.ended.append(name)

    async def all(self) -> list[str]:
        await asyncio.gather(*self._tasks)
        return self.ended


async def test_who_waits_has_their_turn_in_order(slack: FakeSlack) -> None:
    async with web_session(1) as session:
        outage = Outage(web_client("", slack.api_url, session), Background(), bounds=Bounds(pace=1000))
        waiting = Waiting(outage)
        waiting.wait("before")
        assert await waiting.all() == ["before"]
        slack.trouble("api.test", "reset", times=2)
        outage.begin(ConnectionResetError())
        for name in ("first", "second", "third"):
            waiting.wait(name)
        assert await waiting.all() == ["before", "first", "second", "third"]
        assert not outage.is_on
        assert len(slack.calls("api.test")) == 3


async def test_it_waits_no_longer_than_it_is_worth_and_for_no_more_than_it_can_hold(slack: FakeSlack) -> None:
    metrics, background = Metrics(), Background()
    async with web_session(1) as session:
        client = web_client("", slack.api_url, session)
        outage = Outage(client, background, metrics, Bounds(patience=0.05, most=2))
        slack.trouble("api.test", "reset", times=None)
        outage.begin(TimeoutError())
        waiting = Waiting(outage)
        for name in ("first", "second", "third"):
            waiting.wait(name)
        assert await waiting.all() == ["third lost", "first lost", "second lost"]
        slack.faults.clear()
        await background.finish()
    assert b'aibot_held_back_total{why="away"} 3.0' in metrics.text(ready=True, restarts=0)


async def test_slack_that_only_seems_to_be_back_is_left_longer_alone(slack: FakeSlack) -> None:
    async with web_session(1) as session:
        background = Background()
        outage = Outage(web_client("", slack.api_url, session), background)
        slack.trouble("api.test", "reset")
        asked = []
        for _ in range(2):
            outage.begin(TimeoutError())
            await outage.over()
            asked.append(len(slack.calls("api.test")))
        outage.begin(TimeoutError())
        assert asked == [2, 3]
        outage.came_through()
        await outage.over()
    assert len(slack.calls("api.test")) == 4


async def test_slack_that_is_away_again_is_waited_for_again(slack: FakeSlack) -> None:
    async with web_session(1) as session:
        client = web_client("", slack.api_url, session)
        outage = Outage(client, Background(), bounds=Bounds(pace=1000))
        waiting = Waiting(outage)
        for error in (ConnectionResetError(), TimeoutError()):
            outage.begin(error)
            waiting.wait(type(error).__name__)
            await waiting.all()
        assert waiting.ended == ["ConnectionResetError", "TimeoutError"]
        assert not outage.is_on


@pytest.mark.parametrize(
    ("error", "away"),
    [
        (refusal("is_archived"), False),
        (ResponseRefusedError("expired_url"), False),
        (ResponseRefusedError("404"), False),
        (ResponseRefusedError("503"), True),
        (ConnectionResetError(), True),
        (TimeoutError(), True),
        (aiohttp.ServerDisconnectedError(), True),
        (aiohttp.InvalidURL("nowhere:"), False),
        (RuntimeError(), False),
    ],
)
async def test_what_slack_refuses_is_no_outage(error: Exception, *, away: bool) -> None:
    assert is_away(error) is away
