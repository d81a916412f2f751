"""The delivery record: one row per subscription and local day, which says whether that post may be made now.

A row is `due` until somebody claims it; `sending` while they post; then `sent`, or `failed` where Slack will never take
it, or `skipped` where it came too late. Where nobody can say whether Slack took it, it is `unknown`, and is looked for
in the channel before anything else. Every claim counts the attempt up, and what a worker writes counts only while its
attempt is the last one: a worker that was thought dead and wakes up changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import String, bindparam, case, cast, func, literal, select, tuple_, update

from aibot.storage.planning import Planning
from aibot.storage.reading import Reading
from aibot.storage.record import Around, Claimed, Seen
from aibot.storage.rows import from_row
from aibot.storage.tables import deliveries, posted, subscriptions, workspaces
from aibot.storage.upsert import insert_into

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sqlalchemy import Connection

    from aibot.storage.database import Database
    from aibot.storage.record import Frozen, Key, Settled, State

_KEY = tuple_(deliveries.c.subscription, deliveries.c.day)
#  Posts of one workspace that are claimed together: more would sit with one worker while others could help
_AHEAD = 1.5  # seconds of a workspace's budget
#  A workspace waits no longer: what is further off was written by a clock that has been put back since
LONGEST_WAIT = 300.0


class Deliveries(Planning, Reading):
    """The delivery record in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # Claiming

    def claim(
        self, worker: str, now: float, *, limit: int, rate: float = 5.0, only: Collection[Key] | None = None
    ) -> list[Claimed]:
        """Claim deliveries that are due, within every workspace's budget; each is then this worker's alone."""
        query = (
            select(deliveries)
            .outerjoin(workspaces, workspaces.c.team == deliveries.c.team)
            .where(
                deliveries.c.state == "due",
                deliveries.c.try_at <= now,
                workspaces.c.stopped.is_(None),
                ~func.coalesce(workspaces.c.next_free, 0).between(now + _AHEAD, now + LONGEST_WAIT),
            )
            .order_by(deliveries.c.try_at)
            .limit(limit)
        )
        if only is not None:
            query = query.where(_KEY.in_(list(only)))
        if not self._database.is_sqlite:
            query = query.with_for_update(of=deliveries, skip_locked=True)
        with self._database.transaction() as connection:
            rows = connection.execute(query).all()
            waits = self._within_budget(connection, rows, now, rate)
            return self._claimed(
                connection, worker, now, [row for row in rows if (row.subscription, row.day) in waits], waits
            )

    def claim_to_look(self, worker: str, now: float, seen: Iterable[Seen]) -> list[Claimed]:
        """Claim deliveries whose outcome is unknown, to look for them in their channels; fenced by the attempt seen."""
        attempts = {(one.subscription, one.day): one.attempt for one in seen}
        query = select(deliveries).where(
            _KEY.in_(list(attempts)),
            deliveries.c.state.in_(("sending", "unknown")),
            deliveries.c.try_at.is_not(None),
        )
        if not self._database.is_sqlite:
            query = query.with_for_update(skip_locked=True)
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
                row.subscription, row.day, row.team, row.channel, row.attempt + 1, row.give_up_at, row.first_sent,
                row.body, waits.get((row.subscription, row.day), 0.0), wanted.get(row.subscription),
            )
            for row in rows
        ]  # fmt: skip

    def _within_budget(
        self, connection: Connection, rows: Sequence[Any], now: float, rate: float
    ) -> dict[Key, float]:
        """Which of the rows their workspaces have room for, and how many seconds each waits."""
        most = max(1, int(rate * _AHEAD))
        by_team: dict[str, list[Key]] = {}
        for row in rows:
            keys = by_team.setdefault(row.team, [])
            if len(keys) < most:
                keys.append((row.subscription, row.day))
        if not by_team:
            return {}
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
        return waits

    # Freezing and settling

    def freeze(self, frozen: Sequence[Frozen], first_sent: float) -> None:
        """Keep what will be said, and from when on it may stand in the channel, before it is said.

        Nothing of it changes at a later attempt.
        """
        if not frozen:
            return
        with self._database.transaction() as connection:
            connection.execute(
                update(deliveries)
                .where(*_fence())
                .values(first_sent=first_sent, body=bindparam("new_body"), card=bindparam("new_card")),
                [
                    {
                        **_fenced(one.claimed.subscription, one.claimed.day, one.claimed.attempt),
                        "new_body": one.body,
                        "new_card": one.card,
                    }
                    for one in frozen
                ],
            )
            connection.execute(
                insert_into(self._database, posted).on_conflict_do_nothing(),
                [
                    {
                        "subscription": one.claimed.subscription,
                        "generation": one.generation,
                        "card": one.card,
                        "day": one.claimed.day,
                    }
                    for one in frozen
                ],
            )
            for one in frozen:
                if one.restarted:
                    connection.execute(
                        update(subscriptions)
                        .where(subscriptions.c.id == one.claimed.subscription)
                        .values(generation=one.generation)
                    )

    def settle(self, settled: Sequence[Settled], now: float, *, wait: dict[str, float] | None = None) -> None:
        """Write what attempts came to; `wait` holds workspaces back for some seconds."""
        with self._database.transaction() as connection:
            if settled:
                state: Any = bindparam("new_state")
                connection.execute(
                    update(deliveries)
                    .where(*_fence())
                    .values(
                        state=state,
                        try_at=bindparam("new_try_at"),
                        ts=bindparam("new_ts"),
                        error=bindparam("new_error"),
                        body=case((state == "sent", None), else_=deliveries.c.body),
                        steps=deliveries.c.steps + bindparam("new_step"),
                    ),
                    [
                        {
                            **_fenced(one.subscription, one.day, one.attempt),
                            "new_state": one.state, "new_try_at": one.try_at, "new_ts": one.ts, "new_error": one.error,
                            "new_step": f"\n{now:.3f} {one.step}",
                        }
                        for one in settled
                    ],
                )  # fmt: skip
            for team, seconds in sorted((wait or {}).items()):
                statement = insert_into(self._database, workspaces).values(
                    team=team, next_free=now + min(seconds, LONGEST_WAIT)
                )
                free, added = workspaces.c.next_free, statement.excluded.next_free
                connection.execute(
                    statement.on_conflict_do_update(
                        index_elements=["team"],
                        set_={
                            "next_free": case((free.between(added, now + LONGEST_WAIT), free), else_=added)
                        },
                    )
                )

    def look_around(self, now: float) -> Around:
        """What there is to do now, in one look."""
        plan = select(literal(1)).select_from(subscriptions).where(subscriptions.c.next_at <= now).exists()
        due = (
            select(literal(1))
            .select_from(deliveries)
            .where(deliveries.c.state == "due", deliveries.c.try_at <= now)
        )
        query = select(
            deliveries.c.subscription, deliveries.c.day, deliveries.c.attempt, deliveries.c.worker
        ).where(deliveries.c.state.in_(("sending", "unknown")), deliveries.c.try_at.is_not(None))
        with self._database.reading() as connection:
            is_due, to_plan = connection.execute(select(due.exists(), plan)).one()
            return Around(bool(to_plan), bool(is_due), tuple(Seen(*row) for row in connection.execute(query)))

    def give_up(self, now: float) -> int:
        """Close what is due and has become too late; returns how many."""
        with self._database.transaction() as connection:
            return connection.execute(
                update(deliveries)
                .where(deliveries.c.state == "due", deliveries.c.try_at <= now, deliveries.c.give_up_at < now)
                .values(
                    state="skipped",
                    try_at=None,
                    error=func.coalesce(deliveries.c.error, "too late"),
                    steps=deliveries.c.steps + f"\n{now:.3f} skipped: too late",
                )
            ).rowcount


def _fence() -> tuple[Any, ...]:
    return (
        deliveries.c.subscription == bindparam("this_subscription"),
        deliveries.c.day == bindparam("this_day"),
        deliveries.c.attempt == bindparam("this_attempt"),
    )


def _fenced(subscription: str, day: str, attempt: int) -> dict[str, Any]:
    return {"this_subscription": subscription, "this_day": day, "this_attempt": attempt}
