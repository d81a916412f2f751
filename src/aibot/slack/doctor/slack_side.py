"""What only Slack can tell: whose the tokens are, what they may do, whether a socket opens, whether cards please it."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import aiohttp
from slack_sdk.errors import SlackApiError

from aibot.secrets import WHERE
from aibot.slack.app import web_client, web_session
from aibot.slack.doctor.app_settings import settings_findings
from aibot.slack.doctor.findings import Finding, clock_finding, same_app_finding, scopes_finding
from aibot.slack.manifest import OPTIONAL_SCOPES, SCOPES
from aibot.slack.refusals import TOKEN_REFUSED, UNREACHABLE, code_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from slack_sdk.web.async_client import AsyncWebClient

    from aibot.settings import Settings
    from aibot.slack.cards import Card

#  How long Slack may take to say hello on a fresh socket
HELLO_SECONDS = 10


class SlackSide:
    """Asks Slack."""

    def __init__(self, api_url: str, session: aiohttp.ClientSession, clock: Callable[[], datetime]) -> None:
        self._api_url, self._session, self._clock = api_url, session, clock
        self.bot_app = ""

    def _client(self, token: str = "") -> AsyncWebClient:
        return web_client(token, self._api_url, self._session)

    def _silent(self, check: str, error: BaseException) -> Finding:
        reason = str(error) or "no answer"
        return Finding(
            check,
            "wrong",
            f"Slack cannot be reached at {self._api_url} ({reason})",
            "check the network, the proxy (HTTPS_PROXY) and SLACK_API_URL",
        )

    async def bot_token(self, token: str) -> list[Finding]:
        """Whose the bot token is, its scopes, and the clock."""
        client = self._client(token)
        try:
            who = await client.auth_test()
        except SlackApiError as error:
            return [_refused("bot token", "SLACK_BOT_TOKEN", error)]
        except UNREACHABLE as error:
            return [self._silent("bot token", error)]
        now = self._clock()
        headers = {name.lower(): str(value) for name, value in who.headers.items()}
        held = [scope for scope in re.split(r"[,\s]+", headers.get("x-oauth-scopes", "")) if scope]
        found = [_whose(who), clock_finding(headers.get("date", ""), now)]
        if held:
            found.append(scopes_finding(held, SCOPES, OPTIONAL_SCOPES))
        else:
            found.append(Finding("scopes", "not checked", "Slack did not say which scopes the token holds"))
        self.bot_app = str(who.get("app_id") or "") or await self._app_of(
            client, str(who.get("bot_id") or "")
        )
        return found

    @staticmethod
    async def _app_of(client: AsyncWebClient, bot: str) -> str:
        """Which app a bot belongs to; told only to a token with users:read, an optional scope."""
        try:
            return str((await client.bots_info(bot=bot))["bot"].get("app_id") or "")
        except (SlackApiError, *UNREACHABLE):
            return ""

    async def app_token(
        self, token: str, *, hello: bool = True, running: Mapping[str, Any] | None = None
    ) -> list[Finding]:
        """Whether the app-level token opens a socket, and whether Slack says hello on it.

        Slack hands each command to any one of an app's sockets: where a bot that is `running` here has one that is
        alive, another would take some from it.
        """
        client = self._client(token)
        try:
            opened = await client.apps_connections_open(app_token=token)
        except SlackApiError as error:
            return [_refused("app-level token", "SLACK_APP_TOKEN", error)]
        except UNREACHABLE as error:
            return [self._silent("app-level token", error)]
        found = [Finding("app-level token", "ok", "Slack takes it")]
        socket = (running or {}).get("socket")
        if hello and isinstance(socket, dict) and socket.get("alive") is True:
            found.append(Finding("socket", "ok", "that of the bot that runs here is alive"))
        elif hello:
            found.append(await self._hello(str(opened.get("url", "")), client.proxy))
        return [*found, same_app_finding(self.bot_app, token)]

    async def _hello(self, url: str, proxy: str | None) -> Finding:
        try:
            async with asyncio.timeout(HELLO_SECONDS), self._session.ws_connect(url, proxy=proxy) as socket:
                message = await socket.receive()
        except (*UNREACHABLE, ValueError) as error:
            return _no_socket(type(error).__name__)
        data = _object(message.data) if message.type == aiohttp.WSMsgType.TEXT else {}
        if data.get("type") == "hello":
            # we leave at once: what Slack sends on this socket is nobody's
            return Finding("socket", "ok", f"opens; {data.get('num_connections', 1)} connected with this one")
        return _no_socket(str(data.get("reason") or data.get("type") or "it closed without a hello"))

    async def app_settings(self, app: str, token: str, settings: Settings, *, http: bool) -> list[Finding]:
        """The app's settings, which only a configuration token may see.

        https://docs.slack.dev/reference/methods/apps.manifest.export
        """
        if not app:
            what = (
                "Slack does not say which app the bot token belongs to; a token with users:read would be told"
            )
            return [Finding("app settings", "not checked", what)]
        try:
            exported = await self._client(token).apps_manifest_export(app_id=app)
        except SlackApiError as error:
            return [_refused("configuration token", "SLACK_CONFIG_TOKEN", error)]
        except UNREACHABLE as error:
            return [self._silent("app settings", error)]
        manifest = exported.get("manifest")
        return settings_findings(manifest if isinstance(manifest, dict) else {}, settings, http=http)

    async def running(self, host: str, port: int) -> dict[str, Any]:
        """What the bot that runs here says of itself; nothing where none does."""
        try:
            async with self._session.get(f"http://{host}:{port}/readyz") as response:
                report = await response.json()
        except (*UNREACHABLE, ValueError):
            return {}
        return report if isinstance(report, dict) else {}

    async def cards(self, cards: Mapping[str, Card]) -> Finding:
        """Whether Slack itself takes one card of every kind: https://docs.slack.dev/reference/methods/blocks.validate."""
        refused, rich_refused = [], False
        for kind, card in cards.items():
            try:
                reason = await self._refusal(card.blocks)
                # a workspace that has no tables and charts yet is not at fault: it gets the plain card
                rich_refused |= card.rich is not None and bool(await self._refusal(card.rich))
            except SlackApiError as error:
                return Finding("cards", "not checked", f"Slack would not look at them ({code_of(error)})")
            except UNREACHABLE:
                return Finding("cards", "not checked", "Slack cannot be reached")
            refused += [f"{kind} ({reason})"] if reason else []
        if refused:
            return Finding(
                "cards",
                "wrong",
                f"Slack refuses {len(refused)} of {len(cards)} kinds of answer: {'; '.join(refused)}",
                "people get the same answers as text; please report this with `aibot doctor --json`",
            )
        note = "; its tables and charts not yet, so people see them as lists" if rich_refused else ""
        return Finding("cards", "ok", f"Slack takes all {len(cards)} kinds of answer that were tried{note}")

    async def _refusal(self, blocks: list[dict[str, Any]]) -> str:
        """What Slack has against some blocks; "" where it takes them."""
        try:
            # slack_sdk's own blocks_validate puts them into the address, where a long card does not fit
            await self._client().api_call("blocks.validate", data={"blocks": json.dumps(blocks)})
        except SlackApiError as error:
            if code_of(error).startswith("invalid_"):
                return _first_error(error)
            raise
        return ""


async def token_findings(name: str, token: str, api_url: str) -> list[Finding]:
    """What Slack says of one token, by the name of its setting."""
    async with web_session() as session:
        slack = SlackSide(api_url, session, lambda: datetime.now(UTC))
        found = await (
            slack.bot_token(token) if name == "SLACK_BOT_TOKEN" else slack.app_token(token, hello=False)
        )
    return [finding for finding in found if finding.state != "not checked" or finding.check.endswith("token")]


def _whose(who: Any) -> Finding:
    where = f"{who.get('user')} in {who.get('team')} ({who.get('team_id')})"
    if not who.get("bot_id"):
        return Finding(
            "bot token",
            "wrong",
            f"it is a person's, not a bot's: {where}",
            WHERE["SLACK_BOT_TOKEN"],
        )
    return Finding("bot token", "ok", where)


def _refused(check: str, name: str, error: SlackApiError) -> Finding:
    reason = code_of(error)
    if reason not in TOKEN_REFUSED:
        return Finding(check, "not checked", f"Slack has no answer now ({reason})", "try again in a minute")
    if reason == "missing_scope":
        fix = f"make one with the scope {error.response.get('needed', 'connections:write')}: {WHERE[name]}"
    elif reason in ("account_inactive", "token_revoked", "token_expired"):
        fix = f"install the app anew and copy the new token: {WHERE[name]}"
    else:
        fix = f"copy it anew: {WHERE[name]}"
    return Finding(check, "wrong", f"Slack does not take {name} ({reason})", fix)


def _no_socket(reason: str) -> Finding:
    return Finding(
        "socket",
        "wrong",
        f"Slack gives out a socket, and it does not open ({reason})",
        "check that the network and its proxy let WebSockets (wss://) through, that Socket Mode is on in the app's "
        "settings, and that fewer than ten programs use this app-level token",
    )


def _object(text: str) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def _first_error(error: SlackApiError) -> str:
    errors = error.response.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else {}
    if not isinstance(first, dict):
        return str(first)
    return (
        f"{first.get('pointer', '')} {first.get('message') or first.get('code') or 'no reason given'}".strip()
    )
