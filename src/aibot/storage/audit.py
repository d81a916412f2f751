"""The audit log: who changed what, when, from what to what. Ids and settings only, kept for 400 days."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select

from aibot.storage.tables import audit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from aibot.core.daily import Subscription
    from aibot.storage.database import Database

KEPT_SECONDS = 400 * 86_400
MOST_READ = 10_000
SLACK, OPERATOR = "slack", "operator"  # who changes things besides people

Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Audited:
    """One change. What was made has no before, what has ended no after."""

    at: float
    team: str
    actor: str  # a person's id, SLACK or OPERATOR
    channel: str | None
    what: str  # subscription.changed, policy.changed
    before: Facts | None
    after: Facts | None


class Audit:
    """Writes the log and reads it. `what` is a thing and what happened to it: `policy.changed`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(  # noqa: PLR0913  # one argument a column
        self,
        connection: Connection,
        what: str,
        *,
        team: str,
        actor: str,
        channel: str | None = None,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> None:
        """Record a change in the transaction that makes it: both stand, or neither."""
        row = {
            "at": self._database.about_now(), "team": team, "actor": actor, "channel": channel, "what": what,
            "before": _written(before), "after": _written(after),
        }  # fmt: skip
        connection.execute(insert(audit).values(row))

    def note(self, what: str, *, team: str, actor: str, **more: Any) -> None:
        """Record a change of something that is not in this database's hands: keys, installations.

        Takes what `record` takes: `channel`, `before`, `after`; ids and settings, never a secret or what people wrote.
        """
        with self._database.transaction() as connection:
            self.record(connection, what, team=team, actor=actor, **more)

    def read(
        self,
        *,
        team: str | None = None,
        channel: str | None = None,
        since: float = 0.0,
        before: float | None = None,
        limit: int = MOST_READ,
    ) -> list[Audited]:
        """The changes between two times, the oldest first; of these the latest, where there are more than `limit`."""
        query = select(audit).where(audit.c.at >= since)
        if before is not None:
            query = query.where(audit.c.at < before)
        if team is not None:
            query = query.where(audit.c.team == team)
        if channel is not None:
            query = query.where(audit.c.channel == channel)
        query = query.order_by(audit.c.at.desc(), audit.c.id.desc()).limit(limit)
        with self._database.reading() as connection:
            rows = list(connection.execute(query))
        return [
            Audited(row.at, row.team, row.actor, row.channel, row.what, _read(row.before), _read(row.after))
            for row in reversed(rows)
        ]

    def tidy(self) -> int:
        """Forget what is older than 400 days; returns how much that was."""
        old = audit.c.at < self._database.about_now() - KEPT_SECONDS
        with self._database.transaction() as connection:
            return connection.execute(delete(audit).where(old)).rowcount


def differing(before: Facts, after: Facts) -> tuple[Facts, Facts]:
    """Only what differs between two states of one thing."""
    names = [
        name for name in {**before, **after} if before.get(name) != after.get(name)
    ]  # in their order, for people
    return {name: before.get(name) for name in names}, {name: after.get(name) for name in names}


def settings_of(subscription: Subscription) -> Facts:
    """A subscription's settings as plain values; what is not set is left out."""
    settings = {
        "creator": subscription.creator,
        "at": f"{subscription.at:%H:%M}",
        "zone": subscription.zone,
        "days": "".join(str(day + 1) for day in sorted(subscription.days)),  # 1 is Monday
        "topics": list(subscription.topics),
        "language": subscription.language,
        "paused": subscription.paused,
        "paused_until": subscription.paused_until.isoformat() if subscription.paused_until else None,
        "problem": subscription.problem,
        "skip_dates": sorted(day.isoformat() for day in subscription.skip_dates),
        "holidays": subscription.holidays,
    }
    return {name: value for name, value in settings.items() if value not in (None, "", [], False)}


def _written(facts: Mapping[str, Any] | None) -> str | None:
    return None if facts is None else json.dumps(dict(facts), ensure_ascii=False)


def _read(text: str | None) -> Facts | None:
    return None if text is None else json.loads(text)
