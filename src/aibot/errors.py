"""Errors a person can act on: each says what is wrong, where, and what to do now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class AibotError(Exception):
    """The base of every error that is told to a person as it stands."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in the fact base, where it stands, and what to do about it."""

    file: str
    line: int  # counted from 1; 0 where no line can be named
    entry: str  # the entry's id, or "" where the problem is not inside an entry
    what: str
    fix: str

    def __str__(self) -> str:
        """One line, in the form editors and terminals make clickable."""
        where = f"{self.file}:{self.line}" if self.line else self.file
        entry = f" entry '{self.entry}':" if self.entry else ""
        return f"{where}:{entry} {self.what}. {self.fix}"


class FactsError(AibotError):
    """The fact base cannot be used; carries every problem found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        heading = f"The fact base has {count} problem{'' if count == 1 else 's'}:"
        super().__init__("\n".join([heading, *(f"  {problem}" for problem in self.problems)]))


class PhrasesError(AibotError):
    """The bot's own sentences are incomplete in some language."""


class SettingsError(AibotError):
    """A setting is missing, malformed or swapped with another."""


class UnreachableError(AibotError):
    """Slack does not answer; the settings may be right, and trying again may help."""


class StorageError(AibotError):
    """The database is full, locked, unreachable or somebody else's; nothing was changed."""


class ConflictError(StorageError):
    """Somebody else changed the same thing meanwhile; nothing was changed."""
