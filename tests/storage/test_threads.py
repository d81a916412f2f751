"""What threads are about, on both databases: kept for fourteen days, read from memory where nothing changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select

from aibot.core.conversation import Thread
from aibot.errors import StorageError
from aibot.storage.database import Database
from aibot.storage.tables import threads
from aibot.storage.threads import KEPT_SECONDS, MOST_KEPT, UNKNOWN_SECONDS, Threads

if TYPE_CHECKING:
    from collections.abc import Iterator

ABOUT = Thread(
    ("deepseek-v3", "gpt-4o"),
    together=2,
    compared=True,
    asked=("cost", "cost ratio"),
    left=("sora",),
    language="zh",
    stopped=True,
)
HERE = ("T1", "C1", "1.1")


class Ticking:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Ticking:
    return Ticking()


@pytest.fixture
def database(url: str, clock: Ticking) -> Iterator[Database]:
    opened = Database(url, clock=clock)
    yield opened
    opened.close()


def test_a_thread_comes_back_as_it_was(database: Database) -> None:
    kept = Threads(database)
    assert kept.get(*HERE) is None
    kept.put(*HERE, ABOUT)
    assert kept.get(*HERE) == ABOUT
    assert Threads(database).get(*HERE) == ABOUT
    kept.put(*HERE, Thread(("sora",), together=1))
    assert Threads(database).get(*HERE) == Thread(("sora",), together=1)
    assert Threads(database).get("T2", "C1", "1.1") is None
    assert Threads(database).get("T1", "C1", "") is None


def test_only_ids_are_kept(database: Database) -> None:
    Threads(database).put(*HERE, ABOUT)
    with database.reading() as connection:
        (row,) = connection.execute(select(threads)).mappings()
    assert dict(row) == {
        "team": "T1", "channel": "C1", "thread": "1.1", "entries": "deepseek-v3 gpt-4o", "language": "zh",
        "about": '{"asked": ["cost", "cost ratio"], "together": 2, "compared": true, "left": ["sora"]}',
        "stopped": True, "at": 1_000_000.0,
    }  # fmt: skip


def test_a_thread_in_memory_costs_no_statement(database: Database, clock: Ticking) -> None:
    kept = Threads(database, monotonic=clock)
    assert kept.recall(*HERE) == (False, None)
    kept.get(*HERE)
    before = database.statements
    for _ in range(100):
        assert kept.recall(*HERE) == (True, None)
        assert kept.get(*HERE) is None
    assert database.statements == before


def test_what_another_process_writes_is_seen_within_seconds(database: Database, clock: Ticking) -> None:
    one, other = Threads(database, monotonic=clock), Threads(database, monotonic=clock)
    assert one.get(*HERE) is None
    other.put(*HERE, ABOUT)
    clock.now += UNKNOWN_SECONDS + 1
    #  nobody else writes to a SQLite file, so there it is remembered for longer
    assert one.get(*HERE) == (None if database.is_sqlite else ABOUT)
    clock.now += 60 * UNKNOWN_SECONDS
    assert one.get(*HERE) == ABOUT


def test_after_fourteen_days_it_is_forgotten_and_gone(database: Database, clock: Ticking) -> None:
    kept = Threads(database, monotonic=clock)
    kept.put(*HERE, ABOUT)
    kept.put("T1", "C1", "2.2", ABOUT)
    clock.now += KEPT_SECONDS - 10
    assert Threads(database).get(*HERE) == ABOUT
    clock.now += 20
    assert Threads(database).get(*HERE) is None
    assert kept.tidy() == 2
    assert kept.tidy() == 0


def test_forgetting(database: Database) -> None:
    kept = Threads(database)
    kept.put(*HERE, ABOUT)
    assert kept.forget(*HERE)
    assert not kept.forget(*HERE)
    assert kept.get(*HERE) is None


def test_dropping_a_workspace_from_memory(database: Database) -> None:
    kept = Threads(database)
    kept.put(*HERE, ABOUT)
    kept.put("T2", "C1", "1.1", ABOUT)
    kept.drop("T1")
    assert kept.recall(*HERE) == (False, None)
    assert kept.recall("T2", "C1", "1.1") == (True, ABOUT)


def test_the_memory_is_bounded(database: Database) -> None:
    kept = Threads(database)
    for number in range(MOST_KEPT + 10):
        kept._keep(("T1", "C1", str(number)), None)
    assert kept.recall("T1", "C1", "0") == (False, None)
    assert kept.recall("T1", "C1", str(MOST_KEPT + 9)) == (True, None)


def test_a_row_of_another_version_is_a_thread_about_nothing_known(database: Database) -> None:
    row = {
        "team": "T1", "channel": "C1", "thread": "1.1", "entries": "sora", "about": "cost",
        "language": "fr", "stopped": False, "at": 1_000_000.0,
    }  # fmt: skip
    with database.transaction() as connection:
        connection.execute(insert(threads).values(row))
    assert Threads(database).get(*HERE) == Thread(("sora",), together=1)


def test_a_database_that_is_gone_says_so(database: Database) -> None:
    with database.transaction() as connection:
        threads.drop(connection)
    with pytest.raises(StorageError):
        Threads(database).get(*HERE)
