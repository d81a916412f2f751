"""The daily post's real parts: both databases, the fake Slack, the real fact base."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import pytest
from tests.posting.kit import Daily, daily_with

from aibot.load import load_facts

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.postgres import Server

    from aibot.core.facts import FactBase


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


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
def postgresql(server: Server) -> str:
    """An empty PostgreSQL database."""
    return server.create(f"t{secrets.token_hex(4)}")


@pytest.fixture
async def daily(url: str, base: FactBase) -> AsyncIterator[Daily]:
    async with daily_with(url, base) as made:
        yield made
