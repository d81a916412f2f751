"""Socket Mode, with slack_sdk's client and a real Bolt app on the other end."""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.web.async_client import AsyncWebClient
from tests.playground.conftest import bolt_app

from aibot.playground.fake_slack import FakeSlack, no_wait

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncSay

pytestmark = pytest.mark.anyio


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack(mode="socket", sleep=no_wait, ack_seconds=2, schemas=None) as running:
        yield running


@asynccontextmanager
async def connected(app: AsyncApp, slack: FakeSlack) -> AsyncIterator[AsyncSocketModeHandler]:
    before = len(slack.sockets.connections)
    handler = AsyncSocketModeHandler(app, slack.app_token)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    try:
        await slack.until(lambda: len(slack.sockets.connections) > before)
        yield handler
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


def example(slack: FakeSlack, name: str = "bot") -> AsyncApp:
    app = bolt_app(slack)

    @app.command("/ai")
    async def ai(ack: AsyncAck, command: dict[str, str]) -> None:
        await ack(text=f"{name}: {command['text']}")

    @app.event("app_mention")
    async def mentioned(event: dict[str, str], say: AsyncSay) -> None:
        await say(text=name, thread_ts=event["ts"])

    return app


async def test_commands_and_events_go_over_the_socket(slack: FakeSlack) -> None:
    async with connected(example(slack), slack):
        asked = await slack.command("/ai", "rag")
        assert asked.message is not None
        assert (asked.transport, asked.message.text, asked.message.ephemeral_to) == (
            "socket",
            "bot: rag",
            "U1",
        )
        assert (await slack.answer(await slack.mention("hi"))).text == "bot"


async def test_each_envelope_goes_to_one_connection(slack: FakeSlack) -> None:
    async with AsyncExitStack() as stack:
        for name in ("one", "two"):
            await stack.enter_async_context(connected(example(slack, name), slack))
        answers = [(await slack.command("/ai", "x")).message for _ in range(4)]
    assert sorted(m.text for m in answers if m) == ["one: x", "one: x", "two: x", "two: x"]


async def test_without_a_connection_people_see_dispatch_failed(slack: FakeSlack) -> None:
    exchange = await slack.command("/ai", "rag")
    assert (exchange.seen, exchange.failure) == ("dispatch_failed", "connection_failed")


async def test_the_client_connects_anew_when_asked(slack: FakeSlack) -> None:
    async with connected(example(slack), slack):
        (old,) = slack.sockets.connections
        await slack.sockets.refresh()
        await slack.until(lambda: slack.sockets.connections and old not in slack.sockets.connections)
        asked = await slack.command("/ai", "again")
        assert asked.message is not None
        assert len(slack.calls("apps.connections.open")) >= 2


async def test_an_event_that_is_not_acknowledged_is_sent_again(slack: FakeSlack) -> None:
    async with connected(
        bolt_app(slack), slack
    ):  # no listener: Bolt answers 404, which sends no acknowledgement
        slack.inbound.ack_seconds = 0.05
        exchange = await slack.event({"type": "reaction_added", "user": "U1"})
    assert len(exchange.attempts) == 4
    envelopes = [attempt.arguments for attempt in exchange.attempts]
    assert [e["retry_attempt"] for e in envelopes] == [0, 1, 2, 3]
    assert envelopes[1]["retry_reason"] == "timeout"


async def test_an_address_serves_one_connection(slack: FakeSlack) -> None:
    client = AsyncWebClient(slack.app_token, base_url=slack.api_url)
    url = (await client.apps_connections_open(app_token=slack.app_token))["url"]
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
        hello = await socket.receive_json()
        assert (hello["type"], hello["num_connections"]) == ("hello", 1)
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)


async def test_the_eleventh_connection_is_turned_away(slack: FakeSlack) -> None:
    client = AsyncWebClient(slack.app_token, base_url=slack.api_url)
    async with aiohttp.ClientSession() as session:
        sockets = []
        for _ in range(11):
            url = (await client.apps_connections_open(app_token=slack.app_token))["url"]
            sockets.append(await session.ws_connect(url))
        first = [await socket.receive_json() for socket in sockets]
        assert [message["type"] for message in first] == ["hello"] * 10 + ["disconnect"]
        assert first[-1]["reason"] == "too_many_websockets"
        for socket in sockets:
            await socket.close()


async def test_a_dropped_connection_is_noticed(slack: FakeSlack) -> None:
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(slack.app_token, base_url=slack.api_url)
        url = (await client.apps_connections_open(app_token=slack.app_token))["url"]
        socket = await session.ws_connect(url)
        await socket.receive_json()
        await socket.send_str("no JSON")
        await slack.until(lambda: slack.sockets.connections)
        await slack.sockets.drop()
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
        assert (await slack.command("/ai")).failure == "connection_failed"
