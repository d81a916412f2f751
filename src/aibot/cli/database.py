"""Opens the bot's database for a command that looks into it, without taking it away from the bot."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from aibot.cli.environment import environment
from aibot.errors import SettingsError
from aibot.settings import database_url

if TYPE_CHECKING:
    import argparse

    from aibot.storage import Memory


def open_memory(arguments: argparse.Namespace) -> Memory:
    """The database that `aibot run` would use here; the parser must have had `environment.add_option`.

    Raises:
        SettingsError: where there is none.
        StorageError: where it cannot be used.
    """
    from aibot.storage import Memory

    url = database_url(environment(arguments))
    if url == "off":
        raise SettingsError("AIBOT_DATABASE is off: nothing is remembered")
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists():
        raise SettingsError(
            f"There is no {url.removeprefix('sqlite:///')} here; set AIBOT_DATABASE as for `aibot run`"
        )
    return Memory.open(url)
