"""A store on each database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.clock import Clock

from aibot.storage import Memory, Store

if TYPE_CHECKING:
    from collections.abc import Iterator


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
