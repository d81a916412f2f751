"""`aibot doctor`: looks at tokens, scopes, clock, socket, facts and cards, and says what to do about each."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from aibot.cli.environment import add_option, environment
from aibot.cli.init import MANIFEST_FILE
from aibot.secrets import serves_many

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare `aibot doctor`."""
    doctor = commands.add_parser("doctor", help="find out what is wrong with the installation")
    mode = doctor.add_mutually_exclusive_group()
    mode.add_argument(
        "--http", action="store_true", help="look at HTTP mode (default: what the tokens are for)"
    )
    mode.add_argument("--socket", action="store_true", help="look at Socket Mode")
    mode.add_argument("--worker", action="store_true", help="look at `aibot worker`, which only posts")
    doctor.add_argument("--json", action="store_true", help="print one JSON object")
    add_option(doctor)
    doctor.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from aibot.slack.doctor.examine import examine  # Slack's libraries are slow to import

    environ = environment(arguments)
    http = None if arguments.worker else arguments.http or (not arguments.socket and _means_http(environ))
    found = asyncio.run(
        examine(
            environ,
            http=http,
            clock=lambda: datetime.now(UTC),
            facts=arguments.facts,
            manifest=MANIFEST_FILE,
        )
    )
    wrong = sum(finding.state == "wrong" for finding in found)
    if arguments.json:
        report = {
            "ok": not wrong,
            "mode": {True: "http", False: "socket", None: "worker"}[http],
            "findings": [asdict(one) for one in found],
        }
        print(json.dumps(report, ensure_ascii=False, indent=1))
    else:
        print("\n".join(finding.line() for finding in found))
        print(f"\n{wrong} to mend." if wrong else "\nNothing wrong.")
    return 1 if wrong else 0


def _means_http(environ: Mapping[str, str]) -> bool:
    """Whether only HTTP mode can be meant: many workspaces, or a signing secret and no app-level token."""

    def is_set(name: str) -> bool:
        return bool(environ.get(name, "").strip() or environ.get(f"{name}_FILE", "").strip())

    return serves_many(environ) or (is_set("SLACK_SIGNING_SECRET") and not is_set("SLACK_APP_TOKEN"))
