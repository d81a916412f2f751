"""A card before it is laid out: what it says, in one language, with every value once.

Both forms of a card, the blocks and the plain text, are made from the same page; so the text says all that
the blocks say, which screen readers, notifications and the terminal rely on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from aibot.slack.cards.limits import MAX_HEADER, cut

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence with its citations ("article 1.5"); they become numbers when the page is laid out."""

    text: str
    cites: tuple[str, ...] = ()
    items: tuple[str, ...] = ()  # a list that belongs to the sentence
    mark: str = ""  # what stands before it: a verdict, a status
    plain: bool = False  # somebody typed part of this: show it without any formatting


@dataclass(frozen=True, slots=True)
class Row:
    """A label and its values."""

    label: str
    values: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Compare:
    """A row of a table: what it is about, and a cell for each column."""

    label: str
    cells: tuple[tuple[Line, ...], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Things side by side: the first column says what a row is about."""

    caption: str
    corner: str
    columns: tuple[str, ...]
    rows: tuple[Compare, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """A bar: its name, its value, and the line of the draft that says the same in words."""

    name: str
    value: int | float
    line: Line


@dataclass(frozen=True, slots=True)
class Chart:
    """Quantities of one unit as bars."""

    title: str
    axis: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under a heading."""

    heading: str
    lines: tuple[Line, ...]
    rank: int = (
        0  # the higher, the sooner it is shortened where a card would grow too long; 0: after the rows
    )


@dataclass(frozen=True, slots=True)
class Button:
    """A button: what it says, the action it starts, and what it carries."""

    label: str
    action: str
    value: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A menu: what it asks, the action it starts, and its options, each with what it carries."""

    label: str
    action: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """What the card of one entry, or of one list, says."""

    title: str
    subtitle: str = ""
    lead: tuple[Line, ...] = ()
    table: Table | None = None
    rows: tuple[Row, ...] = ()
    sections: tuple[Section, ...] = ()
    buttons: tuple[Button, ...] = ()
    more: str = ""  # said where lines had to be left out; holds {count}
    left_out: int = 0
    charts: tuple[Chart, ...] = ()

    @property
    def heading(self) -> str:
        """The title, as long as a header may be."""
        return cut(self.title, MAX_HEADER)

    @property
    def left_out_line(self) -> str:
        """What is said in place of the lines that were left out, "" where none were."""
        return self.more.replace("{count}", str(self.left_out)) if self.left_out else ""

    def lines(self) -> Iterator[Line]:
        """Every line of the draft, as it is read."""
        yield from self.lead
        for compared in self.table.rows if self.table else ():
            for cell in compared.cells:
                yield from cell
        for row in self.rows:
            yield from row.values
        for section in self.sections:
            yield from section.lines

    @property
    def rank(self) -> int | None:
        """How easily the next line can go; None where only the first one is left."""
        if self.sections and (found := max(section.rank for section in self.sections)):
            return found
        if self.rows or (self.table and len(self.table.rows) > 1):
            return 0
        if self.sections:
            return -1
        return (
            -2 if self.lead and (len(self.lead) > 1 or self.lead[0].items or self.lead[0].cites[1:]) else None
        )

    def shorter(self) -> Draft:
        """The draft one line shorter, the least needed going first, but never the first line.

        What is left in the end is bounded by the fact base's models, so a card can always be made to fit.
        """
        match self.rank:
            case None:
                return self
            case 0 if self.table and len(self.table.rows) > 1:
                table = replace(self.table, rows=self.table.rows[:-1])
                return replace(self, table=table, left_out=self.left_out + 1)
            case 0:
                last = self.rows[-1]
                kept = (replace(last, values=last.values[:-1]),) if len(last.values) > 1 else ()
                return replace(self, rows=(*self.rows[:-1], *kept), left_out=self.left_out + 1)
            case -2 if len(self.lead) == 1 and not self.lead[0].items:
                return replace(self, lead=(replace(self.lead[0], cites=self.lead[0].cites[:1]),))
            case -2:
                return replace(self, lead=_shortened(self.lead), left_out=self.left_out + 1)
            case _:
                section = max(reversed(self.sections), key=lambda section: section.rank)
                return self._with(section, _shortened(section.lines))

    def _with(self, section: Section, lines: tuple[Line, ...]) -> Draft:
        kept = tuple(replace(part, lines=lines) if part is section else part for part in self.sections)
        return replace(self, sections=tuple(part for part in kept if part.lines), left_out=self.left_out + 1)


def _shortened(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Lines without the last item of the last one, or without the last one."""
    *rest, last = lines
    if last.items:
        return (*rest, replace(last, items=last.items[:-1]))
    return tuple(rest)
