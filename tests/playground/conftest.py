"""A fake Slack and a small real Bolt app to play against."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from tests.blocks.needed import built_or_skipped

from aibot.playground.fake_slack import BlocksCheck, FakeSlack, MovableClock, no_wait

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

NOON = 1_790_000_000.0


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def schemas() -> Path:
    """Slack's block types as JSON schemas, built once."""
    return built_or_skipped()


@pytest.fixture(scope="session")
def checks(schemas: Path) -> BlocksCheck:
    found = BlocksCheck(schemas)
    assert found.has_schema
    return found


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(NOON, running=False)


@pytest.fixture
async def slack(clock: MovableClock) -> AsyncIterator[FakeSlack]:
    async with FakeSlack(clock=clock, sleep=no_wait, schemas=None) as running:
        yield running


@pytest.fixture
def client(slack: FakeSlack) -> AsyncWebClient:
    return AsyncWebClient(slack.bot_token, base_url=slack.api_url)


def bolt_app(slack: FakeSlack) -> AsyncApp:
    """A Bolt app that talks to the fake Slack and has no listeners yet."""
    client = AsyncWebClient(slack.bot_token, base_url=slack.api_url)
    return AsyncApp(client=client, signing_secret=slack.signing_secret)


@asynccontextmanager
async def served(app: web.Application | AsyncApp, slack: FakeSlack) -> AsyncIterator[None]:
    """Serve an app over HTTP and tell Slack where."""
    application = app.server(path="/slack/events").web_app if isinstance(app, AsyncApp) else app
    runner = web.AppRunner(application)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        slack.app_url = f"http://127.0.0.1:{port}/slack/events"
        yield
    finally:
        await runner.cleanup()


def answering(*answers: Any) -> web.Application:
    """Build an app that answers with these responses in turn, the last one for ever."""
    left = list(answers)

    async def respond(request: web.Request) -> web.StreamResponse:
        await request.read()
        answer = left.pop(0) if len(left) > 1 else left[0]
        made = answer() if callable(answer) else answer
        return await made if not isinstance(made, web.StreamResponse) else made

    application = web.Application(client_max_size=20 * 2**20)
    application.router.add_post("/slack/events", respond)
    return application
