"""Watches the facts files by their times and sizes, a few times a second."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from aibot.errors import FactsError
from aibot.load import default_facts_path, read_files

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

SECONDS = 0.15

Prints = dict[Path, tuple[int, int] | None]


async def watch(facts: Path | None, changed: Callable[[], Awaitable[None]]) -> None:
    """Call `changed` whenever a file of the fact base was written, deleted or came back; never returns."""
    entry_point = facts or default_facts_path()
    files = await asyncio.to_thread(named_files, entry_point)
    before = prints(files)
    while True:
        await asyncio.sleep(SECONDS)
        now = prints(files)
        if now == before:
            continue
        await changed()
        files |= await asyncio.to_thread(named_files, entry_point)  # a pack may name another file now
        before = {**prints(files), **now}


def named_files(entry_point: Path) -> set[Path]:
    """The fact base's files, those that are missing too."""
    try:
        files, problems = read_files(entry_point)
    except FactsError:
        return {entry_point}
    return {entry_point, *(Path(file.name) for file in files), *(Path(problem.file) for problem in problems)}


def prints(files: set[Path]) -> Prints:
    """What tells one state of the files from the next; None for a file that is not there."""
    return {file: _print(file) for file in files}


def _print(file: Path) -> tuple[int, int] | None:
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
