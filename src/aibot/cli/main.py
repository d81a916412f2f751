"""Arguments in, exit code out: 0 fine, 1 an error to act on, 2 wrong usage, 3 a bug, 130 interrupted."""

from __future__ import annotations

import argparse
import io
import logging
import os
import sys
import tempfile
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from aibot import __version__
from aibot.cli import (
    ask,
    audit,
    chat,
    daily,
    doctor,
    facts,
    feedback,
    init,
    keys,
    manifest,
    playground,
    run,
    settings,
    unanswered,
)
from aibot.errors import AibotError, SettingsError
from aibot.logs import JsonLines, masked

if TYPE_CHECKING:
    from collections.abc import Sequence


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = argparse.ArgumentParser(
        prog="aibot",
        description="Answers questions on AI from a checked, cited fact base. No language model.",
    )
    top.add_argument("--version", action="version", version=f"aibot {__version__}")
    top.add_argument(
        "--facts", type=Path, metavar="FILE", help="another facts.yaml than the one that came along"
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    ask.add_parser(commands)
    facts.add_parser(commands)
    daily.add_parser(commands)
    feedback.add_parser(commands)
    unanswered.add_parser(commands)
    audit.add_parser(commands)
    manifest.add_parser(commands)
    run.add_parser(commands)
    init.add_parser(commands)
    doctor.add_parser(commands)
    keys.add_parser(commands)
    settings.add_parser(commands)
    playground.add_parser(commands)
    chat.add_parser(commands)
    return top


def _have_a_home() -> None:
    """Name a home where a container gives none: slack_sdk asks for it when it is imported, and writes nothing there."""
    try:
        Path.home()
    except RuntimeError:
        os.environ["HOME"] = tempfile.gettempdir()


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without Chinese shows ? instead of failing
    _have_a_home()
    arguments = parser().parse_args(argv)
    try:
        code: int = arguments.run(arguments)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  # the last line of defence
        return failed(error)
    return code


def failed(error: BaseException) -> int:
    """Say what ended a command, without any secret that it holds; a bug is told as one, with its traceback."""
    match error:
        case SettingsError():
            return _say(str(error), 2)
        case AibotError():
            return _say(str(error), 1)
        case BrokenPipeError():  # `aibot facts list | head`
            sys.stderr.close()
            return 0
        case KeyboardInterrupt():
            return 130
        case EOFError():  # Ctrl-D at a question
            return _say("stopped at a question; what was not said to be written is not", 130)
    return _say("this is a bug in aibot; please report the lines above", 3, bug=error)


def _say(words: str, code: int, *, bug: BaseException | None = None) -> int:
    """The last words: a line of the log where that is JSON, which whoever gathers it reads as nothing else."""
    log = logging.getLogger()
    if log.handlers and isinstance(log.handlers[0].formatter, JsonLines):
        logging.getLogger(__name__).critical(words, exc_info=bug)
        return code
    if bug is not None:
        print(masked("".join(traceback.format_exception(bug))), file=sys.stderr)
    print(masked(f"aibot: {words}"), file=sys.stderr)
    return code
