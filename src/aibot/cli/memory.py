"""The bot's memory, for commands that look into it."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from aibot.cli.environment import environment
from aibot.errors import SettingsError
from aibot.settings import database_url

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from aibot.storage import Memory


@contextlib.contextmanager
def opened(arguments: argparse.Namespace) -> Iterator[Memory]:
    """The database the bot uses, without taking it away from the bot.

    Raises:
        SettingsError: where there is none.
        StorageError: where it cannot be opened.
    """
    from aibot.storage import Memory

    url = database_url(environment(arguments))
    if url == "off":
        raise SettingsError("AIBOT_DATABASE is off: nothing is remembered")
    path = url.removeprefix("sqlite:///")
    if path != url and not Path(path).exists():
        raise SettingsError(f"There is no {path} here; set AIBOT_DATABASE as for `aibot run`")
    memory = Memory.open(url)
    try:
        yield memory
    finally:
        memory.close()
