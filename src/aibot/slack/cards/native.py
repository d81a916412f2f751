"""Slack's own tables and bar charts: https://docs.slack.dev/changelog/2026/06/16/block-kit-data-visualization-block."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aibot.slack.cards.limits import (
    MAX_CHART_LABEL,
    MAX_CHART_TITLE,
    MAX_CHARTS,
    MAX_POINTS,
    MAX_TABLE_ROWS,
    cut,
)
from aibot.slack.cards.plain import in_one

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from aibot.slack.cards.draft import Chart, Draft, Point, Table


def table(drawn_table: Table, numbers: Mapping[str, int], colon: str) -> dict[str, Any]:
    """A table with its caption; its first column heads the rows, which is what a screen reader says with each cell."""
    rows = [[drawn_table.corner, *drawn_table.columns]]
    rows += [[row.label, *(in_one(cell, numbers, colon) for cell in row.cells)] for row in drawn_table.rows]
    return {
        "type": "data_table",
        "caption": drawn_table.caption,
        "row_header_column_index": 0,
        "page_size": min(MAX_TABLE_ROWS, len(rows) - 1),
        "rows": [[{"type": "raw_text", "text": text} for text in row] for row in rows[: MAX_TABLE_ROWS + 1]],
    }


def drawn(draft: Draft) -> list[Chart]:
    """The charts of a draft that can be drawn: two bars or more, each of them said in the text too."""
    lines = set(draft.lines())
    return [
        chart
        for chart in draft.charts
        if 2 <= len(chart.points) <= MAX_POINTS and all(point.line in lines for point in chart.points)
    ][:MAX_CHARTS]


def charts(draft: Draft, numbers: Mapping[str, int]) -> list[dict[str, Any]]:
    """The bar charts of a draft; a bar carries the number of its source."""
    return [_bars(chart, numbers) for chart in drawn(draft)]


def _bars(chart: Chart, numbers: Mapping[str, int]) -> dict[str, Any]:
    labels = _labels(chart.points, numbers)
    data = [{"label": label, "value": point.value} for label, point in zip(labels, chart.points, strict=True)]
    return {
        "type": "data_visualization",
        "title": cut(chart.title, MAX_CHART_TITLE),
        "chart": {
            "type": "bar",
            "series": [{"name": cut(chart.axis, MAX_CHART_LABEL), "data": data}],
            "axis_config": {"categories": labels, "y_label": cut(chart.axis, MAX_CHART_TITLE)},
        },
    }


def _labels(points: Iterable[Point], numbers: Mapping[str, int]) -> list[str]:
    """A short name for each bar, no two the same: `⚠️ Claude 3 [4]`."""
    found: list[str] = []
    for point in points:
        cited = next((numbers[cite] for cite in point.line.cites if cite in numbers), None)
        tail = f" [{cited}]" if cited else ""
        label = cut(point.name, MAX_CHART_LABEL - len(tail)) + tail
        again = 2
        while label in found:
            more = f"{tail} ({again})"
            label = cut(point.name, MAX_CHART_LABEL - len(more)) + more
            again += 1
        found.append(label)
    return found
