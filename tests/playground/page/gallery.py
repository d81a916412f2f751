"""Blocks and elements of every kind that Slack documents, for drawing."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def plain(text: str) -> Json:
    """A plain_text object."""
    return {"type": "plain_text", "text": text, "emoji": True}


def mrkdwn(text: str) -> Json:
    """A mrkdwn object."""
    return {"type": "mrkdwn", "text": text}


def option(text: str, **more: Any) -> Json:
    """An option."""
    return {"text": plain(text), "value": text.lower().replace(" ", "-"), **more}


OPTIONS = [option("First"), option("Second"), option("Third")]


def cell(text: str) -> Json:
    """A cell of text."""
    return {"type": "raw_text", "text": text}


def number(value: float) -> Json:
    """A cell with a number."""
    return {"type": "raw_number", "value": value, "text": f"{value:g}"}


def rich(*elements: Json) -> Json:
    """A rich text."""
    return {"type": "rich_text", "elements": list(elements)}


def part(text: str, **style: bool) -> Json:
    """Text in a rich text."""
    return {"type": "text", "text": text, **({"style": style} if style else {})}


RICH = rich(
    {"type": "rich_text_section", "elements": [part("bold ", bold=True), part("italic ", italic=True), part("struck ", strike=True), part("code", code=True), {"type": "link", "url": "https://example.com", "text": " a link "}, {"type": "user", "user_id": "U2"}, {"type": "channel", "channel_id": "C2"}, {"type": "emoji", "name": "tada", "unicode": "1f389"}, {"type": "date", "timestamp": 1_790_000_000, "format": "{date_short}", "fallback": "once"}, {"type": "broadcast", "range": "here"}]},
    {"type": "rich_text_list", "style": "bullet", "indent": 0, "elements": [{"type": "rich_text_section", "elements": [part("one")]}, {"type": "rich_text_section", "elements": [part("two")]}]},
    {"type": "rich_text_list", "style": "ordered", "indent": 1, "elements": [{"type": "rich_text_section", "elements": [part("inner")]}]},
    {"type": "rich_text_quote", "elements": [part("a quotation")]},
    {"type": "rich_text_preformatted", "elements": [part("def f():\n    return 1")]},
)  # fmt: skip

AXIS: Json = {"categories": ["Jan", "Feb", "Mar"], "x_label": "Month", "y_label": "Posts"}


def chart(kind: str, title: str) -> Json:
    """A chart of a kind."""
    if kind == "pie":
        inner: Json = {"type": "pie", "segments": [{"label": "Open", "value": 7}, {"label": "Closed", "value": 3}]}
    else:
        series = [{"name": name, "data": [{"label": month, "value": base + n} for n, month in enumerate(AXIS["categories"])]} for name, base in (("A", 3), ("B", -1))]  # fmt: skip
        inner = {"type": kind, "series": series, "axis_config": AXIS}
    return {"type": "data_visualization", "title": title, "chart": inner}


IMAGE = {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a picture"}
BUTTON = {"type": "button", "action_id": "b1", "text": plain("Press me"), "value": "1"}

MESSAGE_BLOCKS: list[Json] = [
    {"type": "header", "text": plain("A header :tada:")},
    {"type": "section", "text": mrkdwn("*bold* _italic_ ~struck~ `code` <https://example.com|a link> <@U2> <#C2> <!here>\n> quoted\n```pre\n  formatted```\n<!date^1790000000^{date_long} at {time}|once>")},
    {"type": "section", "text": mrkdwn("With a button"), "accessory": {**BUTTON, "action_id": "b2", "style": "primary"}},
    {"type": "section", "text": mrkdwn("With a picture"), "accessory": IMAGE},
    {"type": "section", "fields": [mrkdwn("*Field*\none"), mrkdwn("*Field*\ntwo"), plain("three")]},
    {"type": "section", "text": plain("Long. " * 200)},
    {"type": "divider"},
    {"type": "context", "elements": [IMAGE, mrkdwn("small *print*")]},
    {"type": "actions", "elements": [BUTTON, {**BUTTON, "action_id": "b3", "style": "danger", "text": plain("Delete"), "confirm": {"title": plain("Sure?"), "text": plain("It is gone then."), "confirm": plain("Delete it"), "deny": plain("Keep it"), "style": "danger"}}, {"type": "static_select", "action_id": "s1", "placeholder": plain("Pick one"), "options": OPTIONS}, {"type": "overflow", "action_id": "o1", "options": OPTIONS}, {"type": "datepicker", "action_id": "d1", "initial_date": "2026-11-23"}, {"type": "timepicker", "action_id": "t1", "initial_time": "09:00"}, {"type": "users_select", "action_id": "u1", "placeholder": plain("Who")}, {"type": "channels_select", "action_id": "c1", "placeholder": plain("Where")}, {"type": "conversations_select", "action_id": "v1", "placeholder": plain("Anywhere")}, {"type": "external_select", "action_id": "e1", "placeholder": plain("Type"), "min_query_length": 1}, {"type": "checkboxes", "action_id": "k1", "options": OPTIONS}, {"type": "radio_buttons", "action_id": "r1", "options": OPTIONS}]},
    {"type": "image", "title": plain("A picture's title"), **{key: IMAGE[key] for key in ("image_url", "alt_text")}},
    RICH,
    {"type": "context_actions", "elements": [{"type": "feedback_buttons", "action_id": "f1", "positive_button": {"text": plain("Good"), "value": "+"}, "negative_button": {"text": plain("Bad"), "value": "-"}}, {"type": "icon_button", "action_id": "i1", "icon": "trash", "text": plain("Remove")}]},
]  # fmt: skip

MORE_BLOCKS: list[Json] = [
    {"type": "markdown", "text": "# Title\n\nSome **bold**, *italic*, ~~struck~~, `code` and [a link](https://example.com).\n\n- one\n- two\n\n1. first\n\n> quoted\n\n```\ncode\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n---"},
    {"type": "table", "rows": [[cell("Model"), cell("Price")], [cell("x"), number(1.2)], [cell("y"), number(2)]], "column_settings": [{"align": "left"}, {"align": "right"}]},
    {"type": "data_table", "caption": "Models", "page_size": 2, "rows": [[cell("Model"), cell("Context")], *[[cell(f"Model {n}"), number(n * 1000)] for n in range(5)]]},
    chart("bar", "Bars"), chart("pie", "Pie"),
    {"type": "card", "title": mrkdwn("A card"), "subtitle": mrkdwn("subtitle"), "body": mrkdwn("body"), "actions": [{**BUTTON, "action_id": "b9"}]},
    {"type": "carousel", "elements": [{"type": "card", "title": mrkdwn("One"), "body": mrkdwn("1")}, {"type": "card", "title": mrkdwn("Two"), "body": mrkdwn("2")}]},
    {"type": "container", "title": plain("A container"), "is_collapsible": True, "child_blocks": [{"type": "section", "text": plain("inside")}]},
    {"type": "plan", "title": "A plan", "tasks": [{"type": "task_card", "task_id": "t", "title": "A task", "status": "complete"}]},
    {"type": "task_card", "task_id": "t2", "title": "Another task", "status": "in_progress"},
]  # fmt: skip

LINES: list[Json] = [chart("line", "Lines"), chart("area", "Areas")]


def asks(label: str, element: Json, **more: Any) -> Json:
    """An input block."""
    return {"type": "input", "block_id": f"in-{element['action_id']}", "label": plain(label), "element": element, **more}


MODAL: Json = {
    "type": "modal", "callback_id": "everything", "title": plain("Every input"), "submit": plain("Save"), "close": plain("Cancel"),
    "blocks": [
        {"type": "section", "text": mrkdwn("Fill *this* in.")},
        asks("Name", {"type": "plain_text_input", "action_id": "name", "placeholder": plain("your name")}, hint=plain("as people call you")),
        asks("Words", {"type": "plain_text_input", "action_id": "words", "multiline": True, "initial_value": "to begin with"}, optional=True),
        asks("Time", {"type": "timepicker", "action_id": "time", "initial_time": "09:00"}),
        asks("Day", {"type": "datepicker", "action_id": "day"}, optional=True),
        asks("Language", {"type": "static_select", "action_id": "language", "options": OPTIONS, "initial_option": OPTIONS[1]}),
        asks("Days", {"type": "checkboxes", "action_id": "days", "options": OPTIONS, "initial_options": [OPTIONS[0]]}),
        asks("How", {"type": "radio_buttons", "action_id": "how", "options": OPTIONS}),
        asks("Several", {"type": "multi_static_select", "action_id": "several", "options": OPTIONS}),
        asks("Channel", {"type": "conversations_select", "action_id": "where", "default_to_current_conversation": True}),
        asks("How many", {"type": "number_input", "action_id": "many", "is_decimal_allowed": False}),
        asks("Mail", {"type": "email_text_input", "action_id": "mail"}, optional=True),
        asks("Page", {"type": "url_text_input", "action_id": "page"}, optional=True),
        {"type": "alert", "level": "warning", "text": plain("Mind this.")},
    ],
}  # fmt: skip
