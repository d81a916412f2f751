"""Looking at a database tells its schema and changes nothing, on both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, inspect, text

from aibot.errors import StorageError
from aibot.storage import Memory
from aibot.storage.database import parsed_url
from aibot.storage.looking import schema_of
from aibot.storage.schema import HEAD

if TYPE_CHECKING:
    from pathlib import Path


def execute(url: str, statement: str) -> None:
    engine = create_engine(parsed_url(url))
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def tables(url: str) -> list[str]:
    engine = create_engine(parsed_url(url))
    found = inspect(engine).get_table_names()
    engine.dispose()
    return found


def test_an_empty_database_has_no_schema_and_stays_empty(url: str) -> None:
    assert schema_of(url) is None
    assert tables(url) == []


def test_a_database_that_is_in_use_is_of_todays_schema(url: str) -> None:
    memory = Memory.open(url)
    assert schema_of(url) == HEAD
    memory.close()
    assert schema_of(url) == HEAD


def test_an_old_schema_is_told_and_not_changed(url: str) -> None:
    Memory.open(url).close()
    execute(url, "UPDATE alembic_version SET version_num = '0001'")

    assert schema_of(url) == "0001"
    assert schema_of(url) == "0001"


def test_the_tables_of_another_program_are_not_ours(url: str) -> None:
    execute(url, "CREATE TABLE zanzibar (id INTEGER)")

    with pytest.raises(StorageError, match="another program"):
        schema_of(url)


def test_a_path_with_odd_characters_is_found(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/what%3F is #1?.db".replace("?", "")
    Memory.open(url).close()

    assert schema_of(url) == HEAD
