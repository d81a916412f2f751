"""Socket Mode stays connected: whatever happens to the socket, the bot answers again."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from aibot.errors import SettingsError
from aibot.playground.fake_slack import FakeSlack, no_wait
from aibot.slack.app import create_app, identify, web_client, web_session
from aibot.slack.serving.background import Background
from aibot.slack.serving.health import Health
from aibot.slack.serving.sockets import SocketConnection

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aibot.slack.bot import Bot

pytestmark = pytest.mark.anyio

#  Long enough for a loaded machine, short enough for a test
PING, PATIENCE = 0.2, 0.8
#  An address on which nothing listens
DEAD = {"ok": True, "url": "ws://127.0.0.1:9/link"}


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack(mode="socket", sleep=no_wait, schemas=None) as running:
        yield running


@asynccontextmanager
async def connected(
    bot: Bot, slack: FakeSlack, token: str = ""
) -> AsyncIterator[tuple[Health, SocketConnection]]:
    """The bot on a connection that is impatient."""
    health = Health()
    async with web_session() as session:
        client = web_client(slack.bot_token, slack.api_url, session)
        app = create_app(bot, client, await identify(client), Background())
        token = token or slack.app_token
        opener = web_client(token, slack.api_url, session)
        connection = SocketConnection(app, token, opener, health, patience=PATIENCE, ping_seconds=PING)
        health.connection = connection
        try:
            await connection.open()
            yield health, connection
        finally:
            await connection.close()


async def test_it_answers_and_says_when_slack_was_last_here(bot: Bot, slack: FakeSlack) -> None:
    async with connected(bot, slack) as (health, _):
        assert (await slack.command("/ai", "help")).message is not None

        report = health.report()
        assert report["ready"]
        assert report["socket"]["alive"]
        assert report["socket"]["last_message_seconds"] < 5
        assert report["last_request_seconds"] is not None


async def test_a_dropped_socket_is_made_anew_by_slack_sdk(bot: Bot, slack: FakeSlack) -> None:
    async with connected(bot, slack) as (_, connection):
        await slack.sockets.drop()
        await slack.until(lambda: slack.sockets.connections, timeout=15)
        assert (await slack.command("/ai", "help")).message is not None
        await connection.up.wait()


async def test_slacks_own_refresh_loses_nothing(bot: Bot, slack: FakeSlack) -> None:
    async with connected(bot, slack):
        await slack.sockets.refresh()
        await slack.until(lambda: slack.sockets.connections, timeout=15)
        assert (await slack.command("/ai", "help")).message is not None


async def test_an_address_that_never_answers_does_not_keep_the_bot_deaf(bot: Bot, slack: FakeSlack) -> None:
    """slack_sdk alone would try this one address for ever."""
    async with connected(bot, slack) as (health, connection):
        slack.trouble("apps.connections.open", extra=DEAD, times=1)
        await slack.sockets.drop()
        await connection.down.wait()
        assert not health.ready

        await slack.until(lambda: slack.sockets.connections, timeout=15)

        assert (await slack.command("/ai", "help")).message is not None
        await connection.up.wait()
        assert health.report()["socket"]["restarts"] >= 1


async def test_a_slack_that_opens_no_socket_at_first_is_asked_again(bot: Bot, slack: FakeSlack) -> None:
    slack.trouble("apps.connections.open", error="internal_error", times=2)
    async with connected(bot, slack) as (health, connection):
        assert not health.ready
        await slack.until(lambda: slack.sockets.connections, timeout=15)
        await connection.up.wait()


async def test_a_refused_token_is_said_at_once(bot: Bot, slack: FakeSlack) -> None:
    with pytest.raises(SettingsError, match="SLACK_APP_TOKEN \\(invalid_auth\\)"):
        async with connected(bot, slack, token="xapp-1-A1-1-another"):
            pass


async def test_what_has_come_is_answered_before_the_connection_closes(bot: Bot, slack: FakeSlack) -> None:
    slack.trouble("response_url", "hang")  # a comparison is offered there before it is acknowledged
    async with connected(bot, slack):
        asked = asyncio.create_task(slack.command("/ai", "compare deepseek-v3, gpt-4o"))
        await slack.until(lambda: slack.calls("response_url"))
        assert not asked.done()
    answer = (await asked).message
    assert answer is not None
    assert "DeepSeek-V3" in answer.text
    await slack.until(lambda: not slack.sockets.connections)


async def test_a_closed_connection_stays_closed(bot: Bot, slack: FakeSlack) -> None:
    async with connected(bot, slack) as (health, _):
        pass
    assert not health.ready
    await slack.until(lambda: not slack.sockets.connections)
