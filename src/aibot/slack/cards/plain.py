"""A page as plain text: everything the blocks say, for notifications, screen readers and the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from aibot.slack.cards.draft import Draft, Line, Table
    from aibot.slack.cards.page import Page


def plain(page: Page) -> str:
    """The whole page as text. Nothing is escaped: that is for whoever hands it to Slack."""
    numbers = page.numbers()
    parts = ["\n".join(_draft(draft, numbers, page.values.colon)) for draft in page.drafts]
    if page.cut:
        parts.append(page.say("card.cut"))
    if numbers:
        parts.append("\n".join(_sources(page)))
    return "\n\n".join(parts)


def _draft(draft: Draft, numbers: Mapping[str, int], colon: str) -> Iterator[str]:
    yield f"{draft.heading} ({draft.subtitle})" if draft.subtitle else draft.heading
    for line in draft.lead:
        yield from _line(line, "", numbers)
    if draft.table:
        yield from _table(draft.table, numbers, colon)
    for row in draft.rows:
        values = in_one(row.values, numbers, colon)
        yield f"{row.label}{colon}{values}" if colon == "：" else f"{row.label}{colon} {values}"
    for section in draft.sections:
        if section.heading:
            yield f"{section.heading}{colon}"
        for line in section.lines:
            yield from _line(line, "• ", numbers)
    if draft.left_out:
        yield draft.left_out_line


def _table(table: Table, numbers: Mapping[str, int], colon: str) -> Iterator[str]:
    """Row by row: which of the two said what is heard without counting columns."""
    yield table.caption
    for row in table.rows:
        yield f"{row.label}{colon}"
        for column, cell in zip(table.columns, row.cells, strict=True):
            space = "" if colon == "：" else " "
            yield f"• {column}{colon}{space}{in_one(cell, numbers, colon)}"


def in_one(cell: Sequence[Line], numbers: Mapping[str, int], colon: str) -> str:
    """A cell's lines as one, with the semicolon of the language that has this colon."""
    return ("；" if colon == "：" else "; ").join(next(_line(line, "", numbers)) for line in cell)


def _sources(page: Page) -> Iterator[str]:
    yield f"{page.say('card.sources')}{page.values.colon}"
    for source in page.sources():
        yield f"{source.text(source.title, page.comma)} {source.url}".rstrip()


def _line(line: Line, bullet: str, numbers: Mapping[str, int]) -> Iterator[str]:
    mark = f"{line.mark} " if line.mark else ""
    yield f"{bullet}{mark}{line.text}{cited(line, numbers)}"
    for item in line.items:
        yield f"    ◦ {item}"


def cited(line: Line, numbers: Mapping[str, int]) -> str:
    """The numbers behind a line: ` [1] [4]`."""
    return "".join(f" [{numbers[citation]}]" for citation in dict.fromkeys(line.cites))
