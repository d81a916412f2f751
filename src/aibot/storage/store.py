"""Subscriptions, decks and workspace policy; every change is one transaction."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import delete, func, select, update

from aibot.core.daily import Subscription, next_slots, subscription_id
from aibot.errors import ConflictError
from aibot.storage.database import Database
from aibot.storage.deliveries import Deliveries
from aibot.storage.rows import from_row, to_row
from aibot.storage.tables import deliveries, posted, subscriptions
from aibot.storage.upsert import upsert
from aibot.storage.workspaces import Workspaces

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from sqlalchemy import Connection

    from aibot.core.daily import DailyLanguage

#  A change of these starts the schedule anew: no slot before the change is due
_SCHEDULE = frozenset({"at", "zone", "days", "paused", "paused_until", "holidays"})
_CHOSEN = (
    "at", "zone", "days", "topics", "language", "paused", "paused_until", "problem", "skip_dates", "holidays",
)  # fmt: skip
_FIXED = frozenset({"id", "team", "channel", "created", "version"})


@dataclass(frozen=True, slots=True)
class Subscribed:
    """What subscribing did; `before` is the subscription the channel had, if any."""

    subscription: Subscription
    before: Subscription | None


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a subscription's posts so far."""

    last_day: date | None = None
    last_state: str = ""
    last_ts: str = ""
    last_error: str = ""
    sent: int = 0
    failed: int = 0
    skipped: int = 0
    unknown: int = 0


class Store(Workspaces):
    """The bot's memory of subscriptions. Safe to use from several threads; every call blocks until it is written."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.deliveries = Deliveries(database)

    @classmethod
    def open(cls, url: str, *, exclusive: bool = False, clock: Callable[[], float] | None = None) -> Self:
        """Open a database by its address.

        Raises:
            StorageError: where it cannot be opened, or (`exclusive`) another bot posts from it.
        """
        return cls(Database(url, exclusive=exclusive, clock=clock))

    def close(self) -> None:
        """Let go of it."""
        self.database.close()

    # Reading

    def by_id(self, id_: str) -> Subscription | None:
        """A subscription by its id."""
        return next(iter(self._where(subscriptions.c.id == id_)), None)

    def get(self, team: str, channel: str) -> Subscription | None:
        """A channel's subscription."""
        return next(iter(self._where(subscriptions.c.team == team, subscriptions.c.channel == channel)), None)

    def list(self, team: str | None = None, creator: str | None = None) -> Sequence[Subscription]:
        """All subscriptions, of one workspace, or of one person in it; by channel."""
        wanted = []
        if team is not None:
            wanted.append(subscriptions.c.team == team)
        if creator is not None:
            wanted.append(subscriptions.c.creator == creator)
        return self._where(*wanted)

    def _where(self, *wanted: Any) -> Sequence[Subscription]:
        query = select(subscriptions).where(*wanted).order_by(subscriptions.c.team, subscriptions.c.channel)
        with self.database.reading() as connection:
            return [from_row(row) for row in connection.execute(query)]

    def taken(self, id_: str) -> frozenset[date]:
        """The local days whose post is made, under way or given up: they have no further slot."""
        query = (
            select(deliveries.c.day)
            .where(deliveries.c.subscription == id_)
            .order_by(deliveries.c.day.desc())
            .limit(40)
        )
        with self.database.reading() as connection:
            return frozenset(date.fromisoformat(day) for day in connection.execute(query).scalars())

    def dealt(self, ids: Iterable[str]) -> dict[str, set[str]]:
        """For each subscription, the cards posted or put aside since its deck last started."""
        found: dict[str, set[str]] = {id_: set() for id_ in ids}
        query = (
            select(posted.c.subscription, posted.c.card)
            .join(subscriptions, (subscriptions.c.id == posted.c.subscription))
            .where(posted.c.subscription.in_(list(found)), posted.c.generation == subscriptions.c.generation)
        )
        with self.database.reading() as connection:
            for id_, card in connection.execute(query):
                found[id_].add(card)
        return found

    def report(self, ids: Collection[str]) -> dict[str, Report]:
        """What became of the posts of some subscriptions."""
        found = {id_: Report() for id_ in ids}
        counts = (
            select(deliveries.c.subscription, deliveries.c.state, func.count())
            .where(deliveries.c.subscription.in_(list(ids)))
            .group_by(deliveries.c.subscription, deliveries.c.state)
        )
        newest = (
            select(deliveries.c.subscription, func.max(deliveries.c.day).label("day"))
            .where(deliveries.c.subscription.in_(list(ids)))
            .group_by(deliveries.c.subscription)
            .subquery()
        )
        with self.database.reading() as connection:
            for id_, state, count in connection.execute(counts):
                if state in ("sent", "failed", "skipped", "unknown"):
                    found[id_] = replace(found[id_], **{state: count})
            rows = connection.execute(
                select(deliveries).join(
                    newest,
                    (deliveries.c.subscription == newest.c.subscription) & (deliveries.c.day == newest.c.day),
                )
            )
            for row in rows:
                found[row.subscription] = replace(
                    found[row.subscription], last_day=date.fromisoformat(row.day), last_state=row.state,
                    last_ts=row.ts or "", last_error=row.error or "",
                )  # fmt: skip
        return found

    # Changing

    def subscribe(self, wanted: Subscription) -> Subscribed:
        """Give a channel its subscription; where it has one, that one is changed and keeps its deck."""
        with self.database.transaction() as connection:
            self.database.alone(connection, wanted.id)  # two people may subscribe one channel at once
            row = connection.execute(
                select(subscriptions).where(
                    subscriptions.c.team == wanted.team, subscriptions.c.channel == wanted.channel
                )
            ).one_or_none()
            if row is None:
                earlier = (
                    connection.execute(  # the channel was subscribed before: its deck goes on where it was
                        select(func.max(posted.c.generation)).where(posted.c.subscription == wanted.id)
                    ).scalar()
                )
                made = replace(wanted, generation=earlier or 0)
                connection.execute(
                    upsert(self.database, subscriptions, to_row(made, self._next(made, wanted.since)))
                )
                return Subscribed(made, None)
            before = from_row(row)
            fields = {name: getattr(wanted, name) for name in _CHOSEN}
            return Subscribed(self._changed(connection, before, wanted.since, fields), before)

    def change(
        self, id_: str, now: datetime, *, if_version: int | None = None, **fields: Any
    ) -> Subscription:
        """Change some fields of a subscription.

        Raises:
            ConflictError: where it is gone, or `if_version` is no longer its version.
        """
        if wrong := fields.keys() & _FIXED:
            raise ValueError(f"{', '.join(sorted(wrong))} cannot be changed")
        with self.database.transaction() as connection:
            query = select(subscriptions).where(subscriptions.c.id == id_)
            row = connection.execute(
                query if self.database.is_sqlite else query.with_for_update()
            ).one_or_none()
            if row is None:
                raise ConflictError("The channel is no longer subscribed; nothing was changed.")
            if if_version is not None and row.version != if_version:
                raise ConflictError(
                    "Somebody else has just changed this subscription; look again, then change it."
                )
            return self._changed(connection, from_row(row), now, fields)

    def _changed(
        self, connection: Connection, before: Subscription, now: datetime, fields: dict[str, Any]
    ) -> Subscription:
        if fields.get("paused") is False and "problem" not in fields:
            fields = {**fields, "problem": ""}
        moved = any(name in _SCHEDULE and fields[name] != getattr(before, name) for name in fields)
        after = replace(before, **fields, version=before.version + 1, since=now if moved else before.since)
        skipped = [day.isoformat() for day in after.skip_dates]
        unsent = (
            (deliveries.c.subscription == before.id)
            & (deliveries.c.state == "due")
            & (deliveries.c.attempt == 0)
        )
        connection.execute(
            delete(deliveries).where(unsent if moved else unsent & deliveries.c.day.in_(skipped))
        )
        connection.execute(
            update(subscriptions)
            .where(subscriptions.c.id == before.id)
            .values(to_row(after, self._next(after, now)))
        )
        return after

    def remove(self, id_: str) -> bool:
        """Unsubscribe; what was posted is remembered, so that subscribing again repeats nothing."""
        return bool(self._remove(subscriptions.c.id == id_))

    def remove_all(
        self, team: str, creator: str, *, channels: Collection[str] | None = None
    ) -> Sequence[Subscription]:
        """Unsubscribe all that one person subscribed, or of these only some channels; returns what has ended."""
        wanted = [subscriptions.c.team == team, subscriptions.c.creator == creator]
        if channels is not None:
            wanted.append(subscriptions.c.channel.in_(list(channels)))
        return self._remove(*wanted)

    def _remove(self, *wanted: Any) -> Sequence[Subscription]:
        with self.database.transaction() as connection:
            rows = connection.execute(delete(subscriptions).where(*wanted).returning(subscriptions))
            gone = sorted((from_row(row) for row in rows), key=lambda one: one.channel)
            unsent = (deliveries.c.state == "due") & (deliveries.c.attempt == 0)
            ids = [one.id for one in gone]
            connection.execute(delete(deliveries).where(deliveries.c.subscription.in_(ids), unsent))
            return gone

    def swap(self, id_: str, card: str, generation: int) -> None:
        """Put a card aside until the deck starts again: the next choice is another one."""
        with self.database.transaction() as connection:
            row = {"subscription": id_, "generation": generation, "card": card, "day": None}
            connection.execute(upsert(self.database, posted, row, keep=True))
            connection.execute(
                update(subscriptions).where(subscriptions.c.id == id_).values(generation=generation)
            )

    @staticmethod
    def _next(subscription: Subscription, now: datetime) -> float | None:
        slots = next_slots(subscription, max(now, subscription.since), 1)
        return slots[0].at.timestamp() if slots else None


def new_subscription(  # noqa: PLR0913  # one argument each thing a person may choose
    *,
    team: str,
    channel: str,
    creator: str,
    at: time,
    zone: str,
    now: datetime,
    days: frozenset[int] = frozenset(range(7)),
    topics: tuple[str, ...] = (),
    language: DailyLanguage = "en",
    holidays: str | None = None,
) -> Subscription:
    """A subscription as it begins now."""
    now = now.astimezone(UTC)
    return Subscription(
        id=subscription_id(team, channel), team=team, channel=channel, creator=creator, at=at, zone=zone, created=now,
        since=now, seed=secrets.token_hex(8), days=days, topics=topics, language=language, holidays=holidays,
    )  # fmt: skip
