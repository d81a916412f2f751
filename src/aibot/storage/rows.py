"""Subscriptions as rows, and back."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from aibot.core.daily import Subscription

if TYPE_CHECKING:
    from sqlalchemy import Row


def to_row(subscription: Subscription, next_at: float | None) -> dict[str, Any]:
    """A subscription as a row."""
    return {
        "id": subscription.id,
        "team": subscription.team,
        "channel": subscription.channel,
        "creator": subscription.creator,
        "at": subscription.at.isoformat(timespec="minutes"),
        "zone": subscription.zone,
        "days": sum(1 << day for day in subscription.days),
        "topics": " ".join(subscription.topics),
        "language": subscription.language,
        "paused": subscription.paused,
        "paused_until": subscription.paused_until.isoformat() if subscription.paused_until else None,
        "problem": subscription.problem,
        "skip_dates": " ".join(sorted(day.isoformat() for day in subscription.skip_dates)),
        "holidays": subscription.holidays,
        "seed": subscription.seed,
        "generation": subscription.generation,
        "version": subscription.version,
        "created": subscription.created.timestamp(),
        "since": subscription.since.timestamp(),
        "next_at": next_at,
    }


def from_row(row: Row[Any]) -> Subscription:
    """A row as a subscription."""
    return Subscription(
        id=row.id,
        team=row.team,
        channel=row.channel,
        creator=row.creator,
        at=_time(row.at),
        zone=row.zone,
        created=datetime.fromtimestamp(row.created, UTC),
        since=datetime.fromtimestamp(row.since, UTC),
        seed=row.seed,
        days=_days(row.days),
        topics=tuple(row.topics.split()),
        language=row.language,
        paused=row.paused,
        paused_until=date.fromisoformat(row.paused_until) if row.paused_until else None,
        problem=row.problem,
        skip_dates=frozenset(date.fromisoformat(day) for day in row.skip_dates.split()),
        holidays=row.holidays,
        generation=row.generation,
        version=row.version,
    )


@lru_cache(maxsize=1_440)
def _time(at: str) -> time:
    return time.fromisoformat(at)


@lru_cache(maxsize=128)
def _days(bits: int) -> frozenset[int]:
    return frozenset(day for day in range(7) if bits >> day & 1)
