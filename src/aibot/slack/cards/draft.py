"""A card before it is laid out: what it says, in one language, with every value once.

Both forms of a card, the blocks and the plain text, are made from the same draft; so the text says all that
the blocks say, which screen readers, notifications and the terminal rely on.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aibot.core.facts import FactBase


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence with the numbers of its sources."""

    text: str
    cites: tuple[int, ...] = ()
    items: tuple[str, ...] = ()  # a list that belongs to the sentence
    mark: str = ""  # what stands before it: a verdict, a status
    plain: bool = False  # somebody typed part of this: show it without any formatting


@dataclass(frozen=True, slots=True)
class Row:
    """A label and its values."""

    label: str
    values: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under a heading."""

    heading: str
    lines: tuple[Line, ...]
    rank: int = 0  # the higher, the sooner it is shortened where a card would grow too long


@dataclass(frozen=True, slots=True)
class Button:
    """A button: what it says, the action it starts, and what it carries."""

    label: str
    action: str
    value: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What one card says."""

    title: str
    subtitle: str = ""
    lead: tuple[Line, ...] = ()
    rows: tuple[Row, ...] = ()
    sections: tuple[Section, ...] = ()
    sources: tuple[tuple[int, str, str], ...] = ()  # number, text, url or ""
    sources_heading: str = ""
    buttons: tuple[Button, ...] = ()
    more: str = ""  # said where lines had to be left out; holds {count}
    left_out: int = 0

    def lines(self) -> Iterator[Line]:
        """Every line of the draft."""
        yield from self.lead
        for row in self.rows:
            yield from row.values
        for section in self.sections:
            yield from section.lines

    def without_last_line(self) -> Draft | None:
        """The draft one line shorter, the least needed going first; None where nothing more can go."""
        for section in sorted(self.sections, key=lambda section: -section.rank):
            if section.rank and section.lines:
                shorter = replace(section, lines=section.lines[:-1])
                kept = tuple(shorter if part is section else part for part in self.sections)
                draft = replace(
                    self, sections=tuple(part for part in kept if part.lines), left_out=self.left_out + 1
                )
                return draft._with_sources_used()
        return None

    def _with_sources_used(self) -> Draft:
        used = {number for line in self.lines() for number in line.cites}
        return replace(self, sources=tuple(source for source in self.sources if source[0] in used))


@dataclass(slots=True)
class Citations:
    """Numbers the sources of one card in the order in which they are first cited."""

    base: FactBase
    numbers: dict[str, int] = field(default_factory=dict)

    def cite(self, citations: tuple[str, ...]) -> tuple[int, ...]:
        """The numbers of some citations."""
        return tuple(
            dict.fromkeys(self.numbers.setdefault(cited, len(self.numbers) + 1) for cited in citations)
        )
