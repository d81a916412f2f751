"""Subscriptions, looked at: one, many, what became of their posts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from aibot.core.daily import Slot, next_slots
from aibot.storage.rows import from_row
from aibot.storage.tables import deliveries, posted, subscriptions

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from aibot.core.daily import Subscription
    from aibot.storage.database import Database


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


@dataclass(frozen=True, slots=True)
class Pending:
    """A post whose hour has come and that is not out yet; what it says, where Slack has put it off already."""

    slot: Slot
    card: str | None
    body: str | None


#  Due, or claimed a moment ago with nothing said yet
_CAN_BE_STOPPED = (deliveries.c.state == "due") | (
    (deliveries.c.state == "sending") & deliveries.c.first_sent.is_(None)
)


class Subscriptions:
    """The part of the store that looks and changes nothing."""

    database: Database

    def by_id(self, id_: str) -> Subscription | None:
        """A subscription by its id."""
        return next(iter(self._where(subscriptions.c.id == id_)), None)

    def get(self, team: str, channel: str) -> Subscription | None:
        """A channel's subscription."""
        return next(iter(self._where(subscriptions.c.team == team, subscriptions.c.channel == channel)), None)

    def list(
        self,
        team: str | None = None,
        creator: str | None = None,
        *,
        channels: Collection[str] | None = None,
    ) -> Sequence[Subscription]:
        """All subscriptions, of one workspace, of one person in it, or of some channels; by channel."""
        wanted = []
        if team is not None:
            wanted.append(subscriptions.c.team == team)
        if creator is not None:
            wanted.append(subscriptions.c.creator == creator)
        if channels is not None:
            wanted.append(subscriptions.c.channel.in_(list(channels)))
        return self._where(*wanted)

    def _where(self, *wanted: Any) -> Sequence[Subscription]:
        query = select(subscriptions).where(*wanted).order_by(subscriptions.c.team, subscriptions.c.channel)
        with self.database.reading() as connection:
            return [from_row(row) for row in connection.execute(query)]

    def taken(self, id_: str) -> frozenset[date]:
        """The local days whose post is made, under way or given up: they have no further slot."""
        query = (
            select(deliveries.c.day)
            .where(deliveries.c.subscription == id_, ~_CAN_BE_STOPPED)
            .order_by(deliveries.c.day.desc())
            .limit(40)
        )
        with self.database.reading() as connection:
            return frozenset(date.fromisoformat(day) for day in connection.execute(query).scalars())

    def pending(self, id_: str, now: datetime) -> tuple[Pending, ...]:
        """The posts whose hour has come and that are not out: between their slot and their sending."""
        found = deliveries.c
        query = (
            select(found.day, found.slot, found.try_at, found.card, found.body)
            .where(found.subscription == id_, _CAN_BE_STOPPED, found.give_up_at >= now.timestamp())
            .order_by(found.slot)
        )
        with self.database.reading() as connection:
            return tuple(
                Pending(Slot(date.fromisoformat(day), _utc(slot), _utc(try_at)), card, body)
                for day, slot, try_at, card, body in connection.execute(query)
            )

    def coming(self, subscription: Subscription, now: datetime, count: int = 3) -> Sequence[Slot]:
        """A subscription's next posts."""
        planned = [one.slot for one in self.pending(subscription.id, now)]
        return next_slots(subscription, now, count, taken=self.taken(subscription.id), planned=planned)

    def dealt(self, ids: Iterable[str]) -> dict[str, dict[str, int]]:
        """For each subscription, the cards posted or put aside so far, and the round each was last dealt in."""
        found: dict[str, dict[str, int]] = {id_: {} for id_ in ids}
        query = (
            select(posted.c.subscription, posted.c.card, func.max(posted.c.generation))
            .where(posted.c.subscription.in_(list(found)))
            .group_by(posted.c.subscription, posted.c.card)
        )
        with self.database.reading() as connection:
            for id_, card, generation in connection.execute(query):
                found[id_][card] = generation
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
            .where(deliveries.c.subscription.in_(list(ids)), ~_CAN_BE_STOPPED)
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


def _utc(moment: float) -> datetime:
    return datetime.fromtimestamp(moment, UTC)
