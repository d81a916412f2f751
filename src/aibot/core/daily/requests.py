"""What people can ask of a channel's daily post, once their words are read: a closed union, `Request`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from datetime import time

    from aibot.core.daily.dates import DayAsked
    from aibot.core.daily.subscription import DailyLanguage
    from aibot.core.policy import Who

OnUnknown: TypeAlias = Literal["leave", "repost"]
ListForm: TypeAlias = Literal["text", "csv", "json"]


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Get a daily post, or change the one there is. What was not said is None and stays as it is."""

    at: time | None = None
    zone: str | None = None
    days: frozenset[int] | None = None
    topics: tuple[str, ...] | None = None  # empty: everything
    language: DailyLanguage | None = None
    starts: DayAsked | None = None

    @property
    def is_bare(self) -> bool:
        """Whether nothing was said but the word itself."""
        return self == Subscribe()


@dataclass(frozen=True, slots=True)
class Preview:
    """Show the next post, and write nothing."""


@dataclass(frozen=True, slots=True)
class SendTest:
    """Send the next post to the person who asks, as a direct message."""


@dataclass(frozen=True, slots=True)
class SkipNext:
    """Leave the next post out."""


@dataclass(frozen=True, slots=True)
class SkipDays:
    """Leave certain days out; with `through`, all days from the last of them to that one as well."""

    days: tuple[DayAsked, ...]
    through: DayAsked | None = None


@dataclass(frozen=True, slots=True)
class SkipWeekly:
    """Leave the same weekdays out in every week: a wish for other days."""

    typed: str
    days: frozenset[int]


@dataclass(frozen=True, slots=True)
class Unskip:
    """Post on days after all that were left out: these, or all; neither where it was not said which."""

    days: tuple[DayAsked, ...] = ()
    through: DayAsked | None = None
    everything: bool = False


@dataclass(frozen=True, slots=True)
class Swap:
    """Take another fact for the next post."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Post nothing until resumed, or until a day, which is posted again; `through`: the day after is."""

    until: DayAsked | None = None
    through: bool = False


@dataclass(frozen=True, slots=True)
class Resume:
    """End a pause, now or on a day."""

    on: DayAsked | None = None


@dataclass(frozen=True, slots=True)
class Holidays:
    """Leave a country's public holidays out; None: post on holidays too."""

    country: str | None


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """End this channel's daily post, or all that the person set up."""

    everything: bool = False


@dataclass(frozen=True, slots=True)
class ListSubscriptions:
    """Show this channel's subscription, or all."""

    everywhere: bool = False
    form: ListForm = "text"


@dataclass(frozen=True, slots=True)
class SetPolicy:
    """Decide for the whole workspace: who may set up, change and stop; what becomes of a post nobody can tell of."""

    who: Who | None = None
    on_unknown: OnUnknown | None = None


@dataclass(frozen=True, slots=True)
class ShowPolicy:
    """Tell who may."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One way to read what was not clear: what it would mean, and the whole line said so."""

    value: str  # a zone, a word, an entry
    line: str


ProblemKind: TypeAlias = Literal[
    "typo", "unknown-word", "bad-time", "two-times", "two-zones", "which-zone", "no-zone",
    "topic-without-facts", "bad-date", "which-date", "which-day", "last-day", "which-skipped", "every-week",
    "how-long", "skip-or-pause", "no-country", "which-country", "two-countries", "no-policy",
    "other-channel", "too-long",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Problem:
    """A part of the line that cannot be taken as it stands."""

    kind: ProblemKind
    word: str
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True, slots=True)
class Unclear:
    """The line was meant for us and cannot be taken as it stands; nothing is changed."""

    problems: tuple[Problem, ...]


Request: TypeAlias = (
    Subscribe | Preview | SendTest | SkipNext | SkipDays | SkipWeekly | Unskip | Swap | Pause | Resume | Holidays
    | Unsubscribe | ListSubscriptions | SetPolicy | ShowPolicy | Unclear
)  # fmt: skip
