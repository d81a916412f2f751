"""Which days' posts a channel has had, where its subscription and its record cannot tell: a purge took them away.

A workspace that installs the app again on the same day would get a second post. So for two days a hash of the channel
and the day is kept, and nothing else.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from aibot.storage.tables import deliveries, once
from aibot.storage.upsert import upsert

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection

    from aibot.storage.database import Database

SECONDS = 2 * 86_400.0  # by then it is no zone's today any more


def keep(connection: Connection, database: Database, teams: Collection[str]) -> None:
    """Keep what has been posted, or may have been, before some workspaces' deliveries are deleted."""
    now = database.about_now()
    query = select(deliveries.c.team, deliveries.c.channel, deliveries.c.day).where(
        deliveries.c.team.in_(teams),
        deliveries.c.slot > now - SECONDS,
        deliveries.c.state.in_(("sending", "sent", "unknown")),
    )
    for row in connection.execute(query):
        name = _name(row.team, row.channel, row.day)
        connection.execute(upsert(database, once, {"name": name, "until": now + SECONDS}))


def days(connection: Connection, database: Database, team: str, channel: str) -> list[str]:
    """The days whose post a channel had before its workspace was purged."""
    now = database.about_now()
    today = datetime.fromtimestamp(now, UTC).date()
    names = {
        _name(team, channel, day): day
        for day in ((today + timedelta(days=some)).isoformat() for some in range(-3, 2))
    }
    query = select(once.c.name).where(once.c.name.in_(list(names)), once.c.until > now)
    return sorted(names[name] for name in connection.execute(query).scalars())


def _name(team: str, channel: str, day: str) -> str:
    return hashlib.sha256(f"had {team} {channel} {day}".encode()).hexdigest()
