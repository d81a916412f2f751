"""The phrases, the golden cards' switch, and the whole bot in front of a fake Slack."""

from __future__ import annotations

import asyncio
import secrets
import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
import uvicorn
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from tests.blocks.build import build
from tests.clock import Clock

from aibot.load import load_phrases
from aibot.playground.fake_slack import FakeSlack, no_wait
from aibot.slack.app import create_app, identify, web_client, web_session
from aibot.slack.bot import Bot
from aibot.slack.serving.background import Background
from aibot.slack.serving.http import HttpApp
from aibot.storage import Memory

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    import aiohttp
    from slack_bolt.async_app import AsyncApp
    from tests.slack.daily.rig import Rig

    from aibot.core.facts import FactBase
    from aibot.core.language import Phrases
    from aibot.slack.manners.manners import Manners
    from aibot.slack.serving.metrics import Metrics


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-cards", action="store_true", help="write tests/slack/cards/*.json anew instead of comparing"
    )


@pytest.fixture(scope="session")
def phrases() -> Phrases:
    return load_phrases()


@pytest.fixture(scope="session")
def bot(base: FactBase, phrases: Phrases) -> Bot:
    return Bot(base, phrases)


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    """A fake Slack that calls the app over HTTP, checks blocks by Slack's own types, and does not wait to retry."""
    async with FakeSlack(sleep=no_wait, schemas=build()) as running:
        yield running


@pytest.fixture(params=["http", "socket"])
async def either_slack(request: pytest.FixtureRequest) -> AsyncIterator[FakeSlack]:
    """The same over HTTP and over Socket Mode."""
    async with FakeSlack(mode=request.param, sleep=no_wait, schemas=build()) as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def memory(url: str, clock: Clock) -> Iterator[Memory]:
    opened = Memory.open(url, clock=clock)
    yield opened
    opened.close()


@asynccontextmanager
async def running(
    bot: Bot,
    slack: FakeSlack,
    *,
    max_wait: int = 10,
    memory: Memory | None = None,
    manners: Manners | None = None,
    metrics: Metrics | None = None,
    contact: str = "",
) -> AsyncIterator[Background]:
    """The whole bot in front of a fake Slack; at the end it stops as `aibot run` does, its work finished."""
    background = Background()
    async with web_session(max_wait) as session:
        client = web_client(slack.bot_token, slack.api_url, session)
        app = create_app(
            bot,
            client,
            await identify(client),
            background,
            memory=memory,
            manners=manners,
            metrics=metrics,
            contact=contact,
        )
        async with connected(app, slack, background, session):
            yield background


@asynccontextmanager
async def connected(
    app: AsyncApp, slack: FakeSlack, background: Background, session: aiohttp.ClientSession
) -> AsyncIterator[None]:
    """An app that hears a fake Slack, over HTTP or Socket Mode as that has it."""
    if not slack.inbound.socket_mode:
        async with over_http(app, slack, background):
            yield
        return
    opener = web_client(slack.app_token, slack.api_url, session)
    handler = AsyncSocketModeHandler(app, slack.app_token, web_client=opener)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    yield
    await handler.close_async()  # type: ignore[no-untyped-call]
    await background.finish()


@asynccontextmanager
async def over_http(app: AsyncApp, slack: FakeSlack, background: Background) -> AsyncIterator[None]:
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        HttpApp(app, slack.signing_secret, on_stop=background.finish), log_level="warning", lifespan="on"
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    slack.app_url = f"http://127.0.0.1:{listening.getsockname()[1]}/slack/events"
    try:
        yield
    finally:
        server.should_exit = True
        await serving


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The rig's database: a SQLite file, or with `both_databases` of each kind."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return f"sqlite:///{tmp_path}/aibot.db"
    created: str = request.getfixturevalue("server").create(f"t{secrets.token_hex(4)}")
    return created


@pytest.fixture
async def rig(bot: Bot, phrases: Phrases, database: str) -> AsyncIterator[Rig]:
    """The bot with daily posts, to which Slack has refused nothing in the end."""
    from tests.slack.daily.rig import rigged  # noqa: PLC0415 - it stands on this file

    async with rigged(bot, phrases, database) as running:
        yield running
        assert running.slack.refusals == []
