"""What must happen a single time, whichever program it comes to: events, presses of a button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from aibot.storage.tables import once
from aibot.storage.upsert import insert_into

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aibot.storage.database import Database


class Once:
    """Names that are taken until a time. Whoever takes one first may act on it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, name: str, seconds: float) -> bool:
        """Take a name for so long; False where somebody has it."""
        return not self.claim(name, seconds)

    def claim(self, name: str, seconds: float) -> float:
        """Take a name for so long: 0 where it is ours now, else for how many seconds more it is somebody's."""
        now = self._database.about_now()
        insert = insert_into(self._database, once).values(name=name, until=now + seconds)
        # what has run out, and is not swept away yet, is free again
        free_again = insert.on_conflict_do_update(
            index_elements=[once.c.name], set_={"until": now + seconds}, where=once.c.until <= now
        )
        with self._database.transaction() as connection:
            if connection.execute(free_again.returning(once.c.name)).first() is not None:
                return 0.0
            until = connection.execute(select(once.c.until).where(once.c.name == name)).scalar()
        return until - now if until is not None else seconds  # given back in this moment: not ours either

    def keep(self, names: Sequence[str], seconds: float) -> int:
        """Have names that are taken be so for so long from now on; returns how many are."""
        longer = update(once).where(once.c.name.in_(names)).values(until=self._database.about_now() + seconds)
        with self._database.transaction() as connection:
            return connection.execute(longer).rowcount

    def free(self, name: str) -> bool:
        """Give a name back; False where nobody had it."""
        with self._database.transaction() as connection:
            return connection.execute(delete(once).where(once.c.name == name)).rowcount > 0

    def tidy(self) -> int:
        """Forget what has run out; returns how many."""
        with self._database.transaction() as connection:
            return connection.execute(delete(once).where(once.c.until <= self._database.about_now())).rowcount
