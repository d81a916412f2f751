"""Claiming: may this delivery be posted now? Whoever asks for it is told yes at most once an attempt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import String, and_, case, cast, func, literal, or_, select, tuple_, update

from aibot.storage.record import Claimed, Denied
from aibot.storage.rows import from_row
from aibot.storage.tables import deliveries, subscriptions, workspaces
from aibot.storage.upsert import insert_into

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sqlalchemy import Connection

    from aibot.storage.database import Database
    from aibot.storage.record import Key, Seen, State

_KEY = tuple_(deliveries.c.subscription, deliveries.c.day)
#  Posts of one workspace that are claimed together, in seconds of its budget: more would sit with one worker while
#  others could help
AHEAD = 1.5
#  A workspace waits no longer: what is further off was written by a clock that has been put back since
LONGEST_WAIT = 300.0
_LONGEST_LINE = 900.0  # the same of a delivery: no line and no second attempt is further off


class Claiming:
    """The part of the record that says who may post what."""

    _database: Database

    def due(self, now: float, *, limit: int) -> list[Key]:
        """Deliveries that were due by a time and that nobody has claimed, the oldest first. Claims nothing."""
        query = (
            select(deliveries.c.subscription, deliveries.c.day)
            .outerjoin(workspaces, workspaces.c.team == deliveries.c.team)
            .where(
                _is_due(now),
                ~func.coalesce(workspaces.c.next_free, 0).between(now + AHEAD, now + LONGEST_WAIT),
            )
            .order_by(deliveries.c.try_at)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [(row.subscription, row.day) for row in connection.execute(query)]

    def claim(
        self, worker: str, now: float, keys: Collection[Key], *, rate: float = 5.0
    ) -> tuple[list[Claimed], list[Denied]]:
        """Claim those of some deliveries that may be posted now; each is then this worker's alone.

        Those whose workspace has no room are denied, with the time when it may have. The rest (posted already, under
        way, stopped, not due yet) is left out.
        """
        query = (
            select(deliveries, workspaces.c.next_free)
            .outerjoin(workspaces, workspaces.c.team == deliveries.c.team)
            .where(_KEY.in_(list(keys)), _is_due(now))
            .order_by(deliveries.c.subscription, deliveries.c.day)  # two workers never lock crosswise
        )
        if not self._database.is_sqlite:
            query = query.with_for_update(of=deliveries)
        with self._database.transaction() as connection:
            rows = sorted(connection.execute(query), key=lambda row: row.try_at)
            waits, denied = self._within_budget(connection, rows, now, rate)
            claimed = [row for row in rows if (row.subscription, row.day) in waits]
            return self._claimed(connection, worker, now, claimed, waits), denied

    def claim_to_look(self, worker: str, now: float, seen: Iterable[Seen]) -> list[Claimed]:
        """Claim deliveries whose outcome is unknown, to look for them in their channels; fenced by the attempt seen."""
        attempts = {(one.subscription, one.day): one.attempt for one in seen}
        query = (
            select(deliveries)
            .where(
                _KEY.in_(list(attempts)),
                deliveries.c.state.in_(("sending", "unknown")),
                deliveries.c.try_at.is_not(None),
            )
            .order_by(deliveries.c.subscription, deliveries.c.day)
        )
        if not self._database.is_sqlite:
            query = query.with_for_update()
        with self._database.transaction() as connection:
            rows = [
                row for row in connection.execute(query) if attempts[row.subscription, row.day] == row.attempt
            ]
            return self._claimed(connection, worker, now, rows, {}, state="unknown")

    def _claimed(  # noqa: PLR0913  # the claim's whole context
        self,
        connection: Connection,
        worker: str,
        now: float,
        rows: Sequence[Any],
        waits: dict[Key, float],
        *,
        state: State = "sending",
    ) -> list[Claimed]:
        if not rows:
            return []
        step = f"\n{now:.3f} {'attempt' if state == 'sending' else 'looking in Slack, attempt'} "
        connection.execute(
            update(deliveries)
            .where(_KEY.in_([(row.subscription, row.day) for row in rows]))
            .values(
                state=state,
                attempt=deliveries.c.attempt + 1,
                worker=worker,
                try_at=now,
                steps=deliveries.c.steps + step + cast(deliveries.c.attempt + 1, String) + f" by {worker}",
            )
        )
        ids = {row.subscription for row in rows}
        wanted = {
            row.id: from_row(row)
            for row in connection.execute(select(subscriptions).where(subscriptions.c.id.in_(list(ids))))
        }
        return [
            Claimed(
                row.subscription, row.day, row.team, row.channel, row.attempt + 1, row.slot, row.give_up_at,
                row.first_sent, row.body, waits.get((row.subscription, row.day), 0.0), wanted.get(row.subscription),
            )
            for row in rows
        ]  # fmt: skip

    def _within_budget(
        self, connection: Connection, rows: Sequence[Any], now: float, rate: float
    ) -> tuple[dict[Key, float], list[Denied]]:
        """Which rows their workspaces have room for, and how many seconds each waits; and which have none yet."""
        most = max(1, int(rate * AHEAD))
        by_team: dict[str, list[Key]] = {}
        denied: list[Denied] = []
        for row in rows:
            key, free = (row.subscription, row.day), row.next_free or 0.0
            if now + AHEAD < free < now + LONGEST_WAIT:
                denied.append(Denied(key, row.team, free))
            elif len(keys := by_team.setdefault(row.team, [])) < most:
                keys.append(key)
            else:
                denied.append(Denied(key, row.team, now + most / rate))
        if not by_team:
            return {}, denied
        statement = insert_into(
            self._database, workspaces
        ).values(  # sorted: two workers never lock crosswise
            [{"team": team, "next_free": now + len(by_team[team]) / rate} for team in sorted(by_team)]
        )
        free, added = workspaces.c.next_free, statement.excluded.next_free
        statement = statement.on_conflict_do_update(
            index_elements=["team"],
            set_={
                "next_free": case((free.between(now, now + LONGEST_WAIT), free), else_=literal(now))
                + added
                - now
            },
        ).returning(workspaces.c.team, workspaces.c.next_free)
        waits = {}
        for team, next_free in connection.execute(statement):
            keys = by_team[team]
            for place, key in enumerate(keys):
                waits[key] = max(0.0, next_free - now - (len(keys) - place) / rate)
        return waits, denied


def _is_due(now: float) -> Any:
    again = deliveries.c.try_at
    return and_(
        deliveries.c.state == "due",
        or_(again <= now, and_(deliveries.c.slot <= now, again > now + _LONGEST_LINE)),
        deliveries.c.give_up_at >= now,  # whoever comes later than that closes it: see `give_up`
        workspaces.c.stopped.is_(None),
    )
