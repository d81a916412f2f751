"""Several programs on one PostgreSQL: jobs are handed on with what makes them necessary, and can be thrown away."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from sqlalchemy import create_engine, func, make_url, select, table, text
from tests.postgres import postgres
from tests.posting.kit import daily_with

from aibot.errors import StorageError
from aibot.posting import plan_due
from aibot.posting.jobs import apply_schema, batches, keys_in, schema_name
from aibot.storage import Store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.posting.kit import Daily

    from aibot.core.facts import FactBase

pytestmark = pytest.mark.anyio
DAY = "2026-12-01"


@pytest.fixture
async def daily(postgres_url: str, base: FactBase) -> AsyncIterator[Daily]:
    async with daily_with(postgres_url, base) as made:
        yield made


def jobs(daily: Daily) -> list[Any]:
    with daily.store.database.reading() as connection:
        return list(
            connection.execute(
                select(text("*")).select_from(table("procrastinate_jobs", schema=schema_name()))
            )
        )


async def test_a_planned_delivery_and_its_job_are_there_together_or_not_at_all(daily: Daily) -> None:
    daily.subscribe()
    daily.time.forward(minutes=3)
    daily.runner()
    record, written = daily.store.deliveries, daily.store.deliveries.submit
    assert written is not None

    def fail(*arguments: Any) -> None:
        written(*arguments)
        raise StorageError("the power fails here")

    record.submit = fail
    with pytest.raises(StorageError, match="power"):
        plan_due(record, daily.time.now, 7_200)
    assert daily.states() == []
    record.submit = written
    plan_due(record, daily.time.now, 7_200)
    assert daily.states() == ["due"]
    [job] = jobs(daily)
    assert keys_in(job.args["deliveries"]) == [("T1.C1", DAY)]
    plan_due(record, daily.time.now, 7_200)
    assert len(jobs(daily)) == 1


async def test_a_delivery_that_is_to_be_tried_later_has_a_job_for_that_time(daily: Daily) -> None:
    daily.subscribe()
    daily.runner()
    daily.time.forward(seconds=31)
    plan_due(daily.store.deliveries, daily.time.now, 7_200)
    [delivery], [job] = daily.store.deliveries.of_channel("C1", DAY), jobs(daily)
    assert delivery.try_at is not None
    assert job.scheduled_at == datetime.fromtimestamp(delivery.try_at, UTC)


async def test_jobs_that_are_done_are_gone(daily: Daily) -> None:
    daily.subscribe()
    daily.time.forward(minutes=3)
    async with daily.running():
        await daily.until(lambda: daily.states() == ["sent"])
        await daily.until(lambda: jobs(daily) == [])


async def test_the_jobs_may_be_thrown_away(daily: Daily) -> None:
    """Every table of the engine's dropped while it works: each delivery gets a job anew."""
    daily.subscribe("C1")
    daily.subscribe("C2")
    daily.slack.trouble("chat.postMessage", "rate_limit", retry_after=30, channel="C1")
    daily.time.forward(minutes=3)
    async with daily.running():
        await daily.until(lambda: daily.states("C2") == ["sent"] and daily.states("C1") == ["due"])
        with daily.store.database.transaction() as connection:
            connection.execute(text(f"DROP SCHEMA {schema_name()} CASCADE"))
        daily.time.forward(seconds=31)
        await daily.until(lambda: daily.states("C1") == ["sent"])
    assert [len(daily.posts(channel)) for channel in ("C1", "C2")] == [1, 1]


async def test_a_database_that_goes_away_is_waited_for(base: FactBase) -> None:
    with postgres("-c fsync=off") as server:
        async with daily_with(server.create("away"), base) as daily:
            daily.subscribe()
            async with daily.running():
                await asyncio.to_thread(server.stop, mode="immediate")
                daily.time.forward(minutes=3)
                await asyncio.sleep(0.3)
                await asyncio.to_thread(server.start)
                await daily.until(lambda: daily.posts() and daily.states() == ["sent"])
            assert len(daily.posts()) == 1


async def test_several_programs_that_start_together_make_the_tables_once(postgres_url: str) -> None:
    stores = [Store.open(postgres_url) for _ in range(4)]

    def make(store: Store) -> None:
        with store.database.transaction() as connection:
            apply_schema(connection, schema_name())

    await asyncio.gather(*(asyncio.to_thread(make, store) for store in stores))
    for store in stores:
        store.close()


def test_a_schema_that_an_administrator_made_is_enough(postgres_url: str) -> None:
    """Who may not make schemas works in the one that was made for them."""
    url = make_url(postgres_url.replace("postgresql:", "postgresql+psycopg:"))
    owner = create_engine(url)
    with owner.begin() as connection:
        connection.execute(text("CREATE ROLE limited LOGIN"))
        connection.execute(text(f"CREATE SCHEMA {schema_name()} AUTHORIZATION limited"))
    limited = create_engine(url.set(username="limited"))
    with limited.begin() as connection:
        apply_schema(connection, schema_name())
        assert (
            connection.execute(text("SELECT current_setting('search_path')")).scalar_one()
            == '"$user", public'
        )
        jobs = table("procrastinate_jobs", schema=schema_name())
        assert connection.execute(select(func.count()).select_from(jobs)).scalar_one() == 0
    limited.dispose()
    with owner.begin() as connection:
        connection.execute(text("DROP OWNED BY limited CASCADE"))
        connection.execute(text("DROP ROLE limited"))
    owner.dispose()


async def test_a_program_that_stands_still_in_a_transaction_loses_it(daily: Daily) -> None:
    """Frozen between claiming and committing, it would hold its rows, and its workspaces', for as long."""
    with daily.store.database.reading() as connection:
        limit = connection.execute(text("SHOW idle_in_transaction_session_timeout")).scalar_one()
    assert limit == "10s"
    daily.subscribe()
    daily.time.forward(minutes=3)
    plan_due(daily.store.deliveries, daily.time.now, 7_200)
    frozen = psycopg.connect(
        **daily.store.database.url.get_dialect()().create_connect_args(daily.store.database.url)[1]
    )
    frozen.execute("SET idle_in_transaction_session_timeout = '300ms'")
    frozen.commit()
    frozen.execute("SELECT * FROM deliveries FOR UPDATE")
    claimed, _ = await asyncio.to_thread(daily.store.deliveries.claim, "w", daily.time.now, [("T1.C1", DAY)])
    assert len(claimed) == 1
    with pytest.raises(psycopg.errors.IdleInTransactionSessionTimeout):
        frozen.execute("SELECT 1")
    frozen.close()


async def test_a_workspaces_posts_are_planned_one_behind_the_other(daily: Daily) -> None:
    """Ten channels due at once where Slack takes two a second: each gets its own time, and is not tried before."""
    for number in range(10):
        daily.subscribe(f"C{number + 100}")
    daily.time.forward(minutes=3)
    plan_due(daily.store.deliveries, daily.time.now, 7_200, 2.0)
    times = sorted(row.try_at or 0 for row in daily.store.deliveries.in_state("due"))
    assert times[-1] - daily.time.now == pytest.approx(10 / 2 - 1.5 - 0.5)
    assert len(daily.store.deliveries.due(daily.time.now, limit=99)) == 4


def test_what_falls_due_together_is_one_job() -> None:
    due = [(("T1.C1", DAY), 5.0), (("T1.C2", DAY), 5.5), (("T2.C1", DAY), 7.0), (("T1.C3", DAY), 1.0)]
    assert batches(due, 3.0, 16) == [
        ([("T1.C3", DAY)], 3.0),
        ([("T1.C1", DAY), ("T1.C2", DAY)], 5.5),
        ([("T2.C1", DAY)], 7.0),
    ]
    assert [len(keys) for keys, _ in batches([(("T1.C1", DAY), 1.0)] * 5, 3.0, 2)] == [2, 2, 1]


def test_a_second_worth_of_posts_is_one_job_at_most() -> None:
    start = timedelta(hours=9).total_seconds()
    due = [((f"T.C{number}", DAY), start + number / 10) for number in range(100)]
    assert all(at - start >= 0 and len(keys) <= 11 for keys, at in batches(due, 0.0, 16))
