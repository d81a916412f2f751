"""The command `aibot`: parses arguments, calls, prints. Slack's libraries are imported only by `run`."""

from aibot.cli.main import main

__all__ = ["main"]
