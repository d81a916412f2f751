"""`aibot unanswered`: the questions that the fact base had no answer to, the most wanted first."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from aibot.cli.environment import add_option
from aibot.cli.memory import opened

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare `aibot unanswered`."""
    parser = commands.add_parser(
        "unanswered", help="what was asked at least twice and had no answer: what editors may want to add"
    )
    parser.add_argument("--json", action="store_true", help="one JSON document")
    parser.add_argument("--clear", action="store_true", help="forget all of them, after showing them")
    add_option(parser)
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    with opened(arguments) as memory:
        told = [
            {
                "question": one.question,
                "language": one.language,
                "count": one.count,
                "first": _day(one.first_at),
                "last": _day(one.last_at),
            }
            for one in memory.unanswered.list()
        ]
        if arguments.json:
            json.dump(told, sys.stdout, ensure_ascii=False, indent=1)
            print()
        elif not told:
            print("Nothing was asked twice that had no answer.")
        else:
            for one in told:
                print(
                    f"{one['count']:5}  {one['question']}  ({one['language']}; {one['first']} to {one['last']})"
                )
        if arguments.clear:
            gone = memory.unanswered.clear()
            print(f"aibot: forgot {gone}", file=sys.stderr)
    return 0


def _day(moment: float) -> str:
    return f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%d}"
