"""Charts of a draft's figures and dates: one unit a chart, and every bar is a line of the text as well."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

from aibot.core.facts import DateValue, QuantityValue
from aibot.slack.cards.draft import Chart, Line, Point
from aibot.slack.cards.entry_card import VERDICT_ICONS
from aibot.slack.cards.limits import MAX_CHART_LABEL, MAX_POINTS

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
#  What a variant's name can do without on a bar: "standard version", "full o1 (one directory)"
_ASIDE = re.compile(r"\s*[(（].*$|\s+(?:version|size)$|\s*版$")
_PARTS = re.compile(r"[^\W\d_]+\d*|\d+")
#  A longer one would be cut; its line in the text has it all. The rest of a label is its source's number
_LONGEST_NAME = MAX_CHART_LABEL - 3
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
    return Point(" ".join([*marks, _whose(entry, value, values)]), figure, line)


def _whose(entry: str, value: QuantityValue, values: Values) -> str:
    """The entry's name, with whose figure it is where that is narrower: the 10M of Qwen-Long are not all Qwen's."""
    name = values.name(entry)
    if value.variant is None:
        return name
    variant = _ASIDE.sub("", value.variant.in_(values.language))
    names = values.base[entry].name
    own = set(_PARTS.findall(f"{names.en} {names.zh}".casefold()))
    is_named = names.zh in variant or own.intersection(_PARTS.findall(variant.casefold()))
    if is_named and len(variant) <= _LONGEST_NAME:
        return variant  # "o1-preview" says which model it is
    both = f"{name}（{variant}）" if values.language == "zh" else f"{name} ({variant})"
    return both if len(both) <= _LONGEST_NAME else name


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

    What is known less exactly than that is counted under its own month or year: nothing is moved, nothing left out. One
    moment that has two dates, since its day is counted in two zones, is counted once.
    """
    spans = [value.span for value in _moments(items)]
    days = Counter(
        span.first.isoformat()[: {"year": 4, "month": 7}.get(span.precision, 10)] for span in spans
    )
    months: Counter[str] = Counter()
    for day, count in days.items():
        months[day[:7]] += count
    if len(months) <= 1 and len(days) <= MAX_POINTS:
        return "day", sorted(days.items())
    if len(evenly("month", months)) <= MAX_POINTS:
        return "month", sorted(months.items())
    years: Counter[str] = Counter()
    for month, count in months.items():
        years[month[:4]] += count
    return "year", sorted(years.items())


def evenly(grain: str, dates: Iterable[str]) -> list[str]:
    """Every month or year from the first to the last, as an axis has them; what is known less exactly has no place."""
    length = {"month": 7, "year": 4}.get(grain)
    if length is None:
        return sorted(dates)
    places = [int(date[:4]) * 12 + int(date[5:] or 1) - 1 for date in dates if len(date) == length]
    if not places:
        return []
    if grain == "year":
        return [f"{year:04}" for year in range(min(places) // 12, max(places) // 12 + 1)]
    return [f"{place // 12:04}-{place % 12 + 1:02}" for place in range(min(places), max(places) + 1)]


#  One source's preview is another's release, of the same evening
_COMES_OUT = frozenset({"release", "preview", "launch"})


def _moments(items: Sequence[Dated]) -> list[DateValue]:
    """The dates of some events, the first of those that are one moment in two time zones."""
    kept: dict[tuple[str, str], list[DateValue]] = {}
    for item in sorted(items, key=_first_day):
        value = item.fact.value
        if not isinstance(value, DateValue):
            continue
        before = kept.setdefault((item.entry, "out" if value.meaning in _COMES_OUT else value.meaning), [])
        if not any(_is_one_moment(value, other) for other in before):
            before.append(value)
    return [value for values in kept.values() for value in values]


def _first_day(item: Dated) -> date:
    value = item.fact.value
    return value.span.first if isinstance(value, DateValue) else date.max


def _is_one_moment(one: DateValue, other: DateValue) -> bool:
    if one.span.precision != "day" or other.span.precision != "day" or one.zone == other.zone:
        return False
    return abs((one.span.first - other.span.first).days) <= 1
