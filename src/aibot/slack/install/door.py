"""Where workspaces install the bot: /slack/install leads to Slack, and Slack leads back to /slack/oauth_redirect.

https://docs.slack.dev/authentication/installing-with-oauth. An installation must come back to the browser it began in
(a cookie) with a state that we issued, within ten minutes, once (the database). Both are checked before Slack is asked.
Each installation has a cookie of its own, so that two that began in two tabs can both be finished.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import re
import secrets
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote

from slack_sdk.errors import SlackApiError
from slack_sdk.oauth import AuthorizeUrlGenerator
from starlette.responses import PlainTextResponse, RedirectResponse

from aibot.errors import StorageError
from aibot.slack.install.access import access
from aibot.slack.install.page import Page, drawn, headers
from aibot.slack.manifest import INSTALL_PATH, OPTIONAL_SCOPES, REDIRECT_PATH, SCOPES
from aibot.slack.refusals import UNREACHABLE, code_of
from aibot.storage import Installation
from aibot.storage.oauth_states import SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from aibot.core.language import Phrases
    from aibot.settings import Settings
    from aibot.slack.bot import Bot
    from aibot.slack.install.installed import Installed

log = logging.getLogger(__name__)

#  The prefix makes browsers insist on Secure, on the whole host, and on no other host having set it
_COOKIE = "__Host-aibot-install"
_OURS = re.compile(rf"{_COOKIE}-[0-9a-f]{{16}}")
#  Installations that one browser may have under way; the one it began first gives way. Headers stay small
MOST_OPEN = 5
_LONGEST = 512  # of a code or a state; Slack's are far shorter
#  https://docs.slack.dev/reference/methods/oauth.v2.access#errors
SPENT = frozenset({"invalid_code", "code_already_used", "code_expired"})
OURS = frozenset(
    {
        "invalid_client_id", "bad_client_secret", "bad_redirect_uri", "no_scopes", "invalid_scope",
        "invalid_team_for_non_distributed_app", "oauth_authorization_url_mismatch", "invalid_arguments",
    }
)  # fmt: skip


class Door:
    """Leads people through an installation."""

    paths = frozenset({INSTALL_PATH, REDIRECT_PATH})

    def __init__(  # noqa: PLR0913  # what it stands on
        self,
        installed: Installed,
        phrases: Phrases,
        *,
        url: str,
        api_url: str,
        client_id: str,
        client_secret: str,
        command: str = "/ai",
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._installed, self._phrases, self._command = installed, phrases, command
        self._id, self._secret, self._url, self._clock = client_id, client_secret, url, clock
        self._redirect = f"{url}{REDIRECT_PATH}"
        self._slack = AuthorizeUrlGenerator(
            client_id=client_id,
            scopes=[*SCOPES, *OPTIONAL_SCOPES],
            redirect_uri=quote(self._redirect, safe=""),  # it puts everything into the address as it is
            authorization_url=f"{api_url.removesuffix('/').removesuffix('/api')}/oauth/v2/authorize",
        )

    @classmethod
    def of(cls, settings: Settings, installed: Installed, bot: Bot) -> Self:
        """The door that the settings ask for."""
        return cls(
            installed,
            bot.cards.phrases,
            url=settings.url,
            api_url=settings.api_url,
            client_id=settings.client_id,
            client_secret=settings.client_secret,
            command=settings.command,
        )

    async def respond(self, request: Request) -> Response:
        """Answer a browser."""
        if request.method != "GET":
            return PlainTextResponse("only GET", 405, {"allow": "GET", **headers()})
        try:
            if request.scope["path"] == INSTALL_PATH:  # `request.url` fails where the query is no UTF-8
                return self._begin(request)
            return drawn(await self._finish(request), self._phrases)
        except StorageError as error:
            reference = secrets.token_hex(4)
            log.error("reference=%s an installation could not be written down: %s", reference, error)  # noqa: TRY400
            return drawn(self._page("storage", 503, reference=reference), self._phrases)

    def _begin(self, request: Request) -> Response:
        """Send the browser to Slack, with a state that it must bring back."""
        state = self._installed.memory.oauth_states.issue()
        response = RedirectResponse(self._slack.generate(quote(state, safe="")), 302, headers())
        # a browser sends what it was given first before the rest: https://www.rfc-editor.org/rfc/rfc6265#section-5.4
        under_way = [name for name in request.cookies if _OURS.fullmatch(name)]
        for name in under_way[: max(0, len(under_way) + 1 - MOST_OPEN)]:
            _set_cookie(response, name, "", 0)
        _set_cookie(response, cookie_of(state), state, SECONDS)
        return response

    async def _finish(self, request: Request) -> Page:
        """What comes of an installation that Slack sends back."""
        query = request.query_params
        if query.get("error"):  # access_denied; another would be no better news
            return self._page("denied", 403)
        code, state = query.get("code", ""), query.get("state", "")
        if not code or not state or len(code) > _LONGEST or len(state) > _LONGEST:
            return self._page("expired", 400)
        brought = request.cookies.get(cookie_of(state), "")
        if not hmac.compare_digest(state.encode("utf-8", "replace"), brought.encode("utf-8", "replace")):
            log.warning("an installation came back to another browser than it began in")
            return self._page("browser", 403)
        if not await asyncio.to_thread(self._installed.memory.oauth_states.use, state):
            return self._page("expired", 400)
        return await self._exchange(code)

    async def _exchange(self, code: str) -> Page:
        client = self._installed.anonymous()
        try:
            answer = await access(client, self._id, self._secret, code=code, redirect_uri=self._redirect)
        except SlackApiError as error:
            return self._refused(code_of(error))
        except UNREACHABLE as error:
            log.error("Slack did not answer an installation: %s", type(error).__name__)  # noqa: TRY400
            return self._page("down", 503)
        new = _installation(answer, self._clock())
        if new is None:
            log.error("Slack gave an installation without a bot token or a workspace")
            return self._page("operator", 500, code="no_bot_token")
        await asyncio.to_thread(self._installed.memory.installations.save, await self._with_bot(new))
        self._installed.forget(new.team, new.enterprise)
        log.info("installed in %s", new.team or new.enterprise)
        return self._done(new, answer)

    async def _with_bot(self, new: Installation) -> Installation:
        """The installation with the bot's id, which Slack tells only on asking; it does without it as well."""
        try:
            who = await self._installed.anonymous().auth_test(token=new.token)
        except (SlackApiError, *UNREACHABLE) as error:
            log.warning("Slack did not say which bot was installed: %s", type(error).__name__)
            return new
        return replace(new, bot=str(who.get("bot_id") or ""))

    def _done(self, new: Installation, answer: Any) -> Page:
        if not new.team:
            name = str((answer.get("enterprise") or {}).get("name") or new.enterprise)
            # https://docs.slack.dev/enterprise/developing-for-enterprise-orgs: an admin adds the workspaces
            link = (
                f"https://app.slack.com/manage/{quote(new.enterprise)}/integrations/profile/{quote(new.app)}"
            )
            return Page("done", values={"team": name}, what="org", link=("open", link))
        name = str((answer.get("team") or {}).get("name") or new.team)
        link = f"https://slack.com/app_redirect?app={quote(new.app)}&team={quote(new.team)}"
        return Page("done", values={"team": name, "command": self._command}, link=("open", link))

    def _refused(self, code: str) -> Page:
        if code in SPENT:
            return self._page("code", 400)
        if code in OURS:
            log.error("nobody can install the bot: Slack refuses its settings (%s); `aibot doctor`", code)
            return self._page("operator", 500, code=code)
        log.error("Slack refused an installation: %s", code or "no reason given")
        return self._page("down", 503)

    def _page(self, name: str, status: int, **values: str) -> Page:
        link = None if name == "operator" else ("again", f"{self._url}{INSTALL_PATH}")
        return Page(name, status, values, link=link)


def cookie_of(state: str) -> str:
    """The name of the cookie that goes with a state."""
    return f"{_COOKIE}-{hashlib.sha256(state.encode('utf-8', 'replace')).hexdigest()[:16]}"


def _set_cookie(response: Response, name: str, value: str, seconds: int) -> None:
    # Lax, not Strict: the browser comes back from Slack's site
    response.set_cookie(name, value, max_age=seconds, path="/", secure=True, httponly=True, samesite="lax")


def _installation(answer: Any, now: float) -> Installation | None:
    """What Slack gave: https://docs.slack.dev/reference/methods/oauth.v2.access. None without a bot."""
    team, enterprise = (answer.get(name) or {} for name in ("team", "enterprise"))
    whole = bool(answer.get("is_enterprise_install"))
    new = Installation(
        enterprise=str(enterprise.get("id") or ""),
        team="" if whole else str(team.get("id") or ""),
        app=str(answer.get("app_id") or ""),
        bot="",
        bot_user=str(answer.get("bot_user_id") or ""),
        token=str(answer.get("access_token") or ""),
        refresh_token=str(answer["refresh_token"]) if answer.get("refresh_token") else None,
        expires_at=now + float(answer["expires_in"]) if answer.get("expires_in") else None,
        scopes=tuple(sorted(scope for scope in str(answer.get("scope") or "").split(",") if scope)),
        installer=str((answer.get("authed_user") or {}).get("id") or ""),
    )
    is_bot = answer.get("token_type") == "bot" and new.token and new.bot_user
    return new if is_bot and (new.team or (whole and new.enterprise)) else None
