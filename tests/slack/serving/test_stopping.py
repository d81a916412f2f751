"""Told to stop while questions come in: whatever was accepted is answered, and the process ends with 0."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from benchmarks.load import Worker
from benchmarks.load_traffic import Traffic, outcomes
from tests.slack.serving.test_serve import serving

from aibot.playground.demo import free_port
from aibot.playground.fake_slack import App, FakeSlack

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.anyio


async def test_whoever_hands_out_requests_is_told_at_once() -> None:
    port = str(free_port())
    async with (
        FakeSlack(
            mode="http", app=App(signing_secret="0123456789abcdef0123456789abcdef"), schemas=None
        ) as slack,
        serving("http", slack, AIBOT_HEALTH_PORT=port) as run,
        aiohttp.ClientSession() as session,
    ):
        slack.trouble("chat.postMessage", "rate_limit", retry_after=2)
        asked = await slack.mention("RAG")
        await slack.until(lambda: slack.calls("chat.postMessage"))
        run.process.terminate()
        report: dict[str, Any] = {"ready": True}
        async with asyncio.timeout(10):
            while report["ready"]:
                async with session.get(f"http://127.0.0.1:{port}/readyz") as response:
                    report = await response.json()
        assert report["stopping"] is True
        assert await run.ended() == 0
        assert (await slack.answer(asked)).text


def test_what_hangs_does_not_keep_the_process_for_ever() -> None:
    hanging = (
        "import threading; from aibot.slack.serving.stopping import end_within; end_within(0.3); "
        "threading.Thread(target=threading.Event().wait).start()"
    )
    done = subprocess.run([sys.executable, "-c", hanging], timeout=30, stderr=subprocess.PIPE, check=False)

    assert done.returncode == 1
    assert b"ending all the same" in done.stderr


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
