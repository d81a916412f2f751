"""The record for people: what became of a channel's day, how many stand where, what is coming."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from aibot.storage.record import Delivery
from aibot.storage.tables import deliveries, subscriptions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aibot.storage.database import Database
    from aibot.storage.record import State


class Reading:
    """Looks at the record; `tidy` forgets what is old."""

    _database: Database

    def of_channel(self, channel: str, day: str) -> list[Delivery]:
        """A channel's delivery of a day (one, or one in each workspace that shares the channel)."""
        query = select(deliveries).where(deliveries.c.channel == channel, deliveries.c.day == day)
        return self._rows(query)

    def in_state(
        self, *states: State, limit: int = 50, since: float | None = None, before: float | None = None
    ) -> list[Delivery]:
        """The newest deliveries in some states, of the slots since a time and before another."""
        query = select(deliveries).where(*_in_state(states, since, before))
        return self._rows(query.order_by(deliveries.c.slot.desc()).limit(limit))

    def count(self, *states: State, before: float | None = None) -> int:
        """How many there are of them, however many."""
        query = select(func.count()).select_from(deliveries).where(*_in_state(states, None, before))
        with self._database.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def _rows(self, query: Any) -> list[Delivery]:
        names = list(Delivery.__dataclass_fields__)
        with self._database.reading() as connection:
            return [Delivery(*(getattr(row, name) for name in names)) for row in connection.execute(query)]

    def counts(self, since: float) -> dict[str, int]:
        """How many deliveries there are in each state, of the slots since a time."""
        query = (
            select(deliveries.c.state, func.count().label("found"))
            .where(deliveries.c.slot >= since)
            .group_by(deliveries.c.state)
        )
        with self._database.reading() as connection:
            return {row.state: row.found for row in connection.execute(query)}

    def coming(self, now: float, until: float) -> list[float]:
        """The next slots of all subscriptions, up to a time."""
        query = select(subscriptions.c.next_at).where(
            subscriptions.c.next_at > now, subscriptions.c.next_at <= until
        )
        with self._database.reading() as connection:
            return list(connection.execute(query).scalars())

    def tidy(self, before: float) -> int:
        """Forget closed deliveries older than a time; returns how many."""
        old = (deliveries.c.slot < before) & deliveries.c.try_at.is_(None)
        with self._database.transaction() as connection:
            return connection.execute(deliveries.delete().where(old)).rowcount


def _in_state(states: Sequence[State], since: float | None, before: float | None) -> list[Any]:
    found: list[Any] = [deliveries.c.state.in_(states)]
    if since is not None:
        found.append(deliveries.c.slot >= since)
    if before is not None:
        found.append(deliveries.c.slot < before)
    return found
