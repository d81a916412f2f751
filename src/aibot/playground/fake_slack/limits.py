"""Block Kit limits, one table: which field of which block, how much of it, and where Slack says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

BLOCKS = "https://docs.slack.dev/reference/block-kit/blocks"
ELEMENTS = "https://docs.slack.dev/reference/block-kit/block-elements"
OBJECTS = "https://docs.slack.dev/reference/block-kit/composition-objects"
VIEWS = "https://docs.slack.dev/reference/views"


@dataclass(frozen=True)
class Limit:
    """The length of a text, or the number of things in a list."""

    owner: str
    """The type of the block or element, or option, confirm, view for what has none."""
    field: str
    most: int
    least: int
    url: str
    kind: Literal["text", "count"] = "text"


def _text(owner: str, field: str, most: int, page: str, *, least: int = 1) -> Limit:
    return Limit(owner, field, most, least, page)


def _count(owner: str, field: str, most: int, page: str, *, least: int = 1) -> Limit:
    return Limit(owner, field, most, least, page, "count")


LIMITS: tuple[Limit, ...] = (
    _text("section", "text.text", 3000, f"{BLOCKS}/section-block"),
    _count("section", "fields", 10, f"{BLOCKS}/section-block"),
    _text("section", "fields.*.text", 2000, f"{BLOCKS}/section-block"),
    _text("header", "text.text", 150, f"{BLOCKS}/header-block"),
    _count("context", "elements", 10, f"{BLOCKS}/context-block"),
    _text("context", "elements.*.text", 3000, f"{BLOCKS}/context-block"),
    _count("actions", "elements", 25, f"{BLOCKS}/actions-block"),
    _count("context_actions", "elements", 5, f"{BLOCKS}/context-actions-block"),
    _text("image", "image_url", 3000, f"{BLOCKS}/image-block"),
    _text("image", "alt_text", 2000, f"{BLOCKS}/image-block"),
    _text("image", "title.text", 2000, f"{BLOCKS}/image-block"),
    _text("input", "label.text", 2000, f"{BLOCKS}/input-block"),
    _text("input", "hint.text", 2000, f"{BLOCKS}/input-block"),
    _text("markdown", "text", 12_000, f"{BLOCKS}/markdown-block"),
    _count("table", "rows", 100, f"{BLOCKS}/table-block"),
    _count("table", "rows.*", 20, f"{BLOCKS}/table-block"),
    _count("table", "column_settings", 20, f"{BLOCKS}/table-block"),
    _text("data_table", "caption", 3000, f"{BLOCKS}/data-table-block"),
    _count("data_table", "rows", 101, f"{BLOCKS}/data-table-block", least=2),
    _count("data_table", "rows.*", 20, f"{BLOCKS}/data-table-block"),
    _text("data_table", "rows.*.*.text", 20_000, f"{BLOCKS}/data-table-block"),
    _text("card", "title.text", 150, f"{BLOCKS}/card-block"),
    _text("card", "subtitle.text", 150, f"{BLOCKS}/card-block"),
    _text("card", "body.text", 200, f"{BLOCKS}/card-block"),
    _text("card", "subtext.text", 200, f"{BLOCKS}/card-block"),
    _count("card", "actions", 3, f"{BLOCKS}/card-block"),
    _count("carousel", "elements", 10, f"{BLOCKS}/carousel-block"),
    _text("container", "title.text", 150, f"{BLOCKS}/container-block"),
    _text("container", "subtitle.text", 150, f"{BLOCKS}/container-block"),
    _count("container", "child_blocks", 10, f"{BLOCKS}/container-block"),
    _text("alert", "text.text", 200, f"{BLOCKS}/alert-block"),
    _count("plan", "tasks", 50, f"{BLOCKS}/plan-block", least=0),
    _text("button", "text.text", 75, f"{ELEMENTS}/button-element"),
    _text("button", "value", 2000, f"{ELEMENTS}/button-element", least=0),
    _text("button", "url", 3000, f"{ELEMENTS}/button-element"),
    _text("button", "accessibility_label", 75, f"{ELEMENTS}/button-element"),
    _count("static_select", "options", 100, f"{ELEMENTS}/select-menu-element#static_select"),
    _count("static_select", "option_groups", 100, f"{ELEMENTS}/select-menu-element#static_select"),
    _count(
        "multi_static_select", "options", 100, f"{ELEMENTS}/multi-select-menu-element#static_multi_select"
    ),
    _count(
        "multi_static_select",
        "option_groups",
        100,
        f"{ELEMENTS}/multi-select-menu-element#static_multi_select",
    ),
    _count("overflow", "options", 5, f"{ELEMENTS}/overflow-menu-element"),
    _count("checkboxes", "options", 10, f"{ELEMENTS}/checkboxes-element"),
    _count("radio_buttons", "options", 10, f"{ELEMENTS}/radio-button-group-element"),
    _text("plain_text_input", "initial_value", 3000, f"{ELEMENTS}/plain-text-input-element", least=0),
    _text("*", "placeholder.text", 150, f"{ELEMENTS}/plain-text-input-element"),
    _text("*", "action_id", 255, f"{ELEMENTS}/button-element"),
    _text("*", "block_id", 255, BLOCKS, least=0),
    _text("option", "text.text", 75, f"{OBJECTS}/option-object"),
    _text("option", "value", 150, f"{OBJECTS}/option-object"),
    _text("option", "description.text", 75, f"{OBJECTS}/option-object"),
    _text("option", "url", 3000, f"{OBJECTS}/option-object"),
    _text("option_group", "label.text", 75, f"{OBJECTS}/option-group-object"),
    _count("option_group", "options", 100, f"{OBJECTS}/option-group-object"),
    _text("confirm", "title.text", 100, f"{OBJECTS}/confirmation-dialog-object"),
    _text("confirm", "text.text", 300, f"{OBJECTS}/confirmation-dialog-object"),
    _text("confirm", "confirm.text", 30, f"{OBJECTS}/confirmation-dialog-object"),
    _text("confirm", "deny.text", 30, f"{OBJECTS}/confirmation-dialog-object"),
    _text("view", "title.text", 24, f"{VIEWS}/modal-views"),
    _text("view", "submit.text", 24, f"{VIEWS}/modal-views"),
    _text("view", "close.text", 24, f"{VIEWS}/modal-views"),
    _text("view", "private_metadata", 3000, f"{VIEWS}/modal-views", least=0),
    _text("view", "callback_id", 255, f"{VIEWS}/modal-views", least=0),
    _text("view", "external_id", 255, f"{VIEWS}/modal-views", least=0),
)

RICH = {"data_table", "data_visualization", "card", "carousel", "container"}
SURFACES: dict[str, frozenset[str]] = {
    # https://docs.slack.dev/reference/block-kit/blocks: where a block is not for every surface
    "context_actions": frozenset({"message"}),
    "markdown": frozenset({"message"}),
    "plan": frozenset({"message"}),
    "task_card": frozenset({"message"}),
    "table": frozenset({"message", "home"}),
    "data_table": frozenset({"message", "home"}),
    "data_visualization": frozenset({"message", "home"}),
    "carousel": frozenset({"message", "home"}),
    "container": frozenset({"message", "home"}),
    "alert": frozenset({"modal"}),
    "file": frozenset({"message"}),
    "call": frozenset({"message"}),
}

KNOWN = frozenset(
    {
        "actions", "alert", "call", "card", "carousel", "container", "context", "context_actions",
        "data_table", "data_visualization", "divider", "file", "header", "image", "input", "markdown",
        "plan", "rich_text", "section", "table", "task_card", "video",
    }
)  # fmt: skip
"""Every block there is: https://docs.slack.dev/reference/block-kit/blocks."""

IN_CONTAINER = frozenset(
    {
        "actions",
        "context",
        "divider",
        "file",
        "header",
        "image",
        "input",
        "rich_text",
        "section",
        "table",
        "video",
    }
)
"""What a container can hold: https://docs.slack.dev/reference/block-kit/blocks/container-block."""

MESSAGE_BLOCKS = Limit("message", "blocks", 50, 0, BLOCKS, "count")
VIEW_BLOCKS = Limit("view", "blocks", 100, 0, BLOCKS, "count")
TABLES = Limit("message", "table", 1, 0, f"{BLOCKS}/table-block", "count")
CHARTS = Limit("message", "data_visualization", 2, 0, f"{BLOCKS}/data-visualization-block", "count")
MARKDOWN_TOTAL = Limit("message", "markdown", 12_000, 0, f"{BLOCKS}/markdown-block")
DATA_TABLE_TOTAL = Limit("message", "data_table", 20_000, 0, f"{BLOCKS}/data-table-block")
TOTALS = (MESSAGE_BLOCKS, VIEW_BLOCKS, TABLES, CHARTS, MARKDOWN_TOTAL, DATA_TABLE_TOTAL)

CHART = f"{BLOCKS}/data-visualization-block"
CHART_LIMITS: dict[str, Limit] = {
    "title": _text("data_visualization", "title", 50, CHART),
    "segments": _count("pie", "segments", 6, CHART),
    "series": _count("bar, area, line", "series", 6, CHART),
    "points": _count("series", "data", 20, CHART),
    "label": _text("segment, point, series", "label, name", 20, CHART),
    "categories": _count("axis_config", "categories", 20, CHART),
    "axis_label": _text("axis_config", "x_label, y_label", 50, CHART),
}
