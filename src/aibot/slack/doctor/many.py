"""What can be wrong where many workspaces install the bot: keys, the client's secret, the way back from Slack."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from aibot.errors import StorageError
from aibot.secrets import WHERE
from aibot.slack.doctor.findings import Finding
from aibot.slack.install.access import UNREACHABLE, access, code_of
from aibot.slack.manifest import REDIRECT_PATH
from aibot.storage import Memory

if TYPE_CHECKING:
    import aiohttp

    from aibot.settings import Settings

_MOST = 10_000  # opening a seal takes some thirty microseconds


async def installations_finding(settings: Settings) -> Finding:
    """Whether the database answers, and whether a key opens every token in it."""
    try:
        looked, wrong = await asyncio.to_thread(_look, settings)
    except StorageError as error:
        return Finding("installations", "wrong", str(error), "correct AIBOT_DATABASE, or start the database")
    if wrong:
        return Finding(
            "installations",
            "wrong",
            f"no key of AIBOT_KEYS opens the tokens of {len(wrong)} of {looked}: {', '.join(wrong[:10])}",
            "put the key they were sealed with behind the others, then `aibot keys rotate`; where that key is lost, "
            "these workspaces must install the bot again",
        )
    return Finding("installations", "ok", f"{looked}, and a key opens each token looked at")


def _look(settings: Settings) -> tuple[int, list[str]]:
    memory = Memory.open(settings.database, keys=settings.keys)
    try:
        return memory.installations.unreadable(most=_MOST)
    finally:
        memory.close()


async def client_finding(settings: Settings, session: aiohttp.ClientSession) -> Finding:
    """Whether Slack knows the client and its secret: it looks at them before it looks at the code, which is none."""
    client = AsyncWebClient(base_url=settings.api_url, session=session, retry_handlers=[])
    try:
        await access(client, settings.client_id, settings.client_secret, code="doctor")
    except SlackApiError as error:
        code = code_of(error)
    except UNREACHABLE as error:
        return Finding("client", "not checked", f"Slack cannot be reached ({type(error).__name__})")
    else:
        code = ""
    if code == "invalid_code":
        return Finding("client", "ok", f"Slack knows {settings.client_id} and its secret")
    name = {"invalid_client_id": "SLACK_CLIENT_ID", "bad_client_secret": "SLACK_CLIENT_SECRET"}.get(code)
    if name is None:
        return Finding(
            "client", "not checked", f"Slack answered {code or 'without a reason'}; try again in a minute"
        )
    return Finding("client", "wrong", f"Slack does not take {name} ({code})", f"copy it anew: {WHERE[name]}")


def redirect_finding(settings: Settings, manifest: Any) -> Finding:
    """Whether the manifest names the way back; what the app itself has, Slack tells nobody but its owner."""
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
