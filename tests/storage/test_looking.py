"""Looking at a database tells its schema and changes nothing, on both databases."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import create_engine, inspect, text
from tests.postgres import NOBODY

from aibot.errors import StorageError
from aibot.storage import Memory
from aibot.storage.database import parsed_url
from aibot.storage.looking import Looked, look_at
from aibot.storage.schema import HEAD


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
    assert look_at(url) == Looked(None, is_writable=True)
    assert tables(url) == []


def test_a_database_that_is_in_use_is_of_todays_schema(url: str) -> None:
    memory = Memory.open(url)
    assert look_at(url) == Looked(HEAD, is_writable=True)
    memory.close()
    assert look_at(url) == Looked(HEAD, is_writable=True)


def test_an_old_schema_is_told_and_not_changed(url: str) -> None:
    Memory.open(url).close()
    execute(url, "UPDATE alembic_version SET version_num = '0001'")

    assert look_at(url).schema == "0001"
    assert look_at(url).schema == "0001"


def test_the_tables_of_another_program_are_not_ours(url: str) -> None:
    execute(url, "CREATE TABLE zanzibar (id INTEGER)")

    with pytest.raises(StorageError, match="another program"):
        look_at(url)


def test_a_path_with_odd_characters_is_found(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/what%3F is #1?.db".replace("?", "")
    Memory.open(url).close()

    assert look_at(url) == Looked(HEAD, is_writable=True)


def test_a_postgresql_that_takes_no_changes_is_told(url: str) -> None:
    if url.startswith("sqlite"):
        return
    Memory.open(url).close()
    execute(url, f"ALTER DATABASE {parsed_url(url).database} SET default_transaction_read_only = on")

    assert look_at(url) == Looked(HEAD, is_writable=False)


def test_a_folder_that_may_not_be_written_is_told() -> None:
    with TemporaryDirectory() as name:
        Path(name).chmod(0o555)
        # root may write everywhere
        with ProcessPoolExecutor(1, get_context("fork"), initializer=become_nobody) as nobody:
            looked = nobody.submit(look_at, f"sqlite:///{name}/aibot.db").result()
        Path(name).chmod(0o755)

    assert looked == Looked(None, is_writable=False)


def become_nobody() -> None:
    if os.geteuid() == 0:
        os.setgid(NOBODY)
        os.setuid(NOBODY)
