"""The fact base's files as text to a FactBase, or every problem in them at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel, ValidationError

from aibot.core.facts.base import FactBase, PackContents
from aibot.core.facts.checks import Loaded, check
from aibot.core.facts.known import known_in, nearest
from aibot.core.facts.model import FactsFile
from aibot.core.facts.yaml_text import read_yaml
from aibot.errors import FactsError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pydantic_core import ErrorDetails

    from aibot.core.facts.yaml_text import Document, Path


@dataclass(frozen=True, slots=True)
class FileText:
    """One file of the fact base: the pack it belongs to, its name for messages, and its text."""

    pack: str
    name: str
    text: str
    is_entry_point: bool = False  # the one that lists the packs


def parse_file(file: FileText) -> Loaded:
    """Read one file as far as it can be read: its problems stand in the document, broken parts are left out."""
    document = read_yaml(file.text, file.name)
    data = {} if document.data is None else document.data
    try:
        return Loaded(file.pack, document, FactsFile.model_validate(data), is_entry_point=file.is_entry_point)
    except ValidationError as error:
        details = _first_causes(error.errors(include_url=False, include_context=True))
    document.problems.extend(_problem(document, detail) for detail in details)
    broken = frozenset(
        (str(detail["loc"][0]), detail["loc"][1])
        for detail in details
        if len(detail["loc"]) > 1 and isinstance(detail["loc"][1], int)
    )
    wrong = {detail["loc"][0] for detail in details if len(detail["loc"]) == 1}
    sound = {
        section: tuple(part for number, part in enumerate(parts) if (section, number) not in broken)
        for section, parts in (data.items() if isinstance(data, dict) else ())
        if section not in wrong and isinstance(parts, tuple)
    }
    contents = FactsFile.model_validate(sound)
    return Loaded(file.pack, document, contents, broken, is_entry_point=file.is_entry_point)


def parse_facts(files: Iterable[FileText], unread: Sequence[Problem] = ()) -> FactBase:
    """The fact base of all files, in the order of their packs; `unread` says which files could not be read.

    Raises:
        FactsError: with every problem of every file.
    """
    return base_of(parse_parts(files, unread))


def parse_parts(files: Iterable[FileText], unread: Sequence[Problem] = ()) -> list[tuple[str, FactsFile]]:
    """Each file's pack and contents, once all of them together were found right.

    Raises:
        FactsError: with every problem of every file.
    """
    loaded = [parse_file(file) for file in files]
    documents = [file.document for file in loaded]
    problems = [*unread, *(problem for document in documents for problem in document.problems)]
    complete = not unread and not any(document.stopped for document in documents)
    problems.extend(check(loaded, known_in(documents, complete=complete)))
    if problems:
        raise FactsError(sorted(problems, key=lambda problem: (problem.file, problem.line)))
    return [(file.pack, file.contents) for file in loaded]


def base_of(parts: Iterable[tuple[str, FactsFile]]) -> FactBase:
    """The fact base of files that were found right."""
    packs: dict[str, PackContents] = {}
    for pack_id, contents in parts:
        pack = packs.setdefault(pack_id, PackContents(pack_id, [], []))
        pack.sources.extend(contents.sources)
        pack.entries.extend(contents.entries)
    return FactBase(packs.values())


def _first_causes(details: Sequence[ErrorDetails]) -> list[ErrorDetails]:
    """A list that is too short because its items are wrong is not wrong a second time."""
    return [
        detail
        for detail in details
        if detail["type"] != "too_short"
        or not any(
            other["loc"][: len(detail["loc"])] == detail["loc"] for other in details if other is not detail
        )
    ]


def _problem(document: Document, detail: ErrorDetails) -> Problem:
    """One of pydantic's findings in an editor's words."""
    path = _path_in(document, detail["loc"])
    entry = _entry_at(document, path)
    what, fix = _in_words(detail)
    return Problem(document.name, document.line(path), entry, what, fix)


def _path_in(document: Document, loc: Sequence[str | int]) -> Path:
    """The part of a location that exists in the file: pydantic adds the names of value kinds."""
    path: Path = ()
    for part in loc:
        if (*path, part) in document.lines:
            path = (*path, part)
    return path


def _entry_at(document: Document, path: Path) -> str:
    if len(path) < 2 or path[0] != "entries" or not isinstance(document.data, dict):
        return ""
    entries = document.data.get("entries")
    entry = entries[path[1]] if isinstance(entries, tuple) and isinstance(path[1], int) else None
    name = entry.get("id") if isinstance(entry, dict) else None
    return name if isinstance(name, str) else f"number {int(path[1]) + 1}"


def _in_words(detail: ErrorDetails) -> tuple[str, str]:
    key = str(detail["loc"][-1]) if detail["loc"] else "the file"
    given = detail["input"]
    match detail["type"]:
        case "missing":
            return f"'{key}' is missing", f"Add '{key}:' here."
        case "extra_forbidden":
            near = nearest(key, _known_keys())
            hint = f"Did you mean '{near}'?" if near else "Remove it, or see data/README.md for the keys."
            return f"'{key}' is not a key that belongs here", hint
        case "literal_error" | "enum":
            allowed = str((detail.get("ctx") or {}).get("expected", ""))
            near = nearest(str(given), re.findall("'([^']+)'", allowed))
            hint = f"Did you mean '{near}'?" if near else f"Use one of: {allowed}."
            return f"'{key}: {given}' is not on the list", hint
        case "string_pattern_mismatch":
            pattern = (detail.get("ctx") or {}).get("pattern", "")
            return f"'{key}: {given}' has the wrong form", f"It must match {pattern}; see data/README.md."
        case "string_too_long":
            limit = (detail.get("ctx") or {}).get("max_length")
            return f"'{key}' is longer than {limit} characters", "Shorten it."
        case "string_type" if given is None:
            return f"'{key}' is empty", "Write its text, or remove the key."
        case "too_short":
            return f"'{key}' is empty", "Write at least one."
        case "value_error":
            return str(detail["msg"]).removeprefix(
                "Value error, "
            ), "Correct it; data/README.md has examples."
        case _:
            return (
                f"'{key}': {detail['msg'][0].lower()}{detail['msg'][1:]}",
                "See data/README.md for its form.",
            )


def _known_keys() -> set[str]:
    models: list[type[BaseModel]] = [FactsFile]
    for model in models:
        models.extend(found for found in _models_in(model) if found not in models)
    return {key for model in models for key in model.model_fields}


def _models_in(model: type[BaseModel]) -> list[type[BaseModel]]:
    found: list[type[BaseModel]] = []
    waiting: list[object] = [field.annotation for field in model.model_fields.values()]
    waiting += [extra for field in model.model_fields.values() for extra in field.metadata]
    while waiting:
        part = waiting.pop()
        if isinstance(part, type) and issubclass(part, BaseModel):
            found.append(part)
        waiting.extend(getattr(part, "__args__", ()))
    return found
