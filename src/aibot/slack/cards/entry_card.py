"""An entry's card: the asked value first, then what it is, its values, its statements, and where sources part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aibot.core.answers.across import MADE_BY
from aibot.core.answers.intents import intent_of
from aibot.core.facts import ATTRIBUTES, Kind, ListValue, QuantityValue, TextValue, source_id
from aibot.slack.cards.draft import Draft, Line, Row, Section

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
#  Verdicts a reader must see beside the value itself, not only in a note below
_GRAVE = frozenset({"misprint", "unverified", "disputed"})
#  Shown as label and value; every other fact is shown as its sentence.
_ROWS = (
    "developer", "maker", "proposed by", "published by", "author", "founder", "works at", "led by", "part of",
    "event of", "released", "date", "founded", "born", "context", "parameters", "training data", "cost",
    "cost ratio", "length",
    "accuracy", "efficiency", "binding", "languages", "uses", "applied in", "partner", "took part in", "visited",
    "example of", "compared with", "claimed better than", "modality", "input", "output", "weights", "licence", "page",
)  # fmt: skip
_NOT_SAID_BY_THE_TABLE = ("input", "output", "training data")  # these are sentences unless they have a value
_MOST_EXAMPLES = 14
_MOST_NAMES = 15  # in one row; the list question shows the rest


@dataclass(frozen=True, slots=True)
class EntryCard:
    """Draws one entry's draft."""

    values: Values

    def draft(self, answer: FactAnswer) -> Draft:
        """The whole card of an entry."""
        base = self.values.base
        entry = base[answer.entry]
        asked = {id(fact) for fact in answer.found}
        facts = [fact for fact in base.facts_of(entry.id) if id(fact) not in asked]
        ours = [fact for fact in facts if self._of_article(fact)]
        others = [fact for fact in facts if not self._of_article(fact)]
        confused = [Line(both.in_(self.values.language)) for both in entry.not_to_confuse]
        sections = [
            self._section("card.examples", self._examples(entry), rank=0),
            self._section("card.article", self._statements(entry, ours), rank=4),
            self._section("card.record", self._statements(entry, others), rank=5),
            self._section("card.not-stated", self._not_stated(entry, facts), rank=6),
            self._section("card.notes", self._notes(answer), rank=3),
            self._section("card.confuse", confused, rank=2),
        ]
        return Draft(
            title=entry.name.in_(self.values.language),
            subtitle=self._subtitle(entry),
            lead=(
                *self._asked(entry, answer),
                *self._called(answer),
                Line(entry.summary.in_(self.values.language), entry.summary.source),
            ),
            rows=(*self._rows(entry, facts), *self._inverse_rows(entry)),
            sections=tuple(section for section in sections if section.lines),
            more=self._more(entry),
        )

    def in_short(self, answer: FactAnswer) -> Draft:
        """What was asked of an entry, and how to get the rest."""
        entry = self.values.base[answer.entry]
        return Draft(
            title=entry.name.in_(self.values.language),
            lead=(*self._asked(entry, answer), *self._called(answer), Line(self._say("card.say-more"))),
        )

    def _say(self, phrase: str, **values: object) -> str:
        return self.values.phrases.say(phrase, self.values.language, **values)

    def _label(self, attribute: str) -> str:
        labels = ATTRIBUTES[attribute]
        return labels.zh if self.values.language == "zh" else labels.en

    def _subtitle(self, entry: Entry) -> str:
        kind = self._say(f"kind.{entry.kind}")
        other = entry.name.in_("en" if self.values.language == "zh" else "zh")
        return f"{kind} · {other}" if other != entry.name.in_(self.values.language) else kind

    def _more(self, entry: Entry) -> str:
        """What is said where lines had to go; with a question that brings some of them first, if there is one."""
        for fact in entry.facts:
            label = self._label(fact.about).lower()
            intent = intent_of(label, entry.kind)
            if not self._is_row(entry, fact) and intent is not None and fact.about in intent.attributes:
                example = f"{entry.name.in_(self.values.language)} {label}"
                return self._say("card.more", count="{count}", example=example)
        return self._say("card.more-plain", count="{count}")

    def _asked(self, entry: Entry, answer: FactAnswer) -> list[Line]:
        """What was asked for, in one sentence each, or that the base does not say it. Notes follow at once."""
        if answer.asked and not answer.found:
            label = self._label(answer.asked[0])
            label = label if self.values.language == "zh" else label.lower()
            name = entry.name.in_(self.values.language)
            return [Line(self._say("card.not-said", name=name, attribute=label))]
        lines: list[Line] = []
        for fact in sorted(answer.found, key=lambda fact: fact.not_stated):  # what is known comes first
            lines.append(self._line(fact))
            lines.extend(note_line(note, self.values) for note in self.values.base.notes_on(fact))
        return list(dict.fromkeys(lines))

    def _called(self, answer: FactAnswer) -> list[Line]:
        """Which one was taken, where the name that was typed leaves it open."""
        name = self.values.name(answer.entry)
        return [Line(self._say("card.taken-as", called=answer.called, name=name))] if answer.called else []

    def _of_article(self, fact: Fact) -> bool:
        return any(self.values.base.sources[source_id(cited)].kind == "article" for cited in fact.source)

    def _is_row(self, entry: Entry, fact: Fact) -> bool:
        """Whether a fact is shown as label and value: another entry's value is told in its sentence, or is misread."""
        if (
            not self.values.base.owns(entry.id, fact)
            or fact.about not in _ROWS
            or fact.not_stated
            or fact.value is None
        ):
            return False
        return not (isinstance(fact.value, TextValue | ListValue) and fact.about in _NOT_SAID_BY_THE_TABLE)

    def _rows(self, entry: Entry, facts: list[Fact]) -> list[Row]:
        rows = []
        for name in _ROWS:
            values: dict[str, tuple[str, ...]] = {}
            for fact in facts:
                if fact.about == name and self._is_row(entry, fact):
                    text = f"{self.values.of(fact)}{self._warning(fact)}"
                    values[text] = tuple(dict.fromkeys((*values.get(text, ()), *fact.source)))
            if values:
                rows.append(
                    Row(self._label(name), tuple(Line(text, cites) for text, cites in values.items()))
                )
        return rows

    def _warning(self, fact: Fact) -> str:
        """An icon beside a value that checking did not bear out; the note below says why."""
        status = self.values.base.status(fact)
        return f" {VERDICT_ICONS[status]}" if status in _GRAVE else ""

    def _inverse_rows(self, entry: Entry) -> list[Row]:
        """Relations that other entries state of this one: what an organisation made, who uses a technique."""
        grouped: dict[str, dict[str, tuple[str, ...]]] = {}
        for relation in self.values.base.relations_of(entry.id):
            if relation.inverse and not self._has_examples(entry, relation.attribute):
                others = grouped.setdefault(relation.label(self.values.language), {})
                others[relation.other] = (*others.get(relation.other, ()), *relation.fact.source)
        return [Row(label, (self._names(others),)) for label, others in grouped.items()]

    def _names(self, others: dict[str, tuple[str, ...]]) -> Line:
        shown = list(others)[:_MOST_NAMES]
        text = self.values.joined([self.values.name(other) for other in shown])
        if len(others) > len(shown):
            text = self._say("card.and-more", names=text, count=len(others) - len(shown))
        return Line(text, tuple(dict.fromkeys(cited for other in shown for cited in others[other])))

    @staticmethod
    def _has_examples(entry: Entry, attribute: str) -> bool:
        return entry.kind == Kind.DOMAIN and attribute in ("applied in", "example of")

    def _examples(self, entry: Entry) -> list[Line]:
        """A domain's examples: who does what there, with which figure and how sure it is; trends come last."""
        base = self.values.base
        examples = [
            base[relation.other]
            for relation in base.relations_of(entry.id)
            if relation.inverse and self._has_examples(entry, relation.attribute)
        ]
        examples.sort(key=lambda example: example.kind == Kind.THEME)
        lines = dict.fromkeys(self._example(example) for example in examples)
        return list(lines)[:_MOST_EXAMPLES]

    def _example(self, example: Entry) -> Line:
        base, language = self.values.base, self.values.language
        figures = [f for f in example.facts if isinstance(f.value, QuantityValue) and self._of_article(f)]
        summary = example.summary.in_(language)
        makers = [self.values.name(other) for about in MADE_BY for other in base.related(example.id, about)]
        makers = [name for name in dict.fromkeys(makers) if name not in summary]
        name = self.values.name(example.id)
        named = self._say("card.example-by", name=name, makers=self.values.joined(makers)) if makers else name
        sentences = [self._say("card.example", name=named, text=summary), *map(self._marked, figures)]
        cites = (*example.summary.source, *(cited for fact in figures for cited in fact.source))
        return Line(("" if language == "zh" else " ").join(sentences), tuple(dict.fromkeys(cites)))

    def _marked(self, fact: Fact) -> str:
        """A sentence with its verdict where it is not simply stated: a figure nobody could verify says so."""
        status = self.values.base.status(fact)
        sentence = self.values.sentence(fact)
        if status in ("stated", "not stated", "confirmed"):
            return sentence
        return f"{sentence} ({VERDICT_ICONS[status]} {self._say(f'verdict.{status}')})"

    def _statements(self, entry: Entry, facts: Iterable[Fact]) -> list[Line]:
        return [self._line(fact) for fact in facts if not self._is_row(entry, fact) and not fact.not_stated]

    def _not_stated(self, entry: Entry, facts: list[Fact]) -> list[Line]:
        """What a source leaves open; where another source has it, the line says where, so that they do not clash."""
        known = {fact.about for fact in facts if self._is_row(entry, fact) and not self._of_article(fact)}
        lines = []
        for fact in facts:
            if not fact.not_stated:
                continue
            text = self.values.sentence(fact)
            if fact.about in known:
                see = self._say("card.see-record", attribute=self._label(fact.about))
                text = f"{text}{see}" if self.values.language == "zh" else f"{text} {see}"
            lines.append(Line(text, fact.source))
        return lines

    def _line(self, fact: Fact) -> Line:
        items: tuple[str, ...] = ()
        if isinstance(fact.value, ListValue):
            zh = self.values.language == "zh"
            items = tuple(item.zh if zh else item.en for item in fact.value.list)
        return Line(self.values.sentence(fact), fact.source, items)

    def _notes(self, answer: FactAnswer) -> list[Line]:
        base = self.values.base
        said = {note.id for fact in answer.found for note in base.notes_on(fact)}
        notes = base.notes_of(answer.entry)
        return [note_line(note, self.values) for note in notes if note.id not in said]

    def _section(self, heading: str, lines: list[Line], *, rank: int) -> Section:
        return Section(self._say(heading), tuple(dict.fromkeys(lines)), rank)


def note_line(note: Note, values: Values) -> Line:
    """What checking a statement found, with its verdict before it."""
    text = note.zh if values.language == "zh" else note.en
    return Line(text, note.source, mark=_mark(note.verdict, values))


def verdict_mark(fact: Fact, values: Values) -> str:
    """What stands before a fact on a list where checking did not bear it out; "" elsewhere."""
    status = values.base.status(fact)
    return _mark(status, values) if status in _GRAVE else ""


def _mark(verdict: str, values: Values) -> str:
    said = values.phrases.say(f"verdict.{verdict}", values.language)
    return f"{VERDICT_ICONS[verdict]} {said}{values.colon}"
