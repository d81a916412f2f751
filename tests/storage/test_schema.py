from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, make_url, text

from aibot.errors import StorageError
from aibot.storage import Policy, Store
from aibot.storage.schema import HEAD, alembic_config, migrate, revision_of
from aibot.storage.tables import metadata

RELEASED = sorted((Path(__file__).parent / "released").glob("*.sql"))


def engine_of(url: str) -> Engine:
    return create_engine(make_url(url).set(drivername="sqlite" if "sqlite" in url else "postgresql+psycopg"))


def test_the_newest_revision_is_the_one_the_program_goes_by() -> None:
    assert ScriptDirectory.from_config(alembic_config()).get_heads() == [HEAD]


def make_released(url: str, released: Path) -> None:
    """A database as some released aibot left it."""
    script = released.read_text("utf-8")
    if "sqlite" in url:
        script = script.replace("DOUBLE PRECISION", "DOUBLE").replace(
            "SERIAL", "INTEGER"
        )  # as it was written there
    engine = engine_of(url)
    with engine.begin() as connection:
        for statement in script.split(";\n"):
            if statement.strip():
                connection.execute(text(statement))
    engine.dispose()


@pytest.mark.parametrize("released", RELEASED, ids=lambda path: path.stem)
def test_every_released_schema_comes_to_the_tables_of_today_and_keeps_what_is_in_it(
    url: str, released: Path
) -> None:
    make_released(url, released)
    engine = engine_of(url)
    with engine.begin() as connection:
        migrate(connection)
        assert revision_of(connection) == HEAD
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()

    store = Store.open(url)
    (subscription,) = store.list()
    assert (subscription.channel, subscription.version, subscription.holidays) == ("C1", 3, "CN")
    assert store.policy("T1") == Policy("admins", "leave")
    assert [one.state for one in store.deliveries.of_channel("C1", "2026-12-01")] == ["sent"]
    assert store.dealt([subscription.id])[subscription.id] == {"deepseek-v3": 0}
    store.close()


def test_an_empty_database_gets_what_all_revisions_come_to(url: str) -> None:
    Store.open(url).close()
    engine = engine_of(url)
    with engine.connect() as connection:
        assert revision_of(connection) == HEAD
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_a_newer_database_is_left_alone(url: str) -> None:
    Store.open(url).close()
    engine = engine_of(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0999'"))
    with pytest.raises(StorageError, match="made by a newer aibot"):
        Store.open(url)
    with engine.connect() as connection:
        assert revision_of(connection) == "0999"
    engine.dispose()
