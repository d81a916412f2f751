"""An entry's card: the asked value first, then what it is, its values, its statements, and where sources part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aibot.core.facts import (
    ATTRIBUTES,
    EntryValue,
    Kind,
    ListValue,
    QuantityValue,
    TextValue,
    source_id,
    source_place,
)
from aibot.slack.cards.draft import Citations, Draft, Line, Row, Section

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aibot.core.answers import FactAnswer
    from aibot.core.facts import Entry, Fact, Note
    from aibot.slack.cards.values import Values

VERDICT_ICONS = {
    "confirmed": "✅",
    "refined": "🔎",
    "misprint": "✏️",
    "open": "❔",
    "unverified": "⚠️",
    "disputed": "⚖️",
}
#  Shown as label and value; every other fact is shown as its sentence.
_ROWS = (
    "developer", "maker", "proposed by", "published by", "author", "founder", "works at", "led by", "part of",
    "event of", "released", "date", "context", "parameters", "training data", "cost", "cost ratio", "length",
    "accuracy", "efficiency", "binding", "languages", "uses", "applied in", "partner", "took part in", "visited",
    "example of", "compared with", "claimed better than", "modality", "input", "output", "weights", "licence", "page",
)  # fmt: skip
_NOT_SAID_BY_THE_TABLE = ("input", "output", "training data")  # these are sentences unless they have a value
_MOST_EXAMPLES = 14


@dataclass(frozen=True, slots=True)
class EntryCard:
    """Draws one entry's draft."""

    values: Values

    def draft(self, answer: FactAnswer) -> Draft:
        """The whole card of an entry."""
        base, say = self.values.base, self._say
        entry = base[answer.entry]
        cite = Citations(base)
        lead = self._asked(entry, answer, cite)
        lead.append(Line(entry.summary.in_(self.values.language), cite.cite(entry.summary.source)))
        asked = {id(fact) for fact in answer.found}
        facts = [fact for fact in base.facts_of(entry.id) if id(fact) not in asked]
        rows = [*self._rows(facts, cite), *self._inverse_rows(entry, cite)]
        sections = [
            self._examples(entry, cite),
            self._statements(
                "card.article", (fact for fact in facts if self._of_article(fact)), cite, rank=1
            ),
            self._statements(
                "card.record", (fact for fact in facts if not self._of_article(fact)), cite, rank=2
            ),
            self._section("card.not-stated", [self._line(f, cite) for f in facts if f.not_stated], rank=3),
            self._notes(base.notes_of(entry.id), answer, cite),
            self._section(
                "card.confuse", [Line(both.in_(self.values.language)) for both in entry.not_to_confuse]
            ),
        ]
        return Draft(
            title=entry.name.in_(self.values.language),
            subtitle=self._subtitle(entry),
            lead=tuple(lead),
            rows=tuple(rows),
            sections=tuple(section for section in sections if section.lines),
            sources=tuple(self.sources(cite)),
            sources_heading=say("card.sources"),
            more=self._more(entry),
        )

    def _say(self, phrase: str, **values: object) -> str:
        return self.values.phrases.say(phrase, self.values.language, **values)

    def _subtitle(self, entry: Entry) -> str:
        kind = self._say(f"kind.{entry.kind}")
        other = entry.name.in_("en" if self.values.language == "zh" else "zh")
        return f"{kind} · {other}" if other != entry.name.in_(self.values.language) else kind

    def _more(self, entry: Entry) -> str:
        example = next((fact.about for fact in entry.facts if fact.about in _ROWS), "use")
        attribute = ATTRIBUTES[example]
        label = attribute.zh if self.values.language == "zh" else attribute.en.lower()
        name = entry.name.in_(self.values.language)
        example = f"{name} {label}"
        return self._say("card.more", count="{count}", example=example)

    def _asked(self, entry: Entry, answer: FactAnswer, cite: Citations) -> list[Line]:
        """What was asked for, in one sentence each; or that the base does not say it. Notes follow at once."""
        base = self.values.base
        if answer.asked and not answer.found:
            attribute = ATTRIBUTES[answer.asked[0]]
            label = attribute.zh if self.values.language == "zh" else attribute.en.lower()
            name = entry.name.in_(self.values.language)
            return [Line(self._say("card.not-said", name=name, attribute=label))]
        lines: list[Line] = []
        for fact in answer.found:
            lines.append(self._line(fact, cite))
            lines.extend(self._note(note, cite) for note in base.notes_on(fact))
        return list(dict.fromkeys(lines))

    def _of_article(self, fact: Fact) -> bool:
        return any(self.values.base.sources[source_id(cited)].kind == "article" for cited in fact.source)

    def _is_row(self, fact: Fact) -> bool:
        if fact.about not in _ROWS or fact.not_stated or fact.value is None:
            return False
        return not (isinstance(fact.value, TextValue | ListValue) and fact.about in _NOT_SAID_BY_THE_TABLE)

    def _rows(self, facts: list[Fact], cite: Citations) -> list[Row]:
        rows = []
        for name in _ROWS:
            found = [fact for fact in facts if fact.about == name and self._is_row(fact)]
            values: dict[str, list[int]] = {}
            for fact in found:
                numbers = values.setdefault(self.values.of(fact), [])
                numbers.extend(number for number in cite.cite(fact.source) if number not in numbers)
            if values:
                attribute = ATTRIBUTES[name]
                label = attribute.zh if self.values.language == "zh" else attribute.en
                rows.append(Row(label, tuple(Line(text, tuple(numbers)) for text, numbers in values.items())))
        return rows

    def _inverse_rows(self, entry: Entry, cite: Citations) -> list[Row]:
        """Relations that other entries state of this one: what an organisation made, who uses a technique."""
        grouped: dict[str, dict[str, tuple[int, ...]]] = {}
        for relation in self.values.base.relations_of(entry.id):
            if not relation.inverse or self._has_examples(entry, relation.attribute):
                continue
            others = grouped.setdefault(relation.label(self.values.language), {})
            name = self.values.name(relation.other)
            others[name] = tuple(dict.fromkeys((*others.get(name, ()), *cite.cite(relation.fact.source))))
        return [
            Row(
                label,
                (Line(self.values.joined(list(others)), tuple(dict.fromkeys(sum(others.values(), ())))),),
            )
            for label, others in grouped.items()
        ]

    @staticmethod
    def _has_examples(entry: Entry, attribute: str) -> bool:
        return entry.kind == Kind.DOMAIN and attribute in ("applied in", "example of")

    def _examples(self, entry: Entry, cite: Citations) -> Section:
        """A domain's examples: who does what there, with which figure and how sure it is."""
        base = self.values.base
        examples = dict.fromkeys(
            relation.other
            for relation in base.relations_of(entry.id)
            if relation.inverse and self._has_examples(entry, relation.attribute)
        )
        lines = []
        for example in list(examples)[:_MOST_EXAMPLES]:
            other = base[example]
            figures = [f for f in other.facts if isinstance(f.value, QuantityValue) and self._of_article(f)]
            sentences = [f"{self.values.name(example)}: {other.summary.in_(self.values.language)}"]
            sentences += [self._marked(fact) for fact in figures]
            cites = cite.cite((*other.summary.source, *(cited for fact in figures for cited in fact.source)))
            lines.append(Line(("" if self.values.language == "zh" else " ").join(sentences), cites))
        return self._section("card.examples", lines)

    def _marked(self, fact: Fact) -> str:
        """A sentence with its verdict where it is not simply stated: a figure nobody could verify says so."""
        status = self.values.base.status(fact)
        sentence = self.values.sentence(fact)
        if status in ("stated", "not stated", "confirmed"):
            return sentence
        return f"{sentence} ({VERDICT_ICONS[status]} {self._say(f'verdict.{status}')})"

    def _statements(self, heading: str, facts: Iterable[Fact], cite: Citations, *, rank: int) -> Section:
        lines = [self._line(fact, cite) for fact in facts if not self._is_row(fact) and not fact.not_stated]
        return self._section(heading, lines, rank=rank)

    def _line(self, fact: Fact, cite: Citations) -> Line:
        items: tuple[str, ...] = ()
        if isinstance(fact.value, ListValue):
            zh = self.values.language == "zh"
            items = tuple(item.zh if zh else item.en for item in fact.value.list)
        return Line(self.values.sentence(fact), cite.cite(fact.source), items)

    def _notes(self, notes: list[Note], answer: FactAnswer, cite: Citations) -> Section:
        base = self.values.base
        said = {note.id for fact in answer.found for note in base.notes_on(fact)}
        return self._section("card.notes", [self._note(note, cite) for note in notes if note.id not in said])

    def _note(self, note: Note, cite: Citations) -> Line:
        text = note.zh if self.values.language == "zh" else note.en
        mark = f"{VERDICT_ICONS[note.verdict]} {self._say(f'verdict.{note.verdict}')}"
        return Line(text, cite.cite(note.source), mark=mark)

    def _section(self, heading: str, lines: list[Line], *, rank: int = 0) -> Section:
        return Section(self._say(heading), tuple(dict.fromkeys(lines)), rank)

    def sources(self, cite: Citations) -> Iterable[tuple[int, str, str]]:
        """The card's sources with their numbers."""
        for citation, number in cite.numbers.items():
            source = self.values.base.sources[source_id(citation)]
            title, place = source.title.in_(self.values.language), source_place(citation)
            if place and source.kind == "article":
                title = self._say("card.article-source", title=title, place=place)
            elif place:
                title = f"{title}, {place}"
            yield number, title, source.url or ""


def relation_names(fact: Fact) -> tuple[str, ...]:
    """The entries a relation names, none for other facts."""
    return fact.value.entry if isinstance(fact.value, EntryValue) else ()
