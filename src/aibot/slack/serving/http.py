"""HTTP mode: an ASGI app that checks size, form and signature before anything is parsed, then asks Bolt."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
import re
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from slack_bolt.async_app import AsyncBoltRequest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from aibot.logs import begin_request
from aibot.slack.entrance import MAX_AGE, SIGNATURE
from aibot.slack.serving.health import PATHS, Health

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from slack_bolt.async_app import AsyncApp
    from starlette.types import Receive, Scope, Send

    from aibot.slack.install.door import Door

log = logging.getLogger(__name__)

#  A slash command or an event is a few kilobytes; a view submission at most some hundred
MAX_BODY = 1_000_000
#  Slack gives up after 3 seconds (https://docs.slack.dev/apis/events-api/#responding); a slower sender is not Slack
BODY_SECONDS = 5.0
#  All bodies under way together: whoever sends large ones, signed by nobody, does not fill the memory
MAX_HELD = 32_000_000
#  Above it only what is smaller than this gets in
SMALL = 64_000
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")
_FORGED = "the signature is not Slack's"
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


class Refused(Exception):  # noqa: N818  # not an error of ours: a request that gets no further
    """A request is turned away with an HTTP status and one line that says why."""

    def __init__(self, status: int, reason: str) -> None:
        self.status, self.reason = status, reason


class HttpApp:
    """POST /slack/events for Slack, GET /healthz and /readyz for whoever watches."""

    def __init__(  # noqa: PLR0913  # two parts, and four things that have their defaults
        self,
        app: AsyncApp,
        signing_secret: str,
        *,
        clock: Callable[[], float] = time.time,
        on_stop: Callable[[], Awaitable[None]] | None = None,
        health: Health | None = None,
        door: Door | None = None,
    ) -> None:
        """`door` is where workspaces install the bot; without it there is none."""
        self._app, self._secret, self._clock, self._on_stop = app, signing_secret.encode(), clock, on_stop
        self._health = health or Health()
        self._door = door
        self._held = 0  # bytes of all bodies under way

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or the server's own start and stop."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close"})
        elif scope["type"] == "http":
            response = await self._respond(scope, receive)
            await response(scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            else:
                if self._on_stop is not None:
                    await self._on_stop()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _respond(self, scope: Scope, receive: Receive) -> Response:
        if scope["path"] in PATHS:
            return self._health.respond(scope["path"], scope["method"])
        if self._door is not None and scope["path"] in self._door.paths:
            begin_request()
            return await self._door.respond(Request(scope))
        if scope["path"] != "/slack/events":
            return PlainTextResponse("not found: Slack's requests go to /slack/events", 404)
        if scope["method"] != "POST":
            return PlainTextResponse("Slack's requests are POST", 405, {"allow": "POST"})
        begin_request()
        try:
            request = await self._request(scope, receive)
        except Refused as refused:
            self._health.note_refusal(refused.status, forged=refused.reason == _FORGED)
            log.info("refused a request: status=%d %s", refused.status, refused.reason)
            return PlainTextResponse(refused.reason, refused.status)
        try:
            with self._health.tracing.request("http"):
                answered = await self._app.async_dispatch(request)
        except (
            Exception
        ):  # our listeners answer for themselves: what fails before them is no request of Slack's
            log.exception("a signed request made no sense")
            return PlainTextResponse("the request is none of Slack's", 400)
        headers = {name: value for name, values in answered.headers.items() for value in values}
        return Response(answered.body, answered.status, headers)

    async def _request(self, scope: Scope, receive: Receive) -> AsyncBoltRequest:
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in (FORM, JSON):
            raise Refused(415, "the content type is neither a form nor JSON")
        timestamp, given = self._signed(headers)
        body = await self._body(headers, receive)
        if not hmac.compare_digest(self._signature(timestamp, body), given):
            raise Refused(401, _FORGED)
        self._health.note_request()
        try:
            parsed = _parsed(body, kind)
        except (ValueError, RecursionError):
            raise Refused(400, "the body is not what its content type says") from None
        if not isinstance(parsed, dict):
            raise Refused(400, "the body is not an object")
        # Slack sends an event again with the same signature within the same second; its event_id settles that
        signature = {SIGNATURE: given} if kind == FORM else {}
        try:
            # an object, as Socket Mode has it: Bolt's own reading of forms loses commands that hold the word "payload"
            return AsyncBoltRequest(body=parsed, context=signature, mode="socket_mode")
        except (TypeError, AttributeError, KeyError):
            raise Refused(400, "the body is none of Slack's") from None

    async def _body(self, headers: dict[str, str], receive: Receive) -> bytes:
        length = headers.get("content-length", "0")
        # a number of more than 4,300 digits is none to Python
        if length.isascii() and length.isdecimal() and (len(length) > 20 or int(length) > MAX_BODY):
            raise Refused(413, f"the body is larger than {MAX_BODY} bytes")
        body = bytearray()
        try:
            async with asyncio.timeout(BODY_SECONDS):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise Refused(400, "the connection ended before the body did")
                    piece = message.get("body", b"")
                    body += piece
                    self._held += len(piece)
                    if len(body) > MAX_BODY:
                        raise Refused(413, f"the body is larger than {MAX_BODY} bytes")
                    if self._held > MAX_HELD and len(body) > SMALL:
                        raise Refused(503, "too many large bodies at once")
                    if not message.get("more_body", False):
                        return bytes(body)
        except TimeoutError:
            raise Refused(408, "the body came too slowly") from None
        finally:
            self._held -= len(body)

    def _signed(self, headers: dict[str, str]) -> tuple[str, str]:
        """The timestamp and the signature that a request claims, before anything of its body is taken in."""
        timestamp, given = headers.get("x-slack-request-timestamp", ""), headers.get("x-slack-signature", "")
        if not timestamp or not given:
            raise Refused(401, "the request is not signed")
        if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 12):
            raise Refused(400, "the timestamp is not a number")
        if abs(self._clock() - int(timestamp)) > MAX_AGE:
            raise Refused(401, "the request is too old or too new")
        if not _SIGNATURE.fullmatch(given):
            raise Refused(401, "the signature has not the form of Slack's")
        return timestamp, given

    def _signature(self, timestamp: str, body: bytes) -> str:
        """https://docs.slack.dev/authentication/verifying-requests-from-slack; to be compared in constant time."""
        signed = hmac.new(self._secret, b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256)
        return "v0=" + signed.hexdigest()


def _parsed(body: bytes, kind: str) -> Any:
    """What Slack sends: JSON for events, a form for commands, JSON in a form's `payload` for all else."""
    text = body.decode("utf-8")
    if kind == JSON:
        return json.loads(text)
    form = {}
    for field in text.split("&") if text else ():
        name, equals, value = field.partition("=")
        if not equals:
            raise ValueError("a field of a form without a value")
        form[name] = unquote_plus(value) if "%" in value or "+" in value else value
    return json.loads(form["payload"]) if form.keys() == {"payload"} else form
