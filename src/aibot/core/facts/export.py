"""The whole fact base as plain data, for other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aibot.core.facts.base import source_id, source_place

if TYPE_CHECKING:
    from aibot.core.facts.base import FactBase
    from aibot.core.facts.model import Fact


def exported(base: FactBase) -> dict[str, Any]:
    """Every entry with id, kind, names, aliases, facts (values, sources, status) and notes; and all sources."""
    return {
        "entries": [
            {
                "id": entry.id,
                "kind": str(entry.kind),
                "pack": base.pack_of[entry.id],
                "name": entry.name.model_dump(),
                "aliases": [{"text": text, "type": sort} for text, sort in entry.aliases.typed()],
                "summary": entry.summary.model_dump(mode="json"),
                "facts": [_fact(base, fact) for fact in base.facts_of(entry.id)],
                "relations": [
                    {"label": relation.label("en"), "entry": relation.other, "inverse": relation.inverse}
                    for relation in base.relations_of(entry.id)
                ],
                "notes": [note.model_dump(mode="json") for note in base.notes_of(entry.id)],
            }
            for entry in base.entries.values()
        ],
        "sources": [source.model_dump(mode="json") for source in base.sources.values()],
    }


def _fact(base: FactBase, fact: Fact) -> dict[str, Any]:
    data = fact.model_dump(mode="json", exclude_none=True)
    data["source"] = [{"id": source_id(cited), "place": source_place(cited)} for cited in fact.source]
    data["status"] = base.status(fact)
    return data
