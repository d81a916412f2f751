"""YAML text to plain data, with a line for everything and YAML's traps closed.

Every scalar stays the text that was written: `yes`, `3.10`, `12:30` and `2024-12-26` are not turned into
a truth value, a shorter number, a count of seconds or a date. Types come later, from the models.
Refused outright: repeated keys, anchors and aliases (a few lines of them can unfold into gigabytes),
tags, several documents in one file, deep nesting and files over MAX_BYTES.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import yaml

from aibot.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES = 4_000_000  # some twenty times the largest file of the curated pack
MAX_DEPTH = 16

Data: TypeAlias = "str | tuple[Data, ...] | dict[str, Data] | None"
Path: TypeAlias = tuple[str | int, ...]

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C parser is some ten times faster


class _Refused(Exception):  # noqa: N818  # not an error of ours: what stopped the reading
    """Reading cannot go on; carries the one problem that stopped it."""

    def __init__(self, line: int, what: str, fix: str) -> None:
        self.line, self.what, self.fix = line, what, fix


@dataclass(slots=True)
class Document:
    """A file's data, the line of every path in it, and what was wrong with the text."""

    name: str
    data: Data = None
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    stopped: bool = False  # whether reading ended before the text did

    def line(self, path: Path) -> int:
        """The line of a path, or of its nearest parent that has one."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 0)


def read_yaml(text: str, name: str) -> Document:
    """Read one file's text; never raises: what is wrong stands in `problems`."""
    document = Document(name, stopped=True)
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        what = f"the file is larger than {MAX_BYTES // 1_000_000} MB"
        document.problems.append(Problem(name, 0, "", what, "Split it into several files."))
        return document
    try:
        document.data = _Reader(document, yaml.parse(text, Loader=_Loader)).read()
        document.stopped = False
    except _Refused as refused:
        document.problems.append(Problem(name, refused.line, "", refused.what, refused.fix))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 0
        what = getattr(error, "problem", None) or str(error)
        document.problems.append(
            Problem(
                name,
                line,
                "",
                f"this is not YAML: {what}",
                "Look at the indentation and quotes here and one line up; "
                "text with ': ' or ' #' inside, or starting with any of [ ] { } ! & * ? | > @ ` % needs quotes.",
            )
        )
    except UnicodeEncodeError:
        what = "the text has half of a character in it (a lone surrogate)"
        document.problems.append(Problem(name, 0, "", what, "Save it as UTF-8 once more."))
    return document


class _Reader:
    """Builds data straight from the parser's events, so that nothing is expanded or resolved."""

    def __init__(self, document: Document, events: Iterator[yaml.Event]) -> None:
        self.document, self.events = document, events

    def read(self) -> Data:
        data: Data = None
        documents = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _Refused(
                        _line(event),
                        "a second document starts here ('---')",
                        "Put it into a file of its own.",
                    )
                data = self._value(next(self.events), ())
        return data

    def _value(self, event: yaml.Event, path: Path) -> Data:
        line = _line(event)
        self.document.lines[path] = line
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _Refused(line, "anchors (&) and aliases (*) are not allowed", "Write the value out.")
        tag = getattr(event, "tag", None)
        if tag is not None and tag != "!":
            raise _Refused(line, f"the tag '{tag}' is not allowed", "Remove it; all values are plain text.")
        if len(path) > MAX_DEPTH:
            raise _Refused(line, f"nested more than {MAX_DEPTH} levels deep", "Flatten it.")
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return tuple(self._items(path))
        return self._mapping(path)

    @staticmethod
    def _scalar(event: yaml.ScalarEvent) -> Data:
        empty = event.implicit[0] and event.value in ("", "~", "null")
        return None if empty else str(event.value)

    def _items(self, path: Path) -> Iterator[Data]:
        for index, event in enumerate(iter(self.events.__next__, None)):
            if isinstance(event, yaml.SequenceEndEvent):
                return
            yield self._value(event, (*path, index))

    def _mapping(self, path: Path) -> dict[str, Data]:
        mapping: dict[str, Data] = {}
        while True:
            event = next(self.events)
            if isinstance(event, yaml.MappingEndEvent):
                return mapping
            line = _line(event)
            if not isinstance(event, yaml.ScalarEvent) or event.anchor or event.tag:
                raise _Refused(line, "a key must be plain text", "Write the key as a word followed by ': '.")
            key = event.value
            if key in mapping:
                first = self.document.line((*path, key))
                self.document.problems.append(
                    Problem(
                        self.document.name,
                        line,
                        "",
                        f"the key '{key}' stands here a second time (first on line {first})",
                        "Keep one of them; YAML would silently drop the first.",
                    )
                )
            mapping[key] = self._value(next(self.events), (*path, key))
            self.document.lines[(*path, key)] = line


def _line(event: yaml.Event) -> int:
    """The line an event stands on, counted from 1."""
    return event.start_mark.line + 1 if event.start_mark else 0
