"""`aibot manifest`: the app manifest to paste into Slack."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from aibot.errors import SettingsError
from aibot.settings import COMMAND, URL
from aibot.slack.manifest import manifest

if TYPE_CHECKING:
    import argparse

_WHERE = "Paste it at https://api.slack.com/apps → Create New App → From a manifest."


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare `aibot manifest`."""
    parser = commands.add_parser("manifest", help="print the app manifest to paste into Slack")
    parser.add_argument(
        "--http", metavar="URL", help="for HTTP mode: the bot's public address (default: Socket Mode)"
    )
    parser.add_argument(
        "--command", metavar="/NAME", default="/ai", dest="slash", help="the slash command (default: /ai)"
    )
    parser.add_argument(
        "--many",
        action="store_true",
        help="for many workspaces, which install the bot themselves; takes --http",
    )
    parser.add_argument(
        "--no-daily", action="store_false", dest="daily",
        help="offer no daily posts in the command's hint: for a bot with AIBOT_DATABASE=off",
    )  # fmt: skip
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    if not COMMAND.match(arguments.slash):
        raise SettingsError(
            f"--command is '{arguments.slash}'; a slash command looks like /ai and has at most 32 characters"
        )
    if arguments.http is not None and not URL.match(arguments.http):
        raise SettingsError(
            f"--http is '{arguments.http}'; it is the bot's public address, such as https://bot.example.org"
        )
    if arguments.many and arguments.http is None:
        raise SettingsError(
            "--many takes --http with the bot's public address: that is where workspaces install it"
        )
    made = manifest_text(arguments.slash, http=arguments.http, daily=arguments.daily, many=arguments.many)
    print(made, end="")
    return 0


def manifest_text(
    command: str = "/ai", *, http: str | None = None, daily: bool = True, many: bool = False
) -> str:
    """The manifest as YAML, with how it was made."""
    named = f" --command {command}" if command != "/ai" else ""
    switches = f"{' --many' if many else ''}{'' if daily else ' --no-daily'}"
    options = f"{named}{f' --http {http}' if http else ''}{switches}"
    text = yaml.safe_dump(
        manifest(command, http=http, daily=daily, many=many), allow_unicode=True, sort_keys=False, width=110
    )
    return f"# Made by `aibot manifest{options}`\n# {_WHERE}\n{text}"
