"""A page as Block Kit: plain dicts, inside Slack's limits by construction."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from aibot.slack.cards import native
from aibot.slack.cards.draft import Choice
from aibot.slack.cards.limits import (
    MAX_BLOCKS,
    MAX_BLOCKS_JSON,
    MAX_BUTTON_TEXT,
    MAX_FIELD,
    MAX_FIELDS,
    MAX_SECTION,
    cut,
)
from aibot.slack.cards.markup import chunks, escape, link
from aibot.slack.cards.plain import cited

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from aibot.slack.cards.draft import Button, Draft, Line, Row, Section, Table
    from aibot.slack.cards.page import Page

Block = dict[str, Any]
_ADDRESS = re.compile(r"https?://[^\s<>|]+")


def blocks_of(page: Page, *, rich: bool = False) -> list[Block]:
    """All blocks of a page; `rich` with Slack's own tables and charts, which not every workspace has."""
    numbers = page.numbers()
    blocks: list[Block] = []
    for draft in page.drafts:
        blocks.extend([{"type": "divider"}] if blocks else [])
        blocks.extend(_draft(draft, numbers, page.values.colon, rich=rich))
    if page.cut:
        blocks.append(note(escape(page.say("card.cut"))))
    if numbers:
        blocks.extend(_sources(page))
    elements: list[Button | Choice] = [*page.buttons()]
    elements += [page.opinion] if page.opinion is not None else []
    return [*blocks, actions(elements)] if elements else blocks


def excess(page: Page) -> int:
    """By how many characters of JSON a page is too long for one message; a block too many counts as 300."""
    forms = [blocks_of(page, rich=rich) for rich in ((False, True) if is_rich(page) else (False,))]
    return max(
        max(json_length(blocks) - MAX_BLOCKS_JSON, 300 * (len(blocks) - MAX_BLOCKS)) for blocks in forms
    )


def is_rich(page: Page) -> bool:
    """Whether a page has anything that Slack can draw better than as text."""
    return any(draft.table or native.drawn(draft) for draft in page.drafts)


def weight(page: Page, draft: Draft) -> int:
    """How much room a draft takes on its page."""
    return json_length(_draft(draft, page.numbers(), page.values.colon))


def _draft(draft: Draft, numbers: Mapping[str, int], colon: str, *, rich: bool = False) -> list[Block]:
    blocks: list[Block] = [{"type": "header", "text": _plain_text(draft.heading)}]
    if draft.subtitle:
        blocks.append(note(escape(draft.subtitle)))
    for line in draft.lead:
        blocks.extend(_lead(line, numbers))
    if draft.table:
        blocks.extend([native.table(draft.table, numbers, colon)] if rich else _table(draft.table, numbers))
    if rich:
        blocks.extend(native.charts(draft, numbers))
    blocks.extend(_fields(draft.rows, numbers))
    for section in draft.sections:
        blocks.extend(_section(section, numbers))
    if draft.left_out:
        blocks.append(note(escape(draft.left_out_line)))
    return blocks


def json_length(blocks: Sequence[Block]) -> int:
    """How many characters the blocks take as JSON, as Slack counts them."""
    return len(json.dumps(blocks, ensure_ascii=False))


def note(text: str) -> Block:
    """A small grey line; the text is ours or escaped already."""
    return {"type": "context", "elements": [_mrkdwn(cut(text, MAX_SECTION))]}


def actions(elements: Iterable[Button | Choice]) -> Block:
    """A row of up to 25 buttons and menus: https://docs.slack.dev/reference/block-kit/blocks/actions-block."""
    drawn = [_menu(element) if isinstance(element, Choice) else button_block(element) for element in elements]
    return {"type": "actions", "elements": drawn}


def button_block(button: Button) -> Block:
    """A button, in a row or beside a text."""
    label = cut(button.label, MAX_BUTTON_TEXT)
    return {"type": "button", "text": _plain_text(label), "action_id": button.action, "value": button.value}


def _menu(choice: Choice) -> Block:
    return {
        "type": "static_select",
        "action_id": choice.action,
        "placeholder": _plain_text(choice.label),
        "options": [{"text": _plain_text(label), "value": value} for label, value in choice.options],
    }


def _plain_text(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}


def _mrkdwn(text: str) -> Block:
    # verbatim: Slack shall not turn bare names and addresses into mentions and links
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _text_block(text: str, *, whole: bool = False) -> Block:
    """A section; `whole` keeps Slack from folding a long one up behind "see more"."""
    return {"type": "section", "text": _mrkdwn(text), **({"expand": True} if whole else {})}


def _lead(line: Line, numbers: Mapping[str, int]) -> list[Block]:
    if line.plain:
        return [{"type": "section", "text": _plain_text(cut(line.text, MAX_SECTION)), "expand": True}]
    return [_text_block(text, whole=True) for text in chunks(_line(line, "", numbers), MAX_SECTION)]


def _line(line: Line, bullet: str, numbers: Mapping[str, int]) -> list[str]:
    mark = f"*{escape(line.mark)}* " if line.mark else ""
    # an address of our own is a link; in a verbatim text Slack would not make it one
    text = link(line.text, line.text) if _ADDRESS.fullmatch(line.text) else escape(line.text)
    return [
        f"{bullet}{mark}{text}{cited(line, numbers)}",
        *(f"        ◦ {escape(item)}" for item in line.items),
    ]


def _fields(rows: Sequence[Row], numbers: Mapping[str, int]) -> list[Block]:
    texts = []
    for row in rows:
        values = [_line(value, "", numbers)[0] for value in row.values]
        label = f"*{escape(row.label)}*\n"
        texts += [f"{label}{text}" for text in chunks(values, MAX_FIELD - len(label))]
    return [
        {"type": "section", "fields": [_mrkdwn(text) for text in texts[start : start + MAX_FIELDS]]}
        for start in range(0, len(texts), MAX_FIELDS)
    ]


def _table(table: Table, numbers: Mapping[str, int]) -> list[Block]:
    """A table where Slack draws none: the row's label, and its cells as fields side by side."""
    blocks = [note(escape(table.caption))]
    for row in table.rows:
        fields: list[Block] = []
        for column, cell in zip(table.columns, row.cells, strict=True):
            label = f"*{escape(column)}*\n"
            texts = [_line(line, "", numbers)[0] for line in cell]
            fields += [_mrkdwn(f"{label}{text}") for text in chunks(texts, MAX_FIELD - len(label))]
        text = {"text": _mrkdwn(f"*{escape(row.label)}*")}
        blocks += [
            {"type": "section", **({} if start else text), "fields": fields[start : start + MAX_FIELDS]}
            for start in range(0, len(fields), MAX_FIELDS)
        ]
    return blocks


def _section(section: Section, numbers: Mapping[str, int]) -> list[Block]:
    if not section.heading and all(line.plain for line in section.lines):  # what somebody typed, said back
        return [block for line in section.lines for block in _lead(line, numbers)]
    lines = [f"*{escape(section.heading)}*"] if section.heading else []
    for line in section.lines:
        lines.extend(_line(line, "• ", numbers))
    # what sources disagree on is not folded away
    whole = any(line.mark for line in section.lines)
    return [_text_block(text, whole=whole) for text in chunks(lines, MAX_SECTION)]


def _sources(page: Page) -> list[Block]:
    lines = [f"*{escape(page.say('card.sources'))}*"]
    for source in page.sources():
        title = link(source.url, source.title) if source.url else escape(source.title)
        lines.append(source.text(title, page.comma))
    return [note(text) for text in chunks(lines, MAX_SECTION)]
