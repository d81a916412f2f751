"""Where in the files a fact or an entry stands, for editors who are sent there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from aibot.core.facts.yaml_text import Data, Document, Path


def lines_in(documents: Iterable[Document]) -> dict[str, tuple[str, int]]:
    """File and line of each entry (by id), fact (by any of its ids) and attribute of an entry (`gpt-4 context`).

    Of two that have one name the first counts, as in the fact base.
    """
    found: dict[str, tuple[str, int]] = {}
    for document in documents:
        for name, path in _named(document.data):
            found.setdefault(name, (document.name, document.line(path)))
    return found


def _named(data: Data) -> Iterator[tuple[str, Path]]:
    for number, entry in enumerate(_parts(data, "entries")):
        path: Path = ("entries", number)
        entry_id = _text(entry, "id")
        yield entry_id, path
        for place, fact in enumerate(_parts(entry, "facts")):
            here = (*path, "facts", place)
            yield f"{entry_id} {_text(fact, 'about')}", here
            for name in (_text(fact, "id"), *_texts(fact, "also")):
                if name:
                    yield name, here
            value = fact.get("value") if isinstance(fact, dict) else None
            for item_place, item in enumerate(_parts(value, "list")):
                if name := _text(item, "id"):
                    yield name, (*here, "value", "list", item_place)


def _parts(data: Data, key: str) -> tuple[Data, ...]:
    parts = data.get(key) if isinstance(data, dict) else None
    return parts if isinstance(parts, tuple) else ()


def _text(data: Data, key: str) -> str:
    found = data.get(key) if isinstance(data, dict) else None
    return found if isinstance(found, str) else ""


def _texts(data: Data, key: str) -> tuple[str, ...]:
    one = _text(data, key)
    return (one,) if one else tuple(part for part in _parts(data, key) if isinstance(part, str))
