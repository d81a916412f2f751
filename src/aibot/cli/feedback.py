"""`aibot feedback`: the facts that people call wrong or outdated, and where they stand in the files."""

from __future__ import annotations

import dataclasses
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aibot.cli.environment import add_option, environment
from aibot.cli.memory import opened
from aibot.load import default_facts_path, fact_lines

if TYPE_CHECKING:
    import argparse

    from aibot.storage.feedback import Opinion


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare `aibot feedback`."""
    parser = commands.add_parser(
        "feedback", help="what people say of cards: right, wrong, outdated; with file and line"
    )
    parser.add_argument("--json", action="store_true", help="one JSON document")
    add_option(parser)
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    with opened(arguments) as memory:
        opinions = memory.feedback.list()
    #  the base that the bot goes by: people's opinions are of its facts
    bots = environment(arguments).get("AIBOT_FACTS", "").strip()
    lines = fact_lines(arguments.facts or (Path(bots) if bots else default_facts_path()))
    told = [_told(one, lines) for one in opinions]
    if arguments.json:
        json.dump(told, sys.stdout, ensure_ascii=False, indent=1)
        print()
        return 0
    if not told:
        print("Nobody has said anything of any card yet.")
    for one in told:
        counts = f"{one['wrong']} wrong, {one['outdated']} outdated, {one['right']} right"
        where = f"{one['file']}:{one['line']}" if one["file"] else "no longer in the fact base"
        print(f"{where}: {one['subject']}: {counts}; last on {one['last']}")
    return 0


def _told(opinion: Opinion, lines: dict[str, tuple[str, int]]) -> dict[str, Any]:
    """An opinion with the place it sends an editor to; that of the entry where it says nothing of an attribute."""
    entry = opinion.subject.partition(" ")[0]
    file, line = lines.get(opinion.subject) or lines.get(entry) or ("", 0)
    return {
        **{name: value for name, value in dataclasses.asdict(opinion).items() if name != "last_at"},
        "last": f"{datetime.fromtimestamp(opinion.last_at, UTC):%Y-%m-%d}",
        "file": file,
        "line": line,
        "known": bool(file),
    }
