"""The environment a command works in: the process's own, over what an `.env` file says."""

from __future__ import annotations

import os
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from dotenv import dotenv_values

from aibot.errors import SettingsError

if TYPE_CHECKING:
    import argparse

ENV_FILE = Path(".env")


def add_option(parser: argparse.ArgumentParser) -> None:
    """Declare `--env-file`."""
    parser.add_argument(
        "--env-file",
        type=Path,
        metavar="FILE",
        help="read settings from this file instead of .env; the environment wins over both",
    )


def environment(arguments: argparse.Namespace) -> dict[str, str]:
    """The variables in force.

    Raises:
        SettingsError: where the file that was asked for cannot be read.
    """
    path: Path | None = arguments.env_file
    if path is None and not ENV_FILE.is_file():
        return dict(os.environ)
    return {**read_env(path or ENV_FILE), **{name: value for name, value in os.environ.items() if value}}


def read_env(path: Path) -> dict[str, str]:
    """Our variables in an `.env` file; what it says to other programs is not our business.

    Raises:
        SettingsError: where it cannot be read.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise SettingsError(f"{path} cannot be read: {reason}") from error
    found = dotenv_values(stream=StringIO(text), interpolate=False)
    return {name: value for name, value in found.items() if value and name.startswith(("AIBOT_", "SLACK_"))}
