"""The tables, and the numbered steps that make them. Ids and times only: nothing anybody wrote, nobody's name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import (
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    inspect,
    select,
)

from aibot.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

metadata = MetaData()

versions = Table("aibot_schema", metadata, Column("version", Integer, primary_key=True))

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", String, primary_key=True),
    Column("team", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("creator", String, nullable=False),
    Column("at", String, nullable=False),  # 09:00
    Column("zone", String, nullable=False),
    Column("days", Integer, nullable=False),  # one bit a weekday, Monday the lowest
    Column("topics", Text, nullable=False),  # separated by spaces
    Column("language", String, nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("paused_until", String),
    Column("problem", String, nullable=False),
    Column("skip_dates", Text, nullable=False),  # separated by spaces
    Column("holidays", String),
    Column("seed", String, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created", Double, nullable=False),  # all times: seconds since 1970, UTC
    Column("since", Double, nullable=False),
    Column("next_at", Double),  # the next slot; worked out anew at every start, so it is a hint and no timer
    UniqueConstraint("team", "channel"),
    Index("subscriptions_next_at", "next_at"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("subscription", String, primary_key=True),
    Column("day", String, primary_key=True),  # the local date: the key that makes a second post impossible
    Column("team", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("slot", Double, nullable=False),
    Column("give_up_at", Double, nullable=False),
    Column("try_at", Double),  # when it may be tried; null once it is closed
    Column("state", String, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("worker", String),
    Column("first_sent", Double),
    Column("card", String),
    Column(
        "body", Text
    ),  # frozen at the first attempt: a second one says the same; taken out once it is posted
    Column("ts", String),  # Slack's
    Column("error", String),
    Column("steps", Text, nullable=False),  # one line a step, for `aibot daily explain`
)
Index(
    "deliveries_due",
    deliveries.c.try_at,
    sqlite_where=deliveries.c.state == "due",
    postgresql_where=deliveries.c.state == "due",
)
_UNDER_WAY = deliveries.c.state.in_(("sending", "unknown")) & deliveries.c.try_at.is_not(None)
Index("deliveries_under_way", deliveries.c.state, sqlite_where=_UNDER_WAY, postgresql_where=_UNDER_WAY)
Index("deliveries_channel", deliveries.c.channel, deliveries.c.day)

posted = Table(
    "posted",
    metadata,
    Column("subscription", String, primary_key=True),
    Column("generation", Integer, primary_key=True),
    Column("card", String, primary_key=True),
    Column("day", String),  # null: put aside by `swap`
)

workspaces = Table(
    "workspaces",
    metadata,
    Column("team", String, primary_key=True),
    Column("who", String, nullable=False, server_default="anyone"),
    Column("on_unknown", String, nullable=False, server_default="leave"),
    Column(
        "next_free", Double, nullable=False, server_default="0"
    ),  # Slack takes the workspace's next post then
    Column("stopped", String),  # why nothing can be posted there at all: account_inactive
)


def _first(connection: Connection) -> None:
    metadata.create_all(connection)


#  One step a version; a step once released is never changed.
STEPS: tuple[Callable[[Connection], None], ...] = (_first,)


def migrate(connection: Connection) -> None:
    """Bring the tables up to date, inside the caller's transaction.

    Raises:
        StorageError: where a newer aibot has already been here.
    """
    version = 0
    if inspect(connection).has_table("aibot_schema"):
        version = connection.execute(select(versions.c.version)).scalar() or 0
    if version > len(STEPS):
        raise StorageError(
            f"The database has version {version}, made by a newer aibot; this one knows {len(STEPS)}. "
            "Run the newer aibot, or restore the backup from before the upgrade."
        )
    for step in STEPS[version:]:
        step(connection)
    if version < len(STEPS):
        connection.execute(versions.delete())
        connection.execute(versions.insert().values(version=len(STEPS)))
