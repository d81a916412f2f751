"""Deliveries a second against a Slack that answers at once; statements and bytes per delivery; planning; idling."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from datetime import time as wall
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, text
from tests.postgres import postgres

from aibot.core.daily import next_slots
from aibot.posting import Timing, plan_due
from aibot.posting.jobs import JobWriter, apply_schema, schema_name
from aibot.storage import Store, new_subscription
from aibot.storage.rows import to_row
from aibot.storage.tables import subscriptions

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
OPTIONS = "-c shared_preload_libraries=pg_stat_statements"


@contextlib.contextmanager
def quick_slack(*arguments: str) -> Iterator[str]:
    """The address of a quick Slack."""
    process = subprocess.Popen(
        [sys.executable, HERE / "quick_slack.py", *arguments], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    with process.stdout:
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}/api/"
        finally:
            process.terminate()
            process.wait()


def report(slack: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"{slack}report", timeout=30) as response:  # noqa: S310  # our own, on loopback
        found: dict[str, Any] = json.load(response)
    return found


def fill(store: Store, count: int, *, due_in: float, teams: int = 200) -> None:
    """Subscriptions all due at one minute."""
    now = datetime.fromtimestamp(store.database.now(), UTC)
    slot = now + timedelta(seconds=due_in)
    early = now - timedelta(days=1)
    rows = []
    for number in range(count):
        wanted = new_subscription(
            team=f"T{number % teams}",
            channel=f"C{number}",
            creator="U1",
            at=wall(slot.hour, slot.minute),
            zone="UTC",
            now=early,
        )
        rows.append(to_row(wanted, next_slots(wanted, early, 1)[0].at.timestamp()))
    with store.database.transaction() as connection:
        connection.execute(insert(subscriptions), rows)


def worker(url: str, slack: str, *more: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, HERE / "daily_worker.py", url, slack, *more],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


def begin(process: subprocess.Popen[str]) -> None:
    """Let a worker that waits begin."""
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def planning(url: str, count: int) -> float:
    """Seconds to plan so many subscriptions that are due at one minute; on PostgreSQL with their jobs."""
    store = Store.open(url)
    fill(store, count, due_in=-180)
    if not store.database.is_sqlite:
        writer, schema = JobWriter(schema_name(), Timing().batch), schema_name()
        with store.database.transaction() as connection:
            apply_schema(connection, schema)
        store.deliveries.submit = lambda connection, due: writer.write(connection, due, store.database.now())
    started = time.perf_counter()
    plan_due(store.deliveries, store.database.now(), 7200)
    seconds = time.perf_counter() - started
    assert store.deliveries.counts(0) == {"due": count}
    store.close()
    return seconds


def delivering(url: str, count: int, workers: int, *more: str) -> dict[str, Any]:
    """Post so many, with so many workers that begin together, and measure."""
    store = Store.open(url)
    fill(store, count, due_in=-300)
    with quick_slack() as slack:
        running = [worker(url, slack, "--wait", *more) for _ in range(workers)]
        if not store.database.is_sqlite:
            with store.database.transaction() as connection:
                connection.execute(text("CREATE EXTENSION IF NOT EXISTS pg_stat_statements"))
                connection.execute(text("SELECT pg_stat_statements_reset()"))
        filled = _written(store, url)
        for process in running:
            begin(process)
        started = time.monotonic()
        while store.deliveries.counts(0).get("sent", 0) < count and time.monotonic() - started < 300:
            time.sleep(0.2)
        ended = [_end(process) for process in running]
        seen = report(slack)
    assert seen["posts"] == count, seen["posts"]
    assert set(seen["deliveries"].values()) == {1}
    written = _written(store, url) - filled
    statements = sum(one["statements"] for one in ended) if store.database.is_sqlite else _statements(store)
    store.close()
    return {
        "per_second": (count - 1) / (seen["last"] - seen["first"]),
        "statements": statements / count,
        "bytes": written / count,
        "peak_mb": max(one["peak_kb"] for one in ended) / 1024,
        "cpu_ms": 1000 * sum(one["cpu"] for one in ended) / count,
    }


def _statements(store: Store) -> float:
    """Statements that the server was sent since the count began, procrastinate's too, but for BEGIN and COMMIT."""
    query = """
        SELECT sum(calls) FROM pg_stat_statements JOIN pg_database ON pg_database.oid = dbid
        WHERE datname = current_database() AND query !~* '^(begin|commit|rollback)'
          AND query !~* 'count'  -- the benchmark's own
    """
    with store.database.reading() as connection:
        return float(connection.execute(text(query)).scalar_one())


def _end(process: subprocess.Popen[str]) -> dict[str, Any]:
    process.terminate()
    out, _ = process.communicate(timeout=60)
    found: dict[str, Any] = json.loads(out.strip().splitlines()[-1])
    return found


def _written(store: Store, url: str) -> float:
    """Bytes written: WAL on PostgreSQL; the file and its WAL on SQLite."""
    if not url.startswith("sqlite"):
        with store.database.reading() as connection:
            return float(connection.execute(text("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn")).scalar_one())
    path = Path(url.removeprefix("sqlite:///"))
    return float(sum(part.stat().st_size for part in path.parent.glob(f"{path.name}*")))


def idling(url: str, count: int, seconds: float) -> dict[str, float]:
    """What it costs to have so many subscriptions and nothing due."""
    store = Store.open(url)
    fill(store, count, due_in=6 * 3600)
    store.close()
    with quick_slack() as slack:
        process = worker(url, slack)
        time.sleep(8)  # the start is not idling
        before = _cpu(process.pid)
        time.sleep(seconds)
        share = (_cpu(process.pid) - before) / seconds
        ended = _end(process)
    return {"core": share, "peak_mb": ended["peak_kb"] / 1024}


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counts", type=int, nargs="*", default=[1_000, 10_000])
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2, 3])
    parser.add_argument("--idle", type=float, default=30.0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="aibot-bench-") as folder, postgres(OPTIONS) as server:

        def urls(name: str) -> list[tuple[str, str]]:
            return [("SQLite", f"sqlite:///{folder}/{name}.db"), ("PostgreSQL", server.create(name))]

        for label, url in urls("planning"):
            print(f"{label}: 10,000 planned in {planning(url, 10_000):.2f} s", flush=True)
        for count in arguments.counts:
            for workers in arguments.workers:
                for label, url in urls(f"run{count}x{workers}"):
                    if label == "SQLite" and workers > 1:
                        continue
                    found = delivering(url, count, workers)
                    print(
                        f"{label}, {count} due at one minute, {workers} worker{'s' * (workers > 1)}: "
                        f"{found['per_second']:.0f}/s, {found['statements']:.1f} statements, "
                        f"{found['bytes'] / 1000:.1f} kB written and {found['cpu_ms']:.1f} ms of CPU "
                        f"per delivery, peak {found['peak_mb']:.0f} MB",
                        flush=True,
                    )
        for label, url in urls("idle"):
            if arguments.idle:
                found = idling(url, 10_000, arguments.idle)
                print(
                    f"{label}: idle with 10,000 subscriptions {found['core']:.2%} of a core, {found['peak_mb']:.0f} MB",
                    flush=True,
                )


if __name__ == "__main__":
    main()
