"""Charts of a draft's figures and dates: one unit a chart, and every bar is a line of the text as well."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from aibot.core.facts import DateValue, QuantityValue
from aibot.slack.cards.draft import Chart, Line, Point
from aibot.slack.cards.entry_card import VERDICT_ICONS
from aibot.slack.cards.limits import MAX_POINTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aibot.core.answers import Dated, Listed
    from aibot.core.facts import Fact
    from aibot.slack.cards.values import Values

#  A bar cannot say "up to", so its name does
_BOUNDS = {
    "exactly": "",
    "about": "≈",
    "at most": "≤",
    "at least": "≥",
    "more than": ">",
    "less than": "<",
}
_SETTLED = frozenset({"stated", "not stated", "confirmed", "refined"})


def point_of(entry: str, fact: Fact, line: Line, values: Values) -> Point | None:
    """A figure as a bar; None where the fact is no figure by itself."""
    value = fact.value
    if not isinstance(value, QuantityValue) or value.of is not None:
        return None
    status = values.base.status(fact)
    marks = [] if status in _SETTLED else [VERDICT_ICONS[status]]
    marks += [sign] if (sign := "≤" if value.to else _BOUNDS[value.bound]) else []
    number = value.to or value.quantity
    figure = int(number) if number == number.to_integral_value() else float(number)
    return Point(" ".join([*marks, values.name(entry)]), figure, line)


def chart_of(label: str, unit: str, points: Iterable[Point], values: Values) -> Chart:
    """Figures of one unit."""
    axis = values.phrases.say(f"unit.{unit}", values.language, number="").strip() or label
    title = f"{label}（{axis}）" if values.language == "zh" else f"{label} ({axis})"
    return Chart(title, axis, tuple(points))


def charts_of_list(label: str, items: Sequence[Listed], lines: Sequence[Line], values: Values) -> list[Chart]:
    """A chart for each unit in which a list has two figures or more."""
    units: dict[str, list[Point]] = {}
    for item, line in zip(items, lines, strict=False):
        if item.fact is not None and isinstance(item.fact.value, QuantityValue):
            point = point_of(item.entry, item.fact, line, values)
            units.setdefault(item.fact.value.unit, []).extend([point] if point else [])
    return [
        chart_of(label, unit, points[:MAX_POINTS], values)
        for unit, points in units.items()
        if len(points) > 1
    ]


def dates_counted(items: Sequence[Dated]) -> tuple[str, list[tuple[str, int]]]:
    """How many things happened in each day, month or year, whichever gives a few bars.

    What is known less exactly than that is counted under its own month or year: nothing is moved, nothing left out.
    """
    spans = [item.fact.value.span for item in items if isinstance(item.fact.value, DateValue)]
    days = Counter(
        span.first.isoformat()[: {"year": 4, "month": 7}.get(span.precision, 10)] for span in spans
    )
    months: Counter[str] = Counter()
    for day, count in days.items():
        months[day[:7]] += count
    if len(months) <= 1 and len(days) <= MAX_POINTS:
        return "day", sorted(days.items())
    if len(months) <= MAX_POINTS:
        return "month", sorted(months.items())
    years: Counter[str] = Counter()
    for month, count in months.items():
        years[month[:4]] += count
    return "year", sorted(years.items())
