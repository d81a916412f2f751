"""`aibot keys`: what seals the tokens of many workspaces."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from aibot.cli.environment import add_option, environment
from aibot.errors import SettingsError
from aibot.secrets import sealing_keys
from aibot.settings import database_url

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
    environ = environment(arguments)
    keys, url = sealing_keys(environ), database_url(environ)
    if url == "off":
        raise SettingsError("AIBOT_DATABASE is off; there are no tokens")
    from aibot.storage import OPERATOR, Memory

    memory = Memory.open(url, keys=keys)
    try:
        done = memory.installations.reseal()
        if done.changed:
            memory.audit.note("keys.changed", team="", actor=OPERATOR, after={"installations": done.changed})
    finally:
        memory.close()
    print(
        f"{done.changed} of {done.total} installations sealed anew; the others were under the newest key already."
    )
    if not done.unreadable:
        print("The older keys in AIBOT_KEYS can go, once every running bot has the newest one.")
        return 0
    print(
        f"No key opens the tokens of {len(done.unreadable)}: {', '.join(done.unreadable[:20])}. They stay as they are. "
        "Add the key they were sealed with behind the others; or let these workspaces install the bot again.",
        file=sys.stderr,
    )
    return 1
