"""Planning on the record: the subscriptions whose slot has come, and the rows of their days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ARRAY, bindparam, func, select, update

from aibot.storage.rows import from_row
from aibot.storage.tables import deliveries, subscriptions
from aibot.storage.upsert import insert_into

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Column, Connection

    from aibot.core.daily import Subscription
    from aibot.storage.database import Database
    from aibot.storage.record import Key, Planned


class Planning:
    """The part of the record that every program may write: a day that is there already stays as it is."""

    _database: Database
    #  Who is to hear of deliveries that have become due, and when each may be tried: inside the transaction that makes
    #  them so, so that what was written and what was handed on is the same
    submit: Callable[[Connection, Sequence[tuple[Key, float]]], None] | None = None

    def _to_submit(self, connection: Connection, due: Sequence[tuple[Key, float]]) -> None:
        if due and self.submit is not None:
            self.submit(connection, due)

    def to_plan(self, now: float, *, limit: int = 20_000) -> list[tuple[Subscription, float | None]]:
        """The subscriptions whose next slot has come, and that slot."""
        query = select(subscriptions).where(subscriptions.c.next_at <= now).limit(limit)
        with self._database.reading() as connection:
            return [(from_row(row), row.next_at) for row in connection.execute(query)]

    def everyone(self) -> list[tuple[Subscription, float | None]]:
        """Every subscription that is not paused, to work out its next slot anew."""
        query = select(subscriptions).where(subscriptions.c.paused.is_(False))
        with self._database.reading() as connection:
            return [(from_row(row), row.next_at) for row in connection.execute(query)]

    def plan(self, new: Sequence[Planned], next_at: dict[str, float | None], now: float) -> None:
        """Write the days whose slot has come, and when to look again. A day that is there already stays as it is."""
        rows = [
            {
                "subscription": one.subscription.id, "day": one.day, "team": one.subscription.team,
                "channel": one.subscription.channel, "slot": one.slot, "give_up_at": one.give_up_at,
                "try_at": None if one.missed else one.due, "state": "skipped" if one.missed else "due", "attempt": 0,
                "error": "too late" if one.missed else None,
                "steps": f"{now:.3f} {'skipped: too late' if one.missed else 'planned'}",
            }
            for one in new
        ]  # fmt: skip
        with self._database.transaction() as connection:
            made = self._insert(connection, rows) if rows else set()
            if next_at:
                connection.execute(*self._move_on(next_at))
            due = [((one.subscription.id, one.day), one.due) for one in new if not one.missed]
            self._to_submit(connection, [(key, at) for key, at in due if key in made])

    def _insert(self, connection: Connection, rows: list[dict[str, Any]]) -> set[Key]:
        """Insert many rows; on PostgreSQL a column at a time, which is five times as fast.

        Returns the keys of those that were not there, where somebody wants to hear of them.
        """
        if self._database.is_sqlite:
            connection.execute(insert_into(self._database, deliveries).on_conflict_do_nothing(), rows)
            return set()
        columns = [deliveries.c[name] for name in rows[0]]
        table = _rows_of({column: [row[column.name] for row in rows] for column in columns})
        statement = insert_into(self._database, deliveries).from_select(columns, select(*table.c))
        made = connection.execute(
            statement.on_conflict_do_nothing().returning(deliveries.c.subscription, deliveries.c.day)
        )
        return {(row.subscription, row.day) for row in made}

    def _move_on(self, next_at: dict[str, float | None]) -> tuple[Any, Any]:
        """An UPDATE of many subscriptions' next slots, and its parameters."""
        if self._database.is_sqlite:
            statement = update(subscriptions).where(subscriptions.c.id == bindparam("which"))
            return statement.values(next_at=bindparam("then")), [
                {"which": id_, "then": at} for id_, at in next_at.items()
            ]
        new = _rows_of({subscriptions.c.id: list(next_at), subscriptions.c.next_at: list(next_at.values())})
        return update(subscriptions).where(subscriptions.c.id == new.c.id).values(next_at=new.c.next_at), {}


def _rows_of(columns: dict[Column[Any], list[Any]]) -> Any:
    """Rows as PostgreSQL takes them fastest: an array a column."""
    arrays = (bindparam(column.name, values, type_=ARRAY(column.type)) for column, values in columns.items())
    return func.unnest(*arrays).table_valued(*(column.name for column in columns)).render_derived()
