"""`aibot facts …`: check the fact base, list it, print its schema."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from aibot.core.facts.export import exported
from aibot.load import ENTRY_POINT, default_facts_path, load_facts

if TYPE_CHECKING:
    import argparse

    from aibot.core.facts import FactBase


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare `aibot facts` and its subcommands."""
    facts = commands.add_parser("facts", help="check or list the fact base").add_subparsers(
        dest="facts_command", required=True, metavar="COMMAND"
    )
    check = facts.add_parser("check", help="say everything that is wrong, with file and line")
    check.add_argument(
        "paths", nargs="*", type=Path, metavar="PATH", help="a facts.yaml, its folder, or single files"
    )
    check.set_defaults(run=_check)
    listing = facts.add_parser("list", help="every entry with its names and facts")
    listing.add_argument("--json", action="store_true", help="the whole base as one JSON document")
    listing.set_defaults(run=_list)
    facts.add_parser("schema", help="the JSON Schema of a facts file").set_defaults(run=_schema)


def _check(arguments: argparse.Namespace) -> int:
    """Check the whole base, or some of its files against it."""
    paths: list[Path] = [path / ENTRY_POINT if path.is_dir() else path for path in arguments.paths]
    entry_points = [path for path in paths if path.name == ENTRY_POINT]
    others = tuple(path for path in paths if path.name != ENTRY_POINT)
    for entry_point in entry_points or [arguments.facts or default_facts_path()]:
        base = load_facts(entry_point, extra=others)
        facts = sum(1 for _ in base.all_facts())
        print(f"{entry_point}: {len(base)} entries, {facts} facts, {len(base.names)} names; nothing wrong")
        _tell_of_daily_posts(base)
    return 0


def _tell_of_daily_posts(base: FactBase) -> None:
    from aibot.core.daily import Deck  # for this command alone

    if left_out := Deck(base).left_out:
        print(
            f"{len(left_out)} facts are never a daily post, since they speak of “the article” or the like, which a"
            f" channel has not seen; name it to have them posted: {', '.join(left_out)}"
        )


def _list(arguments: argparse.Namespace) -> int:
    base = load_facts(arguments.facts)
    if arguments.json:
        json.dump(exported(base), sys.stdout, ensure_ascii=False, indent=1)
        print()
        return 0
    for entry in base.entries.values():
        print(
            f"{entry.id:36} {entry.kind:13} {entry.name.en} / {entry.name.zh} ({len(base.facts_of(entry.id))} facts)"
        )
    return 0


def _schema(_: argparse.Namespace) -> int:
    from aibot.cli.schema import json_schema  # the only command that reads the models' source

    print(json.dumps(json_schema(), ensure_ascii=False, indent=2))
    return 0
