"""`aibot chat`: the whole bot in the terminal, with no Slack workspace.

The line editor is the standard library's readline: history and completion are all a console needs of one, and a
second editor would be one more package in every installation. History is kept until the console ends, no longer.
"""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from aibot.playground.chat import Console


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare `aibot chat`."""
    chat = commands.add_parser("chat", help="talk to the bot in the terminal, with no Slack workspace")
    chat.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    asyncio.run(_chat(arguments.facts))
    return 0


async def _chat(facts: Path | None) -> None:
    from aibot.playground.chat import HELP, Console
    from aibot.playground.stage import Stage

    async with Stage.open(facts=facts) as stage:
        console = Console(stage)
        typing = sys.stdin.isatty()
        if typing:
            print(HELP)
            _complete(console)
        while not console.ended:
            try:
                typed = await asyncio.to_thread(input, console.prompt if typing else "")
            except EOFError:
                return
            if not typing:
                print(f"{console.prompt}{typed}")
            if said := await console.line(typed):
                print(said, flush=True)


def _complete(console: Console) -> None:
    try:
        import readline
    except ImportError:  # Windows has none: lines are still read, without history
        return
    readline.set_completer_delims("")
    readline.set_completer(lambda typed, state: [*console.completions(typed), None][state])
    readline.parse_and_bind("tab: complete")
