"""A comparison's card: a table of attributes, differences first, with what checking found; and why none was made."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from aibot.core.answers.side_by_side import own_facts, units_of
from aibot.core.facts import ATTRIBUTES, ListValue, QuantityValue, Verdict
from aibot.slack.cards.charts import chart_of, point_of
from aibot.slack.cards.draft import Button, Compare, Draft, Line, Point, Row, Section, Table
from aibot.slack.cards.entry_card import VERDICT_ICONS, note_line
from aibot.slack.cards.markup import echo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aibot.core.answers import Compared, Comparison, NotCompared, Stated
    from aibot.core.facts import Fact
    from aibot.slack.cards.draft import Chart
    from aibot.slack.cards.values import Values

_MOST_IN_CELL = 4
_MOST_NAMES = 8
_SETTLED = frozenset({"stated", "not stated", "confirmed", "refined"})


@dataclass(frozen=True, slots=True)
class ComparisonCard:
    """Draws comparisons; `show` is the action of a button that asks again."""

    values: Values
    command: str
    show: str

    def draft(self, answer: Comparison) -> Draft:
        """Two to four entries side by side."""
        names = [self.values.name(entry) for entry in answer.entries]
        rows = [self._row(compared) for compared in answer.rows]
        facts = [part.fact for compared in answer.rows for cell in compared.cells for part in cell]
        notes = [
            note_line(note, self.values)
            for fact in facts
            for note in self.values.base.notes_on(fact)
            if note.verdict != Verdict.CONFIRMED
        ]
        shown = self._folded(answer, rows)
        table = Table(self._say("compare.caption"), self._say("compare.corner"), tuple(names), tuple(shown))
        return Draft(
            title=self._say("compare.title", names=self._versus(names)),
            lead=tuple(self._lead(answer)),
            table=table if rows else None,
            sections=(Section(self._say("card.notes"), tuple(dict.fromkeys(notes)), rank=3),)
            if notes
            else (),
            more=self._say("card.more", count="{count}", example=names[0]),
            charts=tuple(self._charts(answer, rows)),
        )

    def in_short(self, answer: Comparison) -> Draft:
        """What was asked of them, side by side, and how to get the rest."""
        rows = tuple(row for row in answer.rows if row.attribute in answer.asked)
        draft = self.draft(replace(answer, rows=rows))
        table = replace(draft.table, caption=self._say("compare.caption-asked")) if draft.table else None
        return replace(draft, table=table)

    def not_compared(self, answer: NotCompared) -> Draft:
        """Why there is no comparison, and which there can be."""
        names = [self.values.name(entry) for entry in answer.entries]
        asked = self.values.joined([echo(asked) for asked in answer.asked[:4]])
        kinds = [
            self._say("compare.is-a", name=name, kind=self._say(f"kind.{self.values.base[entry].kind}"))
            for name, entry in zip(names, answer.entries, strict=True)
        ]
        values = {"names": self.values.joined(names), "asked": asked, "kinds": self.values.joined(kinds)}
        lead = [Line(self._say(f"compare.not.{answer.reason}", **values), plain=True)]
        questions = [Line(f"{self.command} {self._question(offer)}") for offer in answer.offers] or [
            Line(self._say("compare.example", command=self.command))
        ]
        return Draft(
            title=self._say("compare.ask" if answer.reason in ("nothing", "alone") else "compare.not.title"),
            lead=tuple(lead),
            rows=(Row(self._say("compare.instead"), tuple(questions)),),
            buttons=tuple(self._button(offer) for offer in answer.offers),
        )

    def _say(self, phrase: str, **values: object) -> str:
        return self.values.phrases.say(phrase, self.values.language, **values)

    def _versus(self, names: list[str]) -> str:
        return self._say("compare.versus").join(names)

    def _question(self, entries: tuple[str, ...]) -> str:
        """The comparison as somebody would type it."""
        names = (self.values.name(entry) for entry in entries)
        return self._say("compare.question", names=self._say("compare.comma").join(names))

    def _button(self, entries: tuple[str, ...]) -> Button:
        label = self._versus([self.values.name(entry) for entry in entries])
        value = json.dumps({"l": self.values.language, "q": self._question(entries)}, ensure_ascii=False)
        return Button(label, f"{self.show}:{'|'.join(entries)}"[:255], value)

    def _lead(self, answer: Comparison) -> list[Line]:
        lines = []
        if answer.order:
            lines.append(self._order(answer))
        elif answer.unranked:
            lines.append(Line(self._say(f"compare.unranked.{answer.unranked}")))
        lines += [
            Line(self._say("compare.other-units", attribute=self._label(row.attribute)))
            for row in answer.rows
            if self._mixes_units(row) and not (answer.unranked == "units" and row is answer.rows[0])
        ]
        if not answer.rows:
            lines.append(Line(self._say("compare.nothing")))
        return lines

    def _order(self, answer: Comparison) -> Line:
        """Which comes first by what was asked: of two dates, which is newer, and what they are dates of."""
        names = [self.values.name(entry) for entry in answer.order]
        label = self._label(answer.asked[0])
        if answer.asked[0] not in ("released", "date"):
            return Line(
                self._say("compare.greatest", attribute=label, names=self._say("compare.then").join(names))
            )
        if len(names) != 2:
            joined = self._say("compare.next").join(names)
            return Line(self._say("compare.earliest", attribute=label, names=joined))
        cells = dict(zip(answer.entries, answer.rows[0].cells, strict=True))
        older, newer = (own_facts(cells[entry]) for entry in answer.order)
        values = {
            "newer": names[1],
            "older": names[0],
            "late": self._dates(newer),
            "early": self._dates(older),
        }
        cites = dict.fromkeys(cited for fact in (*newer, *older) for cited in fact.source)
        return Line(self._say("compare.newer", **values), tuple(cites))

    def _dates(self, facts: list[Fact]) -> str:
        return self.values.joined(list(dict.fromkeys(self.values.of(fact) for fact in facts)))

    @staticmethod
    def _mixes_units(row: Compared) -> bool:
        """Whether two entries have figures, and not all in one unit."""
        units = [units_of(replace(row, cells=(cell,))) for cell in row.cells]
        return len([found for found in units if found]) > 1 and len(set().union(*units)) > 1

    def _label(self, attribute: str, *, inverse: bool = False) -> str:
        labels = ATTRIBUTES[attribute]
        if inverse:
            return labels.inverse_zh if self.values.language == "zh" else labels.inverse_en
        return labels.zh if self.values.language == "zh" else labels.en

    def _row(self, compared: Compared) -> Compare:
        label = self._label(compared.attribute, inverse=compared.inverse)
        if compared.same:
            label = self._say("compare.same", label=label)
        return Compare(label, tuple(self._cell(cell) for cell in compared.cells))

    def _folded(self, answer: Comparison, rows: list[Compare]) -> list[Compare]:
        """The rows, those that only one entry has in one: a column of "does not say" tells nobody anything."""
        alone: list[list[Line]] = [[] for _ in answer.entries]
        one_sided = [
            pair for pair in zip(answer.rows, rows, strict=True) if self._is_one_sided(pair[0], answer.asked)
        ]
        if len(one_sided) < 2:
            return rows
        kept = [row for row in rows if not any(row is folded for _, folded in one_sided)]
        for compared, row in one_sided:
            for cell, lines, told in zip(compared.cells, row.cells, alone, strict=True):
                label = f"{row.label}{self.values.colon}{'' if self.values.language == 'zh' else ' '}"
                if cell:
                    told += [replace(lines[0], text=f"{label}{lines[0].text}"), *lines[1:]]
        missing = [Line(self._say("compare.missing"))]
        return [*kept, Compare(self._say("compare.alone"), tuple(tuple(told or missing) for told in alone))]

    @staticmethod
    def _is_one_sided(row: Compared, asked: tuple[str, ...]) -> bool:
        return row.attribute not in asked and sum(bool(cell) for cell in row.cells) == 1

    def _cell(self, cell: tuple[Stated, ...]) -> tuple[Line, ...]:
        """The article's value and the public record's, each with its source; what is missing is said."""
        if not cell:
            return (Line(self._say("compare.missing")),)
        if any(part.other for part in cell):
            return (self._names(cell),)
        texts: dict[str, tuple[str, ...]] = {}
        for part in cell:
            text = self._said(part.fact)
            texts[text] = tuple(dict.fromkeys((*texts.get(text, ()), *part.fact.source)))
        lines = [Line(text, cites) for text, cites in texts.items()]
        if len(lines) > _MOST_IN_CELL:
            more = self._say("compare.more-in-cell", count=len(lines) - _MOST_IN_CELL)
            lines = [*lines[:_MOST_IN_CELL], Line(more)]
        return tuple(lines)

    def _names(self, cell: tuple[Stated, ...]) -> Line:
        others: dict[str, tuple[str, ...]] = {}
        for part in cell:
            names = [part.other] if part.other else self._named(part.fact)
            for other in names:
                others[other] = (*others.get(other, ()), *part.fact.source)
        shown = list(others)[:_MOST_NAMES]
        text = self.values.joined([self.values.name(other) for other in shown])
        if len(others) > len(shown):
            text = self._say("card.and-more", names=text, count=len(others) - len(shown))
        return Line(text, tuple(dict.fromkeys(cite for other in shown for cite in others[other])))

    @staticmethod
    def _named(fact: Fact) -> list[str]:
        return list(getattr(fact.value, "entry", ()))

    def _said(self, fact: Fact) -> str:
        """A value with its verdict where checking did not bear it out."""
        text = self._say("compare.not-stated") if fact.not_stated else self.values.of(fact)
        if isinstance(fact.value, ListValue) and fact.value.count > _MOST_NAMES:
            text = self.values.sentence(fact)
        status = self.values.base.status(fact)
        if status in _SETTLED:
            return text
        verdict = f"{VERDICT_ICONS[status]} {self._say(f'verdict.{status}')}"
        return f"{text}（{verdict}）" if self.values.language == "zh" else f"{text} ({verdict})"

    def _charts(self, answer: Comparison, rows: list[Compare]) -> list[Chart]:
        """A chart for each unit in which two entries or more have a figure; never two units in one."""
        found = []
        for compared, row in zip(answer.rows, rows, strict=True):
            for unit in sorted(units_of(compared)):
                points: dict[Point, str] = {}
                for entry, cell, lines in zip(answer.entries, compared.cells, row.cells, strict=True):
                    points |= dict.fromkeys(self._points(entry, cell, unit, lines), entry)
                #  bars of one length show nothing
                if len(set(points.values())) > 1 and len({point.value for point in points}) > 1:
                    found.append(chart_of(self._label(compared.attribute), unit, points, self.values))
        return found

    def _points(
        self, entry: str, cell: tuple[Stated, ...], unit: str, lines: tuple[Line, ...]
    ) -> Iterator[Point]:
        by_text = {line.text: line for line in lines}
        for part in cell:
            value, line = part.fact.value, by_text.get(self._said(part.fact))
            if isinstance(value, QuantityValue) and value.unit == unit and line is not None:
                point = point_of(entry, part.fact, line, self.values)
                if point is not None:
                    yield point
