"""A store on each database."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import pytest

from aibot.storage import Store

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
