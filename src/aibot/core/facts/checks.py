"""What must hold across the fact base's files: ids, references, names, languages, dates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz import process

from aibot.core.facts.base import fact_ids, source_id
from aibot.core.facts.model import DateValue, EntryValue, ListValue, QuantityValue
from aibot.core.matching import key
from aibot.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from aibot.core.facts.model import Entry, Fact, FactsFile, Note
    from aibot.core.facts.yaml_text import Document, Path

_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Loaded:
    """One file that was read without a problem of its own."""

    pack: str
    document: Document
    contents: FactsFile


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a problem stands."""

    document: Document
    path: Path
    entry: str

    def problem(self, what: str, fix: str, *path: str | int) -> Problem:
        return Problem(self.document.name, self.document.line((*self.path, *path)), self.entry, what, fix)

    def __str__(self) -> str:
        return f"{self.document.name}:{self.document.line(self.path)}"


def check(files: Sequence[Loaded]) -> list[Problem]:
    """Everything wrong between the files."""
    problems = [*_ids(files), *_names(files)]
    entries = {entry.id for file in files for entry in file.contents.entries}
    sources = {source.id: source.kind for file in files for source in file.contents.sources}
    facts = {
        fact_id
        for file in files
        for entry in file.contents.entries
        for fact in entry.facts
        for fact_id in fact_ids(fact)
    }
    for file in files:
        for place, entry in _entries(file):
            for number, fact in enumerate(entry.facts):
                at = _Place(place.document, (*place.path, "facts", number), entry.id)
                problems.extend(_fact(at, entry, fact, entries, sources))
            for number, note in enumerate(entry.notes):
                at = _Place(place.document, (*place.path, "notes", number), entry.id)
                problems.extend(_note(at, note, facts, sources))
            problems.extend(_cited(_Place(*_at(place, "summary")), entry.summary.source, sources))
            problems.extend(_languages(_Place(*_at(place, "summary")), entry.summary.en, entry.summary.zh))
    return problems


def _at(place: _Place, *path: str) -> tuple[Document, Path, str]:
    return place.document, (*place.path, *path), place.entry


def _entries(file: Loaded) -> Iterator[tuple[_Place, Entry]]:
    for number, entry in enumerate(file.contents.entries):
        yield _Place(file.document, ("entries", number), entry.id), entry


def _ids(files: Sequence[Loaded]) -> Iterator[Problem]:
    """Ids are unique: entries' and sources' within a pack, facts' and notes' everywhere."""
    seen: dict[tuple[str, str], _Place] = {}

    def once(sort: str, name: str, place: _Place) -> Iterator[Problem]:
        first = seen.setdefault((sort, name), place)
        if first is not place:
            what = f"the {sort.split(maxsplit=1)[0]} id '{name}' is taken already ({first})"
            yield place.problem(what, "Give one of them another id.")

    for file in files:
        for number, source in enumerate(file.contents.sources):
            yield from once(f"source {file.pack}", source.id, _Place(file.document, ("sources", number), ""))
        for place, entry in _entries(file):
            yield from once(f"entry {file.pack}", entry.id, place)
            for number, fact in enumerate(entry.facts):
                at = _Place(file.document, (*place.path, "facts", number), entry.id)
                for fact_id in fact_ids(fact):
                    yield from once("fact", fact_id, _Place(at.document, (*at.path,), at.entry))
            for number, note in enumerate(entry.notes):
                at = _Place(file.document, (*place.path, "notes", number), entry.id)
                yield from once("note", note.id, at)


def _names(files: Sequence[Loaded]) -> Iterator[Problem]:
    """No two entries of a pack may share a name: the bot could not tell which one is meant."""
    owners: dict[tuple[str, str], tuple[str, str, _Place]] = {}
    for file in files:
        for place, entry in _entries(file):
            names = [(entry.name.en, "name"), (entry.name.zh, "name")]
            names += [(text, "aliases") for text, sort in entry.aliases.typed() if sort != "word"]
            for text, path in names:
                folded = key(text)
                if not folded:
                    yield place.problem(
                        f"the name '{text}' has no letter or digit", "Give it another name.", path
                    )
                    continue
                owner, first, where = owners.setdefault((file.pack, folded), (entry.id, text, place))
                if owner != entry.id:
                    what = f"the name '{text}' is the same to the matcher as '{first}' of entry '{owner}' ({where})"
                    yield place.problem(what, "Keep it on the entry that people mean first.", path)
            own = {key(text) for text, _ in names}
            for word in entry.aliases.word:
                if key(word) not in own:
                    what = f"the word '{word}' is not one of the entry's names"
                    yield place.problem(
                        what, "List it under 'short' as well, or remove it.", "aliases", "word"
                    )


def _fact(
    at: _Place, entry: Entry, fact: Fact, entries: set[str], sources: Mapping[str, str]
) -> Iterator[Problem]:
    yield from _cited(at, fact.source, sources)
    yield from _languages(at, fact.en, fact.zh)
    if not fact.not_stated and all(sources.get(source_id(cited)) == "search" for cited in fact.source):
        yield at.problem(
            "a search that found nothing cannot carry a fact", "Make it a note with 'verdict: unverified'."
        )
    for path, other in _references(fact):
        if other not in entries:
            yield at.problem(f"there is no entry '{other}'", _nearest(other, entries), *path)
        elif path[0] == "value" and other == entry.id:
            yield at.problem("the fact relates the entry to itself", "Name the other entry.", *path)
    if isinstance(fact.value, DateValue):
        yield from _date(at, fact.value)
    if isinstance(fact.value, ListValue):
        for number, item in enumerate(fact.value.list):
            item_at = _Place(at.document, (*at.path, "value", "list", number), at.entry)
            yield from _languages(item_at, item.en, item.zh, strict=False)


def _references(fact: Fact) -> Iterator[tuple[Path, str]]:
    value = fact.value
    if isinstance(value, EntryValue):
        yield from ((("value", "entry"), other) for other in value.entry)
    if isinstance(value, QuantityValue) and value.of:
        yield ("value", "of"), value.of
    if isinstance(value, ListValue):
        yield from (
            (("value", "list", number, "entry"), item.entry)
            for number, item in enumerate(value.list)
            if item.entry
        )
    yield from ((("also_about",), other) for other in fact.also_about)
    if fact.said_by:
        yield ("said_by",), fact.said_by


def _date(at: _Place, value: DateValue) -> Iterator[Problem]:
    try:
        precision = value.span.precision
    except ValueError as error:
        yield at.problem(f"'{value.date}' is no date: {error}", "Correct the day.", "value")
        return
    if precision in ("day", "range") and "zone" not in value.model_fields_set:
        yield at.problem(
            f"the day {value.date} has no zone",
            "Add 'zone: Asia/Shanghai' or the like; 'zone: unknown' where the source does not say.",
            "value",
        )


def _note(at: _Place, note: Note, facts: set[str], sources: Mapping[str, str]) -> Iterator[Problem]:
    yield from _cited(at, note.source, sources)
    yield from _languages(at, note.en, note.zh)
    for fact_id in note.on:
        if fact_id not in facts:
            yield at.problem(f"there is no fact '{fact_id}'", _nearest(fact_id, facts), "on")


def _cited(at: _Place, citations: Iterable[str], sources: Mapping[str, str]) -> Iterator[Problem]:
    for citation in citations:
        name = source_id(citation)
        if name not in sources:
            yield at.problem(f"there is no source '{name}'", _nearest(name, set(sources)), "source")


def _languages(at: _Place, en: str, zh: str, *, strict: bool = True) -> Iterator[Problem]:
    if strict and not _HAN.search(zh):
        yield at.problem("the Chinese text has no Chinese in it", "Write the sentence in Chinese.", "zh")
    if strict and not _LATIN.search(en):
        yield at.problem("the English text has no English in it", "Write the sentence in English.", "en")


def _nearest(name: str, known: set[str]) -> str:
    near = process.extractOne(name, sorted(known), score_cutoff=60)
    return f"Did you mean '{near[0]}'?" if near else "Add it, or correct the id."
