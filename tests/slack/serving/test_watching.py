"""Probes and counts tell how the database and the daily posts stand, and what became of calls to Slack."""

from __future__ import annotations

import asyncio
import json
import re
from typing import TYPE_CHECKING

import aiohttp
import psycopg
import pytest
from sqlalchemy import insert
from tests.postgres import postgres
from tests.slack.serving.test_serve import serving

from aibot.playground.demo import free_port
from aibot.playground.fake_slack import App, FakeSlack, no_wait
from aibot.slack.app import web_client, web_session
from aibot.slack.serving.health import Health
from aibot.slack.serving.watching import Watch, watching
from aibot.storage import Memory
from aibot.storage.tables import deliveries

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.anyio

SECRET = "0123456789abcdef0123456789abcdef"


def fill(memory: Memory, state: str, *, late: float, count: int) -> None:
    """Deliveries that fell due so many seconds ago."""
    slot = memory.database.now() - late
    rows = [
        {
            "subscription": f"{state}{number}", "day": "2026-01-01", "team": "T1", "channel": "C1", "slot": slot,
            "give_up_at": slot + 7200, "try_at": slot, "state": state, "attempt": 0, "steps": "",
        }
        for number in range(count)
    ]  # fmt: skip
    with memory.database.transaction() as connection:
        connection.execute(insert(deliveries), rows)


def test_what_waits_and_how_late_it_is(tmp_path: Path) -> None:
    memory = Memory.open(f"sqlite:///{tmp_path}/aibot.db")
    fill(memory, "due", late=90, count=3)
    fill(memory, "sending", late=10, count=2)
    health = Health()
    health.watch = watch = Watch(memory)
    watch.look()
    memory.close()

    report = health.report()
    assert report["database"]["reachable"] is True
    assert (report["posts"]["due"], report["posts"]["under_way"]) == (3, 2)
    assert 90 <= report["posts"]["late_seconds"] < 120
    counts = health.counts().decode()
    for line in ("aibot_database_up 1.0", 'waiting{state="due"} 3.0', 'waiting{state="under_way"} 2.0'):
        assert line in counts


def test_a_post_that_is_to_come_is_not_late(tmp_path: Path) -> None:
    memory = Memory.open(f"sqlite:///{tmp_path}/aibot.db")
    fill(memory, "due", late=-600, count=1)
    watch = Watch(memory)
    watch.look()
    memory.close()

    assert (watch.standing.due, watch.standing.late) == (1, 0.0)


def test_a_database_that_is_gone_is_told_and_the_bot_stays_ready() -> None:
    with postgres() as server:
        memory = Memory.open(server.create("gone"))
        health = Health()
        health.watch = watch = Watch(memory)
        server.stop(mode="immediate")
        watch.look()
        assert health.report()["database"]["reachable"] is False
        assert health.respond("/readyz", "GET").status_code == 200
        assert b"aibot_database_up 0.0" in health.counts()

        server.start()
        watch.look()
        watch.look()  # the first may meet a connection that died with the server
        assert health.report()["database"]["reachable"] is True
        memory.close()


async def test_a_database_that_takes_the_question_and_says_nothing_is_told() -> None:
    with postgres() as server:
        memory = Memory.open(url := server.create("still"))
        health = Health()
        with psycopg.connect(url) as other:
            other.execute("LOCK TABLE deliveries IN ACCESS EXCLUSIVE MODE")
            async with watching(memory, health, every=0.05, longest=0.2):
                await told(health, b"aibot_database_up 0.0")
                assert health.report()["database"]["reachable"] is False
                other.rollback()
                await told(health, b"aibot_database_up 1.0")
        memory.close()


async def told(health: Health, line: bytes) -> None:
    async with asyncio.timeout(20):
        while line not in await asyncio.to_thread(health.counts):
            pass


def test_a_database_of_a_newer_program_or_without_changes_is_told() -> None:
    with postgres() as server:
        memory = Memory.open(url := server.create("newer"))
        health = Health()
        health.watch = watch = Watch(memory)
        with psycopg.connect(url) as other:
            other.execute("UPDATE alembic_version SET version_num = '9999'")
            other.execute("ALTER DATABASE newer SET default_transaction_read_only = on")
        memory.database.engine.dispose()
        watch.look()
        memory.close()

    assert health.report()["database"] | {"looked_seconds": 0} == {
        "reachable": True, "writable": False, "schema": "9999", "looked_seconds": 0,
    }  # fmt: skip
    assert b"aibot_database_up 0.0" in health.counts()


async def test_a_running_bot_reports_all_of_it(tmp_path: Path) -> None:
    port = free_port()
    more = {"AIBOT_HEALTH_PORT": str(port), "AIBOT_DATABASE": f"sqlite:///{tmp_path}/aibot.db"}
    async with (
        FakeSlack(mode="http", app=App(signing_secret=SECRET), sleep=no_wait, schemas=None) as slack,
        serving("http", slack, **more),
        aiohttp.ClientSession() as session,
    ):
        await slack.answer(await slack.mention("RAG"))
        async with session.get(f"http://127.0.0.1:{port}/readyz") as response:
            report = json.loads(await response.text())
        counts = ""
        async with asyncio.timeout(20):  # Slack has the answer a moment before the bot knows that it has
            while "aibot_answers_under_way 0.0" not in counts:
                async with session.get(f"http://127.0.0.1:{port}/metrics") as response:
                    counts = await response.text()

    assert report["database"]["reachable"] is True
    assert report["posts"] == {"due": 0, "under_way": 0, "late_seconds": 0.0}
    assert 'aibot_slack_calls_total{method="chat.postMessage",outcome="ok"} 1.0' in counts


async def test_calls_are_counted_by_what_became_of_them() -> None:
    health = Health()
    async with FakeSlack(schemas=None) as slack, web_session(2, health.session_hooks()) as session:
        client = web_client(slack.bot_token, slack.api_url, session)
        slack.trouble("chat.postMessage", error="channel_not_found")
        slack.trouble("chat.postMessage", "server_error")
        slack.trouble("chat.postMessage", "rate_limit", retry_after=0)
        slack.trouble("chat.postMessage", "reset")
        for _ in range(4):
            await asyncio.gather(client.chat_postMessage(channel="C1", text="x"), return_exceptions=True)
        async with session.post(f"{slack.url}/commands/T1/1/secret", data=b"{}") as response:
            await response.read()

    counts = health.counts().decode()
    for outcome in ("channel_not_found", "http_500", "ratelimited", "connection", "ok"):
        assert f'aibot_slack_calls_total{{method="chat.postMessage",outcome="{outcome}"}} 1.0' in counts, (
            counts
        )
    assert re.search(r'method="response_url",outcome="\w+_url"', counts)
    assert "secret" not in counts


def test_no_error_codes_of_slacks_can_make_the_counts_endless() -> None:
    health = Health()
    for number in range(1000):
        health.metrics.count_call("chat.postMessage", f"code_{number}")

    lines = [
        line for line in health.counts().decode().splitlines() if line.startswith("aibot_slack_calls_total")
    ]
    assert len(lines) < 200
