"""Cards made of lines and buttons, for what the bot says about daily posts."""

from __future__ import annotations

import html
import json
from typing import TYPE_CHECKING, Any

from aibot.slack.cards.blocks import Block, actions, json_length, note
from aibot.slack.cards.card import Card
from aibot.slack.cards.draft import Button
from aibot.slack.cards.limits import (
    MAX_BLOCKS,
    MAX_BLOCKS_JSON,
    MAX_SECTION,
    cut,
)
from aibot.slack.cards.markup import chunks

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

STOP_ACTION = "aibot_daily_stop"
MORE_ACTION = "aibot_daily_more"
WHY_ACTION = "aibot_daily_why"
TURN_ACTION = "aibot_daily_turn"
SAY_ACTION = "aibot_daily_say"  # a button that stands for a line somebody could type
EDIT_ACTION = "aibot_daily_edit"
MODAL = "aibot_daily_modal"


def section(text: str) -> Block:
    """Text of ours, escaped, of at most 3,000 characters."""
    # verbatim: Slack shall not turn bare names and addresses into mentions and links
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}, "expand": True}


def typed_section(text: str) -> Block:
    """Text that holds what somebody typed: shown without any formatting."""
    return {
        "type": "section",
        "text": {"type": "plain_text", "text": cut(text, MAX_SECTION), "emoji": False},
        "expand": True,
    }


def card_of(  # noqa: PLR0913  # a card's parts, each optional
    title: str,
    lines: Sequence[str],
    *,
    typed: Sequence[str] = (),
    notes: Sequence[str] = (),
    buttons: Sequence[Button] = (),
    confirm: Mapping[str, Block] | None = None,
    more: str = "",
) -> Card:
    """A card of escaped lines; `typed` lines are not escaped, `more` is said where lines had to be left out."""
    kept = list(lines)
    blocks = _blocks(title, kept, typed, notes, buttons, confirm or {})
    while kept and (len(blocks) > MAX_BLOCKS or json_length(blocks) > MAX_BLOCKS_JSON):
        kept = kept[: len(kept) * 4 // 5]
        blocks = _blocks(title, [*kept, more], typed, notes, buttons, confirm or {})
    shown = kept if len(kept) == len(lines) else [*kept, more]
    text = "\n".join([title, *map(html_escaped, typed), *shown, *notes])
    return Card(text, blocks, html.unescape(text))


def html_escaped(text: str) -> str:
    """Typed text, escaped as Slack wants it."""
    return html.escape(text, quote=False)


def line_card(text: str) -> Card:
    """A card of one line of ours, escaped."""
    return Card(text, [section(cut(text, MAX_SECTION))], html.unescape(text))


def _blocks(  # noqa: PLR0913, PLR0917  # the same parts
    title: str,
    lines: Sequence[str],
    typed: Sequence[str],
    notes: Sequence[str],
    buttons: Sequence[Button],
    confirm: Mapping[str, Block],
) -> list[Block]:
    blocks = [section(f"*{title}*")]
    blocks += [typed_section(line) for line in typed]
    blocks += [section(text) for text in chunks([line for line in lines if line], MAX_SECTION)]
    blocks += [note(text) for text in notes]
    if buttons:
        blocks.append(with_confirm(actions(buttons), confirm))
    return blocks


def with_confirm(row: Block, confirm: Mapping[str, Block]) -> Block:
    """A row of buttons, some of which ask before they act."""
    for element in row["elements"]:
        if element["action_id"] in confirm:
            element["confirm"] = confirm[element["action_id"]]
    return row


def confirmation(title: str, text: str, yes: str, no: str) -> Block:
    """A question before a button acts: https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object."""
    parts = {"title": cut(title, 100), "text": cut(text, 300), "confirm": cut(yes, 30), "deny": cut(no, 30)}
    made: dict[str, Any] = {
        name: {"type": "plain_text", "text": part, "emoji": False} for name, part in parts.items()
    }
    return {**made, "style": "danger"}


def say_button(label: str, line: str, language: str, place: int) -> Button:
    """A button that says a line for the person."""
    value = json.dumps({"s": line, "l": language}, ensure_ascii=False)
    return Button(label, f"{SAY_ACTION}:{place}", value)


def numbered(buttons: Iterable[tuple[str, str]], language: str) -> tuple[Button, ...]:
    """Buttons for several lines: each needs an action_id of its own."""
    return tuple(say_button(label, line, language, place) for place, (label, line) in enumerate(buttons))
