"""From a request to what is done: one pure function over the channel's subscription, who asks, and the time."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING, Any, assert_never

from aibot.core.channels import is_direct
from aibot.core.daily.changing import RUNNING, change, is_running, not_ahead, slots_of
from aibot.core.daily.deciding_days import pause, resume, skip_days, skip_next, skip_weekly, unskip
from aibot.core.daily.outcomes import (
    AskBack,
    Begin,
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
    SkipWeekly,
    Subscribe,
    Swap,
    Unclear,
    Unskip,
    Unsubscribe,
)
from aibot.core.daily.subscription import WEEKDAYS, Subscription, subscription_id
from aibot.core.daily.when import today_in
from aibot.core.policy import denied

if TYPE_CHECKING:
    from aibot.core.daily.outcomes import Around, Asker

DEFAULT_AT = time(9)
DEFAULT_DAYS = WEEKDAYS


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
            wanted = ChangePolicy(request.who, request.on_unknown)
            return wanted if asker.is_admin else Refused("policy")
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
            return skip_next(current, around)
        case SkipDays():
            return skip_days(request, current, around)
        case SkipWeekly():
            return skip_weekly(request, current, asker, around)
        case Unskip():
            return unskip(request, current, asker, around)
        case Pause():
            return pause(request, current, around)
        case Resume():
            return resume(request, current, around)
        case Holidays():
            done: Done = "holidays" if request.country else "holidays-off"
            return change(current, {"holidays": request.country}, done, around)
        case Preview() | SendTest():
            return Refused("not-subscribed")
        case _:
            assert_never(request)


def _not_allowed(current: Subscription | None, asker: Asker, around: Around) -> Refused | None:
    """Whether the workspace's policy is against it."""
    is_creator = current is None or current.creator == asker.user
    why = denied(around.who, is_admin=asker.is_admin, is_member=asker.is_member, is_creator=is_creator)
    if why is None:
        return None
    return Refused(why, creator=current.creator if current and why == "creator-only" else "")


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
    starts = request.starts.on(today_in(zone, around.now)) if request.starts else None
    if request.starts is not None:
        if (refused := not_ahead(starts, today_in(zone, around.now), allow_today=True)) is not None:
            return refused
        said["paused_until"] = starts
    if current is None:
        defaults = {"at": DEFAULT_AT, "days": DEFAULT_DAYS, "language": asker.language}
        wanted = Subscription(
            id=subscription_id(asker.team, asker.channel), team=asker.team, channel=asker.channel,
            creator=asker.user, created=around.now, since=around.now, seed=around.seed, **{**defaults, **said},
        )  # fmt: skip
        return Begin(wanted, zone_from, slots_of(wanted, around))
    if request.is_bare and not is_running(current, around):
        return change(current, RUNNING, "resumed", around)
    if starts is not None:
        said |= RUNNING | {"paused_until": starts}
    return change(current, said, _changed(current, said, around), around, zone_from=zone_from)


def _changed(current: Subscription, said: dict[str, Any], around: Around) -> Done:
    """A change ends no pause that nobody spoke of; that it goes on is told."""
    if is_running(current, around) or "paused_until" in said:
        return "changed"
    return "changed-paused" if current.paused or current.problem else "changed-waiting"


def _zone(
    request: Subscribe, current: Subscription | None, asker: Asker, around: Around
) -> tuple[str, ZoneFrom]:
    if request.zone is not None:
        return request.zone, "said"
    if current is not None:
        return current.zone, "kept"
    return (asker.zone, "profile") if asker.zone else (around.default_zone, "default")
