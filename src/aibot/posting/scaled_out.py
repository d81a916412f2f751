"""The engine of several programs on one PostgreSQL: procrastinate's jobs, each of which tries a batch of deliveries.

procrastinate decides which program tries what and when. What it leaves open is closed here: jobs of dead programs are
given to living ones, deliveries without a job are given one, and a worker that gave up is started again.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from procrastinate import App
from procrastinate.exceptions import ConnectorException
from procrastinate.worker import Worker
from psycopg import Error

from aibot.errors import StorageError
from aibot.posting.jobs import (
    QUEUE,
    TASK,
    Connector,
    JobWriter,
    apply_schema,
    keys_in,
    keys_of,
    schema_name,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from procrastinate.jobs import Job
    from sqlalchemy import Connection

    from aibot.posting.delivering import Deliverer
    from aibot.storage import Denied
    from aibot.storage.record import Key

log = logging.getLogger(__name__)

_LONGEST_PAUSE = 5.0
_JOBS = 12  # under way at once; most wait for room, those of one delivery do not wait for those of many
_AT_ONCE = 2_000  # overdue deliveries that one sweep asks for
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class ScaledOut:
    """Tries what is due in whichever program has room."""

    def __init__(self, deliverer: Deliverer) -> None:
        self._deliverer, self._timing = deliverer, deliverer.timing
        self._store, self._database = deliverer.store, deliverer.store.database
        self._schema = schema_name()
        self._jobs = JobWriter(self._schema, self._timing.batch)
        self._has_schema = False
        self._worker: Worker | None = None
        #  The worker may have lost some of what it was at: another one is to begin afresh
        self._ill = asyncio.Event()
        self._stop = asyncio.Event()
        self._next_sweep = 0.0
        self._pause = self._timing.tick
        self._taken = 0  # deliveries that jobs are trying here
        self._freed = asyncio.Condition()
        self._line: dict[str, float] = {}  # when each workspace's next post that was denied may be tried

    # The engine

    def submit(self, connection: Connection, due: Sequence[tuple[Key, float]]) -> None:
        """Write jobs, in the transaction that makes the deliveries due."""
        self._ensure_schema(connection)
        self._jobs.write(connection, due, self._database.about_now())

    async def sweep(self, now: float) -> bool:
        """Every few seconds: say that this program lives, take over from the dead, and find what has no job."""
        worker = self._worker
        if worker is None or worker.worker_id is None or time.monotonic() < self._next_sweep:
            return False
        self._next_sweep = time.monotonic() + self._timing.sweep
        try:
            #  procrastinate's own heartbeat ends without a word at its first error, where there are no periodic tasks
            await worker.app.job_manager.update_heartbeat(worker.worker_id)
            await self._take_over(worker)
            await self._find_forgotten(worker, now)
        except (ConnectorException, StorageError, Error) as error:
            self._ill.set()
            raise StorageError(f"The jobs cannot be read: {error.__cause__ or error}") from error
        return False

    async def run(self, stop: asyncio.Event) -> None:
        """Work on jobs until `stop` is set; where the database goes away, begin again as soon as it is back."""
        self._stop = stop
        while not stop.is_set():
            try:
                await self._work(stop)
            except (ConnectorException, StorageError, Error) as error:
                level = logging.DEBUG if self._pause > self._timing.tick else logging.ERROR  # once an outage
                log.log(level, "no job can be worked on: %s; it is tried again", error.__cause__ or error)
            except Exception:
                log.exception("a bug in the daily posts; they go on")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), self._pause)
            self._pause = min(_LONGEST_PAUSE, self._pause * 2)

    # Working

    async def _work(self, stop: asyncio.Event) -> None:
        """One worker's life."""
        await self._deliverer.in_thread(self._make_schema)
        app = App(connector=Connector(self._database.url, self._schema, on_trouble=self._ill.set))
        app.task(name=TASK, queue=QUEUE)(self._try)
        async with app.open_async():
            self._ill.clear()
            self._pause = self._timing.tick
            self._worker = worker = Worker(
                app, queues=[QUEUE], name=self._deliverer.worker, concurrency=_JOBS,
                fetch_job_polling_interval=self._timing.tick, abort_job_polling_interval=3_600.0,
                shutdown_graceful_timeout=self._timing.watch / 2, listen_notify=False, delete_jobs="always",
                install_signal_handlers=False, update_heartbeat_interval=3_600.0,
                stalled_worker_timeout=self._timing.dead_after,
            )  # fmt: skip
            working = asyncio.create_task(worker.run())  # type: ignore[no-untyped-call]
            waits = [asyncio.create_task(event.wait()) for event in (stop, self._ill)]
            try:
                await asyncio.wait([working, *waits], return_when=asyncio.FIRST_COMPLETED)
            finally:
                self._worker = None
                worker.stop()  # type: ignore[no-untyped-call]
                #  It waits for its jobs by itself; one that hangs on a lost connection is left behind
                await asyncio.wait([working], timeout=self._timing.watch)
                for task in (*waits, working):
                    task.cancel()
            if working.done() and not working.cancelled():
                working.result()

    async def _try(self, deliveries: str) -> None:
        """One job: try its deliveries. An outage is waited for here, so that the job is not lost in it."""
        keys, stop = keys_in(deliveries), self._stop
        while True:
            try:
                async with self._room(len(keys)):
                    if stop.is_set():  # nothing of it is claimed yet: somebody else may have it at once
                        await self._deliverer.in_thread(self._submit_now, keys)
                        return
                    denied = await self._deliverer.attempt(keys)
                await self._put_off(denied)
            except StorageError:
                if stop.is_set():
                    return
                await asyncio.sleep(self._timing.tick)
            else:
                return

    @contextlib.asynccontextmanager
    async def _room(self, count: int) -> AsyncIterator[None]:
        """Wait until so many more posts may be on their way; nothing is claimed before."""
        async with self._freed:
            await self._freed.wait_for(lambda: not self._taken or self._taken + count <= self._timing.at_once)
            self._taken += count
        try:
            yield
        finally:
            async with self._freed:
                self._taken -= count
                self._freed.notify_all()

    async def _put_off(self, denied: Sequence[Denied]) -> None:
        """Put what its workspace has no room for into line, one behind the other."""
        if not denied:
            return
        until = {}
        for one in denied:
            at = max(one.free_at, min(self._line.get(one.team, 0.0), one.free_at + 300))
            until[one.key] = at
            self._line[one.team] = at + 1 / self._timing.rate
        await self._deliverer.in_thread(self._store.deliveries.postpone, until)

    # Sweeping

    async def _take_over(self, worker: Worker) -> None:
        """Give the jobs of dead programs to living ones."""
        manager = worker.app.job_manager
        stalled = await manager.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=self._timing.dead_after)
        for job in stalled:
            log.warning("took over a job that nobody worked on any more")
            await manager.retry_job(job, retry_at=_LONG_AGO)

    async def _find_forgotten(self, worker: Worker, now: float) -> None:
        """Give a job to every delivery that is overdue and has none."""
        record = self._store.deliveries
        overdue = await self._deliverer.in_thread(
            lambda: record.due(now - self._timing.forgotten, limit=_AT_ONCE)
        )
        if not overdue:
            return
        manager = worker.app.job_manager
        doing = await manager.list_jobs_async(queue=QUEUE, status="doing")
        waiting = await manager.list_jobs_async(queue=QUEUE, status="todo")
        moment = await self._deliverer.in_thread(self._database.server_now)  # what procrastinate goes by
        ready: list[Job] = [
            job for job in waiting if job.scheduled_at is None or job.scheduled_at.timestamp() <= moment
        ]
        known = keys_of([*doing, *ready])
        forgotten = [key for key in overdue if key not in known]
        if forgotten:
            log.warning("%d deliveries had no job", len(forgotten))
            await self._deliverer.in_thread(self._submit_now, forgotten)

    def _submit_now(self, keys: Sequence[Key]) -> None:
        with self._database.transaction() as connection:
            self._jobs.write(connection, [(key, 0.0) for key in keys], self._database.about_now())

    def _make_schema(self) -> None:
        with self._database.transaction() as connection:
            apply_schema(connection, self._schema)
        self._has_schema = True

    def _ensure_schema(self, connection: Connection) -> None:
        if not self._has_schema:
            apply_schema(connection, self._schema)
