"""Looks at a database without changing it: whether it can be reached, and which schema its tables have."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL, create_engine, inspect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from aibot.errors import StorageError
from aibot.storage.database import parsed_url, told
from aibot.storage.schema import revision_of

#  Long enough for a database at the other end of a network, short enough for who waits for the answer
SECONDS = 5


def schema_of(url: str) -> str | None:
    """The revision of a database's tables; None where there are none yet, or no file.

    Raises:
        StorageError: where it cannot be opened, or holds the tables of something else.
    """
    parsed = parsed_url(url)
    name = parsed.render_as_string(hide_password=True)
    if parsed.get_backend_name() == "sqlite":
        path = Path(parsed.database or "")
        if not path.exists():
            _check_folder(path)
            return None
        # opened for reading alone: looking must neither make a file nor change one
        parsed = URL.create("sqlite", database=path.absolute().as_uri(), query={"mode": "ro", "uri": "true"})
        engine = create_engine(parsed, poolclass=NullPool, connect_args={"timeout": SECONDS})
    else:
        engine = create_engine(parsed, poolclass=NullPool, connect_args={"connect_timeout": SECONDS})
    try:
        with engine.connect() as connection:
            found = revision_of(connection)
            if found is None and inspect(connection).get_table_names():
                raise StorageError(
                    f"The database holds tables of another program; give aibot its own. ({name})"
                )
            return found
    except DBAPIError as error:
        raise StorageError(told(name, error)) from error
    finally:
        engine.dispose()


def _check_folder(path: Path) -> None:
    if not path.parent.is_dir():
        raise StorageError(f"There is no folder {path.parent} for the database {path.name}; make it first.")
