"""The fake's own HTTP server: the Web API, response_urls, the OAuth page and Socket Mode's address."""

from __future__ import annotations

import asyncio
import html
import json
import secrets
import socket
import struct
from email.utils import formatdate
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route, WebSocketRoute
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from .bodies import arguments, basic_credentials, token_of
from .record import Exchange, Record
from .state import Refusal, State
from .web_api import answer
from .web_api.call import Call

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

    from .answers import Answers
    from .blocks_check import BlocksCheck
    from .faults import Fault, Faults
    from .socket_mode import SocketMode
    from .workspace import Json

URL_ERRORS = {"used_url": 404, "expired_url": 404, "invalid_url": 404, "invalid_payload": 400}


class Protocol(HttpToolsProtocol):
    """uvicorn's HTTP, which also lets a response be cut off with a TCP reset."""

    def on_message_begin(self) -> None:
        """Put the way to cut the connection off into the scope."""
        super().on_message_begin()
        self.scope["extensions"] = {
            **(self.scope.get("extensions") or {}),
            "fake_slack.cut": {"cut": self._cut},
        }

    def _cut(self) -> None:
        raw = self.transport.get_extra_info("socket")
        if (
            raw is not None and not self.transport.is_closing()
        ):  # whoever gave up waiting has closed it already
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()


class Silence(Response):
    """No answer: the connection is reset, or left open until the fake ends."""

    def __init__(self, *, until: asyncio.Event | None) -> None:
        super().__init__()
        self._until = until

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait, or not, and then cut the connection off."""
        del receive, send
        if self._until is not None:
            await self._until.wait()
        scope["extensions"]["fake_slack.cut"]["cut"]()


class HttpSide:
    """Answers the app's requests."""

    def __init__(  # noqa: PLR0913  (it is where everything meets)
        self,
        *,
        state: State,
        checks: BlocksCheck,
        record: Record,
        faults: Faults,
        answers: Answers,
        sockets: SocketMode,
    ) -> None:
        self._state, self._checks, self._record = state, checks, record
        self._faults, self._answers = faults, answers
        self.url = ""
        self.ending = asyncio.Event()
        self.app = Starlette(
            routes=[
                Route("/api/{method}", self._web_api, methods=["GET", "POST"]),
                Route("/commands/{rest:path}", self._response_url, methods=["POST"]),
                Route("/actions/{rest:path}", self._response_url, methods=["POST"]),
                Route("/oauth/v2/authorize", self._authorize),
                Route("/oauth/v2/authorize/allow", self._allow, methods=["POST"]),
                WebSocketRoute("/link/", sockets.serve),
            ]
        )

    async def _web_api(self, request: Request) -> Response:
        method, body = request.path_params["method"], await request.body()
        exchange = self._exchange(method, request, body)
        args, wrong = arguments(request, body)
        token = token_of(request, args)
        found = self._state.token(token)
        fault = self._faults.take(method, channel=args.get("channel"), team=found.team if found else None)
        if fault is not None and not fault.kind.startswith("accept"):
            return self._trouble(fault, exchange)
        call = Call(self._state, self._checks, self.url, args, basic_credentials(request))
        result: Json = {"ok": False, "error": wrong} if wrong else answer(method, call, token)
        if fault is not None:
            self._finish(exchange, status=None, body=json.dumps(result).encode(), failure=fault.kind)
            return Silence(until=self.ending if fault.kind == "accept_then_hang" else None)
        response = JSONResponse(result, headers=self._headers(found))
        return self._answered(exchange, response)

    def _headers(self, token: Any) -> dict[str, str]:
        # Slack's answers carry its time, so an app can tell that its own clock is wrong
        date = {"Date": formatdate(self._state.clock(), usegmt=True)}
        return {"X-OAuth-Scopes": ",".join(token.scopes), **date} if token else date

    def _trouble(self, fault: Fault, exchange: Exchange) -> Response:
        if fault.kind in {"hang", "reset"}:
            self._finish(exchange, status=None, body=b"", failure=fault.kind)
            return Silence(until=self.ending if fault.kind == "hang" else None)
        response: Response
        if fault.kind == "rate_limit":
            limited = {"ok": False, "error": "ratelimited"}
            response = JSONResponse(limited, 429, {"Retry-After": str(fault.retry_after)})
        elif fault.kind == "server_error":
            response = PlainTextResponse("", fault.status)
        elif fault.kind == "garbage":
            response = HTMLResponse("<html>upstream connect error</html>", fault.status)
        else:
            response = JSONResponse({"ok": False, "error": fault.error, **fault.extra})
        return self._answered(exchange, response)

    async def _response_url(self, request: Request) -> Response:
        key, body = request.path_params["rest"].rsplit("/", 1)[-1], await request.body()
        exchange = self._exchange("response_url", request, body)
        fault = self._faults.take("response_url")
        if fault is not None and not fault.kind.startswith("accept"):
            return self._trouble(fault, exchange)
        response: Response = PlainTextResponse("ok")
        try:
            message = self._answers.use_response_url(key, body)
            exchange.messages += [message] if message is not None else []
        except Refusal as refusal:
            exchange.problems += [str(one) for one in refusal.more.get("errors", [])]  # type: ignore[attr-defined]
            status = URL_ERRORS.get(refusal.error, 400)
            response = JSONResponse({"ok": False, "error": refusal.error}, status)
        if fault is not None:
            self._finish(exchange, status=None, body=bytes(response.body), failure=fault.kind)
            return Silence(until=self.ending if fault.kind == "accept_then_hang" else None)
        return self._answered(exchange, response)

    async def _authorize(self, request: Request) -> Response:
        """Show the page on which a person would allow the installation."""
        query = request.query_params
        if query.get("client_id") != self._state.app.client_id:
            return HTMLResponse("Invalid client_id parameter", 400)
        redirect = query.get("redirect_uri", "")
        if redirect and self._state.app.redirect_urls and redirect not in self._state.app.redirect_urls:
            return HTMLResponse("redirect_uri did not match any configured URIs", 400)
        return HTMLResponse(_consent(self._state, dict(query)))

    async def _allow(self, request: Request) -> Response:
        """Allow the installation and go back to the app with a code (rules.OAUTH_CODE)."""
        asked, _ = arguments(request, await request.body())
        redirect = str(asked.get("redirect_uri", ""))
        target = redirect or next(iter(self._state.app.redirect_urls), "")
        if not target:
            return HTMLResponse("no redirect_uri", 400)
        answer_query = {"state": str(asked.get("state", ""))}
        if asked.get("deny"):
            return RedirectResponse(f"{target}?{urlencode({'error': 'access_denied', **answer_query})}", 302)
        if self._state.app.redirect_urls and target not in self._state.app.redirect_urls:
            return HTMLResponse("redirect_uri did not match any configured URIs", 400)
        scopes = tuple(scope for scope in str(asked.get("scope", "")).split(",") if scope)
        team = str(asked.get("team") or next(iter(self._state.workspaces)))
        code = self.new_code(team, scopes or self._state.scopes, redirect)
        return RedirectResponse(f"{target}?{urlencode({'code': code, **answer_query})}", 302)

    def new_code(self, team: str, scopes: tuple[str, ...], redirect_uri: str) -> str:
        """Make the code that a person's consent gives."""
        code = f"{self._state.number()}.{secrets.token_hex(8)}"
        self._state.oauth_codes[code] = (self._state.clock(), team, scopes, redirect_uri)
        return code

    def _exchange(self, name: str, request: Request, body: bytes) -> Exchange:
        headers = dict(request.headers)
        return Exchange("from_app", name, "http", str(request.url), headers, body, self._state.clock())

    def _answered(self, exchange: Exchange, response: Response) -> Response:
        response.headers["Date"] = formatdate(self._state.clock(), usegmt=True)
        self._finish(exchange, status=response.status_code, body=bytes(response.body))
        exchange.response_headers = dict(response.headers)
        return response

    def _finish(
        self, exchange: Exchange, *, status: int | None, body: bytes, failure: str | None = None
    ) -> None:
        exchange.status, exchange.response_body, exchange.failure = status, body, failure
        self._record.add(exchange)


def _consent(state: State, asked: dict[str, str]) -> str:
    """The page with a button for every workspace and organisation, and one to decline."""
    organisations = {one.enterprise_id for one in state.workspaces.values() if one.enterprise_id}
    hidden = "".join(
        f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
        for name, value in asked.items()
    )
    buttons = "".join(
        f'<button name="team" value="{html.escape(team)}">Allow in {html.escape(team)}</button>'
        for team in (*state.workspaces, *sorted(organisations))
    )
    return (
        f'<!doctype html><title>Slack</title><form method="post" action="/oauth/v2/authorize/allow">{hidden}'
        f"<h1>{html.escape(state.app.name)} asks for: {html.escape(asked.get('scope', ''))}</h1>{buttons}"
        '<button name="deny" value="1">Deny</button></form>'
    )
