"""Looks at a database without changing it: whether it can be reached and written, and which schema its tables have."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import URL, create_engine, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from aibot.errors import StorageError
from aibot.storage.database import parsed_url, told
from aibot.storage.schema import revision_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

#  Long enough for a database at the other end of a network, short enough for who waits for the answer
SECONDS = 5


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look has found."""

    schema: str | None  # the revision of the tables; None where there are none yet, or no file
    is_writable: bool


def look_into(connection: Connection, file: Path | None) -> Looked:
    """By an open connection; `file` is where SQLite keeps it all.

    A PostgreSQL that is a copy of another one, or was set so, answers and takes no change:
    https://www.postgresql.org/docs/current/hot-standby.html#HOT-STANDBY-USERS
    """
    if file is not None:
        return Looked(revision_of(connection), _may_write(file))
    read_only = connection.execute(text("SHOW transaction_read_only")).scalar_one()
    return Looked(revision_of(connection), read_only == "off")


def look_at(url: str) -> Looked:
    """By an address alone.

    Raises:
        StorageError: where it cannot be opened, or holds the tables of something else.
    """
    parsed = parsed_url(url)
    name = parsed.render_as_string(hide_password=True)
    path = None
    if parsed.get_backend_name() == "sqlite":
        path = Path(parsed.database or "")
        if not path.exists():
            _check_folder(path)
            return Looked(None, _may_write(path))
        # opened for reading alone: looking must neither make a file nor change one
        parsed = URL.create("sqlite", database=path.absolute().as_uri(), query={"mode": "ro", "uri": "true"})
        engine = create_engine(parsed, poolclass=NullPool, connect_args={"timeout": SECONDS})
    else:
        engine = create_engine(parsed, poolclass=NullPool, connect_args={"connect_timeout": SECONDS})
    try:
        with engine.connect() as connection:
            found = look_into(connection, path)
            if found.schema is None and inspect(connection).get_table_names():
                raise StorageError(
                    f"The database holds tables of another program; give aibot its own. ({name})"
                )
            return found
    except DBAPIError as error:
        raise StorageError(told(name, error)) from error
    finally:
        engine.dispose()


def _may_write(path: Path) -> bool:
    """Whether we may write a file, or make it, and the others that SQLite puts beside it."""
    return os.access(path.parent, os.W_OK) and (not path.exists() or os.access(path, os.W_OK))


def _check_folder(path: Path) -> None:
    if not path.parent.is_dir():
        raise StorageError(f"There is no folder {path.parent} for the database {path.name}; make it first.")
