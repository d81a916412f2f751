"""A fresh database of each kind."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import pytest
from tests.postgres import Server, postgres

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with postgres() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'aibot.db'}"
    created: str = request.getfixturevalue("server").create(f"c{secrets.token_hex(4)}")
    return created
