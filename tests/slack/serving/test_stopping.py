"""Told to stop while questions come in: whatever was accepted is answered, and the process ends with 0."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from benchmarks.load import Worker
from benchmarks.load_traffic import Traffic, outcomes

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.anyio


async def test_no_accepted_question_is_lost_when_the_bot_is_told_to_stop(tmp_path: Path) -> None:
    traffic = Traffic()
    traffic.retry_waits = ()
    async with traffic.open():
        worker = Worker(f"sqlite:///{tmp_path}/aibot.db", traffic.api_url, tmp_path / "log")
        await worker.start()
        traffic.urls = [worker.url]
        traffic.slowness = 0.3  # so that answers are on their way when the signal comes

        async def stop_in_the_middle() -> int:
            await traffic.until(lambda: len(traffic.under_way()) > 3)
            return await worker.stop()

        flow, code = await asyncio.gather(traffic.flow(60, 2.5), stop_in_the_middle())

    came = outcomes(flow)
    assert code == 0
    assert came["in time"] + came["late"] > 5
    # what came after the signal was not taken, which whoever sends it sees at once; nothing was taken and dropped
    assert {name for name in came if name not in ("in time", "late")} <= {
        "no connection: nobody listens",
        "no connection: it broke",
    }, came
    assert came["no connection: nobody listens"] > 5
    assert "Traceback" not in (tmp_path / "log").read_text("utf-8")
