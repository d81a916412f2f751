"""The daily post's real parts: both databases, the fake Slack, the real fact base."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import aiohttp
import pytest
from tests.postgres import Server, postgres
from tests.posting.kit import Daily, Time

from aibot.load import load_facts
from aibot.playground.fake_slack import FakeSlack
from aibot.storage import Store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from aibot.core.facts import FactBase


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with postgres() as running:
        yield running


@pytest.fixture(scope="session")
def base() -> FactBase:
    return load_facts()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'aibot.db'}"
    created: str = request.getfixturevalue("server").create(f"t{secrets.token_hex(4)}")
    return created


@pytest.fixture
async def daily(url: str, base: FactBase) -> AsyncIterator[Daily]:
    time = Time()
    store = Store.open(url, clock=time)
    async with FakeSlack(clock=time, schemas=None) as slack, aiohttp.ClientSession() as session:
        for channel in ("C2",):
            slack.workspace().channels[channel].members.append(slack.workspace().bot_user_id)
        yield Daily(slack, store, time, base, [], session)
    store.close()
