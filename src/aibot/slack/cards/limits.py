"""Slack's limits on what a card may hold, each with where Slack says so, and our slack below them."""

from __future__ import annotations

# https://docs.slack.dev/reference/block-kit/blocks: 50 blocks a message
MAX_BLOCKS = 45
# https://docs.slack.dev/reference/block-kit/blocks/header-block: 150 characters
MAX_HEADER = 150
# https://docs.slack.dev/reference/block-kit/blocks/section-block: text 3000; fields 10, each 2000
MAX_SECTION = 2_800
MAX_FIELDS = 10
MAX_FIELD = 1_900
# https://docs.slack.dev/reference/block-kit/block-elements/button-element: text 75, value 2000
MAX_BUTTON_TEXT = 75
MAX_BUTTON_VALUE = 2_000
# https://docs.slack.dev/reference/block-kit/composition-objects/option-object: value 150
MAX_OPTION_VALUE = 150
# https://docs.slack.dev/reference/block-kit/blocks/actions-block: 25 elements
MAX_BUTTONS = 6
# https://github.com/slackapi/bolt-js/issues/2509: a message whose blocks exceed some 13,200 characters of JSON
# is refused as msg_blocks_too_long; undocumented, so we stay well below
MAX_BLOCKS_JSON = 11_500
# https://docs.slack.dev/reference/block-kit/blocks/data-table-block: 100 rows below the header, 20 columns
MAX_TABLE_ROWS = 100
# https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block: 2 a message; title and axis 50,
# labels 20, 20 points a series
MAX_CHARTS = 2
MAX_CHART_TITLE = 50
MAX_CHART_LABEL = 20
MAX_POINTS = 20
# https://docs.slack.dev/reference/block-kit/composition-objects/option-object: text 75, description 75
MAX_OPTION_TEXT = 75
# https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element#external_select: 100 options
MAX_OPTIONS = 100
# https://docs.slack.dev/reference/block-kit/blocks: 100 blocks a modal or Home tab
MAX_VIEW_BLOCKS = 100
# what a person typed and is said back
MAX_ECHO = 120


def cut(text: str, most: int) -> str:
    """A text no longer than `most` characters, its end marked where it was cut."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
