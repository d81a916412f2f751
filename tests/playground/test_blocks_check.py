"""What Slack draws and what it refuses, as tables of blocks."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aibot.playground.fake_slack import BlocksCheck
from aibot.playground.fake_slack.limits import KNOWN

Block = dict[str, Any]


def plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text}


def section(text: str = "Hi", **more: Any) -> Block:
    return {"type": "section", "text": mrkdwn(text), **more}


def button(text: str = "Go", action_id: str = "go", **more: Any) -> Block:
    return {"type": "button", "text": plain(text), "action_id": action_id, **more}


def actions(*elements: Block, **more: Any) -> Block:
    return {"type": "actions", "elements": list(elements), **more}


def select(*options: str, **more: Any) -> Block:
    made = [{"text": plain(option or "x"), "value": option} for option in options]
    return {
        "type": "static_select",
        "action_id": "pick",
        "placeholder": plain("Pick"),
        "options": made,
        **more,
    }


def cell(text: str = "x") -> Block:
    return {"type": "raw_text", "text": text}


def table(kind: str = "table", rows: int = 2, columns: int = 2) -> Block:
    made: Block = {"type": kind, "rows": [[cell() for _ in range(columns)] for _ in range(rows)]}
    return made | {"caption": "Prices"} if kind == "data_table" else made


def rich_text(text: str = "Hi") -> Block:
    section_ = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [section_]}


def bars(points: int = 2, series: int = 1, **more: Any) -> Block:
    labels = [f"c{number}" for number in range(points)]
    made = [
        {"name": f"s{number}", "data": [{"label": label, "value": 1.5} for label in labels]}
        for number in range(series)
    ]
    chart = {"type": "bar", "series": made, "axis_config": {"categories": labels, "y_label": "USD"}}
    return {"type": "data_visualization", "title": "Prices", "chart": chart, **more}


def pie(value: float = 1, label: str = "a") -> Block:
    chart = {"type": "pie", "segments": [{"label": label, "value": value}]}
    return {"type": "data_visualization", "title": "Shares", "chart": chart}


GOOD: dict[str, list[Block]] = {
    "section": [section()],
    "fields": [{"type": "section", "fields": [mrkdwn("a"), mrkdwn("b")]}],
    "accessory": [section(accessory=button())],
    "expanded": [section(expand=True)],
    "header": [{"type": "header", "text": plain("Hi")}],
    "divider": [{"type": "divider"}],
    "context": [{"type": "context", "elements": [mrkdwn("a"), plain("b")]}],
    "actions": [actions(button(), button("Stop", "stop", style="danger", url="https://example.com"))],
    "confirm": [
        actions(
            button(
                confirm={
                    "title": plain("Sure?"),
                    "text": plain("x"),
                    "confirm": plain("y"),
                    "deny": plain("n"),
                }
            )
        )
    ],
    "select": [actions(select("a", "b"))],
    "overflow": [
        section(
            accessory={"type": "overflow", "action_id": "o", "options": [{"text": plain("a"), "value": "a"}]}
        )
    ],
    "image": [{"type": "image", "image_url": "https://example.com/a.png", "alt_text": "A chart"}],
    "rich text": [rich_text()],
    "markdown": [{"type": "markdown", "text": "**Hi**"}],
    "table": [table()],
    "data table": [table("data_table")],
    "bar chart": [bars()],
    "pie chart": [pie()],
    "card": [{"type": "card", "title": mrkdwn("GPT-4"), "subtitle": mrkdwn("2023"), "actions": [button()]}],
    "feedback": [
        {
            "type": "context_actions",
            "elements": [
                {
                    "type": "feedback_buttons",
                    "action_id": "f",
                    "positive_button": {"text": plain("Good"), "value": "1"},
                    "negative_button": {"text": plain("Bad"), "value": "0"},
                }
            ],
        }
    ],
    "same action_id in two blocks": [actions(button()), actions(button())],
}

MALFORMED: dict[str, list[Block]] = {
    "unknown block": [{"type": "banner", "text": plain("Hi")}],
    "no type": [{"text": plain("Hi")}],
    "section of nothing": [{"type": "section"}],
    "section text a string": [{"type": "section", "text": "Hi"}],
    "header in mrkdwn": [{"type": "header", "text": mrkdwn("Hi")}],
    "image without alt_text": [{"type": "image", "image_url": "https://example.com/a.png"}],
    "actions of text": [actions(mrkdwn("Hi"))],
    "button in mrkdwn": [actions({"type": "button", "text": mrkdwn("Go"), "action_id": "go"})],
    "button style": [actions(button(style="warning"))],
    "select without options": [
        actions({"type": "static_select", "action_id": "a", "placeholder": plain("x")})
    ],
    "context with a button": [{"type": "context", "elements": [button()]}],
    "rich text of text": [{"type": "rich_text", "elements": [{"type": "text", "text": "Hi"}]}],
    "table of strings": [{"type": "table", "rows": [["a"]]}],
    "data table without caption": [{"type": "data_table", "rows": [[cell()], [cell()]]}],
    "chart of nothing": [{"type": "data_visualization", "title": "x"}],
    "chart kind": [{"type": "data_visualization", "title": "x", "chart": {"type": "donut"}}],
    "alert in a message": [{"type": "alert", "text": plain("Hi"), "level": "info"}],
}

OVER_LIMIT: dict[str, list[Block]] = {
    "51 blocks": [section() for _ in range(51)],
    "section text": [section("x" * 3001)],
    "empty section": [section("")],
    "11 fields": [{"type": "section", "fields": [mrkdwn("a")] * 11}],
    "field text": [{"type": "section", "fields": [mrkdwn("x" * 2001)]}],
    "header text": [{"type": "header", "text": plain("x" * 151)}],
    "11 context elements": [{"type": "context", "elements": [mrkdwn("a")] * 11}],
    "26 buttons": [actions(*(button(action_id=str(number)) for number in range(26)))],
    "button text": [actions(button("x" * 76))],
    "button value": [actions(button(value="x" * 2001))],
    "button url": [actions(button(url="https://example.com/" + "x" * 3000))],
    "action_id": [actions(button(action_id="x" * 256))],
    "block_id": [section(block_id="x" * 256)],
    "101 options": [actions(select(*map(str, range(101))))],
    "no options": [actions(select())],
    "option text": [actions(select("x" * 76))],
    "option value": [actions(select("x" * 151))],
    "placeholder": [actions(select("a", placeholder=plain("x" * 151)))],
    "6 in an overflow": [
        section(
            accessory={
                "type": "overflow", "action_id": "o",
                "options": [{"text": plain(str(n)), "value": str(n)} for n in range(6)],
            }
        )
    ],
    "block_id twice": [section(block_id="a"), section(block_id="a")],
    "action_id twice": [actions(button(), button("Again"))],
    "alt_text": [{"type": "image", "image_url": "https://example.com/a.png", "alt_text": "x" * 2001}],
    "two tables": [table(), table()],
    "101 rows": [table(rows=101)],
    "21 columns": [table(columns=21)],
    "data table of one row": [table("data_table", rows=1)],
    "102 data rows": [table("data_table", rows=102)],
    "ragged data table": [{"type": "data_table", "caption": "x", "rows": [[cell()], [cell(), cell()]]}],
    "empty cell": [{"type": "data_table", "caption": "x", "rows": [[cell("")], [cell()]]}],
    "three charts": [bars(), bars(), bars()],
    "chart title": [bars(title="x" * 51)],
    "7 series": [bars(series=7)],
    "21 points": [bars(points=21)],
    "pie of nothing": [pie(value=0)],
    "segment label": [pie(label="x" * 21)],
    "card body": [{"type": "card", "body": mrkdwn("x" * 201)}],
    "markdown together": [{"type": "markdown", "text": "x" * 6001}, {"type": "markdown", "text": "x" * 6001}],
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_good_blocks_pass(checks: BlocksCheck, name: str) -> None:
    assert checks.message(GOOD[name]) == []


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_blocks_are_refused(checks: BlocksCheck, name: str) -> None:
    assert checks.message(MALFORMED[name])


@pytest.mark.parametrize("name", OVER_LIMIT)
def test_blocks_over_a_limit_are_refused_even_without_the_schema(name: str) -> None:
    assert BlocksCheck(None).message(OVER_LIMIT[name])


def test_problems_name_the_place(checks: BlocksCheck) -> None:
    problems = checks.message([section(), section("x" * 3001)])
    assert str(problems[0]) == "[ERROR] must be less than 3001 characters [json-pointer:/blocks/1/text/text]"


def test_messages_that_are_no_blocks_are_refused(checks: BlocksCheck) -> None:
    assert checks.message({"type": "section"})
    assert checks.message(["section"])


def modal(*blocks: Block, **more: Any) -> Block:
    return {"type": "modal", "title": plain("Hi"), "blocks": list(blocks), **more}


INPUT = {
    "type": "input",
    "label": plain("Name"),
    "element": {"type": "plain_text_input", "action_id": "name"},
}


@pytest.mark.parametrize(
    "view",
    [
        modal(section()),
        modal(INPUT, submit=plain("Save")),
        modal({"type": "alert", "text": plain("Hi"), "level": "info"}),
        {"type": "home", "blocks": [section(), table("data_table"), bars()]},
        {"type": "home", "blocks": [section() for _ in range(100)]},
    ],
    ids=["section", "input", "alert", "home", "100 blocks"],
)
def test_good_views_pass(checks: BlocksCheck, view: Block) -> None:
    assert checks.view(view) == []


@pytest.mark.parametrize(
    "view",
    [
        modal(section(), title=plain("x" * 25)),
        {"type": "modal", "blocks": [section()]},
        modal(INPUT),
        modal(table("data_table")),
        modal({"type": "markdown", "text": "x"}),
        modal(section(), private_metadata="x" * 3001),
        {"type": "home", "blocks": [section() for _ in range(101)]},
        {"type": "home", "blocks": "x"},
        {"type": "home", "blocks": [None]},
        {"type": "window", "blocks": []},
        {"type": "home", "blocks": [section(colour="red")]},
    ],
    ids=range(11),
)
def test_bad_views_are_refused(checks: BlocksCheck, view: Block) -> None:
    assert checks.view(view)


def test_cards_of_a_carousel_may_have_the_same_buttons(checks: BlocksCheck) -> None:
    card = {"type": "card", "title": mrkdwn("GPT-4"), "actions": [button()]}
    assert checks.message([{"type": "carousel", "elements": [card, card]}]) == []
    twice = {**card, "actions": [button(), button()]}
    assert checks.message([{"type": "carousel", "elements": [card, twice]}])


KEYS = st.sampled_from(
    ["type", "text", "elements", "fields", "accessory", "rows", "chart", "series", "data", "child_blocks", "options",
     "block_id", "action_id", "title", "actions", "axis_config", "categories", "segments", "caption", "confirm"]
)  # fmt: skip
WORDS = st.sampled_from(
    ["section", "actions", "data_visualization", "data_table", "table", "container", "card", "bar"]
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=20,
)

BROKEN = st.builds(
    lambda kind, rest: {**rest, "type": kind},
    st.sampled_from(sorted(KNOWN)),
    st.dictionaries(KEYS, ANYTHING, max_size=6),
)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(BROKEN, max_size=4), ANYTHING)
def test_nothing_makes_the_check_itself_fail(blocks: Any, anything: Any) -> None:
    check = BlocksCheck(None)
    check.message(blocks)
    check.message(anything)
    check.view({"type": "modal", "blocks": blocks})
    check.view(anything)
