"""Subscriptions, changed: every change is one transaction, with who made it in the audit log."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import delete, insert, select, update

from aibot.core.daily import SCHEDULE, Subscription, next_instant, subscription_id
from aibot.errors import ConflictError
from aibot.storage import had
from aibot.storage.audit import OPERATOR, Audit, differing, settings_of
from aibot.storage.database import Database
from aibot.storage.deliveries import Deliveries
from aibot.storage.rows import LACKING, from_row, is_mended, to_row
from aibot.storage.subscriptions import Subscriptions
from aibot.storage.tables import deliveries, posted, subscriptions
from aibot.storage.upsert import upsert
from aibot.storage.workspaces import Workspaces

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import time

    from sqlalchemy import Connection

    from aibot.core.daily import DailyLanguage

_CHOSEN = (
    "at", "zone", "days", "topics", "language", "paused", "paused_until", "problem", "skip_dates", "holidays",
)  # fmt: skip
_FIXED = frozenset({"id", "team", "channel", "created", "version"})


@dataclass(frozen=True, slots=True)
class Subscribed:
    """What subscribing did; `before` is the subscription the channel had, if any."""

    subscription: Subscription
    before: Subscription | None


class Store(Subscriptions, Workspaces):
    """The bot's memory of subscriptions. Safe to use from several threads; every call blocks until it is written.

    `by` is who makes a change, for the audit log: a person's id, SLACK, or the OPERATOR.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self.deliveries = Deliveries(database)
        self.audit = Audit(database)

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

    def subscribe(self, wanted: Subscription, *, by: str = OPERATOR) -> Subscribed:
        """Give a channel its subscription; where it has one, that one is changed and keeps its deck."""
        with self.database.transaction() as connection:
            self.database.alone(connection, wanted.id)  # two people may subscribe one channel at once
            here = (subscriptions.c.team == wanted.team) & (subscriptions.c.channel == wanted.channel)
            row = connection.execute(select(subscriptions).where(here).with_for_update()).one_or_none()
            if row is None:
                made = self._made(connection, wanted)
                row_of = to_row(made, self._next(made, wanted.since))
                connection.execute(insert(subscriptions).values(row_of))
                self._take_days(connection, made)
                self._record(connection, "subscription.begun", made, by, after=settings_of(made))
                return Subscribed(made, None)
            before = from_row(row)
            fields = {name: getattr(wanted, name) for name in _CHOSEN}
            return Subscribed(self._changed(connection, before, wanted.since, fields, by), before)

    def taken_in(self, team: str, channel: str) -> frozenset[date]:
        """The local days that have no further slot in a channel, whoever subscribed it before."""
        query = (
            select(deliveries.c.day)
            .where(deliveries.c.team == team, deliveries.c.channel == channel)
            .order_by(deliveries.c.day.desc())
            .limit(40)
        )
        with self.database.reading() as connection:
            found = [
                *connection.execute(query).scalars(),
                *had.days(connection, self.database, team, channel),
            ]
        return frozenset(map(date.fromisoformat, found))

    @staticmethod
    def _made(connection: Connection, wanted: Subscription) -> Subscription:
        """The subscription as it begins: with the days and the deck that the channel had before."""
        return replace(wanted, id=_id_of(connection, wanted))

    def _take_days(self, connection: Connection, made: Subscription) -> None:
        """Write down the days whose post the channel had before its workspace was purged."""
        for day in had.days(connection, self.database, made.team, made.channel):
            at = made.since.timestamp()
            row = {
                "subscription": made.id, "day": day, "team": made.team, "channel": made.channel, "slot": at,
                "give_up_at": at, "state": "sent", "attempt": 0,
                "steps": f"{at:.3f} posted before the app was taken away and installed again",
            }  # fmt: skip
            connection.execute(upsert(self.database, deliveries, row, keep=True))

    def change(
        self, id_: str, now: datetime, *, if_version: int | None = None, by: str = OPERATOR, **fields: Any
    ) -> Subscription:
        """Change some fields of a subscription.

        Raises:
            ConflictError: where it is gone, or `if_version` is no longer its version.
        """
        if wrong := fields.keys() & _FIXED:
            raise ValueError(f"{', '.join(sorted(wrong))} cannot be changed")
        with self.database.transaction() as connection:
            query = select(subscriptions).where(subscriptions.c.id == id_)
            row = connection.execute(query.with_for_update()).one_or_none()
            if row is None:
                raise ConflictError("The channel is no longer subscribed; nothing was changed.")
            if if_version is not None and row.version != if_version:
                raise ConflictError(
                    "Somebody else has just changed this subscription; look again, then change it."
                )
            return self._changed(connection, from_row(row), now, fields, by)

    def _changed(  # what a change consists of
        self, connection: Connection, before: Subscription, now: datetime, fields: dict[str, Any], by: str
    ) -> Subscription:
        if not is_mended(before, fields):  # it stays as it is, and says what it lacks
            return before
        if before.problem in LACKING and not is_mended(before, {}):  # this change mends it, and posts go on
            fields = {**fields, "paused": False, "problem": ""}
        if fields.get("paused") is False and "problem" not in fields:
            fields = {**fields, "problem": ""}
        moved = any(name in SCHEDULE and fields[name] != getattr(before, name) for name in fields)
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
        self.deliveries.reschedule(connection, after, now)
        connection.execute(
            update(subscriptions)
            .where(subscriptions.c.id == before.id)
            .values(to_row(after, self._next(after, now)))
        )
        was, is_now = differing(settings_of(before), settings_of(after))
        if was:
            self._record(connection, "subscription.changed", after, by, before=was, after=is_now)
        return after

    def remove(self, id_: str, *, by: str = OPERATOR) -> bool:
        """Unsubscribe; what was posted is remembered, so that subscribing again repeats nothing."""
        return bool(self._remove(subscriptions.c.id == id_, by=by))

    def remove_all(
        self, team: str, creator: str, *, channels: Collection[str] | None = None, by: str = OPERATOR
    ) -> Sequence[Subscription]:
        """Unsubscribe all that one person subscribed, or of these only some channels; returns what has ended."""
        wanted = [subscriptions.c.team == team, subscriptions.c.creator == creator]
        if channels is not None:
            wanted.append(subscriptions.c.channel.in_(list(channels)))
        return self._remove(*wanted, by=by)

    def _remove(self, *wanted: Any, by: str) -> Sequence[Subscription]:
        with self.database.transaction() as connection:
            rows = connection.execute(delete(subscriptions).where(*wanted).returning(subscriptions))
            gone = sorted((from_row(row) for row in rows), key=lambda one: one.channel)
            unsent = (deliveries.c.state == "due") & (deliveries.c.attempt == 0)
            ids = [one.id for one in gone]
            connection.execute(delete(deliveries).where(deliveries.c.subscription.in_(ids), unsent))
            for one in gone:
                self._record(connection, "subscription.ended", one, by, before=settings_of(one))
            return gone

    def swap(self, id_: str, card: str, generation: int, *, by: str = OPERATOR) -> None:
        """Put a card aside, as if it had been posted in this round: the next choice is another one.

        A post that Slack has put off, and that says it, is drawn anew at its next attempt.
        """
        with self.database.transaction() as connection:
            says_it = (deliveries.c.subscription == id_) & (deliveries.c.card == card)
            put_off = says_it & (deliveries.c.state == "due")
            connection.execute(update(deliveries).where(put_off).values(body=None, card=None))
            row = {"subscription": id_, "generation": generation, "card": card, "day": None}
            connection.execute(upsert(self.database, posted, row, keep=True))
            here = connection.execute(select(subscriptions).where(subscriptions.c.id == id_)).one_or_none()
            if here is not None:
                self._record(connection, "subscription.swapped", from_row(here), by, before={"card": card})

    def _record(  # what `Audit.record` wants of a subscription
        self, connection: Connection, what: str, one: Subscription, by: str, **states: Any
    ) -> None:
        self.audit.record(connection, what, team=one.team, actor=by, channel=one.channel, **states)

    @staticmethod
    def _next(subscription: Subscription, now: datetime) -> float | None:
        at = next_instant(subscription, max(now, subscription.since))
        return at.timestamp() if at is not None else None


def _id_of(connection: Connection, wanted: Subscription) -> str:
    """The id that the channel's last subscription had, so that a day's post cannot come twice; or a new one.

    A channel whose id Slack has changed has taken its subscription's id along, and with it the days and the deck.
    """
    here = (deliveries.c.team == wanted.team) & (deliveries.c.channel == wanted.channel)
    last = select(deliveries.c.subscription).where(here).order_by(deliveries.c.day.desc()).limit(1)
    found = connection.execute(last).scalar()
    id_ = found or wanted.id
    of_another = select(subscriptions.c.id).where(subscriptions.c.id == id_)
    of_another_before = select(deliveries.c.day).where(deliveries.c.subscription == id_).limit(1)
    if connection.execute(of_another).first() or (
        not found and connection.execute(of_another_before).first()
    ):
        return f"{wanted.id}.{wanted.seed}"
    return id_


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
