"""A draft as Block Kit: plain dicts, inside Slack's limits by construction."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from aibot.slack.cards.limits import (
    MAX_BLOCKS,
    MAX_BLOCKS_JSON,
    MAX_BUTTON_TEXT,
    MAX_BUTTONS,
    MAX_CONTEXT_ELEMENTS,
    MAX_FIELD,
    MAX_FIELDS,
    MAX_HEADER,
    MAX_SECTION,
    cut,
)
from aibot.slack.cards.markup import chunks, escape, link

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aibot.slack.cards.draft import Button, Draft, Line, Row, Section

Block = dict[str, Any]


def blocks_of(draft: Draft) -> list[Block]:
    """All blocks of one draft."""
    blocks: list[Block] = [{"type": "header", "text": _plain_text(cut(draft.title, MAX_HEADER))}]
    if draft.subtitle:
        blocks.append(_context([escape(draft.subtitle)]))
    for line in draft.lead:
        blocks.extend(_lead(line))
    blocks.extend(_fields(draft.rows))
    for section in draft.sections:
        blocks.extend(_section(section))
    if draft.left_out:
        blocks.append(_context([escape(draft.more.replace("{count}", str(draft.left_out)))]))
    if draft.sources:
        blocks.extend(_sources(draft))
    if draft.buttons:
        blocks.append(actions(draft.buttons))
    return blocks


def fits(blocks: Sequence[Block], *, share: int = 1) -> bool:
    """Whether a message, or one of `share` equal parts of it, stays inside Slack's limits."""
    return len(blocks) <= MAX_BLOCKS // share and json_length(blocks) <= MAX_BLOCKS_JSON // share


def json_length(blocks: Sequence[Block]) -> int:
    """How many characters the blocks take as JSON, as Slack counts them."""
    return len(json.dumps(blocks, ensure_ascii=False))


def actions(buttons: Iterable[Button]) -> Block:
    """A row of buttons."""
    return {"type": "actions", "elements": [_button(button) for button in list(buttons)[:MAX_BUTTONS]]}


def note(text: str) -> Block:
    """A small grey line; the text is ours or escaped already."""
    return _context([text])


def _button(button: Button) -> Block:
    label = cut(button.label, MAX_BUTTON_TEXT)
    return {"type": "button", "text": _plain_text(label), "action_id": button.action, "value": button.value}


def _plain_text(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}


def _mrkdwn(text: str) -> Block:
    # verbatim: Slack shall not turn bare names and addresses into mentions and links
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _text_block(text: str) -> Block:
    return {"type": "section", "text": _mrkdwn(text), "expand": True}


def _context(texts: Sequence[str]) -> Block:
    return {
        "type": "context",
        "elements": [_mrkdwn(cut(text, MAX_SECTION)) for text in texts[:MAX_CONTEXT_ELEMENTS]],
    }


def _lead(line: Line) -> list[Block]:
    if line.plain:
        return [{"type": "section", "text": _plain_text(cut(line.text, MAX_SECTION)), "expand": True}]
    return [_text_block(text) for text in chunks(_line(line, bullet=""), MAX_SECTION)]


def _line(line: Line, *, bullet: str) -> list[str]:
    mark = f"*{escape(line.mark)}:* " if line.mark else ""
    cites = "".join(f" [{number}]" for number in line.cites)
    return [
        f"{bullet}{mark}{escape(line.text)}{cites}",
        *(f"        ◦ {escape(item)}" for item in line.items),
    ]


def _fields(rows: Sequence[Row]) -> list[Block]:
    texts = []
    for row in rows:
        values = [_line(value, bullet="")[0] for value in row.values]
        texts += [
            f"*{escape(row.label)}*\n{text}" for text in chunks(values, MAX_FIELD - len(row.label) - 10)
        ]
    return [
        {"type": "section", "fields": [_mrkdwn(text) for text in texts[start : start + MAX_FIELDS]]}
        for start in range(0, len(texts), MAX_FIELDS)
    ]


def _section(section: Section) -> list[Block]:
    lines = [f"*{escape(section.heading)}*"] if section.heading else []
    for line in section.lines:
        lines.extend(_line(line, bullet="• "))
    return [_text_block(text) for text in chunks(lines, MAX_SECTION)]


def _sources(draft: Draft) -> list[Block]:
    lines = [f"*{escape(draft.sources_heading)}*"]
    lines += [f"[{number}] {link(url, text) if url else escape(text)}" for number, text, url in draft.sources]
    return [_context([text]) for text in chunks(lines, MAX_SECTION)]
