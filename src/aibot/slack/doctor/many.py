"""What can be wrong where many workspaces install the bot: keys, the client's secret, the way back from Slack."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from aibot.errors import StorageError
from aibot.secrets import WHERE
from aibot.slack.doctor.findings import Finding, clock_finding
from aibot.slack.install.access import access
from aibot.slack.manifest import REDIRECT_PATH, SCOPES
from aibot.slack.refusals import UNREACHABLE, code_of
from aibot.storage import Memory
from aibot.storage.looking import look_at
from aibot.storage.schema import HEAD

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    import aiohttp

    from aibot.settings import Settings

_MOST = 10_000  # opening a seal takes some thirty microseconds


@dataclass(slots=True)
class Looked:
    """What stands in the database."""

    opened: int = 0  # installations whose seals were tried
    sealed_otherwise: list[str] = field(default_factory=list)
    lacking: Counter[str] = field(default_factory=Counter)  # how many installations lack a scope
    apps: Counter[str] = field(default_factory=Counter)

    @property
    def app(self) -> str:
        """The app that was installed; "" where none was."""
        return next((app for app, _ in self.apps.most_common(1)), "")


async def look(settings: Settings) -> tuple[Looked, list[Finding]]:
    """Whether the database answers, a key opens every token in it, and workspaces granted what is asked for now."""
    if not settings.keys:
        return Looked(), [Finding("installations", "not checked", "that takes AIBOT_KEYS")]
    try:
        looked = await asyncio.to_thread(_look, settings)
    except StorageError as error:
        fix = "correct AIBOT_DATABASE, or start the database"
        return Looked(), [Finding("installations", "wrong", str(error), fix)]
    if looked is None:
        reason = f"the database has no tables of schema {HEAD}; looking would make them"
        return Looked(), [Finding("installations", "not checked", reason)]
    return looked, [_seals_finding(looked), *_scopes_findings(looked)]


def _seals_finding(looked: Looked) -> Finding:
    if wrong := looked.sealed_otherwise:
        return Finding(
            "installations",
            "wrong",
            f"no key of AIBOT_KEYS opens the tokens of {len(wrong)} of {looked.opened}: {', '.join(wrong[:10])}",
            "put the key they were sealed with behind the others, then `aibot keys rotate`; where that key is lost, "
            "these workspaces must install the bot again",
        )
    return Finding("installations", "ok", f"{looked.opened}, and a key opens each token looked at")


def _scopes_findings(looked: Looked) -> list[Finding]:
    total = looked.apps.total()
    if not total:
        return []
    if not looked.lacking:
        return [Finding("scopes", "ok", f"each of {total} granted all that the manifest asks for")]
    lacking = ", ".join(f"{scope}: {count}" for scope, count in sorted(looked.lacking.items()))
    return [
        Finding(
            "scopes",
            "wrong",
            f"of {total} installations some were made without a scope that the manifest asks for now ({lacking})",
            "put the manifest of `aibot manifest --many` into the app (App Manifest); these workspaces must install "
            "the bot again: a token keeps the scopes it was made with",
        )
    ]


def _look(settings: Settings) -> Looked | None:
    if look_at(settings.database).schema != HEAD:
        return None
    memory, looked = Memory.open(settings.database, keys=settings.keys), Looked()
    try:
        looked.opened, looked.sealed_otherwise = memory.installations.unreadable(most=_MOST)
        for page in memory.installations.every():
            for row in page:
                looked.apps[row.app] += 1
                looked.lacking.update(set(SCOPES) - set(row.scopes.split()))
    finally:
        memory.close()
    return looked


async def client_findings(
    settings: Settings, session: aiohttp.ClientSession, clock: Callable[[], datetime]
) -> list[Finding]:
    """Whether Slack knows the client, and this machine's clock beside Slack's."""
    if not (settings.client_id and settings.client_secret):
        return [Finding("client", "not checked", "that takes SLACK_CLIENT_ID and SLACK_CLIENT_SECRET")]
    finding, date = await _client_finding(settings, session)
    return [finding, *([clock_finding(date, clock())] if date else [])]


async def _client_finding(settings: Settings, session: aiohttp.ClientSession) -> tuple[Finding, str]:
    """Whether Slack knows the client and its secret: it looks at them before it looks at the code, which is none.

    Beside it the date of Slack's answer, "" where there is none.
    """
    date = ""
    client = AsyncWebClient(base_url=settings.api_url, session=session, retry_handlers=[])
    try:
        await access(client, settings.client_id, settings.client_secret, code="doctor")
    except SlackApiError as error:
        code = code_of(error)
        headers = dict(getattr(error.response, "headers", None) or {})
        date = next((str(value) for name, value in headers.items() if name.lower() == "date"), "")
    except UNREACHABLE as error:
        return Finding("client", "not checked", f"Slack cannot be reached ({type(error).__name__})"), ""
    else:
        code = ""
    if code == "invalid_code":
        return Finding("client", "ok", f"Slack knows {settings.client_id} and its secret"), date
    name = {"invalid_client_id": "SLACK_CLIENT_ID", "bad_client_secret": "SLACK_CLIENT_SECRET"}.get(code)
    if name is None:
        what = f"Slack answered {code or 'without a reason'}; try again in a minute"
        return Finding("client", "not checked", what), date
    refused = f"Slack does not take {name} ({code})"
    return Finding("client", "wrong", refused, f"copy it anew: {WHERE[name]}"), date


def redirect_finding(settings: Settings, manifest: Any) -> Finding:
    """Whether the manifest names the way back; what the app itself has, Slack tells nobody but its owner."""
    if not settings.url:
        return Finding("redirect URL", "not checked", "that takes AIBOT_URL")
    wanted = f"{settings.url}{REDIRECT_PATH}"
    if manifest is None:
        return Finding(
            "redirect URL",
            "not checked",
            f"{wanted} must stand under OAuth & Permissions → Redirect URLs; there is no slack-manifest.yml here to "
            "compare with, and Slack shows the app's own to its owner alone",
        )
    config = manifest.get("oauth_config") if isinstance(manifest, dict) else None
    named = config.get("redirect_urls") if isinstance(config, dict) else None
    if isinstance(named, list) and wanted in named:
        return Finding("redirect URL", "ok", f"{wanted}, as in the manifest; the app must have it, too")
    return Finding(
        "redirect URL",
        "wrong",
        f"the manifest does not name {wanted}",
        f"`aibot manifest --many --http {settings.url}` prints the right one for App Manifest; or correct AIBOT_URL",
    )
