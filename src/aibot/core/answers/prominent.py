"""The entries most is known about, kind by kind: what to offer before anybody has typed anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aibot.core.answers.grammar import KINDS_OF

if TYPE_CHECKING:
    from aibot.core.facts import FactBase


def prominent(base: FactBase, most: int) -> list[tuple[str, list[str]]]:
    """Each kind with its entries of the most facts and relations, `most` in all, shared out evenly."""
    kinds = [
        (str(kind), sorted(entries, key=lambda entry: (-_weight(entry.id, base), entry.id)))
        for kind in dict.fromkeys(kind for kinds in KINDS_OF.values() for kind in kinds)
        if (entries := base.of_kinds([kind]))
    ]
    share = max(1, most // max(1, len(kinds)))
    return [(kind, [entry.id for entry in entries[:share]]) for kind, entries in kinds][:most]


def _weight(entry: str, base: FactBase) -> int:
    return len(base.facts_of(entry)) + len(base.relations_of(entry))
