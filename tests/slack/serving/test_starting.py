"""Probes answer while a program starts: the tables of a large database are not brought up to date in a moment."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import aiohttp
import psycopg
import pytest
from tests.slack.serving.test_serve import SECRET, aibot, tokens

from aibot.playground.demo import free_port
from aibot.playground.fake_slack import App, FakeSlack
from aibot.storage.database import MIGRATION_LOCK

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.postgres import Server

pytestmark = pytest.mark.anyio

PROGRAMS = {"socket": ["run"], "http": ["run", "--http"], "worker": ["worker"]}


class Probes:
    """The port that a program has for probes."""

    def __init__(self, port: int, session: aiohttp.ClientSession) -> None:
        self.port, self._session = port, session
        self._url = f"http://127.0.0.1:{port}"

    async def get(self, path: str) -> tuple[int, str]:
        """Ask for one."""
        async with self._session.get(self._url + path) as response:
            return response.status, await response.text()

    async def until(self, **wanted: Any) -> dict[str, Any]:
        """What /readyz says, once it says this."""
        async with asyncio.timeout(20):
            while True:
                try:
                    async with self._session.get(f"{self._url}/readyz") as response:
                        report: dict[str, Any] = {"status": response.status, **await response.json()}
                except aiohttp.ClientConnectionError:
                    report = {}
                if wanted.items() <= report.items():
                    return report
                await asyncio.sleep(0.05)  # another process has no event to wait for


@pytest.fixture
async def probes() -> AsyncIterator[Probes]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
        yield Probes(free_port(), session)


@asynccontextmanager
async def migrated_elsewhere(url: str) -> AsyncIterator[psycopg.AsyncConnection]:
    """Another program brings the tables up to date, for as long as this lasts."""
    async with await psycopg.AsyncConnection.connect(url) as other:
        await other.execute("SELECT pg_advisory_xact_lock(%s)", (MIGRATION_LOCK,))
        yield other


async def somebody_waits(url: str) -> None:
    """Wait until a program waits for the lock."""
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    async with asyncio.timeout(20), await psycopg.AsyncConnection.connect(url, autocommit=True) as looking:
        while (await (await looking.execute(waiting)).fetchone()) == (0,):  # noqa: ASYNC110  # PostgreSQL's affair
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("program", PROGRAMS)
async def test_who_waits_for_the_tables_says_that_it_starts_and_then_that_it_is_ready(
    program: str, postgres_url: str, probes: Probes
) -> None:
    more = {
        "AIBOT_DATABASE": postgres_url,
        "AIBOT_HEALTH_PORT": str(probes.port),
        "AIBOT_PORT": str(free_port()),
    }
    async with (
        FakeSlack(
            mode="http" if program == "http" else "socket", app=App(signing_secret=SECRET), schemas=None
        ) as slack,
        migrated_elsewhere(postgres_url) as other,
        aibot(*PROGRAMS[program], **tokens(slack) | more) as run,
    ):
        await somebody_waits(postgres_url)
        report = await probes.until(status=503, ready=False, starting="database")
        assert report.keys() >= {"version", "facts", "stopping", "uptime_seconds"}
        assert await probes.get("/healthz") == (200, "ok")
        assert "aibot_ready 0.0" in (await probes.get("/metrics"))[1]
        assert not slack.calls("auth.test")

        await other.rollback()
        await probes.until(status=200, ready=True, starting=None)
        run.process.terminate()
        assert await run.ended() == 0
    assert "Traceback" not in run.said


async def test_a_slack_that_takes_its_time_is_waited_for_with_probes(probes: Probes) -> None:
    async with FakeSlack(mode="socket", schemas=None) as slack:
        slack.trouble("auth.test", "rate_limit", retry_after=60)
        async with aibot("run", **tokens(slack), AIBOT_HEALTH_PORT=str(probes.port)):
            await probes.until(status=503, ready=False, starting="slack")


@pytest.mark.parametrize("program", PROGRAMS)
async def test_a_start_that_fails_ends_with_its_line_and_code(
    program: str, server: Server, probes: Probes
) -> None:
    async with FakeSlack(app=App(signing_secret=SECRET), schemas=None) as slack:
        more = {"AIBOT_HEALTH_PORT": str(probes.port), "AIBOT_PORT": str(free_port())}
        nowhere = {"AIBOT_DATABASE": server.url("nowhere")}
        async with aibot(*PROGRAMS[program], **tokens(slack) | more | nowhere) as unreachable:
            assert await unreachable.ended() == 1
        refused = {"AIBOT_DATABASE": server.create("refused"), "SLACK_BOT_TOKEN": "xoxb-9-nobodys"}
        async with aibot(*PROGRAMS[program], **tokens(slack) | more | refused) as stranger:
            assert await stranger.ended() == 2
    assert 'database "nowhere" does not exist' in unreachable.said
    assert "aibot: Slack does not take SLACK_BOT_TOKEN (invalid_auth)" in stranger.said
    for run in (unreachable, stranger):
        assert "Traceback" not in run.said
