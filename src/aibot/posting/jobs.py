"""procrastinate's side of things: its tables in a schema of their own, and jobs written inside our transactions."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from procrastinate import PsycopgConnector, SyncPsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job
from procrastinate.manager import JobManager
from procrastinate.schema import SchemaManager
from psycopg import Error
from psycopg.errors import RaiseException
from sqlalchemy import text

from aibot.errors import StorageError
from aibot.storage.database import CONNECTING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import LiteralString

    from psycopg import AsyncConnection
    from sqlalchemy import URL, Connection

    from aibot.storage.record import Key

QUEUE, TASK = "daily", "post"
_LOCK = 0x6A_6F_62_73  # "jobs"


def schema_name() -> str:
    """The schema of this procrastinate's tables.

    Its version is that of the tables, so that another procrastinate brings tables of its own: jobs can be thrown away,
    since every delivery without one is given another.
    """
    newest = max(path.name for path in Path(SchemaManager.get_migrations_path()).glob("*.sql"))
    return "aibot_jobs_" + "_".join(str(int(part)) for part in newest[:8].split("."))


def apply_schema(connection: Connection, schema: str) -> None:
    """Make the tables where they are missing, inside the caller's transaction."""
    there = text("SELECT 1 FROM pg_tables WHERE schemaname = :schema AND tablename = 'procrastinate_jobs'")
    if connection.execute(there, {"schema": schema}).scalar():
        return
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})  # another may be at it
    if connection.execute(there, {"schema": schema}).scalar():
        return
    is_made = text("SELECT 1 FROM pg_namespace WHERE nspname = :schema")
    if not connection.execute(
        is_made, {"schema": schema}
    ).scalar():  # IF NOT EXISTS wants the right to make it
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    try:
        with _inside(connection, schema):
            _psycopg(connection).execute(SchemaManager.get_schema())
    except Error as error:
        raise StorageError(f"The tables of the jobs cannot be made: {error}") from error


class JobWriter:
    """Writes jobs on the record's own connection: they become visible with what made them necessary, or not at all."""

    def __init__(self, schema: str, batch: int) -> None:
        self._schema, self._batch = schema, batch
        self._manager = JobManager(SyncPsycopgConnector())  # never opened

    def write(self, connection: Connection, due: Iterable[tuple[Key, float]], now: float) -> None:
        """Have deliveries tried, each not before its time.

        Raises:
            StorageError: where procrastinate's tables cannot be written.
        """
        jobs = [
            Job(
                queue=QUEUE,
                task_name=TASK,
                lock=None,
                queueing_lock=None,
                scheduled_at=datetime.fromtimestamp(at, UTC) if at > now else None,
                task_kwargs={"deliveries": " ".join(f"{subscription}:{day}" for subscription, day in keys)},
            )
            for keys, at in batches(due, now, self._batch)
        ]
        try:
            with _inside(connection, self._schema):
                self._manager.batch_defer_jobs(jobs, connection=_psycopg(connection))
        except ConnectorException as error:
            raise StorageError(f"Jobs cannot be written: {error.__cause__ or error}") from error


def batches(due: Iterable[tuple[Key, float]], now: float, most: int) -> list[tuple[list[Key], float]]:
    """Put together what falls due within a second of each other; each batch has the time of its last."""
    found: list[tuple[list[Key], float]] = []
    begun = 0.0
    for key, at in sorted(due, key=lambda one: one[1]):
        moment = max(at, now)
        if not found or len(found[-1][0]) >= most or moment - begun > 1.0:
            found.append(([], moment))
            begun = moment
        found[-1][0].append(key)
        found[-1] = (found[-1][0], moment)
    return found


class Connector(PsycopgConnector):
    """procrastinate's own connections: to the same database, looking into its schema."""

    def __init__(self, url: URL, schema: str, *, on_trouble: Callable[[], None]) -> None:
        """`on_trouble` is called when what became of a job could not be written."""

        async def configure(connection: AsyncConnection) -> None:
            await connection.set_autocommit(True)  # every call of procrastinate's is one statement
            await connection.execute(f"SET search_path TO {schema}".encode())

        _, kwargs = url.get_dialect()().create_connect_args(url)
        super().__init__(
            kwargs={**CONNECTING, **kwargs},
            configure=configure,
            min_size=1,
            max_size=4,
            timeout=10.0,
        )
        self._on_trouble = on_trouble

    async def execute_query_async(self, query: LiteralString, **arguments: Any) -> None:
        """Finish a job, give it back, and the like.

        procrastinate runs these in tasks that nobody waits for: at an error the job would stay with this worker for
        good, and asyncio complain of it.
        """
        try:
            await super().execute_query_async(query, **arguments)
        except ConnectorException as error:
            if not isinstance(
                error.__cause__, RaiseException
            ):  # "Job was not found": another program has it by now
                self._on_trouble()


def keys_in(deliveries: str) -> list[Key]:
    """The deliveries that a job names."""
    return [
        (subscription, day) for subscription, _, day in (key.rpartition(":") for key in deliveries.split())
    ]


def keys_of(jobs: Iterable[Job]) -> set[Key]:
    """The deliveries that some jobs name."""
    return {key for job in jobs for key in keys_in(str(job.task_kwargs.get("deliveries", "")))}


@contextlib.contextmanager
def _inside(connection: Connection, schema: str) -> Iterator[None]:
    """Look into the schema for some statements of a transaction."""
    connection.execute(text(f"SET LOCAL search_path TO {schema}"))
    yield
    connection.execute(text("SET LOCAL search_path TO DEFAULT"))


def _psycopg(connection: Connection) -> Any:
    return connection.connection.driver_connection
