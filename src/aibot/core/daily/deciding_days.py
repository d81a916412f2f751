"""Days without a post, decided: what is left out, taken back, paused and resumed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from aibot.core.daily.changing import RUNNING, change, is_running, not_ahead, slots_of
from aibot.core.daily.dates import rows_of
from aibot.core.daily.outcomes import AskBack, Refused
from aibot.core.daily.requests import Offer, Problem
from aibot.core.daily.weekdays import HAN_DAYS, NAMES
from aibot.core.daily.when import slot_of, today_in

if TYPE_CHECKING:
    from aibot.core.daily.dates import DayAsked
    from aibot.core.daily.outcomes import Around, Asker, Outcome, Reason
    from aibot.core.daily.requests import Pause, Resume, SkipDays, SkipWeekly, Unskip
    from aibot.core.daily.subscription import Subscription

MOST_SKIPPED = 60
MOST_OFFERED = 5


def skip_next(current: Subscription, around: Around) -> Outcome:
    """Leave the next post out."""
    slots = slots_of(current, around)
    if not slots:
        return Refused("no-next")
    return _skip((slots[0].day,), current, around)


def skip_days(request: SkipDays, current: Subscription, around: Around) -> Outcome:
    """Leave days out whose posts can still be stopped; of a week that has begun, what is left of it."""
    days = _named(request, current, around)
    if isinstance(days, Refused):
        return days
    today, planned = today_in(current.zone, around.now), {slot.day for slot in around.planned}
    reasons: dict[date, Reason] = {}
    for day in days:
        if day in planned:  # its hour has come, and it can still be stopped
            continue
        if day in around.taken:
            reasons[day] = "already-posted"
        elif day == today and not _is_ahead(day, current, around):
            reasons[day] = "hour-past"
    left = tuple(day for day in days if day not in reasons)
    if reasons and (not left or not _is_whole(request)):
        day = min(reasons)
        return Refused(reasons[day], day)
    return _skip(left, current, around)


def _is_whole(request: SkipDays) -> bool:
    """Whether only whole weeks or months were named: of these, what is left of them is meant."""
    return request.through is None and all(asked.period is not None for asked in request.days)


def _named(request: SkipDays | Unskip, current: Subscription, around: Around) -> tuple[date, ...] | Refused:
    """The days a request names, each once and in their order, or why one of them will not do."""
    today = today_in(current.zone, around.now)
    days: list[date] = []
    for asked in request.days:
        first, last = asked.on(today), asked.last_on(today)
        first = max(first, today) if first is not None and asked.period is not None else first
        if (refused := not_ahead(first, today, allow_today=True)) is not None:
            return refused
        assert first is not None
        assert last is not None
        days += _row(first, last)
    if request.through is not None:
        last = request.through.last_on(days[-1])
        if (refused := not_ahead(last, days[-1], allow_today=True)) is not None:
            return refused
        assert last is not None
        days += _row(days[-1], last)
    return tuple(sorted(set(days)))


def _row(first: date, last: date) -> list[date]:
    """The days from one to another; no more than can be left out, and one, so that it is seen that it is too many."""
    steps = min((last - first).days, MOST_SKIPPED + 1)
    return [first + timedelta(days=step) for step in range(steps + 1)]


def skip_weekly(request: SkipWeekly, current: Subscription, asker: Asker, around: Around) -> Outcome:
    """The days that would be left, offered: who skips Fridays for ever wants other days."""
    left = current.days - request.days
    if left == current.days:
        return change(current, {}, "same", around)
    lines: tuple[str, ...]
    if not left:
        lines = ("暂停", "退订") if asker.language == "zh" else ("pause", "unsubscribe")
    elif asker.language == "zh":
        lines = ("订阅 周" + "".join(HAN_DAYS[day] for day in sorted(left)),)
    else:
        lines = ("subscribe " + ", ".join(NAMES[day] for day in sorted(left)),)
    offers = tuple(Offer(line, line) for line in lines)
    return AskBack((Problem("every-week", request.typed, offers),))


def unskip(request: Unskip, current: Subscription, asker: Asker, around: Around) -> Outcome:
    """Post after all on days that were left out; asked back where several are and none was named."""
    today = today_in(current.zone, around.now)
    left = tuple(sorted(day for day in current.skip_dates if day >= today))
    if not left:
        return Refused("none-skipped")
    wanted = left
    if request.days:
        named = _named(request, current, around)
        if isinstance(named, Refused):
            return named
        wanted = tuple(day for day in left if day in named)
        if not wanted:
            return Refused("not-skipped", named[0])
    elif not request.everything and len(rows := rows_of(left)) > 1:
        offers = [_unskipping(row, chinese=asker.language == "zh") for row in rows[: MOST_OFFERED - 1]]
        offers.append("跳过 关闭" if asker.language == "zh" else "skip off")
        return AskBack((Problem("which-skipped", "", tuple(Offer(line, line) for line in offers)),))
    fields = {"skip_dates": frozenset(left) - frozenset(wanted)}
    if wanted == (today,) and not _is_ahead(today, current, around):
        return Refused("hour-past", today)
    return change(current, fields, "unskipped", around, days=wanted)


def _unskipping(row: tuple[date, ...], *, chinese: bool) -> str:
    first, last = row[0].isoformat(), row[-1].isoformat()
    if chinese:
        return f"取消跳过 {first}" if first == last else f"取消跳过 {first} 到 {last}"
    return f"unskip {first}" if first == last else f"unskip {first} - {last}"


def _is_ahead(day: date, current: Subscription, around: Around) -> bool:
    """Whether a day's hour is still to come."""
    slot = slot_of(day, current.at, current.zone)
    return slot is not None and around.now < slot


def _skip(days: tuple[date, ...], current: Subscription, around: Around) -> Outcome:
    today = today_in(current.zone, around.now)
    kept = frozenset(day for day in current.skip_dates if day >= today) | frozenset(days)
    if len(kept) > MOST_SKIPPED:
        return Refused("too-many-days")
    return change(current, {"skip_dates": kept}, "skipped", around, days=days)


def pause(request: Pause, current: Subscription, around: Around) -> Outcome:
    """Post nothing until a day, or until somebody resumes."""
    if request.until is None:
        if current.paused:
            return Refused("already-paused")
        return change(current, {"paused": True, "paused_until": None}, "paused", around)
    return _wait_for(request.until, current, around, through=request.through)


def _wait_for(asked: DayAsked, current: Subscription, around: Around, *, through: bool = False) -> Outcome:
    """Nothing until a day."""
    today = today_in(current.zone, around.now)
    day = asked.last_on(today) if through else asked.on(today)
    if through and day is not None:
        day += timedelta(days=1)
    if (refused := not_ahead(day, today, allow_today=False)) is not None:
        return refused
    assert day is not None
    return change(current, RUNNING | {"paused_until": day}, "paused-until", around, days=(day,))


def resume(request: Resume, current: Subscription, around: Around) -> Outcome:
    """End a pause, or let it end on a day; what is not paused has none to end."""
    if is_running(current, around):
        return Refused("not-paused")
    if request.on is not None:
        return _wait_for(request.on, current, around)
    return change(current, RUNNING, "resumed", around)
