"""Subscriptions as rows, and back."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from aibot.core.daily import Subscription

if TYPE_CHECKING:
    from collections.abc import Sequence


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
        "generation": 0,
        "version": subscription.version,
        "created": subscription.created.timestamp(),
        "since": subscription.since.timestamp(),
        "next_at": next_at,
    }


def from_row(row: Sequence[Any]) -> Subscription:
    """A whole row as a subscription; unpacked, since names cost more than all the rest when thousands are planned."""
    (
        id_, team, channel, creator, at, zone, days, topics, language, paused, paused_until, problem, skip_dates,
        holidays, seed, _generation, version, created, since, _next_at,
    ) = row  # fmt: skip
    return Subscription(
        id=id_,
        team=team,
        channel=channel,
        creator=creator,
        at=_time(at),
        zone=zone,
        created=datetime.fromtimestamp(created, UTC),
        since=datetime.fromtimestamp(since, UTC),
        seed=seed,
        days=_days(days),
        topics=tuple(topics.split()),
        language=language,
        paused=paused,
        paused_until=date.fromisoformat(paused_until) if paused_until else None,
        problem=problem,
        skip_dates=_dates(skip_dates),
        holidays=holidays,
        version=version,
    )


@lru_cache(maxsize=1_440)
def _dates(days: str) -> frozenset[date]:
    return frozenset(date.fromisoformat(day) for day in days.split())


@lru_cache(maxsize=1_440)
def _time(at: str) -> time:
    return time.fromisoformat(at)


@lru_cache(maxsize=128)
def _days(bits: int) -> frozenset[int]:
    return frozenset(day for day in range(7) if bits >> day & 1)
