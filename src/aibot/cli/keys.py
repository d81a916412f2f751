"""`aibot keys`: what seals the tokens of many workspaces."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from aibot.cli.environment import add_option, environment
from aibot.cli.memory import opened
from aibot.secrets import sealing_keys

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare `aibot keys`."""
    keys = commands.add_parser("keys", help="the keys that seal the tokens of many workspaces")
    actions = keys.add_subparsers(dest="action", required=True, metavar="ACTION")
    new = actions.add_parser("new", help="print a new key for AIBOT_KEYS")
    new.set_defaults(run=_new)
    rotate = actions.add_parser(
        "rotate", help="seal every token under the first key of AIBOT_KEYS; bots may go on running"
    )
    add_option(rotate)
    rotate.set_defaults(run=_rotate)


def _new(_arguments: argparse.Namespace) -> int:
    from aibot.storage.sealing import new_key  # the database's libraries are slow to import

    print(new_key())
    return 0


def _rotate(arguments: argparse.Namespace) -> int:
    from aibot.storage import OPERATOR  # see above

    with opened(arguments, sealing_keys(environment(arguments))) as memory:
        done = memory.installations.reseal()
        if done.changed:
            memory.audit.note("keys.changed", team="", actor=OPERATOR, after={"installations": done.changed})
    print(f"{done.changed} of {done.total} installations sealed anew.")
    if done.behind:
        print(
            f"{done.behind} were replaced meanwhile by a bot that seals with another key first. Restart every bot with "
            "the new key in front, then run this again; until then keep the older ones.",
            file=sys.stderr,
        )
    if not done.unreadable:
        if not done.behind:
            print("All are under the newest key; the older ones can go, once all bots run with it in front.")
        return 1 if done.behind else 0
    print(
        f"No key opens the tokens of {len(done.unreadable)}: {', '.join(done.unreadable[:20])}. They stay as they are. "
        "Add the key they were sealed with behind the others; or let these workspaces install the bot again.",
        file=sys.stderr,
    )
    return 1
