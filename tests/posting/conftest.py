"""The daily post's real parts: both databases, the fake Slack, the real fact base."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.posting.kit import Daily, daily_with

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aibot.core.facts import FactBase


@pytest.fixture
async def daily(url: str, base: FactBase) -> AsyncIterator[Daily]:
    async with daily_with(url, base) as made:
        yield made
