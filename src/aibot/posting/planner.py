"""Which days are new: due now, or missed. Planning twice, or in several programs at once, comes to the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from aibot.core.daily import due_slots, next_slots
from aibot.storage import AHEAD, Planned

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aibot.core.daily import Subscription
    from aibot.storage import Deliveries

_DAY = 86_400.0


def plan_due(deliveries: Deliveries, now: float, grace: float, rate: float = 5.0) -> int:
    """Plan the slots that have come; returns how many subscriptions were looked at."""
    due = deliveries.to_plan(now)
    if due:
        new, next_at = _planned(due, now, grace)
        deliveries.plan(in_line(new, now, rate), next_at, now)
    return len(due)


def plan_anew(deliveries: Deliveries, now: float, grace: float, rate: float = 5.0) -> None:
    """Work out every subscription's next slot again: at a start, the rules of some zone may have changed."""
    new, next_at = _planned(deliveries.everyone(), now, grace, margin=_DAY)
    deliveries.plan(in_line(new, now, rate), next_at, now)


def in_line(new: Iterable[Planned], now: float, rate: float) -> list[Planned]:
    """Put each workspace's posts one after the other, as fast as Slack takes them: a second there holds so many."""
    free: dict[str, float] = {}
    placed = []
    for one in sorted(new, key=lambda one: one.due):
        if one.missed:
            placed.append(one)
            continue
        team = one.subscription.team
        due = max(one.due, free.get(team, 0.0))
        free[team] = max(due, now - AHEAD) + 1 / rate
        placed.append(replace(one, due=due) if due > one.due else one)
    return placed


def _planned(
    subscriptions: Iterable[tuple[Subscription, float | None]],
    now: float,
    grace: float,
    *,
    margin: float = 0.0,
) -> tuple[list[Planned], dict[str, float | None]]:
    new, next_at = [], {}
    moment, most = datetime.fromtimestamp(now, UTC), timedelta(seconds=grace)
    for subscription, planned in subscriptions:
        after = datetime.fromtimestamp(planned - margin, UTC) if planned is not None else None
        for slot in due_slots(subscription, moment, most, after=after):
            due = slot.due.timestamp()
            new.append(
                Planned(
                    subscription,
                    slot.day.isoformat(),
                    slot.at.timestamp(),
                    due,
                    due + grace,
                    missed=slot.missed,
                )
            )
        following = next_slots(subscription, moment, 1)
        next_at[subscription.id] = following[0].at.timestamp() if following else None
    return new, next_at
