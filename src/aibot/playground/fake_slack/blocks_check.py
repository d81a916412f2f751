"""What Slack refuses in blocks: by a schema of its types, by slack_sdk's models, by the limits."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

from . import limits, rules
from .charts import chart_problems
from .limits import LIMITS, Limit
from .schema import Schema, load
from .state import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .workspace import Json

SCHEMAS = Path(__file__).resolve().parents[4] / "build" / "blocks"
"""Where `python tests/blocks/build.py` leaves the schemas; without them the other two checks remain."""


@dataclass(frozen=True)
class Problem:
    """One thing Slack would refuse, with its place as a JSON pointer."""

    pointer: str
    message: str
    code: str = "invalid"

    def __str__(self) -> str:
        return f"[ERROR] {self.message} [json-pointer:{self.pointer}]"


class BlocksCheck:
    """The three checks, for messages and for views."""

    def __init__(self, schemas: Path | None = SCHEMAS) -> None:
        self._message_schema = load(schemas, "MessageBlocks")
        self._view_schema = load(schemas, "AnyView")

    @property
    def has_schema(self) -> bool:
        """Say whether Slack's types are part of the check."""
        return self._message_schema is not None

    def message(self, blocks: Any) -> list[Problem]:
        """Return what is wrong with a message's blocks."""
        if not isinstance(blocks, list):
            return [Problem("/blocks", "must be an array")]
        known = [block for block in blocks if isinstance(block, dict)]
        if len(known) != len(blocks):
            return [Problem("/blocks", "must be an array of objects")]
        problems = list(_checked(blocks, "message", self._message_schema))
        return problems + list(_totals(blocks, "message", limits.MESSAGE_BLOCKS))

    def view(self, view: Any) -> list[Problem]:
        """Return what is wrong with a modal or a Home tab."""
        if not isinstance(view, dict) or not isinstance(view.get("blocks"), list):
            return [Problem("/view", "missing required field: blocks")]
        blocks = view["blocks"]
        if not all(isinstance(block, dict) for block in blocks):
            return [Problem("/view/blocks", "must be an array of objects")]
        surface = str(view.get("type"))
        if surface not in {"modal", "home"}:
            return [Problem("/view/type", "must be modal or home")]
        found = [
            *_checked(blocks, surface, self._message_schema),
            *_totals(blocks, surface, limits.VIEW_BLOCKS),
        ]
        problems = [Problem(f"/view{p.pointer}", p.message, p.code) for p in found]
        problems += [Problem(f"/view{at}", message) for at, message in _limits("view", view, "")]
        if surface == "modal" and not view.get("title"):
            problems.append(Problem("/view", "missing required field: title"))
        if surface == "modal" and any(b.get("type") == "input" for b in blocks) and not view.get("submit"):
            problems.append(Problem("/view/submit", "missing required field: submit"))
        if (
            self._view_schema
            and not problems
            and not any(b.get("type") == "data_visualization" for b in blocks)
        ):
            problems += [Problem(f"/view{at}", message) for at, message in self._view_schema.whole(view)]
        return problems

    def refuse_message(self, blocks: list[Json]) -> None:
        """Refuse blocks the way chat.postMessage does."""
        if len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":"))) > rules.BLOCKS_JSON.value:
            raise Refusal("msg_blocks_too_long")
        if problems := self.message(blocks):
            messages = [str(problem) for problem in problems]
            raise Refusal("invalid_blocks", errors=messages, response_metadata={"messages": messages})

    def refuse_view(self, view: Json) -> None:
        """Refuse a view the way views.open does."""
        if problems := self.view(view):
            messages = [str(problem) for problem in problems]
            raise Refusal("invalid_arguments", response_metadata={"messages": messages})


def _checked(blocks: list[Json], surface: str, schema: Schema | None) -> Iterator[Problem]:
    for index, block in enumerate(blocks):
        at, kind = f"/blocks/{index}", str(block.get("type"))
        if kind not in limits.KNOWN:
            yield Problem(f"{at}/type", f"unsupported type: {kind}", "unsupported_type")
            continue
        allowed = limits.SURFACES.get(kind)
        if allowed is not None and surface not in allowed:
            yield Problem(at, f"unsupported type: {kind} in a {surface}", "unsupported_surface")
        if kind == "data_visualization":
            for pointer, message in chart_problems(block, at):
                yield Problem(pointer, message)
            continue
        found = [Problem(pointer, message) for pointer, message in walk_limits(block, at)]
        yield from found
        if schema is not None:
            for pointer, message in schema.block(block):
                yield Problem(f"{at}{pointer}", message, "schema")
        if refused := _model_problem(block):
            yield Problem(at, refused, "model")


def _model_problem(block: Json) -> str | None:
    """Ask slack_sdk's model of the block, where it has one."""
    if block.get("type") in limits.RICH:
        return None  # slack_sdk 3.47 lacks these, or some of their fields
    try:
        parsed = Block.parse(block)
        if parsed is not None:
            parsed.to_dict()
    except SlackObjectFormationError as error:
        return str(error)
    except (TypeError, ValueError, AttributeError, KeyError) as error:
        return f"failed to parse: {error}"
    return None


def walk_limits(block: Json, at: str) -> Iterator[tuple[str, str]]:
    """Yield every limit broken in a block and in all that lies inside it."""
    yield from _limits(str(block.get("type")), block, at)
    if block.get("type") == "container":
        for where, child in _inside(block.get("child_blocks"), f"{at}/child_blocks"):
            if str(child.get("type")) not in limits.IN_CONTAINER:
                yield where, f"unsupported type: {child.get('type')} in a container"
    for key, value in block.items():
        for where, inner in _inside(value, f"{at}/{key}"):
            owner = str(inner.get("type", ""))
            if key in {"options", "initial_options", "option_groups"} or key == "initial_option":
                owner = "option_group" if key == "option_groups" else "option"
            elif key == "confirm":
                owner = "confirm"
            yield from walk_limits({**inner, "type": owner} if owner else inner, where)


def _inside(value: Any, at: str) -> Iterator[tuple[str, Json]]:
    if isinstance(value, dict):
        yield at, value
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from _inside(one, f"{at}/{index}")


def _limits(owner: str, thing: Json, at: str) -> Iterator[tuple[str, str]]:
    for limit in LIMITS:
        if limit.owner == owner or (limit.owner == "*" and owner):
            for where, value in _values(thing, limit.field.split("."), at):
                if message := _broken(limit, value):
                    yield where, message
    if owner == "data_table":
        rows = _rows(thing)
        if len({len(row) for row in rows}) > 1:
            yield f"{at}/rows", "every row must have the same number of cells"


def _values(thing: Any, path: list[str], at: str) -> Iterator[tuple[str, Any]]:
    if not path:
        yield at, thing
    elif path[0] == "*":
        for index, one in enumerate(thing if isinstance(thing, list) else []):
            yield from _values(one, path[1:], f"{at}/{index}")
    elif isinstance(thing, dict) and thing.get(path[0]) is not None:
        yield from _values(thing[path[0]], path[1:], f"{at}/{path[0]}")


def _broken(limit: Limit, value: Any) -> str | None:
    if not isinstance(value, str if limit.kind == "text" else list):
        return None
    what = "characters" if limit.kind == "text" else "items"
    if len(value) > limit.most:
        return f"must be less than {limit.most + 1} {what}"
    if len(value) < limit.least:
        return f"must be more than {limit.least - 1} {what}"
    return None


def _totals(blocks: list[Json], surface: str, most: Limit) -> Iterator[Problem]:
    if len(blocks) > most.most:
        yield Problem("/blocks", f"no more than {most.most} items allowed [{len(blocks)}]")
    yield from _unique_ids(blocks)
    kinds = [block.get("type") for block in blocks]
    for total in (limits.TABLES, limits.CHARTS):
        if surface == "message" and kinds.count(total.field) > total.most:
            yield Problem("/blocks", f"only {total.most} {total.field} allowed in a message")
    markdown = sum(len(str(b.get("text", ""))) for b in blocks if b.get("type") == "markdown")
    if markdown > limits.MARKDOWN_TOTAL.most:
        yield Problem("/blocks", "markdown blocks must be less than 12001 characters together")
    cells = sum(
        len(str(cell.get("text", "")))
        for b in blocks if b.get("type") == "data_table"
        for row in _rows(b)
        for cell in row if isinstance(cell, dict)
    )  # fmt: skip
    if cells > limits.DATA_TABLE_TOTAL.most:
        yield Problem("/blocks", "data tables must be less than 20001 characters together")


def _rows(table: Json) -> list[list[Any]]:
    rows = table.get("rows")
    return [row for row in rows if isinstance(row, list)] if isinstance(rows, list) else []


def _unique_ids(blocks: list[Json]) -> Iterator[Problem]:
    block_ids: set[str] = set()
    nested = [(f"/blocks/{i}", b) for i, b in enumerate(blocks)]
    nested += [
        (where, child)
        for at, block in list(nested)
        for key in ("child_blocks", "elements")
        for where, child in _inside(block.get(key), f"{at}/{key}")
        if key == "child_blocks" or child.get("type") == "card"
    ]
    for at, block in nested:
        if block_id := str(block.get("block_id") or ""):
            if block_id in block_ids:
                yield Problem(f"{at}/block_id", f"`block_id` {block_id} already exists")
            block_ids.add(block_id)
        action_ids: set[str] = set()
        for where, action_id in _action_ids(block, at):
            if action_id in action_ids:
                yield Problem(where, f"`action_id` {action_id} already exists in this block")
            action_ids.add(action_id)


def _action_ids(block: Json, at: str) -> Iterator[tuple[str, str]]:
    for key, value in block.items():
        if key == "child_blocks":
            continue
        for where, inner in _inside(value, f"{at}/{key}"):
            if inner.get("type") == "card":
                continue
            if isinstance(inner.get("action_id"), str):
                yield where, inner["action_id"]
            yield from _action_ids(inner, where)
