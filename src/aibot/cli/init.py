"""`aibot init`: from nothing to an installed bot; asks what it needs, or takes it from flags and the environment."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import os
import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from aibot.cli.environment import ENV_FILE, environment, read_env
from aibot.cli.init_texts import INTRODUCTION, MODE, Plan
from aibot.errors import AibotError, SettingsError
from aibot.secrets import sealing_keys, secret_problem, with_secret_files
from aibot.settings import COMMAND, checked_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from aibot.slack.doctor.findings import Finding

MANIFEST_FILE = Path("slack-manifest.yml")


class InitError(AibotError):
    """The installation stops here, and why."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare `aibot init`."""
    init = commands.add_parser("init", help="set the bot up for a Slack workspace")
    mode = init.add_mutually_exclusive_group()
    mode.add_argument("--socket", action="store_true", help="use Socket Mode")
    mode.add_argument("--http", type=public_url, metavar="URL", help="use HTTP, at this public https address")
    init.add_argument(
        "--many",
        action="store_true",
        help="for many workspaces, which install the bot themselves; takes --http",
    )
    init.add_argument(
        "--command", dest="slash", metavar="/NAME", type=command_name, help="the slash command (default: /ai)"
    )
    init.add_argument(
        "--language", choices=("en", "zh"), help="for questions without any letter (default: en)"
    )
    init.add_argument(
        "--no-input",
        action="store_true",
        help="ask nothing; take the secrets from the environment (SLACK_BOT_TOKEN or SLACK_BOT_TOKEN_FILE, …)",
    )
    init.add_argument("--force", action="store_true", help="overwrite files that are there")
    init.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    asking = not arguments.no_input
    if arguments.many and not arguments.http:
        raise InitError(
            "--many takes --http with the bot's public address: that is where workspaces install it"
        )
    if asking and not sys.stdin.isatty():
        raise InitError("`aibot init` asks questions, and this is no terminal; use --no-input with flags")
    if asking:
        print(INTRODUCTION)
    plan = _plan(arguments, asking=asking)
    # the most annoying moment to be asked is after the tokens were typed
    _may_write(MANIFEST_FILE, plan.manifest, force=arguments.force, asking=asking)
    _may_write(ENV_FILE, "", force=arguments.force, asking=asking)
    MANIFEST_FILE.write_text(plan.manifest, "utf-8")
    print(f"\nwrote {MANIFEST_FILE}")
    print(plan.create())
    environ = environment(argparse.Namespace(env_file=Path(os.devnull)))
    held = read_env(ENV_FILE) if ENV_FILE.exists() else {}
    secrets, wrong = _asked(plan, environ, held) if asking else _given(plan, environ)
    secrets = {name: held[name] for name in plan.secrets if name in held} | secrets
    before = ENV_FILE.read_text("utf-8") if ENV_FILE.exists() else ""
    _write_private(ENV_FILE, plan.env(secrets, before))
    print(f"\nwrote {ENV_FILE}, readable by you alone")
    missing = tuple(name for name in plan.secrets if not secrets.get(name))
    print(plan.finish(missing))
    return 1 if wrong else 0


def _plan(arguments: argparse.Namespace, *, asking: bool) -> Plan:
    url: str = arguments.http or ""
    if asking and not url and not arguments.socket:
        print(MODE)
        if _ask("socket or http", "socket", _mode) == "http":
            url = _ask("the public address, such as https://bot.example.org", "", public_url)
    command: str = arguments.slash or (_ask("the slash command", "/ai", command_name) if asking else "/ai")
    language: str = arguments.language or (
        _ask("language of replies to questions without any letter, en or zh", "en", _language)
        if asking
        else "en"
    )
    key = _first_key() if arguments.many else ""
    return Plan(command, language, url, many=arguments.many, key=key, program=_program())


def _program() -> str:
    """What whoever runs this has typed: without an activated environment the shell finds no `aibot`."""
    typed = sys.argv[0]
    return typed if Path(typed).name == "aibot" and shutil.which("aibot") is None else "aibot"


def _first_key() -> str:
    """The keys that are there already, so that no installation is lost, or a new one."""
    from aibot.storage.sealing import new_key  # the database's libraries are slow to import

    try:
        return ",".join(sealing_keys(environment(argparse.Namespace(env_file=None))))
    except SettingsError:
        return new_key()


def _ask(what: str, default: str, read: Callable[[str], str]) -> str:
    """Ask until the answer can be read."""
    while True:
        typed = input(f"{what}{f' [{default}]' if default else ''}: ").strip() or default
        try:
            return read(typed)
        except argparse.ArgumentTypeError as error:
            print(f"  {error}")


def command_name(text: str) -> str:
    """A slash command's name, its slash added where it was left out."""
    name = text if text.startswith("/") else f"/{text}"
    if not COMMAND.match(name):
        raise argparse.ArgumentTypeError(
            f"'{text}' is no name for a slash command; one looks like /ai and has at most 32 characters"
        )
    return name


def public_url(text: str) -> str:
    """An address that Slack can reach: https, whatever is in front of us may put a path before ours."""
    if not re.fullmatch(r"https://[^\s/?#@]+(/[^\s?#]*)?", text):
        raise argparse.ArgumentTypeError(
            f"'{text}' is no public address; one looks like https://bot.example.org"
        )
    return text


def _mode(text: str) -> str:
    return _one_of(text, ("socket", "http"))


def _language(text: str) -> str:
    return _one_of(text, ("en", "zh"))


def _one_of(text: str, choices: tuple[str, ...]) -> str:
    """A choice, also by the beginning of its word."""
    found = [choice for choice in choices if text and choice.startswith(text.casefold())]
    if len(found) != 1:
        raise argparse.ArgumentTypeError(f"it is {' or '.join(choices)}")
    return found[0]


def _may_write(path: Path, text: str, *, force: bool, asking: bool) -> None:
    """Stop before anything that somebody wrote is lost.

    Raises:
        InitError: where it is there and may not be overwritten.
    """
    if force or not path.exists() or (text and path.read_text("utf-8", "replace") == text):
        return
    if not asking:
        does = "overwrites it" if text else "changes what is ours in it, and keeps the rest"
        raise InitError(f"{path} is there already; --force {does}")
    question = f"{path} is there already. Overwrite it?" if text else f"{path} is there already. Change it?"
    if not input(f"{question} [y/N]: ").strip().casefold().startswith("y"):
        raise InitError(f"{path} stays as it is; nothing was written")


def _write_private(path: Path, text: str) -> None:
    """Write a file that nobody else can read at any moment, not even while it is written."""
    beside = path.with_name(f"{path.name}.new")
    beside.unlink(missing_ok=True)
    with os.fdopen(
        os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as file:
        file.write(text)
    beside.replace(path)


def _given(plan: Plan, environ: Mapping[str, str]) -> tuple[dict[str, str], bool]:
    """The secrets from the environment, checked; none is fine, a wrong one is not written."""
    values, problems = with_secret_files(environ)
    secrets, wrong = {}, False
    for name in plan.secrets:
        value = values.get(name, "").strip()
        told = [problem for problem in problems if problem.startswith((f"{name} ", f"{name}_FILE "))]
        if value and not told and (problem := secret_problem(name, value)):
            told = [problem]
        for problem in told:
            print(problem)
        if told:
            wrong = True
        elif value and _checked(name, value, environ):
            secrets[name] = value
        elif value:
            wrong = True
    return secrets, wrong


def _asked(plan: Plan, environ: Mapping[str, str], held: Mapping[str, str]) -> tuple[dict[str, str], bool]:
    """The secrets, typed without being shown, asked for again until Slack takes them."""
    print("What you paste now is not shown. Enter alone keeps what is there, or leaves it for later.\n")
    secrets = {}
    for name in plan.secrets:
        print(plan.where(name))
        kept = " [one is there]" if name in held else ""
        while typed := getpass.getpass(f"   {name}{kept}: ").strip():
            problem = secret_problem(name, typed)
            if problem:
                print(f"   {problem}")
            elif _checked(name, typed, environ):
                secrets[name] = typed
                break
    return secrets, False


def _checked(name: str, value: str, environ: Mapping[str, str]) -> bool:
    """Whether Slack takes a secret; what it said is printed. Not knowing is not refusing."""
    if name not in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"):
        return True  # Slack tells nothing of one alone; `aibot doctor` asks with the client's two together
    found = asyncio.run(_ask_slack(name, value, environ))
    for finding in found:
        if finding.state != "ok":
            print(f"   {finding.what}" + (f"\n   → {finding.fix}" if finding.fix else ""))
    if not any(finding.state == "wrong" for finding in found):
        print("   ok")
    refused = any(finding.state == "wrong" and "does not take" in finding.what for finding in found)
    return not refused


async def _ask_slack(name: str, value: str, environ: Mapping[str, str]) -> Sequence[Finding]:
    from aibot.slack.doctor.slack_side import token_findings  # Slack's libraries are slow to import

    settings, _ = checked_settings(environ, http=False)
    return await token_findings(name, value, settings.api_url)
