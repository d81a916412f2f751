"""Subscriptions, looked at: one, many, what became of their posts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from aibot.core.daily import Slot, next_slots
from aibot.core.daily.when import LOOK_BACK
from aibot.storage.listed import Listed, Report
from aibot.storage.rows import from_row
from aibot.storage.tables import deliveries, posted, subscriptions

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from aibot.core.daily import Subscription
    from aibot.storage.database import Database


_AT_ONCE = 1_000  # that are asked about in one statement: databases take some thousand values
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

    def planned(self, id_: str, now: datetime) -> Sequence[Slot]:
        """The posts whose hour has come and that are not out: between their slot and their sending."""
        return self._standing([id_], now)[1][id_]

    def coming(self, subscription: Subscription, now: datetime, count: int = 3) -> Sequence[Slot]:
        """A subscription's next posts."""
        return self._coming([subscription], now, count)[subscription.id]

    def put_off(self, id_: str, day: date) -> tuple[str, str] | None:
        """The card and the text of a day's post that Slack has put off: it says the same again."""
        query = select(deliveries.c.card, deliveries.c.body).where(
            deliveries.c.subscription == id_, deliveries.c.day == day.isoformat(), deliveries.c.state == "due",
            deliveries.c.body.is_not(None), deliveries.c.card.is_not(None),
        )  # fmt: skip
        with self.database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return (row.card, row.body) if row is not None else None

    def _coming(
        self, wanted: Collection[Subscription], now: datetime, count: int = 3
    ) -> dict[str, Sequence[Slot]]:
        taken, planned = self._standing([one.id for one in wanted], now)
        return {
            one.id: next_slots(one, now, count, taken=taken[one.id], planned=planned[one.id])
            for one in wanted
        }

    def _standing(
        self, ids: Collection[str], now: datetime
    ) -> tuple[Mapping[str, set[date]], Mapping[str, Sequence[Slot]]]:
        """For each subscription, the days of late that have no further slot, and the posts that are still to go out."""
        taken: dict[str, set[date]] = {id_: set() for id_ in ids}
        planned: dict[str, list[Slot]] = {id_: [] for id_ in ids}
        found = deliveries.c
        query = (
            select(found.subscription, found.day, found.slot, found.try_at, _CAN_BE_STOPPED, found.give_up_at)
            .where(found.subscription.in_(list(ids)), found.day >= (now - LOOK_BACK).date().isoformat())
            .order_by(found.slot)
        )
        with self.database.reading() as connection:
            for id_, text, slot, try_at, can_be_stopped, give_up_at in connection.execute(query):
                day = date.fromisoformat(text)
                if not can_be_stopped:
                    taken[id_].add(day)
                elif give_up_at >= now.timestamp():
                    at, due = (datetime.fromtimestamp(moment, UTC) for moment in (slot, try_at))
                    planned[id_].append(Slot(day, at, due))
        return taken, planned

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

    def listed(self, wanted: Collection[Subscription], now: datetime) -> tuple[Listed, ...]:
        """Some subscriptions, by channel, each with what is coming and what became of its posts."""
        found: list[Listed] = []
        in_order = sorted(wanted, key=lambda one: (one.team, one.channel))
        for start in range(0, len(in_order), _AT_ONCE):
            some = in_order[start : start + _AT_ONCE]
            coming, reports = self._coming(some, now), self.report([one.id for one in some])
            found.extend(Listed(one, tuple(coming[one.id]), reports[one.id]) for one in some)
        return tuple(found)

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
