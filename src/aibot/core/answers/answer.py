"""What we decided to say. Knows no Slack, no wording and no layout; a closed union, `Answer`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from datetime import datetime

    from aibot.core.answers.dates import DateAsked
    from aibot.core.facts import Fact
    from aibot.core.language import Language


@dataclass(frozen=True, slots=True)
class Question:
    """What a person asked, in which language, and when (an aware time, used by nothing but `random`)."""

    text: str
    language: Language
    now: datetime


@dataclass(frozen=True, slots=True)
class FactAnswer:
    """One entry's card; where something in particular was asked, that stands first."""

    entry: str
    asked: tuple[str, ...] = ()  # the attributes that were asked for
    found: tuple[Fact, ...] = ()  # the facts that say it; empty although asked: the base does not say it
    through: tuple[str, ...] = ()  # the events by which the question named the entry: "Sora release"
    called: str = ""  # the name it was asked by, where that leaves open which one is meant: "Gemini 1.5"


@dataclass(frozen=True, slots=True)
class SeveralAnswers:
    """Several entries were named: a card for each."""

    answers: tuple[FactAnswer | NoSuchVersion, ...]


@dataclass(frozen=True, slots=True)
class Dated:
    """A fact with a date, on a timeline."""

    entry: str
    fact: Fact


@dataclass(frozen=True, slots=True)
class Timeline:
    """What happened on a date, in a month, in a year; to an entry, or to what a word is about; or all of it."""

    date: DateAsked | None
    items: tuple[Dated, ...]
    about: tuple[str, ...] = ()  # the entries whose timeline it is
    topic: str = ""  # the word that was looked for, where no entry is called that


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry on a list, and the fact that puts it there, if one does."""

    entry: str
    fact: Fact | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """Entries that share something: a kind, a maker, a technique, a bound on a figure."""

    title: str  # the name of the phrase that heads it
    items: tuple[Listed, ...]
    about: tuple[str, ...] = ()  # the entries the list is about: the maker, the technique
    values: tuple[tuple[str, str], ...] = ()  # what else the phrase says: kind, bound
    total: int = 0


@dataclass(frozen=True, slots=True)
class Stated:
    """A fact in a comparison's cell."""

    fact: Fact
    other: str = ""  # the entry it stands on, where a relation is read from its other end


@dataclass(frozen=True, slots=True)
class Compared:
    """One attribute of the compared entries: a cell for each, empty where the base says nothing."""

    attribute: str
    cells: tuple[tuple[Stated, ...], ...]
    inverse: bool = False  # whether a relation is read from its other end
    same: bool = False  # whether it is said of all, and the same of all


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two to four entries side by side."""

    entries: tuple[str, ...]
    rows: tuple[Compared, ...]  # the asked first, then the differences
    asked: tuple[str, ...] = ()
    order: tuple[str, ...] = ()  # by the asked figure, greatest first; by date, earliest first
    unranked: str = (
        ""  # why there is no order: "units", "bounds", "meanings", "doubted", "missing", "equal", "overlap"
    )


@dataclass(frozen=True, slots=True)
class NotCompared:
    """A comparison was asked for that cannot be made; `offers` are comparisons that can."""

    reason: str  # "itself", "kinds", "many", "version", "unsure", "unknown", "alone", "nothing"
    entries: tuple[str, ...] = ()  # those that were understood
    asked: tuple[str, ...] = ()  # the names that were not, as typed
    offers: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class NoSuchVersion:
    """The family is here, this version has no entry: the nearest ones and the newest are offered."""

    asked: str
    family: tuple[str, ...]  # nearest first, at most five
    newest: str | None = None
    said: tuple[Listed, ...] = ()  # what the family's facts say of it all the same, of what was asked


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Did you mean one of these? At most five, best first."""

    asked: str
    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spotted:
    """The entries that a message names, in their order; `more` of them are left out."""

    entries: tuple[str, ...]
    more: int = 0
    maybe: tuple[str, ...] = ()  # entries that it may name: "Claude Sonnet"
    missing: tuple[str, ...] = ()  # versions that have no entry, as they were typed


@dataclass(frozen=True, slots=True)
class NotFound:
    """The fact base does not know; says so plainly."""

    asked: str
    #  "unknown", "empty", "no-words", "nothing-on-date", "nothing-dated", "no-such-date", "nothing-like-that", "thanks"
    reason: str = "unknown"


@dataclass(frozen=True, slots=True)
class Help:
    """What can be asked, with examples."""


@dataclass(frozen=True, slots=True)
class About:
    """What the bot is, what it knows, and what it does not do."""

    entries: int
    facts: int
    sources: int
    counts: tuple[tuple[str, int], ...] = field(default=())


Answer: TypeAlias = (
    FactAnswer
    | SeveralAnswers
    | Comparison
    | NotCompared
    | Timeline
    | Listing
    | NoSuchVersion
    | Suggestions
    | Spotted
    | NotFound
    | Help
    | About
)


def entries_of(answer: Answer) -> list[str]:
    """The entries an answer shows or offers, best first, each once."""
    match answer:
        case FactAnswer():
            found = [answer.entry, *answer.through]
        case SeveralAnswers():
            found = [entry for part in answer.answers for entry in entries_of(part)]
        case Comparison():
            found = list(answer.entries)
        case NotCompared():
            found = [*answer.entries, *(entry for offer in answer.offers for entry in offer)]
        case Timeline():
            found = [item.entry for item in answer.items]
        case Listing():
            found = [*answer.about, *(item.entry for item in answer.items)]
        case NoSuchVersion():
            found = [*answer.family, *([answer.newest] if answer.newest else [])]
        case Suggestions() | Spotted():
            found = list(answer.entries)
        case _:
            found = []
    return list(dict.fromkeys(found))


def outcome_of(answer: Answer) -> str:
    """One of "answer", "suggest" and "reject": whether entries were answered, only offered, or neither."""
    match answer:
        case FactAnswer() | SeveralAnswers() | Comparison() | Timeline() | Listing():
            return "answer"
        case Spotted() if answer.entries:
            return "answer"
        case NotCompared() if not answer.entries and not answer.offers:
            return "reject"
        case NoSuchVersion() | Suggestions() | NotCompared():
            return "suggest"
        case _:
            return "reject"
