"""INSERT … ON CONFLICT, which both databases have and SQLAlchemy spells once for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    from sqlalchemy import Table
    from sqlalchemy.sql.dml import Insert

    from aibot.storage.database import Database


def insert_into(database: Database, table: Table) -> Any:
    """The database's own INSERT, which knows ON CONFLICT."""
    return sqlite.insert(table) if database.is_sqlite else postgresql.insert(table)


def upsert(database: Database, table: Table, row: dict[str, Any], *, keep: bool = False) -> Insert:
    """Insert a row; where its key is taken, change that row, or `keep` it as it is."""
    statement = insert_into(database, table).values(row)
    key = [column.name for column in table.primary_key]
    changed = {name: value for name, value in row.items() if name not in key}
    if keep or not changed:
        found: Insert = statement.on_conflict_do_nothing()
    else:
        found = statement.on_conflict_do_update(index_elements=key, set_=changed)
    return found
