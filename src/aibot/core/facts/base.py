"""The fact base: all entries, loaded and checked, readable from both ends of every relation."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aibot.core.facts.attributes import ATTRIBUTES
from aibot.core.facts.model import Verdict
from aibot.core.facts.values import EntryValue, ListValue, QuantityValue
from aibot.core.matching import Name, key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from aibot.core.facts.fields import FactId
    from aibot.core.facts.model import Entry, Fact, Note, Source


@dataclass(slots=True)
class PackContents:
    """One pack's sources and entries, before packs are laid over each other."""

    pack: str
    sources: list[Source]
    entries: list[Entry]


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation as seen from one of its two entries."""

    attribute: str
    other: str  # the entry at the other end
    fact: Fact
    inverse: bool  # whether it is read from the entry that the fact names, not the one it stands on

    def label(self, language: str) -> str:
        """What the other entry is to this one, in a language."""
        attribute = ATTRIBUTES[self.attribute]
        if self.inverse:
            return attribute.inverse_zh if language == "zh" else attribute.inverse_en
        return attribute.zh if language == "zh" else attribute.en


class FactBase:
    """All entries of all packs. An earlier pack wins over a later one where both know an id or a name."""

    def __init__(self, packs: Iterable[PackContents]) -> None:
        self.sources: dict[str, Source] = {}
        self.entries: dict[str, Entry] = {}
        self.pack_of: dict[str, str] = {}
        self._also: dict[str, list[tuple[str, Fact]]] = defaultdict(list)
        self._notes_on: dict[FactId, list[Note]] = defaultdict(list)
        self._inverse: dict[str, list[Relation]] = defaultdict(list)
        self._related: dict[tuple[str, str, bool], list[str]] = {}
        for pack in packs:
            self._add(pack)
        self._names = _names(self.entries.values())

    def _add(self, pack: PackContents) -> None:
        for source in pack.sources:
            self.sources.setdefault(source.id, source)
        new = [entry for entry in pack.entries if entry.id not in self.entries]
        for entry in new:
            self.entries[entry.id] = entry
            self.pack_of[entry.id] = pack.pack
        for entry in new:
            self._index(entry)

    def _index(self, entry: Entry) -> None:
        for fact in entry.facts:
            for other in fact.also_about:
                self._also[other].append((entry.id, fact))
            if isinstance(fact.value, EntryValue):
                for other in fact.value.entry:
                    self._inverse[other].append(Relation(fact.about, entry.id, fact, inverse=True))
        for note in entry.notes:
            for fact_id in note.on:
                self._notes_on[fact_id].append(note)

    def __getitem__(self, entry_id: str) -> Entry:
        """The entry with this id."""
        return self.entries[entry_id]

    def __contains__(self, entry_id: object) -> bool:
        """Whether an entry has this id."""
        return entry_id in self.entries

    def __len__(self) -> int:
        """How many entries there are."""
        return len(self.entries)

    @property
    def names(self) -> Sequence[Name]:
        """Every name of every entry, for the matcher."""
        return self._names

    def of_kinds(self, kinds: Iterable[str]) -> list[Entry]:
        """The entries of some kinds, in the order of the files."""
        wanted = set(kinds)
        return [entry for entry in self.entries.values() if entry.kind in wanted]

    def facts_of(self, entry_id: str) -> list[Fact]:
        """The facts on an entry's card: its own, and others' that are also about it."""
        return [*self.entries[entry_id].facts, *(fact for _, fact in self._also.get(entry_id, ()))]

    def owns(self, entry_id: str, fact: Fact) -> bool:
        """Whether a fact stands on this entry, so that its value is this entry's: another's is only told beside it."""
        return any(fact is own for own in self.entries[entry_id].facts)

    def notes_of(self, entry_id: str) -> list[Note]:
        """The notes on an entry's card: its own, and others' on a fact that its card shows."""
        notes = {note.id: note for note in self.entries[entry_id].notes}
        for fact in self.facts_of(entry_id):
            notes.update((note.id, note) for note in self.notes_on(fact))
        return list(notes.values())

    def notes_on(self, fact: Fact) -> list[Note]:
        """The notes on one fact or on an item of its list."""
        notes = (note for fact_id in fact_ids(fact) for note in self._notes_on.get(fact_id, ()))
        return list({note.id: note for note in notes}.values())

    def status(self, fact: Fact) -> str:
        """Where a fact stands: the gravest verdict on it, "not stated", or "stated" where nobody has looked."""
        if fact.not_stated:
            return "not stated"
        order = list(Verdict)
        verdicts = [note.verdict for note in self.notes_on(fact)]
        return str(max(verdicts, key=order.index)) if verdicts else "stated"

    def relations_of(self, entry_id: str) -> list[Relation]:
        """All relations of an entry, its own first, then those that other entries state."""
        own = [
            Relation(fact.about, other, fact, inverse=False)
            for fact in self.facts_of(entry_id)
            if isinstance(fact.value, EntryValue)
            for other in fact.value.entry
            if other != entry_id
        ]
        return own + self._inverse.get(entry_id, [])

    def related(self, entry_id: str, attribute: str, *, inverse: bool = False) -> list[str]:
        """The ids at the other end of one kind of relation, each once."""
        wanted = (entry_id, attribute, inverse)
        if wanted not in self._related:  # asked for at every question, and the base never changes
            found = (
                relation.other
                for relation in self.relations_of(entry_id)
                if relation.attribute == attribute and relation.inverse is inverse
            )
            self._related[wanted] = list(dict.fromkeys(found))
        return self._related[wanted]

    def all_facts(self) -> Iterator[tuple[Entry, Fact]]:
        """Every fact with the entry it stands on."""
        return ((entry, fact) for entry in self.entries.values() for fact in entry.facts)


def source_id(citation: str) -> str:
    """The source's id in a citation: "article 1.5" → "article"."""
    return citation.partition(" ")[0]


def source_place(citation: str) -> str:
    """The place in the source: "article 1.5" → "1.5"."""
    return citation.partition(" ")[2]


def fact_ids(fact: Fact) -> list[FactId]:
    """Every id a fact answers to: its own, those it states as well, and its list's items'."""
    ids = [fact.id] if fact.id else []
    ids.extend(fact.also)
    if isinstance(fact.value, ListValue):
        ids.extend(item.id for item in fact.value.list if item.id)
    return ids


def _names(entries: Iterable[Entry]) -> list[Name]:
    """Every name with the entry it belongs to: the first that has it.

    A `related` name is only a pointer to the nearest thing at hand, so it gives way to an entry that is
    really called that, even one of a later pack.
    """
    named: list[tuple[str, Name]] = []
    for entry in entries:
        typed = [(entry.name.en, "title"), (entry.name.zh, "title"), *entry.aliases.typed()]
        keys = {text: key(text) for text, _ in typed}  # taking a name apart costs more than all the rest
        sizes = _sizes(entry)
        named.extend(
            (keys[text], Name(text, entry.id, str(entry.kind), sort, sizes))
            for text, sort in dict.fromkeys(typed)
        )
    owners: dict[str, str] = {}
    for pointers in (False, True):
        for folded, name in named:
            if (name.type == "related") is pointers:
                owners.setdefault(folded, name.entry)
    return [name for folded, name in named if owners[folded] == name.entry]


def _sizes(entry: Entry) -> tuple[int, ...]:
    """How many parameters an entry has, in each of its sizes."""
    values = (fact.value for fact in entry.facts if fact.about == "parameters")
    return tuple(int(value.to or value.quantity) for value in values if isinstance(value, QuantityValue))
