"""How much of their limits people and channels have used, added up over all programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete

from aibot.storage.tables import spent
from aibot.storage.upsert import insert_into

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aibot.storage.database import Database

_AT_ONCE = 500  # rows a statement: a busy second of many people is a few statements


class Spent:
    """Counts by key; a key names its window of time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, counts: Mapping[str, int], seconds: float) -> dict[str, int]:
        """Add to some counts, and return what they come to; they are kept for so many seconds."""
        until = self._database.about_now() + seconds
        #  in one order, so that two programs never wait for each other
        rows = [{"key": key, "count": counts[key], "until": until} for key in sorted(counts)]
        found: dict[str, int] = {}
        with self._database.transaction() as connection:
            for start in range(0, len(rows), _AT_ONCE):
                insert = insert_into(self._database, spent).values(rows[start : start + _AT_ONCE])
                added = insert.on_conflict_do_update(
                    index_elements=[spent.c.key], set_={"count": spent.c.count + insert.excluded.count}
                ).returning(spent.c.key, spent.c.count)
                found.update((key, count) for key, count in connection.execute(added))
        return found

    def tidy(self) -> int:
        """Forget the windows that are over; returns how many."""
        old = spent.c.until <= self._database.about_now()
        with self._database.transaction() as connection:
            return connection.execute(delete(spent).where(old)).rowcount
