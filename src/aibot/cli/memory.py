"""The bot's memory, for commands that look into it."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from aibot.cli.environment import environment
from aibot.errors import SettingsError
from aibot.secrets import with_secret_files
from aibot.settings import database_url, unknown_settings

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from aibot.storage import Memory


@contextlib.contextmanager
def opened(arguments: argparse.Namespace, keys: Sequence[str] = ()) -> Iterator[Memory]:
    """The database the bot uses, without taking it away from the bot; `keys` open the tokens in it.

    Its tables stay as they are: a bot that is older than this command may be running on them.

    Raises:
        SettingsError: where there is none.
        StorageError: where it cannot be opened, or its tables are not of this program's schema.
    """
    from aibot.storage import Memory

    environ = environment(arguments)
    values, problems = with_secret_files(environ)
    wrong = [problem for problem in problems if problem.startswith("AIBOT_DATABASE")]
    if wrong := [*wrong, *unknown_settings(environ)]:  # a slip in its name would lead to another database
        raise SettingsError("\n".join(wrong))
    url = database_url(values)
    if url == "off":
        raise SettingsError("AIBOT_DATABASE is off: nothing is remembered")
    path = url.removeprefix("sqlite:///")
    if path != url and not Path(path).exists():
        raise SettingsError(f"There is no {path} here; set AIBOT_DATABASE as for `aibot run`")
    memory = Memory.open(url, as_it_is=True, keys=keys)
    try:
        yield memory
    finally:
        memory.close()
