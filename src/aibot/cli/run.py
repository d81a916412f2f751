"""`aibot run`: the bot in Slack, over Socket Mode or HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aibot.cli.environment import add_option, environment
from aibot.settings import read_settings

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare `aibot run`."""
    run = commands.add_parser("run", help="run the bot in Slack (Socket Mode; --http for HTTP)")
    run.add_argument(
        "--http", action="store_true", help="serve HTTP (ASGI under uvicorn) instead of Socket Mode"
    )
    add_option(run)
    run.set_defaults(run=_run)
    worker = commands.add_parser(
        "worker", help="only post what is due: one more program on a shared PostgreSQL database"
    )
    add_option(worker)
    worker.set_defaults(run=_work)


def _run(arguments: argparse.Namespace) -> int:
    settings = read_settings(environment(arguments), http=arguments.http)
    # Slack's libraries take longer to import than `aibot ask` takes in all
    from aibot.slack.serving.serve import serve

    serve(settings, http=arguments.http, facts=arguments.facts)
    return 0


def _work(arguments: argparse.Namespace) -> int:
    settings = read_settings(environment(arguments), http=None)
    from aibot.slack.serving.serve import work

    work(settings, facts=arguments.facts)
    return 0
