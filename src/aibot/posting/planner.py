"""Which days are new: due now, or missed. Planning twice, or in several programs at once, comes to the same."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from aibot.core.daily import due_slots, next_instant
from aibot.storage import AHEAD, NOT_PLANNED, UNPLANNABLE, Move, Planned

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aibot.core.daily import Slot, Subscription
    from aibot.storage import Deliveries

log = logging.getLogger(__name__)

_DAY = 86_400.0
_LONGEST = 600.0  # seconds that a line is planned ahead; who comes later is put off when its turn has come


@dataclass(frozen=True, slots=True)
class Plan:
    """What planning came to."""

    missed: int  # days that were skipped as too late
    broken: Sequence[tuple[Subscription, str]]  # those that cannot be planned, and why: the others were


def plan_due(  # noqa: PLR0913  # what planning goes by
    deliveries: Deliveries,
    now: float,
    grace: float,
    rate: float = 5.0,
    *,
    is_final: bool = True,
    after: float | None = None,
) -> Plan:
    """Plan the slots that have come (`after` a time: those before are known, and held).

    Where it is not final, since the clock may be wrong, no day is written down as missed: it is held for later.
    """
    return _plan(deliveries, deliveries.to_plan(now, after=after), now, grace, rate, is_final=is_final)


def plan_anew(
    deliveries: Deliveries, now: float, grace: float, rate: float = 5.0, *, is_final: bool = True
) -> Plan:
    """Work out every subscription's next slot again: at a start, the rules of some zone may have changed."""
    return _plan(deliveries, deliveries.everyone(), now, grace, rate, is_final=is_final, margin=_DAY)


def _plan(  # noqa: PLR0913  # what both ways of planning are given
    deliveries: Deliveries,
    subscriptions: Sequence[tuple[Subscription, float | None]],
    now: float,
    grace: float,
    rate: float,
    *,
    is_final: bool,
    margin: float = 0.0,
) -> Plan:
    slots: list[tuple[Subscription, Slot]] = []
    moves: list[Move] = []
    broken: list[tuple[Subscription, str]] = []
    for subscription, planned in subscriptions:
        if subscription.problem in UNPLANNABLE:
            broken.append((subscription, subscription.problem))
            continue
        try:
            come, next_at = _slots(subscription, planned, now, grace, margin)
        except Exception:  # one channel's must not keep the others from their posts
            log.exception("%s cannot be planned", subscription.id)
            broken.append((subscription, NOT_PLANNED))
        else:
            missed_first = next((slot.at.timestamp() for slot in come if slot.missed), None)
            if missed_first is not None and not is_final:
                come, next_at = [slot for slot in come if not slot.missed], missed_first
            slots += [(subscription, slot) for slot in come]
            moves.append(Move(subscription, planned, next_at))
    missed = deliveries.plan(_in_line(slots, now, grace, rate), moves, now)
    if missed:
        log.info("days skipped as too late to post: %d", missed)
    return Plan(missed, broken)


def _slots(
    subscription: Subscription, planned: float | None, now: float, grace: float, margin: float
) -> tuple[list[Slot], float | None]:
    """The slots that have come since the one that was planned, and the next one."""
    moment = datetime.fromtimestamp(now, UTC)
    #  No later than now: a slot that was planned by a clock that was ahead may have come by the right one
    after = datetime.fromtimestamp(min(planned, now) - margin, UTC) if planned is not None else None
    following = next_instant(subscription, moment)
    return (
        due_slots(subscription, moment, timedelta(seconds=grace), after=after),
        following.timestamp() if following else None,
    )


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
