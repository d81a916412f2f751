"""What every change of a subscription comes to: what differs, and the posts that come of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from aibot.core.daily.dates import MOST_DAYS_AHEAD
from aibot.core.daily.outcomes import Change, Done, Refused, ZoneFrom
from aibot.core.daily.subscription import SCHEDULE
from aibot.core.daily.when import Slot, next_slots, today_in

if TYPE_CHECKING:
    from datetime import date

    from aibot.core.daily.outcomes import Around
    from aibot.core.daily.subscription import Subscription

#  What a subscription is whose posts come
RUNNING: dict[str, Any] = {"paused": False, "problem": "", "paused_until": None}


def change(  # noqa: PLR0913  # what a change consists of
    current: Subscription,
    fields: dict[str, Any],
    done: Done,
    around: Around,
    *,
    days: tuple[date, ...] = (),
    zone_from: ZoneFrom = "kept",
) -> Change:
    """The change, or that there is nothing to do."""
    changed = {name: value for name, value in fields.items() if getattr(current, name) != value}
    after = replace(current, **changed)
    what: Done = done if changed else "same"
    return Change(current, changed, what, slots_of(after, around, before=current), days, zone_from)


def slots_of(
    subscription: Subscription, around: Around, *, before: Subscription | None = None
) -> tuple[Slot, ...]:
    """The next posts; a change of the schedule (since `before`) takes back what was planned."""
    moved = replace(subscription, since=min(subscription.since, around.now))
    stays = before is None or all(getattr(before, name) == getattr(subscription, name) for name in SCHEDULE)
    planned = around.planned if stays else ()
    return tuple(next_slots(moved, around.now, 3, taken=around.taken, planned=planned))


def not_ahead(day: date | None, today: date, *, allow_today: bool) -> Refused | None:
    """Why a day will not do; a day that no calendar has is past as well."""
    if day is None or day < today or (day == today and not allow_today):
        return Refused("past-date", day)
    return Refused("too-far", day) if (day - today).days > MOST_DAYS_AHEAD else None


def is_running(current: Subscription, around: Around) -> bool:
    """Whether its posts come: it is neither paused nor waiting for a day."""
    until = current.paused_until
    return not current.paused and (until is None or until <= today_in(current.zone, around.now))
