"""The delivery record: one row per subscription and local day, which says whether that post may be made now.

A row is `due` until somebody claims it; `sending` while they post; then `sent`, or `failed` where Slack will never take
it, or `skipped` where it came too late. Where nobody can say whether Slack took it, it is `unknown`, and is looked for
in the channel before anything else. Every claim counts the attempt up, and what a worker writes counts only while its
attempt is the last one: a worker that was thought dead and wakes up changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from sqlalchemy import ARRAY, String, bindparam, case, cast, func, literal, select, tuple_, update

from aibot.storage.rows import from_row
from aibot.storage.tables import deliveries, posted, subscriptions, workspaces
from aibot.storage.upsert import insert_into

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sqlalchemy import Column, Connection

    from aibot.core.daily import Subscription
    from aibot.storage.database import Database

State: TypeAlias = Literal["due", "sending", "sent", "skipped", "failed", "unknown"]
Key: TypeAlias = tuple[str, str]  # subscription, day

_KEY = tuple_(deliveries.c.subscription, deliveries.c.day)
#  Posts of one workspace that are claimed together: more would sit with one worker while others could help
_AHEAD = 1.5  # seconds of a workspace's budget


@dataclass(frozen=True, slots=True)
class Delivery:
    """One row of the record, for people."""

    subscription: str
    day: str
    team: str
    channel: str
    slot: float
    give_up_at: float
    try_at: float | None
    state: State
    attempt: int
    worker: str | None
    first_sent: float | None
    card: str | None
    ts: str | None
    error: str | None
    steps: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that this worker alone may make now."""

    subscription: str
    day: str
    team: str
    channel: str
    attempt: int
    give_up_at: float
    first_sent: float | None  # of an earlier attempt
    body: str | None  # frozen by an earlier attempt
    wait: float  # seconds until the workspace's budget allows it
    wanted: Subscription | None  # None: the channel has unsubscribed since

    @property
    def key(self) -> Key:
        """What the row is found by."""
        return self.subscription, self.day


@dataclass(frozen=True, slots=True)
class Frozen:
    """What a claimed delivery will say, for good."""

    claimed: Claimed
    body: str
    card: str
    generation: int
    restarted: bool


@dataclass(frozen=True, slots=True)
class Settled:
    """What an attempt came to."""

    subscription: str
    day: str
    attempt: int
    state: State
    step: str
    try_at: float | None = None  # when it may be tried again; None closes it
    ts: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """An attempt that is under way, or whose outcome is unknown."""

    subscription: str
    day: str
    attempt: int
    worker: str | None


@dataclass(frozen=True, slots=True)
class Around:
    """What there is to do."""

    to_plan: bool  # a subscription's slot has come
    due: bool  # a delivery may be tried
    under_way: tuple[Seen, ...]


@dataclass(frozen=True, slots=True)
class Planned:
    """A new row: a day whose slot has come."""

    subscription: Subscription
    day: str
    slot: float
    due: float
    give_up_at: float
    missed: bool


class Deliveries:
    """The delivery record in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # Planning

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
            if rows:
                connection.execute(*self._insert(rows))
            if next_at:
                connection.execute(*self._move_on(next_at))

    def _insert(self, rows: list[dict[str, Any]]) -> tuple[Any, Any]:
        """An INSERT of many rows, and its parameters; on PostgreSQL a column at a time, which is five times as fast."""
        if self._database.is_sqlite:
            return insert_into(self._database, deliveries).on_conflict_do_nothing(), rows
        columns = [deliveries.c[name] for name in rows[0]]
        table = _rows_of({column: [row[column.name] for row in rows] for column in columns})
        statement = insert_into(self._database, deliveries).from_select(columns, select(*table.c))
        return statement.on_conflict_do_nothing(), {}

    def _move_on(self, next_at: dict[str, float | None]) -> tuple[Any, Any]:
        """An UPDATE of many subscriptions' next slots, and its parameters."""
        if self._database.is_sqlite:
            statement = update(subscriptions).where(subscriptions.c.id == bindparam("which"))
            return statement.values(next_at=bindparam("then")), [
                {"which": id_, "then": at} for id_, at in next_at.items()
            ]
        new = _rows_of({subscriptions.c.id: list(next_at), subscriptions.c.next_at: list(next_at.values())})
        return update(subscriptions).where(subscriptions.c.id == new.c.id).values(next_at=new.c.next_at), {}

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
                func.coalesce(workspaces.c.next_free, 0) <= now + _AHEAD,
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
                first_sent=func.coalesce(deliveries.c.first_sent, now),
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
            set_={"next_free": case((free > now, free), else_=literal(now)) + added - now},
        ).returning(workspaces.c.team, workspaces.c.next_free)
        waits = {}
        for team, next_free in connection.execute(statement):
            keys = by_team[team]
            for place, key in enumerate(keys):
                waits[key] = max(0.0, next_free - now - (len(keys) - place) / rate)
        return waits

    # Freezing and settling

    def freeze(self, frozen: Sequence[Frozen]) -> None:
        """Keep what will be said, before it is said; nothing of it changes at a later attempt."""
        if not frozen:
            return
        with self._database.transaction() as connection:
            connection.execute(
                update(deliveries)
                .where(*_fence())
                .values(body=bindparam("new_body"), card=bindparam("new_card")),
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
                statement = insert_into(self._database, workspaces).values(team=team, next_free=now + seconds)
                free, added = workspaces.c.next_free, statement.excluded.next_free
                connection.execute(
                    statement.on_conflict_do_update(
                        index_elements=["team"], set_={"next_free": case((free > added, free), else_=added)}
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

    # For people

    def of_channel(self, channel: str, day: str) -> list[Delivery]:
        """A channel's delivery of a day (one, or one in each workspace that shares the channel)."""
        query = select(deliveries).where(deliveries.c.channel == channel, deliveries.c.day == day)
        return self._rows(query)

    def in_state(self, *states: State, limit: int = 50) -> list[Delivery]:
        """The newest deliveries in some states."""
        return self._rows(
            select(deliveries)
            .where(deliveries.c.state.in_(states))
            .order_by(deliveries.c.slot.desc())
            .limit(limit)
        )

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


def _rows_of(columns: dict[Column[Any], list[Any]]) -> Any:
    """Rows as PostgreSQL takes them fastest: an array a column."""
    arrays = (bindparam(column.name, values, type_=ARRAY(column.type)) for column, values in columns.items())
    return func.unnest(*arrays).table_valued(*(column.name for column in columns)).render_derived()


def _fence() -> tuple[Any, ...]:
    return (
        deliveries.c.subscription == bindparam("this_subscription"),
        deliveries.c.day == bindparam("this_day"),
        deliveries.c.attempt == bindparam("this_attempt"),
    )


def _fenced(subscription: str, day: str, attempt: int) -> dict[str, Any]:
    return {"this_subscription": subscription, "this_day": day, "this_attempt": attempt}
