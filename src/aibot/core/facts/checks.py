"""What must hold across the fact base's files: ids, references, names, languages, dates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, TypeVar

from aibot.core.facts.base import fact_ids, source_id
from aibot.core.facts.known import nearest
from aibot.core.facts.model import Verdict
from aibot.core.facts.values import DateValue, EntryValue, ListValue, QuantityValue
from aibot.core.matching import key
from aibot.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from aibot.core.facts.known import Known
    from aibot.core.facts.model import Entry, Fact, FactsFile, Note
    from aibot.core.facts.yaml_text import Document, Path

_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Loaded:
    """One file as far as it could be read."""

    pack: str
    document: Document
    contents: FactsFile
    broken: frozenset[tuple[str, int]] = frozenset()  # what is left out of `contents`: ("entries", 3)
    is_entry_point: bool = False

    def numbered(self, section: str, parts: Sequence[T]) -> Iterator[tuple[int, T]]:
        """The parts of a section with their places in the file, broken ones counted."""
        places = (number for number in count() if (section, number) not in self.broken)
        return zip(places, parts, strict=False)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a problem stands."""

    document: Document
    path: Path
    entry: str

    def at(self, *path: str | int) -> _Place:
        return _Place(self.document, (*self.path, *path), self.entry)

    def problem(self, what: str, fix: str, *path: str | int) -> Problem:
        return Problem(self.document.name, self.document.line((*self.path, *path)), self.entry, what, fix)

    def __str__(self) -> str:
        return f"{self.document.name}:{self.document.line(self.path)}"


def check(files: Sequence[Loaded], known: Known) -> list[Problem]:
    """Everything wrong between the files."""
    problems = [*_packs(files), *_ids(files), *_pages(files), *_names(files)]
    for file in files:
        for place, entry in _entries(file):
            for number, fact in enumerate(entry.facts):
                problems.extend(_fact(place.at("facts", number), entry, fact, known))
            for number, note in enumerate(entry.notes):
                problems.extend(_note(place.at("notes", number), note, known))
            summary = place.at("summary")
            problems.extend(_cited(summary, entry.summary.source, known))
            problems.extend(_languages(summary, entry.summary.en, entry.summary.zh))
    return problems


def _entries(file: Loaded) -> Iterator[tuple[_Place, Entry]]:
    for number, entry in file.numbered("entries", file.contents.entries):
        yield _Place(file.document, ("entries", number), entry.id), entry


def _packs(files: Sequence[Loaded]) -> Iterator[Problem]:
    """Packs are listed in one place, each once: a list nobody reads would be lost without a word."""
    seen: dict[str, _Place] = {}
    for file in files:
        for number, pack in file.numbered("packs", file.contents.packs):
            place = _Place(file.document, ("packs", number), "")
            if not file.is_entry_point:
                yield place.problem("packs are listed in facts.yaml only", "Move this list there.")
            elif pack.id in seen:
                what = f"the pack id '{pack.id}' is taken already ({seen[pack.id]})"
                yield place.problem(what, "Give one of them another id.")
            seen.setdefault(pack.id, place)


def _ids(files: Sequence[Loaded]) -> Iterator[Problem]:
    """Ids are unique: entries' and sources' within a pack, facts' and notes' everywhere."""
    seen: dict[tuple[str, str], _Place] = {}

    def once(sort: str, name: str, place: _Place) -> Iterator[Problem]:
        first = seen.setdefault((sort, name), place)
        if first is not place:
            what = f"the {sort.split(maxsplit=1)[0]} id '{name}' is taken already ({first})"
            yield place.problem(what, "Give one of them another id.")

    for file in files:
        for number, source in file.numbered("sources", file.contents.sources):
            yield from once(f"source {file.pack}", source.id, _Place(file.document, ("sources", number), ""))
        for place, entry in _entries(file):
            yield from once(f"entry {file.pack}", entry.id, place)
            for number, fact in enumerate(entry.facts):
                for fact_id in fact_ids(fact):
                    yield from once("fact", fact_id, place.at("facts", number))
            for number, note in enumerate(entry.notes):
                yield from once("note", note.id, place.at("notes", number))


def _pages(files: Sequence[Loaded]) -> Iterator[Problem]:
    """A page is one source: a card that cites it twice would number it twice."""
    seen: dict[tuple[str, str, str], tuple[str, _Place]] = {}
    for file in files:
        for number, source in file.numbered("sources", file.contents.sources):
            if source.url is None:
                continue
            place = _Place(file.document, ("sources", number), "")
            first, where = seen.setdefault((file.pack, source.url, source.title.en), (source.id, place))
            if where is not place:
                what = f"this page is the source '{first}' already ({where})"
                yield place.problem(
                    what, "Cite that one, or say in the title which part of the page this is."
                )


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
            yield from _own_names(place, entry)


def _own_names(place: _Place, entry: Entry) -> Iterator[Problem]:
    """`word` picks from the entry's names; `related` lists what is not this entry."""
    names = {key(entry.name.en), key(entry.name.zh)}
    names.update(key(text) for text, sort in entry.aliases.typed() if sort not in ("word", "related"))
    related = {key(text) for text in entry.aliases.related}
    for word in entry.aliases.word:
        if key(word) not in names | related:
            what = f"the word '{word}' is not one of the entry's names"
            yield place.problem(what, "List it under 'short' as well, or remove it.", "aliases", "word")
    for text in entry.aliases.related:
        if key(text) in names:
            what = f"'{text}' is both a name of the entry and related to it"
            yield place.problem(what, "Keep it as a name or under 'related', not both.", "aliases", "related")
    for word in entry.aliases.word:
        if key(word) in related:
            what = f"'{word}' is related to the entry, so it cannot be its word"
            yield place.problem(
                what, "Remove it from 'word', or list it under 'short' instead.", "aliases", "word"
            )


def _fact(at: _Place, entry: Entry, fact: Fact, known: Known) -> Iterator[Problem]:
    yield from _cited(at, fact.source, known)
    yield from _languages(at, fact.en, fact.zh)
    if not fact.not_stated and _found_nothing(fact.source, known):
        yield at.problem(
            "a search that found nothing cannot carry a fact", "Make it a note with 'verdict: unverified'."
        )
    yield from _links(at, entry, fact, known)
    if isinstance(fact.value, DateValue):
        yield from _date(at, fact.value)


def _links(at: _Place, entry: Entry, fact: Fact, known: Known) -> Iterator[Problem]:
    for path, other in _references(fact):
        if other not in known.entries:
            if known.complete:
                yield at.problem(f"there is no entry '{other}'", _nearest(other, known.entries), *path)
        elif path[0] == "value" and other == entry.id:
            yield at.problem("the fact relates the entry to itself", "Name the other entry.", *path)
        elif path[0] == "also_about" and other == entry.id:
            yield at.problem("the fact is about this entry anyway", "Remove it from 'also_about'.", *path)


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
    if value.span.precision in ("day", "range") and "zone" not in value.model_fields_set:
        yield at.problem(
            f"the day {value.date} has no zone",
            "Add 'zone: Asia/Shanghai' or the like; 'zone: unknown' where the source does not say.",
            "value",
        )


def _note(at: _Place, note: Note, known: Known) -> Iterator[Problem]:
    yield from _cited(at, note.source, known)
    yield from _languages(at, note.en, note.zh)
    if note.verdict != Verdict.UNVERIFIED and _found_nothing(note.source, known):
        what = f"a search that found nothing cannot make a fact '{note.verdict}'"
        yield at.problem(what, "Make the verdict 'unverified', or cite what says so.", "verdict")
    for fact_id in note.on:
        if known.complete and fact_id not in known.facts:
            yield at.problem(f"there is no fact '{fact_id}'", _nearest(fact_id, known.facts), "on")


def _found_nothing(citations: Iterable[str], known: Known) -> bool:
    return all(known.sources.get(source_id(cited)) == "search" for cited in citations)


def _cited(at: _Place, citations: Iterable[str], known: Known) -> Iterator[Problem]:
    for citation in citations:
        name = source_id(citation)
        if known.complete and name not in known.sources:
            yield at.problem(f"there is no source '{name}'", _nearest(name, known.sources), "source")


def _languages(at: _Place, en: str, zh: str) -> Iterator[Problem]:
    if not _HAN.search(zh):
        yield at.problem("the Chinese text has no Chinese in it", "Write the sentence in Chinese.", "zh")
    if not _LATIN.search(en):
        yield at.problem("the English text has no English in it", "Write the sentence in English.", "en")


def _nearest(name: str, known: Iterable[str]) -> str:
    near = nearest(name, known)
    return f"Did you mean '{near}'?" if near else "Add it, or correct the id."
