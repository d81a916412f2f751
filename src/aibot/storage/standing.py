"""How the daily posts stand, by two small indexes: how many wait, and how late the latest of them is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from aibot.storage.tables import deliveries

if TYPE_CHECKING:
    from aibot.storage.database import Database


@dataclass(frozen=True, slots=True)
class Standing:
    """The deliveries that are not closed, all workers' together."""

    due: int = 0  # planned or to be tried again
    under_way: int = 0  # being sent, or sent and not yet known to have arrived
    late: float = 0.0  # seconds since the oldest of those that may be tried now fell due


def standing(database: Database) -> Standing:
    """Look once.

    Raises:
        StorageError: where the database cannot be reached.
    """
    now = database.now()
    is_open = deliveries.c.try_at.is_not(None)
    due = select(func.count()).select_from(deliveries).where(deliveries.c.state == "due", is_open)
    under_way = (
        select(func.count())
        .select_from(deliveries)
        .where(deliveries.c.state.in_(("sending", "unknown")), is_open)
    )
    oldest = select(func.min(deliveries.c.slot)).where(
        deliveries.c.state == "due", deliveries.c.try_at <= now
    )
    with database.reading() as connection:
        slot = connection.execute(oldest).scalar_one_or_none()
        return Standing(
            due=connection.execute(due).scalar_one(),
            under_way=connection.execute(under_way).scalar_one(),
            late=max(0.0, now - slot) if slot is not None else 0.0,
        )
