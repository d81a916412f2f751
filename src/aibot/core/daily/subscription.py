"""A subscription: a channel's wish for a daily post, in wall-clock time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from datetime import date, datetime, time

DailyLanguage: TypeAlias = Literal["en", "zh", "both"]

ALL_DAYS = frozenset(range(7))
WEEKDAYS = frozenset(range(5))
#  A change of these starts the schedule anew: no slot before the change is due
SCHEDULE = frozenset({"at", "zone", "days", "paused", "paused_until", "holidays"})


@dataclass(frozen=True, slots=True)
class Subscription:
    """What one channel gets, and when. There is at most one per channel, so re-subscribing changes it.

    Ids only: no names of people or channels, and nothing anybody wrote.
    """

    id: str  # see `subscription_id`
    team: str
    channel: str
    creator: str  # the user who subscribed the channel
    at: time  # wall clock, no zone
    zone: str  # an IANA name: Asia/Shanghai
    created: datetime  # aware
    since: datetime  # aware; the last change of the schedule: nothing before it is due
    seed: str  # the deck's order
    days: frozenset[int] = ALL_DAYS  # 0 is Monday
    topics: tuple[str, ...] = ()  # kinds ("model") and entry ids; empty is everything
    language: DailyLanguage = "en"
    paused: bool = False  # until somebody resumes it
    paused_until: date | None = None  # the first local day that is posted again
    problem: str = ""  # Slack's error code where we paused it ourselves: is_archived
    skip_dates: frozenset[date] = frozenset()
    holidays: str | None = None  # a country code of the `holidays` library: CN, US, DE
    version: int = 0  # counts changes, so that two people cannot overwrite each other unseen

    @property
    def has_first_day(self) -> bool:
        """Whether the day it waits for is its first: it has had no other schedule."""
        return self.paused_until is not None and self.since == self.created

    def is_silent_on(self, day: date) -> bool:
        """Whether nothing is posted on a local day, whatever the week says."""
        if self.paused or (self.paused_until is not None and day < self.paused_until):
            return True
        return day in self.skip_dates


def subscription_id(team: str, channel: str) -> str:
    """The id of a channel's subscription.

    It is the same when the channel unsubscribes and subscribes again, so that a day's post cannot come twice.
    """
    return f"{team}.{channel}"
