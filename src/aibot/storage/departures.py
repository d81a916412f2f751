"""Who said that it goes, written down before Slack hears that we heard: no restart and no outage forgets it.

After a purge a workspace is kept here a while longer: what another program wrote for it meanwhile is taken away, too.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select, tuple_, update

from aibot.storage.tables import departures
from aibot.storage.upsert import upsert

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from aibot.storage.database import Database

#  Whoever heard it settles it by then; after that any program does
SOON_SECONDS = 120.0
AGAIN_SECONDS = 600.0
_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Departure:
    """A workspace, or (`team` is "") a whole organisation, that is said to go."""

    team: str
    enterprise: str
    reason: str
    mark: str  # a new one each time it is said


class Departures:
    """Notes them, hands them out to one program at a time, and forgets what is settled."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, team: str, enterprise: str, reason: str) -> None:
        """Slack says that the app was uninstalled, or its token revoked."""
        with self._database.transaction() as connection:
            _write(connection, self._database, [(team, enterprise)], reason, SOON_SECONDS)

    def note_taken_out(self, teams: Sequence[str], reason: str) -> None:
        """Slack says that an organisation took the app away from some of its workspaces."""
        with self._database.transaction() as connection:
            _write(connection, self._database, [(team, "") for team in sorted(teams)], reason, SOON_SECONDS)

    def of(self, team: str, enterprise: str) -> Departure | None:
        """What is not settled yet."""
        query = select(departures).where(departures.c.team == team, departures.c.enterprise == enterprise)
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return _departure(row) if row is not None else None

    def marks(self) -> dict[str, str]:
        """Whose workspaces' departure is known, by its mark; every program forgets what it has of them in memory."""
        query = select(departures.c.mark, departures.c.team).where(departures.c.team != "")
        with self._database.reading() as connection:
            return {row.mark: row.team for row in connection.execute(query)}

    def take(self) -> list[Departure]:
        """Some whose time has come; for ten minutes nobody else gets them."""
        now = self._database.now()
        key, due = tuple_(departures.c.team, departures.c.enterprise), departures.c.try_at <= now
        some = select(departures.c.team, departures.c.enterprise).where(due).order_by(departures.c.try_at)
        with self._database.transaction() as connection:
            rows = connection.execute(
                update(departures)
                .where(key.in_(some.limit(_AT_ONCE)), due)
                .values(try_at=now + AGAIN_SECONDS)
                .returning(departures)
            ).all()
        return [_departure(row) for row in rows]

    def settle(self, done: Departure) -> None:
        """Forget it, unless it was said again, or something was purged, meanwhile."""
        same = (departures.c.team == done.team) & (departures.c.enterprise == done.enterprise)
        with self._database.transaction() as connection:
            connection.execute(delete(departures).where(same, departures.c.mark == done.mark))


def keep(connection: Connection, database: Database, teams: Iterable[str], reason: str) -> None:
    """After a purge: look once more, in a while, for what was written meanwhile."""
    _write(connection, database, [(team, "") for team in sorted(teams)], reason, AGAIN_SECONDS)


def _departure(row: Any) -> Departure:
    return Departure(row.team, row.enterprise, row.reason, row.mark)


def _write(
    connection: Connection, database: Database, keys: list[tuple[str, str]], reason: str, seconds: float
) -> None:
    try_at = database.about_now() + seconds
    for team, enterprise in keys:
        said = {"reason": reason, "mark": secrets.token_hex(8), "try_at": try_at}
        connection.execute(upsert(database, departures, {"team": team, "enterprise": enterprise, **said}))
