"""Entries laid side by side: what the base says of each, attribute by attribute; differences first."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from aibot.core.answers.answer import Compared, Stated
from aibot.core.facts import ATTRIBUTES, DateValue, EntryValue, QuantityValue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aibot.core.facts import Fact, FactBase

#  What people compare by comes first; the rest keeps the order of the closed list.
_FIRST = (
    "released", "date", "founded", "born", "developer", "maker", "proposed by", "published by", "author", "founder",
    "context", "parameters", "cost", "cost ratio", "weights", "licence", "modality", "input", "output", "uses",
    "architecture", "training", "training data", "applied in", "claimed better than", "performance",
)  # fmt: skip
_ORDER = (*_FIRST, *(name for name in ATTRIBUTES if name not in _FIRST))
#  About the entry's page and name, or about what the source does with it: nothing to compare
_LEFT_OUT = frozenset({"page", "name", "example", "example of", "event of", "basis"})
_SAME_FROM_BOTH_ENDS = frozenset({"partner", "compared with"})
#  A verdict after which a figure must not decide which one is ahead
_DOUBTED = frozenset({"misprint", "open", "unverified", "disputed"})


def side_by_side(entries: Sequence[str], asked: Sequence[str], base: FactBase) -> tuple[Compared, ...]:
    """A row for every attribute that one of them has: the asked first, then differences, what is the same, the rest."""
    stated = [_among(_stated(entry, base), entries, asked) for entry in entries]
    keys = dict.fromkeys(key for cells in stated for key in cells)
    rows = [
        _row(attribute, inverse=inverse, cells=[cells.get((attribute, inverse), []) for cells in stated])
        for attribute, inverse in sorted(keys, key=lambda key: (key[1], _ORDER.index(key[0])))
    ]
    if asked and not any(row.attribute in asked for row in rows):
        rows.insert(0, Compared(asked[0], tuple(() for _ in entries)))
    return tuple(sorted(rows, key=lambda row: _place(row, asked)))


def ranked(row: Compared, base: FactBase, entries: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """The entries by the asked figure, greatest (or earliest) first, or why that cannot be said.

    Never across units, bounds or scopes, and never by a figure that checking did not bear out.
    """
    cells = [own_facts(cell) for cell in row.cells]
    if not all(cells):
        return (), "missing"
    facts = [fact for cell in cells for fact in cell]
    if any(base.status(fact) in _DOUBTED for fact in facts):
        return (), "doubted"
    if all(isinstance(fact.value, QuantityValue) for fact in facts):
        reason = _unlike_figures([fact.value for fact in facts if isinstance(fact.value, QuantityValue)])
    elif all(isinstance(fact.value, DateValue) for fact in facts):
        return _dates_in_order(cells, entries)
    else:
        return (), ""  # words have no order
    return ((), reason) if reason else _in_order(cells, entries)


def _dates_in_order(cells: Sequence[Sequence[Fact]], entries: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """Dates of unlike things (a preview, a release) have an order where all of one lie before all of the other."""
    values = [fact.value for cell in cells for fact in cell if isinstance(fact.value, DateValue)]
    if any(value.variant for value in values):
        return (), "bounds"
    order, reason = _in_order(cells, entries)
    return order, "meanings" if reason and len({value.meaning for value in values}) > 1 else reason


def own_facts(cell: Sequence[Stated]) -> list[Fact]:
    """What is known, without dates of something narrower where the entry has one of its own: o1, not o1-preview."""
    facts = [part.fact for part in cell if not part.fact.not_stated]
    return [fact for fact in facts if not (isinstance(fact.value, DateValue) and fact.value.variant)] or facts


def _unlike_figures(values: Sequence[QuantityValue]) -> str:
    if len({value.unit for value in values}) > 1:
        return "units"
    return "bounds" if any(value.bound != "exactly" or value.of or value.variant for value in values) else ""


def _in_order(cells: Sequence[Sequence[Fact]], entries: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """By the spans of their values, which must not overlap; a day in another zone may be the day beside it."""
    dates = [fact.value for cell in cells for fact in cell if isinstance(fact.value, DateValue)]
    zones = {value.zone for value in dates if value.span.precision in ("day", "range")}
    near = 1 if len(zones) > 1 or "unknown" in zones else 0
    ends = [[_ends(fact) for fact in cell] for cell in cells]
    spans = [(min(first for first, _ in cell), max(last for _, last in cell)) for cell in ends]
    placed = sorted(zip(spans, entries, strict=True))
    if len(set(spans)) == 1 and spans[0][0] == spans[0][1]:
        return (), "equal"
    if any(earlier[1] + near >= later[0] for (earlier, _), (later, _) in pairwise(placed)):
        return (), "overlap"
    return tuple(entry for _, entry in placed), ""


def _ends(fact: Fact) -> tuple[Decimal, Decimal]:
    """Where a value begins and ends in the order in which it is told: the greatest first, the earliest first."""
    if isinstance(fact.value, QuantityValue):
        return -(fact.value.to or fact.value.quantity), -fact.value.quantity
    assert isinstance(fact.value, DateValue)
    span = fact.value.span
    return Decimal(span.first.toordinal()), Decimal(span.last.toordinal())


def units_of(row: Compared) -> set[str]:
    """The units of a row's figures."""
    values = (part.fact.value for cell in row.cells for part in cell)
    return {value.unit for value in values if isinstance(value, QuantityValue)}


def _stated(entry: str, base: FactBase) -> dict[tuple[str, bool], list[Stated]]:
    """Everything the base says of an entry, by attribute, and by relation read from the other end."""
    cells: dict[tuple[str, bool], list[Stated]] = {}
    for fact in base.facts_of(entry):
        if fact.about not in _LEFT_OUT and not _only_itself(fact, entry) and _is_of(entry, fact, base):
            cells.setdefault((fact.about, False), []).append(Stated(fact))
    for relation in base.relations_of(entry):
        if relation.inverse and relation.attribute not in _LEFT_OUT:
            inverse = relation.attribute not in _SAME_FROM_BOTH_ENDS
            cells.setdefault((relation.attribute, inverse), []).append(Stated(relation.fact, relation.other))
    return cells


def _among(
    cells: dict[tuple[str, bool], list[Stated]], entries: Sequence[str], asked: Sequence[str]
) -> dict[tuple[str, bool], list[Stated]]:
    """Without what is measured by an entry that is not compared: 1/20 of GPT-4, where GPT-4 is not beside it."""
    kept = {
        key: [
            part
            for part in cell
            if key[0] in asked or getattr(part.fact.value, "of", None) in (None, *entries)
        ]
        for key, cell in cells.items()
    }
    return {key: cell for key, cell in kept.items() if cell}


def _is_of(entry: str, fact: Fact, base: FactBase) -> bool:
    """Whether a fact may stand in an entry's cell; another entry's only as a sentence that names this one."""
    if base.owns(entry, fact):
        return True
    return fact.value is None and base[entry].name.en.lower() in fact.en.lower()


def _only_itself(fact: Fact, entry: str) -> bool:
    return isinstance(fact.value, EntryValue) and set(fact.value.entry) == {entry}


def _row(attribute: str, *, inverse: bool, cells: Sequence[Sequence[Stated]]) -> Compared:
    kept = tuple(tuple(_known(cell)) for cell in cells)
    values = {frozenset(map(_value, cell)) for cell in kept}
    return Compared(attribute, kept, inverse=inverse, same=len(values) == 1 and all(kept))


def _known(cell: Sequence[Stated]) -> Sequence[Stated]:
    """What one source leaves open is of no interest where another has it."""
    known = [part for part in cell if not part.fact.not_stated]
    return known or cell


def _value(part: Stated) -> str:
    if part.other:
        return part.other
    value = part.fact.value
    return "" if part.fact.not_stated else part.fact.en if value is None else value.model_dump_json()


def _place(row: Compared, asked: Sequence[str]) -> tuple[int, int]:
    if row.attribute in asked and not row.inverse:
        return 0, asked.index(row.attribute)
    if row.same:
        return 2, 0
    told = sum(any(not part.fact.not_stated for part in cell) for cell in row.cells)
    return (1 if told > 1 else 3 if told else 4), 0
