"""A store on each database."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import pytest
from tests.clock import Clock

from aibot.storage import Memory, Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'aibot.db'}"
    created: str = request.getfixturevalue("server").create(f"t{secrets.token_hex(4)}")
    return created


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = Store.open(url)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def memory(url: str, clock: Clock) -> Iterator[Memory]:
    opened = Memory.open(url, clock=clock)
    yield opened
    opened.close()
