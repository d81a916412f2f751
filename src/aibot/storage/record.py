"""The delivery record's rows, as they are read and written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from aibot.core.daily import Subscription

State: TypeAlias = Literal["due", "sending", "sent", "skipped", "failed", "unknown"]
Key: TypeAlias = tuple[str, str]  # subscription, day


@dataclass(frozen=True, slots=True)
class Delivery:
    """One row of the record, for people."""

    subscription: str
    day: str
    team: str
    channel: str
    slot: float
    give_up_at: float
    try_at: float | None
    state: State
    attempt: int
    worker: str | None
    first_sent: float | None
    card: str | None
    ts: str | None
    error: str | None
    steps: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that this worker alone may make now."""

    subscription: str
    day: str
    team: str
    channel: str
    attempt: int
    slot: float  # the time that the channel asked for
    give_up_at: float
    first_sent: float | None  # of an earlier attempt
    body: str | None  # frozen by an earlier attempt
    wait: float  # seconds until the workspace's budget allows it
    wanted: Subscription | None  # None: the channel has unsubscribed since

    @property
    def key(self) -> Key:
        """What the row is found by."""
        return self.subscription, self.day


@dataclass(frozen=True, slots=True)
class Denied:
    """A delivery that is due, while its workspace has no room."""

    key: Key
    team: str
    free_at: float


@dataclass(frozen=True, slots=True)
class Frozen:
    """What a claimed delivery will say, for good."""

    claimed: Claimed
    body: str
    card: str
    generation: int


@dataclass(frozen=True, slots=True)
class Settled:
    """What an attempt came to."""

    subscription: str
    day: str
    attempt: int
    state: State
    step: str
    try_at: float | None = None  # when it may be tried again; None closes it
    ts: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """An attempt that is under way, or whose outcome is unknown."""

    subscription: str
    day: str
    attempt: int
    worker: str | None


@dataclass(frozen=True, slots=True)
class Around:
    """What there is to do."""

    to_plan: bool  # a subscription's slot has come
    under_way: tuple[Seen, ...]


@dataclass(frozen=True, slots=True)
class Planned:
    """A new row: a day whose slot has come."""

    subscription: Subscription
    day: str
    slot: float
    due: float
    give_up_at: float
    missed: bool

    @property
    def key(self) -> Key:
        """What the row is found by."""
        return self.subscription.id, self.day


@dataclass(frozen=True, slots=True)
class Move:
    """What planning read of a subscription, and its next slot from now on.

    Nothing is planned of one that somebody has changed in between.
    """

    subscription: Subscription
    was: float | None
    next_at: float | None
