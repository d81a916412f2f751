"""`aibot playground`: the whole bot in a browser, with no Slack workspace."""

from __future__ import annotations

import sys
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare `aibot playground`."""
    playground = commands.add_parser(
        "playground", help="try the whole bot in a browser, with no Slack workspace"
    )
    playground.add_argument("--port", type=int, default=0, help="listen here instead of on a free port")
    playground.add_argument("--no-browser", action="store_true", help="only print the address")
    playground.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from aibot.playground.run import run_playground

    def ready(url: str, seconds: float) -> None:
        print(f"The playground is at {url}  (ready in {seconds:.1f} s; Ctrl-C ends it)", flush=True)
        if not arguments.no_browser and sys.stdout.isatty():
            webbrowser.open(url)

    folder = Path("tests/recorded") if Path("tests").is_dir() else Path()
    run_playground(arguments.facts, port=arguments.port, recordings=folder, ready=ready)
    return 0
