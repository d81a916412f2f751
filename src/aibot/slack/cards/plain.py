"""A draft as plain text: everything the blocks say, for notifications, screen readers and the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aibot.slack.cards.draft import Draft, Line


def plain(draft: Draft) -> str:
    """The whole card as text. Nothing is escaped: that is for whoever hands it to Slack."""
    return "\n".join(_lines(draft))


def _lines(draft: Draft) -> Iterator[str]:
    yield f"{draft.title} ({draft.subtitle})" if draft.subtitle else draft.title
    for line in draft.lead:
        yield from _line(line, "")
    for row in draft.rows:
        values = "; ".join(next(_line(value, "")) for value in row.values)
        yield f"{row.label.rstrip(':：')}: {values}"
    for section in draft.sections:
        if section.heading:
            yield f"{section.heading.rstrip(':：')}:"
        for line in section.lines:
            yield from _line(line, "• ")
    if draft.left_out:
        yield draft.more.replace("{count}", str(draft.left_out))
    if draft.sources:
        yield f"{draft.sources_heading}:"
    for number, text, url in draft.sources:
        yield f"[{number}] {text} {url}".rstrip()


def _line(line: Line, bullet: str) -> Iterator[str]:
    mark = f"{line.mark}: " if line.mark else ""
    cites = "".join(f" [{number}]" for number in line.cites)
    yield f"{bullet}{mark}{line.text}{cites}"
    for item in line.items:
        yield f"    ◦ {item}"
