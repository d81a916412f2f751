"""What is said of a version that has no entry: its family, and the facts of its family that name it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aibot.core.answers.answer import Listed, NoSuchVersion
from aibot.core.answers.grammar import KINDS_OF
from aibot.core.answers.intents import intent_of
from aibot.core.facts import DateValue, Entry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aibot.core.facts import FactBase

_MOST_OFFERED = 5
_PARTS = re.compile(r"[^\W\d_]+|\d+(?:\.\d+)*")


def no_such_version(asked: str, family: Sequence[str], rest: str, base: FactBase) -> NoSuchVersion:
    """The family's members, nearest first, and its newest; those of the same first name belong to it too."""
    stems = {_stem(base[entry]) for entry in family}
    siblings = (entry.id for entry in base.of_kinds(KINDS_OF["model"]) if _stem(entry) in stems)
    family = list(dict.fromkeys([*family, *siblings]))
    typed = re.match(r"[^\W\d_]+", asked)  # o1 is no GPT, whatever it is called at times
    family = [entry for entry in family if typed and _stem(base[entry]) == typed[0].lower()] or family
    dated = [(released, entry) for entry in family if (released := _released(entry, base)) is not None]
    newest = max(dated)[1] if dated else None
    return NoSuchVersion(asked, tuple(family)[:_MOST_OFFERED], newest, _naming(asked, family, rest, base))


def _naming(asked: str, family: Sequence[str], rest: str, base: FactBase) -> tuple[Listed, ...]:
    """The facts of a family that name the version, of what is asked: "o1-preview has a context of 128K tokens"."""
    name = r"[\s_-]*".join(map(re.escape, _PARTS.findall(asked)))
    whole = re.compile(rf"(?<![\w.-]){name}(?!\w|[.-]\w|\s+\d)", re.IGNORECASE)
    found = []
    for entry in family if name else ():
        intent = intent_of(rest, base[entry].kind)
        found += [
            Listed(entry, fact)
            for fact in base[entry].facts
            if whole.search(fact.en)
            and not fact.not_stated
            and (not intent or fact.about in intent.attributes)
        ]
    return tuple(found)


def _stem(entry: Entry) -> str:
    """The first word of a name, without its version: "DeepSeek-V3" → "deepseek"."""
    found = re.match(r"[^\W\d_]+", entry.name.en)
    return found[0].lower() if found else entry.id


def _released(entry_id: str, base: FactBase) -> str | None:
    days = [
        fact.value.span.first.isoformat()
        for fact in base[entry_id].facts
        if fact.about == "released" and isinstance(fact.value, DateValue)
    ]
    return min(days) if days else None
