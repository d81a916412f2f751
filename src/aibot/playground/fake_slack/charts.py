"""The rule of data_visualization, by hand: Slack's published types do not have the block yet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from .limits import CHART_LIMITS, Limit

if TYPE_CHECKING:
    from .workspace import Json

Found = Iterator[tuple[str, str]]


def chart_problems(block: Json, at: str) -> Found:
    """Yield a pointer and a message for everything wrong with a data_visualization block."""
    yield from _within(block.get("title"), CHART_LIMITS["title"], f"{at}/title")
    if extra := set(block) - {"type", "block_id", "title", "chart"}:
        yield at, f"no more items allowed: {', '.join(sorted(extra))}"
    chart = block.get("chart")
    if not isinstance(chart, dict):
        yield f"{at}/chart", "missing required field: chart"
        return
    kind = chart.get("type")
    if kind == "pie":
        yield from _pie(chart, f"{at}/chart")
    elif kind in ("bar", "area", "line"):  # no set: what it holds may be a list
        yield from _series(chart, f"{at}/chart")
    else:
        yield f"{at}/chart/type", "must be one of pie, bar, area, line"


def _pie(chart: Json, at: str) -> Found:
    segments = chart.get("segments")
    yield from _within(segments, CHART_LIMITS["segments"], f"{at}/segments")
    for index, segment in enumerate(_dicts(segments)):
        yield from _within(segment.get("label"), CHART_LIMITS["label"], f"{at}/segments/{index}/label")
        if not _number(segment.get("value")) or segment["value"] <= 0:
            yield f"{at}/segments/{index}/value", "must be more than 0"


def _series(chart: Json, at: str) -> Found:
    series, axis = chart.get("series"), chart.get("axis_config")
    yield from _within(series, CHART_LIMITS["series"], f"{at}/series")
    if not isinstance(axis, dict):
        yield f"{at}/axis_config", "missing required field: axis_config"
        return
    categories = axis.get("categories")
    yield from _within(categories, CHART_LIMITS["categories"], f"{at}/axis_config/categories")
    names = [str(name) for name in categories] if isinstance(categories, list) else []
    for index, name in enumerate(names):
        yield from _within(name, CHART_LIMITS["label"], f"{at}/axis_config/categories/{index}")
    if len(set(names)) != len(names):
        yield f"{at}/axis_config/categories", "must be unique"
    for label in ("x_label", "y_label"):
        if label in axis:
            yield from _within(axis[label], CHART_LIMITS["axis_label"], f"{at}/axis_config/{label}")
    labels = [one.get("name") for one in _dicts(series)]
    if len(set(map(str, labels))) != len(labels):
        yield f"{at}/series", "names must be unique"
    for index, one in enumerate(_dicts(series)):
        yield from _points(one, names, f"{at}/series/{index}")


def _points(one: Json, categories: list[str], at: str) -> Found:
    yield from _within(one.get("name"), CHART_LIMITS["label"], f"{at}/name")
    data = one.get("data")
    yield from _within(data, CHART_LIMITS["points"], f"{at}/data")
    for index, point in enumerate(_dicts(data)):
        yield from _within(point.get("label"), CHART_LIMITS["label"], f"{at}/data/{index}/label")
        if not _number(point.get("value")):
            yield f"{at}/data/{index}/value", "must be a number"
    if sorted(str(point.get("label")) for point in _dicts(data)) != sorted(categories):
        yield f"{at}/data", "must have exactly one point for every category"


def _within(value: Any, limit: Limit, at: str) -> Found:
    kind = list if limit.kind == "count" else str
    what = "items" if limit.kind == "count" else "characters"
    if not isinstance(value, kind):
        yield at, "missing required field or wrong type"
    elif len(value) > limit.most:
        yield at, f"must be less than {limit.most + 1} {what}"
    elif len(value) < limit.least:
        yield at, f"must be more than {limit.least - 1} {what}"


def _dicts(value: Any) -> list[Json]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
