"""Every id that the files mention, also in entries that are broken: a typing slip must not make the rest dangle."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from aibot.core.facts.yaml_text import Data, Document


@dataclass(slots=True)
class Known:
    """The ids of entries, facts and sources (with their kind)."""

    entries: set[str] = field(default_factory=set)
    facts: set[str] = field(default_factory=set)
    sources: dict[str, str] = field(default_factory=dict)
    complete: bool = True  # whether every file could be read: where not, a missing id proves nothing


def known_in(documents: Iterable[Document], *, complete: bool) -> Known:
    """All ids in some files' plain data, whatever else is wrong with it."""
    known = Known(complete=complete)
    for document in documents:
        for source in _parts(document.data, "sources"):
            for source_id in _texts(source, "id"):
                known.sources[source_id] = "".join(_texts(source, "kind"))
        for entry in _parts(document.data, "entries"):
            known.entries.update(_texts(entry, "id"))
            for fact in _parts(entry, "facts"):
                known.facts.update([*_texts(fact, "id"), *_texts(fact, "also")])
                value = fact.get("value") if isinstance(fact, dict) else None
                for item in _parts(value, "list"):
                    known.facts.update(_texts(item, "id"))
    return known


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known word most like a mistyped one, if any is like it at all."""
    near = process.extractOne(name, sorted(known), scorer=fuzz.ratio, score_cutoff=60)
    return near[0] if near else None


def _parts(data: Data, section: str) -> Iterator[Data]:
    parts = data.get(section) if isinstance(data, dict) else None
    if isinstance(parts, tuple):
        yield from parts


def _texts(data: Data, key: str) -> Iterator[str]:
    """The text under a key, or the texts of its list."""
    value = data.get(key) if isinstance(data, dict) else None
    for text in value if isinstance(value, tuple) else (value,):
        if isinstance(text, str):
            yield text
