"""The whole examination, in the order in which things are mended: settings, facts, then what Slack says."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import yaml

from aibot.errors import FactsError, PhrasesError
from aibot.load import load_facts, load_phrases
from aibot.secrets import with_secret_files
from aibot.settings import checked_settings
from aibot.slack.app import web_session
from aibot.slack.doctor.app_settings import signing_secret_finding, unseen
from aibot.slack.doctor.cards import sample_cards
from aibot.slack.doctor.database_side import database_finding
from aibot.slack.doctor.findings import Finding, app_named_in, command_finding
from aibot.slack.doctor.many import client_findings, look, redirect_finding
from aibot.slack.doctor.slack_side import SlackSide

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    from aibot.core.facts import FactBase
    from aibot.core.language import Phrases
    from aibot.settings import Settings

_FIX_SETTINGS = "`aibot settings` lists every setting; `aibot init` asks for what is needed"


async def examine(
    environ: Mapping[str, str],
    *,
    http: bool | None,
    clock: Callable[[], datetime],
    facts: Path | None = None,
    manifest: Path | None = None,
) -> list[Finding]:
    """Everything that can be found out, right or wrong; `http` is None for a worker, which only posts."""
    settings, problems = checked_settings(environ, http=http)
    found = [Finding("settings", "wrong", problem, _FIX_SETTINGS) for problem in problems]
    if not found:
        mode = {True: "HTTP", False: "Socket Mode", None: "a worker"}[http]
        found.append(Finding("settings", "ok", f"complete for {mode}"))
    base, facts_found = _facts(facts or settings.facts)
    phrases, phrases_found = _phrases()
    found += [*facts_found, phrases_found, _command(settings, manifest)]
    found.append(await asyncio.to_thread(database_finding, settings.database))
    async with web_session() as session:
        slack = SlackSide(settings.api_url, session, clock)
        if settings.many:
            looked, installations_found = await look(settings)
            found += await client_findings(settings, session, clock)
            if http is not None:
                found.append(redirect_finding(settings, _manifest(manifest)))
            found += installations_found
            slack.bot_app = looked.app
        if settings.bot_token:
            found += await slack.bot_token(settings.bot_token)
        port = settings.health_port or (settings.port if http else None)
        running = await slack.running(settings.host, port) if port else {}
        if http is False and settings.app_token:
            found += await slack.app_token(settings.app_token, running=running)
        if http and settings.signing_secret:
            found.append(signing_secret_finding(running))
        if http is not None:
            found += await _settings_in_slack(slack, environ, settings, running, http=http)
        if base is not None and phrases is not None:
            found.append(await slack.cards(sample_cards(base, phrases, settings.command, clock())))
    return found


async def _settings_in_slack(
    slack: SlackSide,
    environ: Mapping[str, str],
    settings: Settings,
    running: Mapping[str, Any],
    *,
    http: bool,
) -> list[Finding]:
    """The app's settings in Slack where we may see them, else what can be said without."""
    values, _ = with_secret_files({name: value.strip() for name, value in environ.items()})
    if token := values.get("SLACK_CONFIG_TOKEN"):
        app = slack.bot_app or app_named_in(settings.app_token)
        return await slack.app_settings(app, token, settings, http=http)
    last = running.get("last_request_seconds")
    return [unseen(float(last) if isinstance(last, int | float) else None)]


def _manifest(path: Path | None) -> Any:
    """The manifest that was given to Slack, None where there is none; one that cannot be read is told of elsewhere."""
    if path is None or not path.is_file():
        return None
    try:
        return yaml.safe_load(path.read_text("utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        return {}


def _facts(path: Path | None) -> tuple[FactBase | None, list[Finding]]:
    try:
        base = load_facts(path)
    except FactsError as error:
        return None, [Finding("facts", "wrong", str(problem)) for problem in error.problems]
    return base, [Finding("facts", "ok", f"{len(base)} entries, {len(base.names)} names")]


def _phrases() -> tuple[Phrases | None, Finding]:
    try:
        phrases = load_phrases()
    except PhrasesError as error:
        return None, Finding("phrases", "wrong", str(error), "install aibot anew, or mend src/aibot/phrases/")
    return phrases, Finding("phrases", "ok", "complete in every language")


def _command(settings: Settings, manifest: Path | None) -> Finding:
    if manifest is None or not manifest.is_file():
        return Finding(
            "command",
            "not checked",
            f"{settings.command}; there is no slack-manifest.yml here to compare with",
        )
    try:
        return command_finding(settings.command, yaml.safe_load(manifest.read_text("utf-8")))
    except (OSError, ValueError, yaml.YAMLError):
        return Finding(
            "command", "wrong", f"{manifest} is no manifest", f"`aibot manifest > {manifest}` makes a new one"
        )
