"""Planning on the record: the subscriptions whose slot has come, and the rows of their days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ARRAY, Double, bindparam, case, column, delete, func, literal, select, update

from aibot.core.daily import is_posted_on, jitter, slot_of
from aibot.storage.rows import from_row
from aibot.storage.tables import deliveries, posted, subscriptions
from aibot.storage.upsert import insert_into

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from aibot.core.daily import Subscription
    from aibot.storage.database import Database
    from aibot.storage.record import Key, Move, Planned

_TOO_LATE = "too late"
_CHANGED = "the schedule was changed"
_RECENT = timedelta(days=3)  # an open day is no older


class Planning:
    """The part of the record that every program may write: a day that is there already stays as it is."""

    _database: Database
    #  Who is to hear of deliveries that have become due, and when each may be tried: inside the transaction that makes
    #  them so, so that what was written and what was handed on is the same
    submit: Callable[[Connection, Sequence[tuple[Key, float]]], None] | None = None

    def _to_submit(self, connection: Connection, due: Sequence[tuple[Key, float]]) -> None:
        if due and self.submit is not None:
            self.submit(connection, due)

    def to_plan(
        self, now: float, *, after: float | None = None, limit: int = 20_000
    ) -> list[tuple[Subscription, float | None]]:
        """Whose next slot has come, and that slot; all of them `after` a time, else so many at once."""
        query = select(subscriptions).where(subscriptions.c.next_at <= now)
        query = query.limit(limit) if after is None else query.where(subscriptions.c.next_at > after)
        with self._database.reading() as connection:
            return [(from_row(row), row.next_at) for row in connection.execute(query).all()]

    def everyone(self) -> list[tuple[Subscription, float | None]]:
        """Every subscription that is not paused, to work out its next slot anew."""
        query = select(subscriptions).where(subscriptions.c.paused.is_(False))
        with self._database.reading() as connection:
            return [(from_row(row), row.next_at) for row in connection.execute(query).all()]

    def plan(self, new: Sequence[Planned], moves: Sequence[Move], now: float) -> int:
        """Write the days whose slot has come, and when to look again. A day that is there already stays as it is.

        Of a subscription that was changed, ended or planned since it was read, nothing is written: what was worked out
        is not what its people want any more. Returns how many days were written down as missed.
        """
        if not moves:
            return 0
        with self._database.transaction() as connection:
            #  First, and whole: who changes a subscription waits for its row, and then takes out what is planned here
            move = self._move_each if self._database.is_sqlite else self._move_all
            moved = move(connection, moves)
            if len(moved) < len(moves):
                new = [one for one in new if one.subscription.id in moved]
            if self._database.is_sqlite:
                return self._insert_each(connection, new, now)
            made = self._insert_all(connection, new, now)
            self._to_submit(connection, [(one.key, one.due) for one in made if not one.missed])
            return sum(one.missed for one in made)

    def reopen(self, now: float) -> int:
        """Take back the days that a clock that was ahead wrote off as too late while they are not; returns how many.

        Those that nobody tried are taken out, for planning to make them anew.
        """
        recent = datetime.fromtimestamp(now, UTC) - _RECENT
        early = (
            deliveries.c.subscription.in_(select(subscriptions.c.id))
            & (deliveries.c.day >= recent.date().isoformat())
            & (deliveries.c.state == "skipped")
            & (deliveries.c.give_up_at > now)
            & deliveries.c.steps.endswith(f"skipped: {_TOO_LATE}")
        )
        with self._database.reading() as connection:
            if connection.execute(select(literal(1)).where(early).limit(1)).first() is None:
                return 0
        with self._database.transaction() as connection:
            untried = connection.execute(delete(deliveries).where(early, deliveries.c.attempt == 0)).rowcount
            again = connection.execute(
                update(deliveries)
                .where(early)
                .values(
                    state="due", try_at=now, error=None,
                    steps=deliveries.c.steps + f"\n{now:.3f} not too late after all: the clock was ahead",
                )
                .returning(deliveries.c.subscription, deliveries.c.day)
            ).all()  # fmt: skip
            self._to_submit(connection, [((row.subscription, row.day), now) for row in again])
            return untried + len(again)

    def reschedule(self, connection: Connection, after: Subscription, now: datetime) -> None:
        """Have the days whose post is being tried again go by a changed schedule.

        `due` says that they are certainly not posted. Their rows stay, with the attempts counted so far: what a worker
        writes that was thought dead must count for nothing. A day that has its time behind it now is closed, and opened
        again by a change that puts it off.
        """
        tried = (
            (deliveries.c.subscription == after.id)
            & (deliveries.c.attempt > 0)
            & ((deliveries.c.state == "due") | (deliveries.c.error == _CHANGED))
            & (deliveries.c.slot > (now - _RECENT).timestamp())
        )
        moved = []
        for row in connection.execute(select(deliveries).where(tried).with_for_update()).all():
            day = date.fromisoformat(row.day)
            at = slot_of(day, after.at, after.zone) if is_posted_on(after, day) else None
            slot = at.timestamp() if at is not None else None
            if row.state == "due" and slot == row.slot:
                continue
            values: dict[str, Any] = {"state": "skipped", "try_at": None, "error": _CHANGED}
            step = f"skipped: {_CHANGED}"
            if slot is not None and slot >= now.timestamp():
                due, give_up_at = (
                    slot + jitter(after.id, day).total_seconds(),
                    row.give_up_at + slot - row.slot,
                )
                values = {
                    "state": "due",
                    "slot": slot,
                    "try_at": due,
                    "give_up_at": give_up_at,
                    "error": None,
                }
                step = "put off by a change of the schedule"
                moved.append(((after.id, row.day), due))
            this = (deliveries.c.subscription == after.id) & (deliveries.c.day == row.day)
            steps = deliveries.c.steps + f"\n{now.timestamp():.3f} {step}"
            connection.execute(
                update(deliveries).where(this).values(**values, steps=steps, body=None, card=None)
            )
            #  What it was to say has not been said
            connection.execute(
                delete(posted).where(posted.c.subscription == after.id, posted.c.day == row.day)
            )
        self._to_submit(connection, moved)

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

    def _move_each(self, connection: Connection, moves: Sequence[Move]) -> set[str]:
        """Write next slots, row by row; returns whose. Nobody else writes meanwhile."""
        move = (
            update(subscriptions)
            .where(
                subscriptions.c.id == bindparam("which"),
                subscriptions.c.version == bindparam("seen"),
                subscriptions.c.next_at.is_not_distinct_from(bindparam("was")),
            )
            .values(next_at=bindparam("then"))
            .execution_options(preserve_rowcount=True)
        )
        rows = [
            {
                "which": one.subscription.id,
                "seen": one.subscription.version,
                "was": one.was,
                "then": one.next_at,
            }
            for one in moves
        ]
        if connection.execute(move, rows).rowcount == len(moves):
            return {one.subscription.id for one in moves}
        query = select(subscriptions.c.id, subscriptions.c.version, subscriptions.c.next_at)
        found = {tuple(row) for row in connection.execute(query)}
        return {
            one.subscription.id
            for one in moves
            if (one.subscription.id, one.subscription.version, one.next_at) in found
        }

    def _move_all(self, connection: Connection, moves: Sequence[Move]) -> set[str]:
        """Write next slots, all at once; returns whose."""
        self._database.alone(
            connection, "planning"
        )  # two programs that move the same rows would wait crosswise
        was = column("was", Double)
        new = _rows_of({
            subscriptions.c.id: [one.subscription.id for one in moves],
            subscriptions.c.version: [one.subscription.version for one in moves],
            subscriptions.c.next_at: [one.next_at for one in moves],
            was: [one.was for one in moves],
        })  # fmt: skip
        moved = connection.execute(
            update(subscriptions)
            .where(
                subscriptions.c.id == new.c.id,
                subscriptions.c.version == new.c.version,
                subscriptions.c.next_at.is_not_distinct_from(new.c.was),
            )
            .values(next_at=new.c.next_at)
            .returning(subscriptions.c.id)
        )
        if moved.rowcount == len(moves):
            return {one.subscription.id for one in moves}
        return set(moved.scalars())


def _step(now: float, *, missed: bool) -> str:
    return f"{now:.3f} {f'skipped: {_TOO_LATE}' if missed else 'planned'}"


def _rows_of(columns: dict[Any, list[Any]]) -> Any:
    """Rows as PostgreSQL takes them fastest: an array a column."""
    arrays = (bindparam(column.name, values, type_=ARRAY(column.type)) for column, values in columns.items())
    return func.unnest(*arrays).table_valued(*(column.name for column in columns)).render_derived()
