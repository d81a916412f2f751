"""The fact base's files as text to a FactBase, or every problem in them at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel, ValidationError
from rapidfuzz import process

from aibot.core.facts.base import FactBase, PackContents
from aibot.core.facts.checks import Loaded, check
from aibot.core.facts.model import FactsFile
from aibot.core.facts.yaml_text import Document, read_yaml
from aibot.errors import FactsError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pydantic_core import ErrorDetails

    from aibot.core.facts.yaml_text import Path


@dataclass(frozen=True, slots=True)
class FileText:
    """One file of the fact base: the pack it belongs to, its name for messages, and its text."""

    pack: str
    name: str
    text: str


def parse_file(name: str, text: str) -> tuple[Document, FactsFile | None]:
    """Read one file; its problems stand in the document, and the contents are None where there are any."""
    document = read_yaml(text, name)
    if document.problems:
        return document, None
    data = {} if document.data is None else document.data
    try:
        return document, FactsFile.model_validate(data)
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=True)
        document.problems.extend(_problem(document, detail) for detail in details)
        return document, None


def parse_facts(files: Iterable[FileText]) -> FactBase:
    """The fact base of all files, in the order of their packs.

    Raises:
        FactsError: with every problem of every file.
    """
    loaded: list[Loaded] = []
    problems: list[Problem] = []
    for file in files:
        document, contents = parse_file(file.name, file.text)
        problems.extend(document.problems)
        if contents is not None:
            loaded.append(Loaded(file.pack, document, contents))
    problems.extend(check(loaded))
    if problems:
        raise FactsError(sorted(problems, key=lambda problem: (problem.file, problem.line)))
    packs: dict[str, PackContents] = {}
    for part in loaded:
        pack = packs.setdefault(part.pack, PackContents(part.pack, [], []))
        pack.sources.extend(part.contents.sources)
        pack.entries.extend(part.contents.entries)
    return FactBase(packs.values())


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
            near = process.extractOne(key, _known_keys(), score_cutoff=70)
            hint = f"Did you mean '{near[0]}'?" if near else "Remove it, or see data/README.md for the keys."
            return f"'{key}' is not a key that belongs here", hint
        case "literal_error" | "enum":
            allowed = str((detail.get("ctx") or {}).get("expected", ""))
            near = process.extractOne(
                str(given), [word.strip("' ") for word in allowed.split(",")], score_cutoff=60
            )
            hint = f"Did you mean '{near[0]}'?" if near else f"Use one of: {allowed}."
            return f"'{key}: {given}' is not on the list", hint
        case "string_pattern_mismatch":
            pattern = (detail.get("ctx") or {}).get("pattern", "")
            return f"'{key}: {given}' has the wrong form", f"It must match {pattern}; see data/README.md."
        case "string_too_long":
            limit = (detail.get("ctx") or {}).get("max_length")
            return f"'{key}' is longer than {limit} characters", "Shorten it."
        case "string_type" if given is None:
            return f"'{key}' is empty", "Write its text, or remove the key."
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
