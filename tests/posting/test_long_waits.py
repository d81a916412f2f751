"""Slack may want a workspace left alone for longer than any clock of ours is trusted."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from aibot.storage.tables import workspaces

if TYPE_CHECKING:
    from tests.posting.kit import Daily

pytestmark = pytest.mark.anyio


def held_until(daily: Daily, team: str = "T1") -> float:
    with daily.store.database.reading() as connection:
        query = select(workspaces.c.next_free).where(workspaces.c.team == team)
        return float(connection.execute(query).scalar() or 0.0)


async def test_a_long_retry_after_is_honoured_for_the_whole_workspace(daily: Daily) -> None:
    daily.slack.trouble("chat.postMessage", "rate_limit", retry_after=1_000, times=None)
    daily.subscribe("C1")
    daily.time.forward(minutes=3)
    async with daily.running():
        await daily.until(lambda: daily.slack.calls("chat.postMessage") and daily.states() == ["due"])
        daily.subscribe("C2", at=time(9, 4))
        for _ in range(4):
            daily.time.forward(seconds=200)
            await daily.until(lambda: held_until(daily) > daily.time.now + 250)
        await daily.until(lambda: daily.states("C2") == ["due"])
    assert len(daily.slack.calls("chat.postMessage")) == 1


async def test_the_workspace_goes_on_when_its_time_is_over(daily: Daily) -> None:
    daily.slack.trouble("chat.postMessage", "rate_limit", retry_after=299)
    daily.subscribe("C1")
    daily.time.forward(minutes=3)
    async with daily.running():
        await daily.until(lambda: daily.slack.calls("chat.postMessage") and daily.states() == ["due"])
        daily.time.forward(seconds=300)
        await daily.until(lambda: daily.states() == ["sent"])
