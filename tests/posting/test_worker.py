"""`aibot worker` as a process of its own, on a real PostgreSQL: it posts, ends cleanly, and is replaced when killed."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

import aiohttp
import pytest
from sqlalchemy import func, select, table

from aibot.playground.demo import free_port
from aibot.playground.fake_slack import FakeSlack
from aibot.posting.jobs import schema_name
from aibot.storage import Store, new_subscription

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from tests.postgres import Server

pytestmark = pytest.mark.anyio
CHANNELS = [f"C{number + 100}" for number in range(12)]


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack(schemas=None) as running:
        workspace = running.workspace()
        general = workspace.channels["C1"]
        for channel in CHANNELS:
            workspace.channels[channel] = type(general)(channel, channel.lower(), members=general.members)
        yield running


@pytest.fixture
def store(server: Server) -> Iterator[Store]:
    opened = Store.open(server.create("worker"))
    yield opened
    opened.close()


def subscribe(store: Store, *channels: str, team: str = "T1") -> None:
    """Subscriptions whose post of today has just fallen due."""
    slot = datetime.now(UTC) - timedelta(minutes=4)
    for channel in channels:
        store.subscribe(
            new_subscription(
                team=team,
                channel=channel,
                creator="U1",
                at=time(slot.hour, slot.minute),
                zone="UTC",
                now=slot - timedelta(days=1),
            )
        )


@asynccontextmanager
async def worker(
    store: Store, slack: FakeSlack, *, log: int = asyncio.subprocess.DEVNULL, **environ: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AIBOT_", "SLACK_"))}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "aibot", "worker", "--env-file", os.devnull,
        env={
            **kept,
            "AIBOT_DATABASE": store.database.url.render_as_string(hide_password=False),
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_API_URL": slack.api_url,
            **environ,
        },
        stderr=log,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(40):
        while not condition():  # noqa: ASYNC110  # another process has no event to wait for
            await asyncio.sleep(0.05)


def left_of_the_jobs(store: Store) -> tuple[int, int]:
    """How many jobs procrastinate holds, and how many workers it believes to be alive."""
    counts = []
    with store.database.reading() as connection:
        for name in ("procrastinate_jobs", "procrastinate_workers"):
            query = select(func.count()).select_from(table(name, schema=schema_name()))
            counts.append(connection.execute(query).scalar_one())
    return counts[0], counts[1]


async def test_told_to_stop_it_leaves_nothing_half_done_and_the_next_one_goes_on(
    store: Store, slack: FakeSlack
) -> None:
    subscribe(store, *CHANNELS)
    async with worker(store, slack) as first:
        await until(lambda: store.deliveries.counts(0).get("sent", 0) >= 2)
        first.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(first.wait(), 30) == 0
    counts = store.deliveries.counts(0)
    assert set(counts) <= {"sent", "due"}
    assert sum(len(slack.from_app(channel=channel)) for channel in CHANNELS) == counts["sent"]
    assert left_of_the_jobs(store)[1] == 0
    async with worker(store, slack):
        await until(lambda: store.deliveries.counts(0) == {"sent": len(CHANNELS)})
        await until(lambda: left_of_the_jobs(store)[0] == 0)
    assert [len(slack.from_app(channel=channel)) for channel in CHANNELS] == [1] * len(CHANNELS)


async def test_it_has_probes_and_logs_no_bodies_at_debug(store: Store, slack: FakeSlack) -> None:
    subscribe(store, "C100")
    port = free_port()
    environ = {"AIBOT_HEALTH_PORT": str(port), "AIBOT_HOST": "127.0.0.1", "AIBOT_LOG_LEVEL": "DEBUG"}
    async with worker(store, slack, log=asyncio.subprocess.PIPE, **environ) as running:
        assert running.stderr is not None
        reading = asyncio.create_task(running.stderr.read())
        await until(lambda: store.deliveries.counts(0) == {"sent": 1})
        async with aiohttp.ClientSession() as session:
            async with session.get(f"http://127.0.0.1:{port}/readyz") as ready:
                assert (ready.status, (await ready.json())["database"]["reachable"]) == (200, True)
            async with session.get(f"http://127.0.0.1:{port}/metrics") as counts:
                assert (
                    'aibot_slack_calls_total{method="chat.postMessage",outcome="ok"} 1.0'
                    in await counts.text()
                )
        running.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(running.wait(), 30) == 0
        said = (await reading).decode()
    assert "posting" in said
    [post] = slack.calls("chat.postMessage")
    assert post.arguments["text"].partition("\n")[0] not in said
    assert "slack_sdk" not in said


async def test_what_a_killed_one_had_before_it_another_posts(store: Store, slack: FakeSlack) -> None:
    slack.trouble("chat.postMessage", "rate_limit", retry_after=2)
    subscribe(store, "C1")
    async with worker(store, slack) as first:
        await until(
            lambda: bool(slack.calls("chat.postMessage")) and store.deliveries.counts(0) == {"due": 1}
        )
        first.kill()
        assert await first.wait() == -signal.SIGKILL
    async with worker(store, slack):
        await until(lambda: store.deliveries.counts(0) == {"sent": 1})
    assert len(slack.from_app(channel="C1")) == 1
