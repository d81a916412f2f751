"""Brings a database's tables up to date, from every schema that was ever released."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from aibot.errors import StorageError
from aibot.storage.tables import metadata

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

HEAD = "0003"  # the newest revision in migrations/versions
#  Before Alembic, version 1 of a table of our own stood for what is revision 0001
_BEFORE_ALEMBIC = "aibot_schema"


def migrate(connection: Connection) -> None:
    """Bring the tables up to date, inside the caller's transaction.

    An empty database gets the newest tables at once; that this is the same as all revisions one after another is
    tested. Alembic takes a tenth of a second to load, so it is loaded only where there is something to change.

    Raises:
        StorageError: where a newer aibot has already been here.
    """
    found = revision_of(connection)
    if found == HEAD:
        return
    if found is None:
        metadata.create_all(connection)
        _stamp(connection, HEAD)
        return
    _refuse_newer(found)
    if inspect(connection).has_table(_BEFORE_ALEMBIC):
        _stamp(connection, found)
        connection.execute(text(f"DROP TABLE {_BEFORE_ALEMBIC}"))
    _upgrade(connection)


def expect_head(connection: Connection) -> None:
    """Make sure that the tables are today's, and change nothing.

    Raises:
        StorageError: where they are older or newer, or where there are none yet.
    """
    found = revision_of(connection)
    if found == HEAD:
        return
    if found is None:
        raise StorageError("The database has no tables of aibot's yet; `aibot run` makes them.")
    _refuse_newer(found)
    raise StorageError(
        f"The database has schema {found}, made by an older aibot; this one needs {HEAD}, and nothing was changed. "
        "Start the new bot first, which brings it up to date; or ask with the aibot that runs there now."
    )


def _refuse_newer(found: str) -> None:
    if found.isdecimal() and int(found) > int(HEAD):
        raise StorageError(
            f"The database has schema {found}, made by a newer aibot; this one knows {HEAD}. "
            "Run the newer aibot, or restore the backup from before the upgrade."
        )


def revision_of(connection: Connection) -> str | None:
    """The database's revision; None where it is empty."""
    tables = inspect(connection)
    if tables.has_table("alembic_version"):
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    if tables.has_table(_BEFORE_ALEMBIC):
        version = connection.execute(text(f"SELECT version FROM {_BEFORE_ALEMBIC}")).scalar_one()  # noqa: S608
        return f"{version:04}"
    return None


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's settings for our revisions."""
    from alembic.config import Config  # noqa: PLC0415  # see `migrate`

    config = Config()
    config.set_main_option("script_location", "aibot.storage:migrations")
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415  # see `migrate`

    command.upgrade(alembic_config(connection), "head")


def _stamp(connection: Connection, revision: str) -> None:
    connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
    connection.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": revision})
