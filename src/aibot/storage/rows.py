"""Subscriptions as rows, and back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from aibot.core.daily import Subscription, has_calendar, is_zone

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#  Why a subscription cannot be posted by, as its row is read
NO_ZONE, NO_CALENDAR, UNREADABLE = "no_zone", "no_calendar", "unreadable"
NOT_PLANNED = "not_planned"  # why is in the log: a bug
LACKING = frozenset({NO_ZONE, NO_CALENDAR, UNREADABLE})
UNPLANNABLE = LACKING | {NOT_PLANNED}
#  In place of a zone that nobody knows: clocks go by it while the subscription is paused. Nobody chooses it: who says
#  UTC gets "UTC"
NOWHERE = "Etc/Zulu"


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
    """A whole row as a subscription.

    One that cannot be posted by is read all the same, as paused with the problem: it is one channel's, and must not
    keep the others' from being read. So people can see it, mend it and end it.
    """
    try:
        found = _from_row(row)
    except (ValueError, TypeError, AttributeError, OverflowError):
        return _unreadable(row)
    if not is_zone(found.zone):
        return replace(found, zone=NOWHERE, paused=True, problem=NO_ZONE)
    if found.holidays is not None and not has_calendar(found.holidays):
        return replace(found, paused=True, problem=NO_CALENDAR)
    return found


def is_mended(before: Subscription, fields: Mapping[str, Any]) -> bool:
    """Whether what a subscription lacks, as it was read, is given by a change, or has come back."""
    if before.problem in {NO_ZONE, UNREADABLE}:
        return bool(fields.get("zone", before.zone) != NOWHERE)
    if before.problem == NO_CALENDAR:
        country = fields.get("holidays", before.holidays)
        return country is None or has_calendar(country)
    return True


def _from_row(row: Sequence[Any]) -> Subscription:
    """Unpacked, since names cost more than all the rest when thousands are planned."""
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


def _unreadable(row: Sequence[Any]) -> Subscription:
    """What is left of a row with something in it that this program cannot read."""
    id_, team, channel, creator, *_ = row
    long_ago = datetime.fromtimestamp(0, UTC)
    return Subscription(
        id_, team, channel, creator, at=time(9), zone=NOWHERE, created=long_ago, since=long_ago, seed=str(id_),
        paused=True, problem=UNREADABLE, version=row.version,  # type: ignore[attr-defined]
    )  # fmt: skip


@lru_cache(maxsize=1_440)
def _dates(days: str) -> frozenset[date]:
    return frozenset(date.fromisoformat(day) for day in days.split())


@lru_cache(maxsize=1_440)
def _time(at: str) -> time:
    return time.fromisoformat(at)


@lru_cache(maxsize=128)
def _days(bits: int) -> frozenset[int]:
    return frozenset(day for day in range(7) if bits >> day & 1)
