"""Backups as docs/operate.md describes them: made while the bot writes, and no recorded day is posted twice."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from datetime import UTC, datetime, timedelta
from datetime import time as wall
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, select

from aibot.posting.planner import plan_anew, plan_due
from aibot.storage import Memory, new_subscription
from aibot.storage.tables import deliveries, installations, shown, threads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Table
    from tests.postgres import Server

NOW = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
TODAY = "2026-12-01"
PAGE = (Path(__file__).parents[2] / "docs" / "operate.md").read_text("utf-8")


def row(table: Table, **fields: Any) -> dict[str, Any]:
    """A row with something in every column that needs something."""
    made = {}
    for column in table.columns:
        if not column.nullable and not (column.primary_key and column.autoincrement is True):
            kind = column.type.python_type
            made[column.name] = "x" if kind is str else kind(0)
    return made | fields


def fill(memory: Memory) -> None:
    """A subscription whose post of today went out, a thread, an installation."""
    wanted = new_subscription(
        team="T1", channel="C1", creator="U1", at=wall(9), zone="UTC", now=NOW - timedelta(hours=1)
    )
    memory.daily.subscribe(wanted)
    with memory.database.transaction() as connection:
        sent = row(
            deliveries, subscription=wanted.id, day=TODAY, team="T1", channel="C1", state="sent", ts="1.1"
        )
        connection.execute(insert(deliveries), sent | {"slot": NOW.timestamp() - 1800, "attempt": 1})
        connection.execute(
            insert(threads), row(threads, team="T1", channel="C1", thread="1.1", entries="rag")
        )
        connection.execute(insert(installations), row(installations, team="T1", token="sealed"))


def check(url: str, *, by: datetime = NOW, grace: float = 7200) -> dict[str, str]:
    """Everything is there; returns the days and their states once the restored bot has planned."""
    memory = Memory.open(url, clock=by.timestamp)
    with memory.database.reading() as connection:
        assert connection.execute(select(threads.c.entries)).scalars().all() == ["rag"]
        assert connection.execute(select(installations.c.token)).scalars().all() == ["sealed"]
    assert [wanted.channel for wanted, _ in memory.daily.deliveries.everyone()] == ["C1"]
    plan_anew(memory.daily.deliveries, by.timestamp(), grace)
    plan_due(memory.daily.deliveries, by.timestamp(), grace)
    with memory.database.reading() as connection:
        found = {
            one.day: one.state for one in connection.execute(select(deliveries.c.day, deliveries.c.state))
        }
    memory.close()
    return found


@contextlib.contextmanager
def writing(memory: Memory) -> Iterator[None]:
    """Somebody writes all the time, as the bot does."""
    stop, wrote = threading.Event(), threading.Event()

    def write() -> None:
        for number in count():
            with memory.database.transaction() as connection:
                connection.execute(insert(shown), row(shown, team="T1", channel="C1", card=str(number)))
            wrote.set()
            if stop.is_set():
                return

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert wrote.wait(20)
        yield
    finally:
        stop.set()
        writer.join()


def copied(source: Path, target: Path) -> None:
    """What sqlite3's `.backup` does."""
    with (
        contextlib.closing(sqlite3.connect(source)) as one,
        contextlib.closing(sqlite3.connect(target)) as other,
    ):
        one.backup(other)


def vacuumed(source: Path, target: Path) -> None:
    with contextlib.closing(sqlite3.connect(source)) as connection:
        connection.execute(f"VACUUM INTO '{target}'")


@pytest.mark.parametrize("save", [copied, vacuumed])
def test_a_sqlite_file_is_saved_while_the_bot_writes(
    tmp_path: Path, save: Callable[[Path, Path], None]
) -> None:
    memory = Memory.open(f"sqlite:///{tmp_path}/aibot.db", clock=NOW.timestamp)
    fill(memory)
    with writing(memory):
        save(tmp_path / "aibot.db", tmp_path / "backup.db")
    memory.close()
    for lost in tmp_path.glob("aibot.db*"):
        lost.unlink()
    (tmp_path / "backup.db").rename(tmp_path / "aibot.db")

    assert check(f"sqlite:///{tmp_path}/aibot.db") == {TODAY: "sent"}


def test_a_postgresql_database_is_saved_while_the_bot_writes(server: Server) -> None:
    memory = Memory.open(server.create("saved"), clock=NOW.timestamp)
    fill(memory)
    with writing(memory):
        server.run("pg_dump", "-U", "aibot", "--format=custom", "--no-owner", "--file=aibot.dump", "saved")
    memory.close()
    url = server.create("restored")
    restore = ("--no-owner", "--exit-on-error", "--single-transaction", "--dbname=restored", "aibot.dump")
    server.run("pg_restore", "-U", "aibot", *restore)

    assert check(url) == {TODAY: "sent"}


@pytest.mark.parametrize(("grace", "state"), [(0.0, "skipped"), (7200.0, "due")])
def test_a_day_after_the_backup_is_not_posted_again_where_the_grace_is_none(
    tmp_path: Path, grace: float, state: str
) -> None:
    """The record knows nothing of tomorrow's post, which went out after the backup was made."""
    url = f"sqlite:///{tmp_path}/aibot.db"
    memory = Memory.open(url, clock=NOW.timestamp)
    fill(memory)
    memory.close()

    found = check(url, by=NOW + timedelta(days=1), grace=grace)
    assert found == {TODAY: "sent", "2026-12-02": state}


@pytest.mark.parametrize("words", ["VACUUM INTO", "--format=custom", "--single-transaction", "AIBOT_GRACE=0"])
def test_the_page_says_what_is_tested_here(words: str) -> None:
    assert words in PAGE
