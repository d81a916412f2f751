"""From a request to what is done: one pure function over the channel's subscription, who asks, and the time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, assert_never
from zoneinfo import ZoneInfo

from aibot.core.channels import is_direct
from aibot.core.daily.dates import MOST_DAYS_AHEAD
from aibot.core.daily.outcomes import (
    AskBack,
    Begin,
    Change,
    ChangePolicy,
    Done,
    Outcome,
    Refused,
    Remove,
    RemoveAll,
    ShowList,
    ShowNext,
    TellPolicy,
    ZoneFrom,
)
from aibot.core.daily.requests import (
    Holidays,
    ListSubscriptions,
    Pause,
    Preview,
    Request,
    Resume,
    SendTest,
    SetPolicy,
    ShowPolicy,
    SkipDays,
    SkipNext,
    Subscribe,
    Swap,
    Unclear,
    Unsubscribe,
)
from aibot.core.daily.subscription import SCHEDULE, WEEKDAYS, Subscription, subscription_id
from aibot.core.daily.when import Slot, next_slots

if TYPE_CHECKING:
    from aibot.core.daily.dates import DayAsked
    from aibot.core.daily.outcomes import Around, Asker

DEFAULT_AT = time(9)
DEFAULT_DAYS = WEEKDAYS
MOST_SKIPPED = 60
_RUNNING: dict[str, Any] = {"paused": False, "problem": "", "paused_until": None}


def decide(  # noqa: C901, PLR0912  # a `match` over a closed union, one line a case
    request: Request, current: Subscription | None, asker: Asker, around: Around
) -> Outcome:
    """What a request comes to. The same request, subscription, person and time always come to the same."""
    match request:
        case Unclear():
            return AskBack(request.problems)
        case ListSubscriptions():
            return _list(request, asker)
        case Unsubscribe(everything=True):
            return _remove_all(asker, around)
        case SetPolicy():
            change = ChangePolicy(request.who, request.on_unknown)
            return change if asker.is_admin else Refused("policy")
        case ShowPolicy():
            return TellPolicy()
    if is_direct(asker.channel):
        return Refused("direct-message")
    match request:
        case Subscribe():
            refused = _not_allowed(current, asker, around)
            return refused or _subscribe(request, current, asker, around)
        case Preview() if current is not None:
            return ShowNext(current, "preview")
        case SendTest() if current is not None:
            return ShowNext(current, "test")
    if current is None:
        return Refused("not-subscribed")
    if (refused := _not_allowed(current, asker, around)) is not None:
        return refused
    match request:
        case Unsubscribe():
            return Remove(current)
        case Swap():
            return ShowNext(current, "swap")
        case SkipNext():
            return _skip_next(current, around)
        case SkipDays():
            return _skip_days(request, current, around)
        case Pause():
            return _pause(request, current, around)
        case Resume():
            return _resume(current, around)
        case Holidays():
            done: Done = "holidays" if request.country else "holidays-off"
            return _change(current, {"holidays": request.country}, done, around)
        case Preview() | SendTest():
            return Refused("not-subscribed")
        case _:
            assert_never(request)


def _not_allowed(current: Subscription | None, asker: Asker, around: Around) -> Refused | None:
    """Whether the workspace's policy is against it."""
    if around.who == "anyone" or asker.is_admin:
        return None
    match around.who:
        case "members":
            if asker.is_member:
                return None
            return Refused("members-unknown" if asker.is_member is None else "members-only")
        case "creator":
            if current is None or current.creator == asker.user:
                return None
            return Refused("creator-only", creator=current.creator)
        case "admins":
            return Refused("admins-unknown" if asker.is_admin is None else "admins-only")
        case _:
            assert_never(around.who)


def _remove_all(asker: Asker, around: Around) -> Outcome:
    """What a person set up is theirs to stop, except where the policy is against it."""
    if around.who == "admins" and (refused := _not_allowed(None, asker, around)) is not None:
        return refused
    return RemoveAll(where_member=around.who == "members" and not asker.is_admin)


def _list(request: ListSubscriptions, asker: Asker) -> ShowList:
    if request.everywhere:
        return ShowList("workspace" if asker.is_admin else "own", request.form)
    return ShowList("own" if is_direct(asker.channel) else "here", request.form)


def _subscribe(request: Subscribe, current: Subscription | None, asker: Asker, around: Around) -> Outcome:
    zone, zone_from = _zone(request, current, asker, around)
    fields: dict[str, Any] = {"at": request.at, "zone": zone, "days": request.days}
    fields |= {"topics": request.topics, "language": request.language}
    said = {name: value for name, value in fields.items() if value is not None}
    starts = request.starts.on(_today(zone, around.now)) if request.starts else None
    if request.starts is not None:
        if (refused := _not_ahead(starts, _today(zone, around.now), allow_today=True)) is not None:
            return refused
        said["paused_until"] = starts
    if current is None:
        defaults = {"at": DEFAULT_AT, "days": DEFAULT_DAYS, "language": asker.language}
        wanted = Subscription(
            id=subscription_id(asker.team, asker.channel), team=asker.team, channel=asker.channel,
            creator=asker.user, created=around.now, since=around.now, seed=around.seed, **{**defaults, **said},
        )  # fmt: skip
        return Begin(wanted, zone_from, _slots(wanted, around))
    if request.is_bare and not _is_running(current, around):
        return _change(current, _RUNNING, "resumed", around)
    if starts is not None:
        said |= _RUNNING | {"paused_until": starts}
    return _change(current, said, _changed(current, said, around), around, zone_from=zone_from)


def _changed(current: Subscription, said: dict[str, Any], around: Around) -> Done:
    """A change ends no pause that nobody spoke of; that it goes on is told."""
    if _is_running(current, around) or "paused_until" in said:
        return "changed"
    return "changed-paused" if current.paused or current.problem else "changed-waiting"


def _is_running(current: Subscription, around: Around) -> bool:
    """Whether its posts come: it is neither paused nor waiting for a day."""
    until = current.paused_until
    return not current.paused and (until is None or until <= _today(current.zone, around.now))


def _zone(
    request: Subscribe, current: Subscription | None, asker: Asker, around: Around
) -> tuple[str, ZoneFrom]:
    if request.zone is not None:
        return request.zone, "said"
    if current is not None:
        return current.zone, "kept"
    return (asker.zone, "profile") if asker.zone else (around.default_zone, "default")


def _change(  # noqa: PLR0913  # what a change consists of
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
    return Change(current, changed, what, _slots(after, around, before=current), days, zone_from)


def _slots(
    subscription: Subscription, around: Around, *, before: Subscription | None = None
) -> tuple[Slot, ...]:
    """The next posts; a change of the schedule (since `before`) takes back what was planned."""
    moved = replace(subscription, since=min(subscription.since, around.now))
    stays = before is None or all(getattr(before, name) == getattr(subscription, name) for name in SCHEDULE)
    planned = around.planned if stays else ()
    return tuple(next_slots(moved, around.now, 3, taken=around.taken, planned=planned))


def _today(zone: str, now: datetime) -> date:
    return now.astimezone(ZoneInfo(zone)).date()


def _not_ahead(day: date | None, today: date, *, allow_today: bool) -> Refused | None:
    """Why a day will not do; a day that no calendar has is past as well."""
    if day is None or day < today or (day == today and not allow_today):
        return Refused("past-date", day)
    return Refused("too-far", day) if (day - today).days > MOST_DAYS_AHEAD else None


def _skip_next(current: Subscription, around: Around) -> Outcome:
    slots = _slots(current, around)
    if not slots:
        return Refused("no-next")
    return _skip((slots[0].day,), current, around)


def _skip_days(request: SkipDays, current: Subscription, around: Around) -> Outcome:
    today = _today(current.zone, around.now)
    days: list[date] = []
    for asked in request.days:
        day = asked.on(today)
        if (refused := _not_ahead(day, today, allow_today=True)) is not None:
            return refused
        assert day is not None
        if day in around.taken or (day == today and not _is_ahead(day, current, around)):
            return Refused("already-posted", day)
        days.append(day)
    if request.through is not None:
        last = request.through.on(days[-1])
        if (refused := _not_ahead(last, days[-1], allow_today=True)) is not None:
            return refused
        assert last is not None
        between = min((last - days[-1]).days, MOST_SKIPPED + 1)
        days += [days[-1] + timedelta(days=step) for step in range(1, between + 1)]
    return _skip(tuple(sorted(set(days))), current, around)


def _is_ahead(day: date, current: Subscription, around: Around) -> bool:
    """Whether today's hour is still to come."""
    local = around.now.astimezone(ZoneInfo(current.zone))
    return local.date() < day or local.time().replace(tzinfo=None) < current.at


def _skip(days: tuple[date, ...], current: Subscription, around: Around) -> Outcome:
    today = _today(current.zone, around.now)
    kept = frozenset(day for day in current.skip_dates if day >= today) | frozenset(days)
    if len(kept) > MOST_SKIPPED:
        return Refused("too-many-days")
    return _change(current, {"skip_dates": kept}, "skipped", around, days=days)


def _pause(request: Pause, current: Subscription, around: Around) -> Outcome:
    if request.until is None:
        if current.paused:
            return Refused("already-paused")
        return _change(current, {"paused": True, "paused_until": None}, "paused", around)
    day = _day_of(request.until, current, around)
    if (refused := _not_ahead(day, _today(current.zone, around.now), allow_today=False)) is not None:
        return refused
    assert day is not None
    return _change(current, _RUNNING | {"paused_until": day}, "paused-until", around, days=(day,))


def _day_of(asked: DayAsked, current: Subscription, around: Around) -> date | None:
    return asked.on(_today(current.zone, around.now))


def _resume(current: Subscription, around: Around) -> Outcome:
    if _is_running(current, around):
        return Refused("not-paused")
    return _change(current, _RUNNING, "resumed", around)
