"""Planning on the record: the subscriptions whose slot has come, and the rows of their days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ARRAY, bindparam, case, func, literal, select, update

from aibot.storage.rows import from_row
from aibot.storage.tables import deliveries, subscriptions
from aibot.storage.upsert import insert_into

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Column, Connection

    from aibot.core.daily import Subscription
    from aibot.storage.database import Database
    from aibot.storage.record import Key, Planned

_TOO_LATE = "too late"


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

    def plan(self, new: Sequence[Planned], next_at: dict[str, float | None], now: float) -> int:
        """Write the days whose slot has come, and when to look again. A day that is there already stays as it is.

        Returns how many days were written down as missed.
        """
        with self._database.transaction() as connection:
            if self._database.is_sqlite:
                missed = self._insert_each(connection, new, now)
            else:
                made = self._insert_all(connection, new, now)
                self._to_submit(connection, [(one.key, one.due) for one in made if not one.missed])
                missed = sum(one.missed for one in made)
            if next_at:
                connection.execute(*self._move_on(next_at))
        return missed

    def _insert_each(self, connection: Connection, new: Sequence[Planned], now: float) -> int:
        """Insert row by row; returns how many were missed days that were not there."""
        rows = [
            {
                "subscription": one.subscription.id, "day": one.day, "team": one.subscription.team,
                "channel": one.subscription.channel, "slot": one.slot, "give_up_at": one.give_up_at,
                "try_at": None if one.missed else one.due, "state": "skipped" if one.missed else "due", "attempt": 0,
                "error": _TOO_LATE if one.missed else None, "steps": _step(now, missed=one.missed),
            }
            for one in new
        ]  # fmt: skip
        counted = insert_into(self._database, deliveries).on_conflict_do_nothing()
        counted = counted.execution_options(preserve_rowcount=True)
        inserted = {
            state: connection.execute(counted, some).rowcount
            for state in ("due", "skipped")
            if (some := [row for row in rows if row["state"] == state])
        }
        return inserted.get("skipped", 0)

    def _insert_all(self, connection: Connection, new: Sequence[Planned], now: float) -> Sequence[Planned]:
        """Insert a column at a time, which is five times as fast; returns those that were not there."""
        if not new:
            return new
        row = _rows_of({
            deliveries.c.subscription: [one.subscription.id for one in new],
            deliveries.c.day: [one.day for one in new],
            deliveries.c.slot: [one.slot for one in new],
            deliveries.c.give_up_at: [one.give_up_at for one in new],
            deliveries.c.try_at: [None if one.missed else one.due for one in new],
        }).c  # fmt: skip
        is_missed = row.try_at.is_(None)
        values: dict[str, Any] = {
            "subscription": row.subscription, "day": row.day, "team": subscriptions.c.team,
            "channel": subscriptions.c.channel, "slot": row.slot, "give_up_at": row.give_up_at,
            "try_at": row.try_at, "state": case((is_missed, "skipped"), else_="due"), "attempt": literal(0),
            "error": case((is_missed, _TOO_LATE)),
            "steps": case((is_missed, _step(now, missed=True)), else_=_step(now, missed=False)),
        }  # fmt: skip
        rows = select(*values.values()).where(subscriptions.c.id == row.subscription)
        made = connection.execute(
            insert_into(self._database, deliveries)
            .from_select(list(values), rows)
            .on_conflict_do_nothing()
            .returning(deliveries.c.subscription, deliveries.c.day)
        )
        if made.rowcount == len(new):
            return new
        keys = {tuple(key) for key in made}
        return [one for one in new if one.key in keys]

    def _move_on(self, next_at: dict[str, float | None]) -> tuple[Any, Any]:
        """An UPDATE of many subscriptions' next slots, and its parameters."""
        if self._database.is_sqlite:
            statement = update(subscriptions).where(subscriptions.c.id == bindparam("which"))
            return statement.values(next_at=bindparam("then")), [
                {"which": id_, "then": at} for id_, at in next_at.items()
            ]
        new = _rows_of({subscriptions.c.id: list(next_at), subscriptions.c.next_at: list(next_at.values())})
        return update(subscriptions).where(subscriptions.c.id == new.c.id).values(next_at=new.c.next_at), {}


def _step(now: float, *, missed: bool) -> str:
    return f"{now:.3f} {f'skipped: {_TOO_LATE}' if missed else 'planned'}"


def _rows_of(columns: dict[Column[Any], list[Any]]) -> Any:
    """Rows as PostgreSQL takes them fastest: an array a column."""
    arrays = (bindparam(column.name, values, type_=ARRAY(column.type)) for column, values in columns.items())
    return func.unnest(*arrays).table_valued(*(column.name for column in columns)).render_derived()
