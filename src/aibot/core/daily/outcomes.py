"""Who asks for a daily post and on what a decision stands; and what it comes to: a closed union, `Outcome`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from aibot.core.policy import Denial

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from aibot.core.daily.requests import ListForm, OnUnknown, Problem
    from aibot.core.daily.subscription import DailyLanguage, Subscription
    from aibot.core.daily.when import Slot
    from aibot.core.policy import Who

ZoneFrom: TypeAlias = Literal["said", "profile", "default", "kept"]


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and where. What Slack would not tell us is None."""

    team: str
    channel: str
    user: str
    is_admin: bool | None = None
    is_member: bool | None = None  # of the channel; asked only where the policy wants to know
    zone: str | None = None  # the one in their Slack profile
    language: DailyLanguage = "en"


@dataclass(frozen=True, slots=True)
class Around:
    """What else the decision stands on."""

    now: datetime  # aware
    seed: str  # for a new deck
    who: Who = "anyone"  # the workspace's policy: who may change what holds for a channel
    default_zone: str = "UTC"
    taken: Collection[date] = ()  # the local days that have had their post
    planned: Collection[Slot] = ()  # the posts whose hour has come and that can still be stopped


@dataclass(frozen=True, slots=True)
class Begin:
    """Give the channel this subscription."""

    wanted: Subscription
    zone_from: ZoneFrom
    slots: tuple[Slot, ...]


Done: TypeAlias = Literal[
    "changed",
    "changed-paused",
    "changed-waiting",
    "paused",
    "paused-until",
    "resumed",
    "skipped",
    "unskipped",
    "holidays",
    "holidays-off",
    "same",
]


@dataclass(frozen=True, slots=True)
class Change:
    """Change these fields of the channel's subscription, if it is still the version that was looked at."""

    before: Subscription
    fields: dict[str, Any]
    done: Done
    slots: tuple[Slot, ...]
    days: tuple[date, ...] = ()  # what `done` speaks of
    zone_from: ZoneFrom = "kept"

    @property
    def after(self) -> Subscription:
        """The subscription with the changes made."""
        return replace(self.before, **self.fields)


@dataclass(frozen=True, slots=True)
class Remove:
    """End the channel's subscription."""

    subscription: Subscription


@dataclass(frozen=True, slots=True)
class RemoveAll:
    """End all that the person set up, or (`where_member`) of these only the channels they are in."""

    where_member: bool = False


@dataclass(frozen=True, slots=True)
class ShowNext:
    """Show the next post, send it as a test, or take another fact for it."""

    subscription: Subscription
    how: Literal["preview", "test", "swap"]


@dataclass(frozen=True, slots=True)
class ShowList:
    """Show subscriptions: this channel's, the person's own, or the whole workspace's."""

    scope: Literal["here", "own", "workspace"]
    form: ListForm


@dataclass(frozen=True, slots=True)
class ChangePolicy:
    """Let the workspace have this policy; what is None stays."""

    who: Who | None = None
    on_unknown: OnUnknown | None = None


@dataclass(frozen=True, slots=True)
class TellPolicy:
    """Tell the workspace's policy."""


@dataclass(frozen=True, slots=True)
class AskBack:
    """Nothing is changed; these parts of the line are asked about."""

    problems: tuple[Problem, ...]


Reason: TypeAlias = Literal[
    Denial, "not-subscribed", "direct-message", "past-date", "too-far", "already-posted", "hour-past",
    "none-skipped", "not-skipped", "too-many-days", "no-next", "not-paused", "already-paused", "policy",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing is changed, and why."""

    reason: Reason
    day: date | None = None
    creator: str = ""


Outcome: TypeAlias = (
    Begin | Change | Remove | RemoveAll | ShowNext | ShowList | TellPolicy | ChangePolicy | AskBack | Refused
)  # fmt: skip


def owner_of(outcome: Outcome, asker: str) -> str:
    """Who had set up what an outcome changes; "" where it changes no subscription."""
    match outcome:
        case Change():
            return outcome.before.creator
        case Remove():
            return outcome.subscription.creator
        case Begin() | RemoveAll():
            return asker
        case _:
            return ""
