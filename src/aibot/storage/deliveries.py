"""The delivery record: one row per subscription and local day, which says whether that post may be made now.

A row is `due` until somebody claims it; `sending` while they post; then `sent`, or `failed` where Slack will never take
it, or `skipped` where it came too late. Where nobody can say whether Slack took it, it is `unknown`, and is looked for
in the channel before anything else. Every claim counts the attempt up, and what a worker writes counts only while its
attempt is the last one: a worker that was thought dead and wakes up changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, case, func, literal, select, tuple_, update

from aibot.storage.claiming import LONGEST_WAIT, Claiming
from aibot.storage.planning import Planning
from aibot.storage.reading import Reading
from aibot.storage.record import Around, Seen
from aibot.storage.tables import deliveries, posted, subscriptions, workspaces
from aibot.storage.upsert import insert_into

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from aibot.storage.database import Database
    from aibot.storage.record import Claimed, Frozen, Key, Settled


class Deliveries(Claiming, Planning, Reading):
    """The delivery record in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def freeze(
        self, claimed: Sequence[Claimed], frozen: Sequence[Frozen], first_sent: float
    ) -> frozenset[Key]:
        """Keep what will be said for the first time, and from when on it may stand in the channel, before it is said.

        Nothing of it changes at a later attempt. Returns which of those claimed are still this attempt's, and so may be
        posted now: others may have been taken over since, or their workspace purged, and of these nothing is kept.
        """
        with self._database.transaction() as connection:
            held = self._still_held(connection, claimed)
            frozen = [one for one in frozen if one.claimed.key in held]
            if frozen:
                self._write_frozen(connection, frozen, first_sent)
        return held

    def _write_frozen(self, connection: Connection, frozen: Sequence[Frozen], first_sent: float) -> None:
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

    @staticmethod
    def _still_held(connection: Connection, claimed: Sequence[Claimed]) -> frozenset[Key]:
        """Those whose attempt is still the last one; nobody takes them away before the transaction ends."""
        found = connection.execute(
            select(deliveries.c.subscription, deliveries.c.day, deliveries.c.attempt)
            .where(tuple_(deliveries.c.subscription, deliveries.c.day).in_([one.key for one in claimed]))
            .order_by(deliveries.c.subscription, deliveries.c.day)  # two workers never lock crosswise
            .with_for_update()
        )
        attempts = {(row.subscription, row.day): row.attempt for row in found}
        return frozenset(one.key for one in claimed if attempts.get(one.key) == one.attempt)

    def settle(self, settled: Sequence[Settled], now: float, *, wait: dict[str, float] | None = None) -> None:
        """Write what attempts came to; `wait` holds workspaces back for some seconds, LONGEST_WAIT at most.

        A workspace that was purged meanwhile stays purged: claiming has made its row, so it is there or it is gone.
        """
        again = [
            ((one.subscription, one.day), one.try_at)
            for one in settled
            if one.state == "due" and one.try_at is not None
        ]
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
                        for one in sorted(settled, key=lambda one: (one.subscription, one.day))
                    ],
                )  # fmt: skip
            for team, seconds in sorted((wait or {}).items()):
                free, wanted = workspaces.c.next_free, now + min(seconds, LONGEST_WAIT)
                is_longer = free.between(wanted, now + LONGEST_WAIT)
                connection.execute(
                    update(workspaces)
                    .where(workspaces.c.team == team)
                    .values(next_free=case((is_longer, free), else_=wanted))
                )
            self._to_submit(connection, again)

    def postpone(self, until: Mapping[Key, float]) -> None:
        """Put deliveries off that are due, since their workspaces have no room before."""
        if not until:
            return
        with self._database.transaction() as connection:
            connection.execute(
                update(deliveries)
                .where(
                    deliveries.c.subscription == bindparam("this_subscription"),
                    deliveries.c.day == bindparam("this_day"),
                    deliveries.c.state == "due",
                )
                .values(try_at=bindparam("new_try_at")),
                [
                    {"this_subscription": key[0], "this_day": key[1], "new_try_at": at}
                    for key, at in sorted(until.items())
                ],
            )
            self._to_submit(connection, list(until.items()))

    def look_around(self, now: float) -> Around:
        """What there is to do now, in one look."""
        plan = select(literal(1)).select_from(subscriptions).where(subscriptions.c.next_at <= now).exists()
        query = select(
            deliveries.c.subscription, deliveries.c.day, deliveries.c.attempt, deliveries.c.worker
        ).where(deliveries.c.state.in_(("sending", "unknown")), deliveries.c.try_at.is_not(None))
        with self._database.reading() as connection:
            to_plan = connection.execute(select(plan)).scalar_one()
            return Around(bool(to_plan), tuple(Seen(*row) for row in connection.execute(query)))

    def give_up(self, now: float) -> int:
        """Close what is due and has become too late, whenever it was to be tried again; returns how many."""
        with self._database.transaction() as connection:
            return connection.execute(
                update(deliveries)
                .where(deliveries.c.state == "due", deliveries.c.give_up_at < now)
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
