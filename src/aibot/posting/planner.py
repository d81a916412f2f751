"""Which days are new: due now, or missed. Planning twice, or in several programs at once, comes to the same."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from aibot.core.daily import due_slots, next_slots
from aibot.storage import AHEAD, Move, Planned

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aibot.core.daily import Slot, Subscription
    from aibot.storage import Deliveries

log = logging.getLogger(__name__)

_DAY = 86_400.0
_LONGEST = 600.0  # seconds that a line is planned ahead; who comes later is put off when its turn has come


def plan_due(deliveries: Deliveries, now: float, grace: float, rate: float = 5.0) -> int:
    """Plan the slots that have come; returns how many days were skipped as too late."""
    due = deliveries.to_plan(now)
    if not due:
        return 0
    slots, moves = _slots(due, now, grace)
    return _told(deliveries.plan(_in_line(slots, now, grace, rate), moves, now))


def plan_anew(deliveries: Deliveries, now: float, grace: float, rate: float = 5.0) -> int:
    """Work out every subscription's next slot again: at a start, the rules of some zone may have changed."""
    slots, moves = _slots(deliveries.everyone(), now, grace, margin=_DAY)
    return _told(deliveries.plan(_in_line(slots, now, grace, rate), moves, now))


def _told(missed: int) -> int:
    if missed:
        log.info("days skipped as too late to post: %d", missed)
    return missed


def _slots(
    subscriptions: Iterable[tuple[Subscription, float | None]],
    now: float,
    grace: float,
    *,
    margin: float = 0.0,
) -> tuple[list[tuple[Subscription, Slot]], list[Move]]:
    found: list[tuple[Subscription, Slot]] = []
    moves: list[Move] = []
    moment, most = datetime.fromtimestamp(now, UTC), timedelta(seconds=grace)
    for subscription, planned in subscriptions:
        after = datetime.fromtimestamp(planned - margin, UTC) if planned is not None else None
        found.extend((subscription, slot) for slot in due_slots(subscription, moment, most, after=after))
        following = next_slots(subscription, moment, 1)
        moves.append(Move(subscription, planned, following[0].at.timestamp() if following else None))
    return found, moves


def _in_line(
    slots: Iterable[tuple[Subscription, Slot]], now: float, grace: float, rate: float
) -> list[Planned]:
    """Put each workspace's posts one behind the other, as fast as Slack takes them there."""
    free: dict[str, float] = {}
    planned = []
    for subscription, slot in sorted(slots, key=lambda one: one[1].due):
        due = at = slot.due.timestamp()
        if not slot.missed:
            at = max(due, min(free.get(subscription.team, 0.0), now + _LONGEST))
            free[subscription.team] = max(at, now - AHEAD) + 1 / rate
        planned.append(
            Planned(
                subscription,
                slot.day.isoformat(),
                slot.at.timestamp(),
                at,
                due + grace,
                missed=slot.missed,
            )
        )
    return planned
