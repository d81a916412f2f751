"""Which instant a local day's post belongs to, and what is due now.

The rules of time, in full:

- A subscription is a wall-clock time in an IANA zone; its instant is computed anew for every local day.
- A time that the clock skips that day (02:30 when it jumps from 02:00 to 03:00) is the first instant after the gap,
  even where that instant already carries the next day's date.
- A time that comes twice that day is the first of the two.
- A day that does not exist (30 December 2011 in Samoa) has no post.
- So every local day that exists has exactly one instant.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import holidays
from holidays.registry import COUNTRIES

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterator

    from aibot.core.daily.subscription import Subscription

GRACE = timedelta(hours=2)
JITTER = 120  # seconds
#  Missed days older than this are not even told of one by one; the delivery record would only fill up
LOOK_BACK = timedelta(days=14)
#  No subscription has its next day further off than this: a year of holidays and skip dates would be a pause
LOOK_AHEAD = 800
_DAY = timedelta(days=1)
_CALENDARS = frozenset(code for _, *codes in COUNTRIES.values() for code in codes)


@dataclass(frozen=True, slots=True)
class Slot:
    """A local day's post: its day, its instant, and when it goes out (the instant plus jitter)."""

    day: date
    at: datetime  # UTC
    due: datetime  # UTC
    missed: bool = False  # it is too late for this one

    def local(self, zone: str) -> datetime:
        """The instant as the zone's clocks show it."""
        return self.at.astimezone(ZoneInfo(zone))


def today_in(zone: str, now: datetime) -> date:
    """The local day."""
    return now.astimezone(ZoneInfo(zone)).date()


@lru_cache(maxsize=65_536)
def slot_of(day: date, at: time, zone: str) -> datetime | None:
    """The UTC instant of a wall-clock time on a local day; None where the day does not exist."""
    place = ZoneInfo(zone)
    local = datetime.combine(day, at, place)
    instant = local.astimezone(UTC)
    back = instant.astimezone(place)
    if back.date() == day and back.time() == at:
        return instant
    return _after_the_gap(local, day, place)


def _after_the_gap(local: datetime, day: date, place: ZoneInfo) -> datetime | None:
    """The first instant after the gap that a local time lies in."""
    before = int(
        local.replace(fold=1).timestamp()
    )  # a time in a gap, read with the later offset, lies before it
    after = int(local.replace(fold=0).timestamp())
    old = datetime.fromtimestamp(before, place).utcoffset()
    while after - before > 1:
        middle = (before + after) // 2
        if datetime.fromtimestamp(middle, place).utcoffset() == old:
            before = middle
        else:
            after = middle
    last, first = datetime.fromtimestamp(before, place), datetime.fromtimestamp(after, place)
    if last.date() < day < first.date():
        return None
    return first.astimezone(UTC)


def jitter(subscription: str, day: date) -> timedelta:
    """How long after its instant a day's post goes out: spread over two minutes, always the same for one post."""
    digest = hashlib.blake2b(f"{subscription} {day.isoformat()}".encode(), digest_size=4).digest()
    return timedelta(seconds=int.from_bytes(digest, "big") % (JITTER + 1))


def is_posted_on(subscription: Subscription, day: date) -> bool:
    """Whether a local day has a post: by weekday, pause, skip dates and holidays."""
    if day.weekday() not in subscription.days or subscription.is_silent_on(day):
        return False
    return subscription.holidays is None or not is_holiday(day, subscription.holidays)


def is_holiday(day: date, country: str) -> bool:
    """Whether a day is a public holiday in a country."""
    return day in _holidays_of(country, day.year)


@lru_cache(maxsize=1_024)
def is_zone(zone: str) -> bool:
    """Whether this machine's time zones have one."""
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        return False
    return True


def has_calendar(country: str) -> bool:
    """Whether the `holidays` library has a country."""
    return country in _CALENDARS


@lru_cache(maxsize=1_024)
def _holidays_of(country: str, year: int) -> frozenset[date]:
    if not has_calendar(country):  # whoever wants it is told so, and paused: see `storage/rows.py`
        return frozenset()
    return frozenset(holidays.country_holidays(country, years=year))


def _instants(subscription: Subscription, first: date, count: int) -> Iterator[tuple[date, datetime]]:
    """The posted days among `count` local days from `first` on, with their instants."""
    for offset in range(count):
        day = first + offset * _DAY
        if is_posted_on(subscription, day):
            at = slot_of(day, subscription.at, subscription.zone)
            if at is not None and at >= subscription.since:
                yield day, at


def due_slots(
    subscription: Subscription, now: datetime, grace: timedelta = GRACE, *, after: datetime | None = None
) -> list[Slot]:
    """The slots whose instant has come: at most one that can still be posted, the others missed.

    Days in the past that were paused or skipped are not told of. Whoever remembers what was posted decides which of
    these days are new; asking twice gives the same slots. `after`: the slots before have been dealt with already.
    """
    place = ZoneInfo(subscription.zone)
    start = (
        max(now - LOOK_BACK, subscription.since, after or subscription.since).astimezone(place).date() - _DAY
    )
    today = now.astimezone(place).date()
    come = [
        pair
        for pair in _instants(subscription, start, (today - start).days + 2)
        if pair[1] <= now and (after is None or pair[1] >= after)
    ]
    found = []
    for day, at in come:
        due = at + jitter(subscription.id, day)
        found.append(Slot(day, at, due, missed=day != come[-1][0] or now > due + grace))
    return found


def next_slots(
    subscription: Subscription,
    now: datetime,
    count: int = 3,
    *,
    taken: Container[date] = (),
    planned: Collection[Slot] = (),
) -> list[Slot]:
    """The next posts: those whose hour has come and that are not out (`planned`), then the slots after now.

    A day that has had its post already (`taken`) has no other.
    """
    if subscription.paused:
        return []
    found = [slot for slot in planned if is_posted_on(subscription, slot.day)]
    days = {slot.day for slot in found}
    for day, at in _coming(subscription, now):
        if len(found) >= count:
            break
        if day not in taken and day not in days:
            found.append(Slot(day, at, at + jitter(subscription.id, day)))
    return found[:count]


def next_instant(subscription: Subscription, now: datetime) -> datetime | None:
    """The instant of the next slot."""
    return next((at for _, at in _coming(subscription, now)), None)


def _coming(subscription: Subscription, now: datetime) -> Iterator[tuple[date, datetime]]:
    """The posted days whose instants are still to come."""
    first = today_in(subscription.zone, now) - _DAY
    if subscription.paused:
        return
    if subscription.paused_until is not None:
        first = max(first, subscription.paused_until - _DAY)
    for day, at in _instants(subscription, first, LOOK_AHEAD):
        if at > now:
            yield day, at
