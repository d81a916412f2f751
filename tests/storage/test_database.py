"""What a database refuses is told without the values that were to be written, and who holds it up is not waited for."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DBAPIError

from aibot.errors import StorageError
from aibot.storage import Memory
from aibot.storage.tables import feedback, preferences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Insert


@pytest.fixture
def on_postgresql(postgres_url: str) -> Iterator[Memory]:
    opened = Memory.open(postgres_url)
    yield opened
    opened.close()


def refused(what: str) -> Insert:
    """A row that the tables do not take, with a value that nobody may read."""
    row = {"subject": "zanzibar", "verdict": "right", "count": 1, "last_at": 1.0}
    if what == "missing":
        row["count"] = None
    return insert(feedback).values([row] if what == "missing" else [row, row])


@pytest.mark.parametrize("what", ["missing", "twice"])
def test_what_was_to_be_written_stands_in_no_error_and_no_traceback(memory: Memory, what: str) -> None:
    with (
        pytest.raises(StorageError, match="nothing was changed") as caught,
        memory.database.transaction() as to,
    ):
        to.execute(refused(what))
    assert "zanzibar" not in "".join(traceback.format_exception(caught.value))
    with memory.database.reading() as connection:
        assert connection.execute(select(feedback)).all() == []


def test_nor_in_an_error_of_sqlalchemys_own(memory: Memory) -> None:
    with pytest.raises(DBAPIError) as caught, memory.database.engine.begin() as connection:
        connection.execute(refused("twice"))
    assert "SQL parameters hidden" in str(caught.value)
    assert "zanzibar" not in str(caught.value).partition("[SQL")[2]


def choose(memory: Memory, value: str, *, patience: str = "") -> None:
    with memory.database.transaction() as connection:
        if patience:
            connection.execute(text(f"SET LOCAL lock_timeout = '{patience}'"))
        connection.execute(update(preferences).values(value=value))


def test_a_row_that_another_program_holds_is_given_up_and_nothing_is_changed(on_postgresql: Memory) -> None:
    memory = on_postgresql
    memory.preferences.set("T1", "U1", "language", "en")
    other = Memory.open(memory.database.url.render_as_string(hide_password=False))
    with other.database.transaction() as holding:
        holding.execute(update(preferences).values(value="zh"))
        with pytest.raises(StorageError, match="Another program holds the database; nothing was changed"):
            choose(memory, "xx", patience="50ms")
        assert memory.preferences.of("T1", ("U1",), "language") == {"U1": "en"}  # who reads waits for nobody
    choose(memory, "en")
    assert other.preferences.of("T1", ("U1",), "language") == {"U1": "en"}
    other.close()


@pytest.mark.parametrize(
    ("setting", "value"), [("lock_timeout", "15s"), ("idle_in_transaction_session_timeout", "10s")]
)
def test_no_session_waits_for_ever_or_lets_others_wait(
    on_postgresql: Memory, setting: str, value: str
) -> None:
    for opened in (on_postgresql.database.reading, on_postgresql.database.transaction):
        with opened() as connection:
            assert connection.execute(text(f"SHOW {setting}")).scalar_one() == value
