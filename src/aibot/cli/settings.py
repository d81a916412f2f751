"""`aibot settings`: every environment variable there is, as the Markdown table of docs/settings.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aibot.settings import settings_table

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare `aibot settings`."""
    commands.add_parser("settings", help="list every setting, as Markdown").set_defaults(run=_run)


def _run(_: argparse.Namespace) -> int:
    print(settings_table())
    return 0
