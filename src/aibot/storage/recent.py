"""What a person asked for last: entry ids, a few a person, for a while; never what they typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from aibot.storage.tables import recent
from aibot.storage.upsert import upsert

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aibot.storage.database import Database

KEPT = 8  # a person
KEPT_SECONDS = 90 * 24 * 3600


class Recent:
    """The entries each person asked for last."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def add(self, asked: Iterable[tuple[str, str, str, float]]) -> None:
        """Write down what was asked: workspace, person, entry, when; all of it in one transaction."""
        rows = list(asked)
        if not rows:
            return
        with self.database.transaction() as connection:
            for team, user, entry, at in rows:
                row = {"team": team, "user": user, "entry": entry, "at": at}
                connection.execute(upsert(self.database, recent, row))
            for team, user in dict.fromkeys((team, user) for team, user, _, _ in rows):
                theirs = (recent.c.team == team) & (recent.c.user == user)
                kept = select(recent.c.entry).where(theirs).order_by(*_NEWEST_FIRST).limit(KEPT)
                connection.execute(delete(recent).where(theirs, recent.c.entry.not_in(kept)))

    def of(self, team: str, user: str) -> Sequence[str]:
        """A person's entries, the newest first."""
        since = self.database.about_now() - KEPT_SECONDS
        query = (
            select(recent.c.entry)
            .where(recent.c.team == team, recent.c.user == user, recent.c.at >= since)
            .order_by(*_NEWEST_FIRST)
        )
        with self.database.reading() as connection:
            return connection.execute(query).scalars().all()

    def tidy(self) -> int:
        """Forget what is older than ninety days; returns how much."""
        old = recent.c.at < self.database.about_now() - KEPT_SECONDS
        with self.database.transaction() as connection:
            return connection.execute(delete(recent).where(old)).rowcount

    def forget(self, team: str, user: str | None = None) -> int:
        """Forget a person, or a whole workspace; returns how much there was."""
        whose = [recent.c.team == team, *([recent.c.user == user] if user is not None else [])]
        with self.database.transaction() as connection:
            return connection.execute(delete(recent).where(*whose)).rowcount


_NEWEST_FIRST = (recent.c.at.desc(), recent.c.entry)
