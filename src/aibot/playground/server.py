"""The page's server: loopback only, everything below a random key, changes pushed as server-sent events."""

from __future__ import annotations

import contextlib
import json
import secrets
from importlib import resources
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from aibot.playground.acts import Acts, WrongActError
from aibot.playground.fake_slack.listening import LOOPBACK, Listening
from aibot.playground.recording import Recorder
from aibot.playground.showing import Tab, exchange_detail

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from aibot.playground.stage import Stage

MAX_BODY = 600_000
HEARTBEAT_SECONDS = 15
MEDIA = {"html": "text/html", "css": "text/css", "js": "text/javascript"}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",  # the key is part of the address
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
NO_KEY = "Open the address that `aibot playground` printed; it has a key in it.\n"


class Guard:
    """Nothing without the key, nothing under another host's name (DNS rebinding)."""

    def __init__(self, app: ASGIApp, key: str) -> None:
        self._app, self._key = app, key.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or not; either way the answer gets the headers that protect the page."""
        if scope["type"] != "http":
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        host = Headers(scope=scope).get("host", "").rsplit(":", 1)[0]
        given = scope["path"].split("/", 2)[1].encode()
        allowed = host in {LOOPBACK, "localhost"} and secrets.compare_digest(given, self._key)
        answer = self._app if allowed else PlainTextResponse(NO_KEY, 403)
        await answer(scope, receive, with_headers)


class PageServer:
    """Serves one stage to any number of tabs."""

    def __init__(self, stage: Stage, *, port: int = 0, recordings: Path) -> None:
        self.stage, self.key = stage, secrets.token_urlsafe(12)
        self.acts, self.recorder = Acts(stage), Recorder(stage, recordings)
        self._ending = False
        self._gone: dict[str, frozenset[str]] = {}
        app = Starlette(
            routes=[
                Route("/{key}/", self._file),
                Route("/{key}/events", self._events),
                Route("/{key}/do/{act}", self._do, methods=["POST"]),
                Route("/{key}/record", self._record, methods=["POST"]),
                Route("/{key}/exchange/{number:int}", self._exchange),
                Route("/{key}/{name}", self._file),
            ],
            exception_handlers={HTTPException: _refused},
        )
        self._guard = Guard(app, self.key)
        self._listening = Listening(self._guard, port)

    @property
    def listening(self) -> bool:
        """Whether it got its port."""
        return bool(self._listening.port)

    @property
    def url(self) -> str:
        """The page's address, its key included."""
        return f"http://{LOOPBACK}:{self._listening.port}/{self.key}/"

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[str]:
        """Listen; yields the page's address.

        Raises:
            OSError: where the port is taken.
        """
        await self._listening.start()
        try:
            yield self.url
        finally:
            await self.pause()

    async def pause(self) -> None:
        """Cut every tab off and listen no more."""
        self._ending = True
        self.stage.slack.record.changed()
        await self._listening.stop()

    async def resume(self) -> None:
        """Listen again, at the same address."""
        self._ending = False
        self._listening = Listening(self._guard, self._listening.port)
        await self._listening.start()

    async def _file(self, request: Request) -> Response:
        name = request.path_params.get("name", "index.html")
        file = resources.files("aibot.playground") / "page" / name
        kind = MEDIA.get(name.rpartition(".")[2])
        if kind is None or "/" in name or not file.is_file():
            raise HTTPException(404, "no such file")
        return Response(file.read_bytes(), media_type=kind)

    async def _events(self, request: Request) -> Response:
        """Everything this tab shows, and from then on what changes."""
        user, tab = request.query_params.get("as", "U1"), request.query_params.get("tab", "")
        if user not in self.stage.slack.workspace().users:
            raise HTTPException(404, "no such person")
        return StreamingResponse(
            self._stream(Tab(self.stage, user, self._gone_before(tab))), media_type="text/event-stream"
        )

    def _gone_before(self, tab: str) -> frozenset[str]:
        """What is ephemeral is gone after a reload: a tab sees none from before it, but for the very first tab."""
        if tab not in self._gone:
            messages = self.stage.slack.workspace().messages
            before = frozenset(m.ts for m in messages if m.ephemeral_to) if self._gone else frozenset()
            self._gone[tab] = before
        return self._gone[tab]

    async def _stream(self, tab: Tab) -> AsyncIterator[str]:
        yield "retry: 500\n\n"
        while not self._ending:
            try:
                changes = await self.stage.slack.until(
                    lambda: self._ending or tab.changes(), timeout=HEARTBEAT_SECONDS
                )
            except TimeoutError:
                yield ": still here\n\n"
                continue
            if changes is not True:
                yield f"data: {json.dumps(changes, ensure_ascii=False)}\n\n"

    async def _do(self, request: Request) -> Response:
        act, details = request.path_params["act"], await _json(request)
        try:
            return JSONResponse(await self.do(act, details))
        except WrongActError as error:
            return JSONResponse({"error": str(error)}, 400)

    async def do(self, act: str, details: dict[str, Any]) -> dict[str, Any]:
        """Do what a person does, and keep it for the recording.

        Raises:
            WrongActError: where it cannot be done.
        """
        self.recorder.begin(act, details)
        try:
            return await self.acts.do(act, details)
        except WrongActError:
            self.recorder.take_back()
            raise

    async def _record(self, request: Request) -> Response:
        """Write what was done so far as a test."""
        del request
        path, text = self.recorder.write()
        return JSONResponse({"path": path, "text": text})

    async def _exchange(self, request: Request) -> Response:
        number = request.path_params["number"]
        if number >= len(self.stage.slack.exchanges):
            raise HTTPException(404, "no such exchange")
        return JSONResponse(exchange_detail(self.stage.slack.exchanges[number]))


async def _json(request: Request) -> dict[str, Any]:
    """The body as an object; a form cannot be posted here from elsewhere, since JSON needs the same origin."""
    if request.headers.get("content-type", "").split(";")[0] != "application/json":
        raise HTTPException(415, "send JSON")
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_BODY:
            raise HTTPException(
                413, f"That is more than {MAX_BODY // 1000} kB; Slack itself takes 40,000 characters."
            )
    try:
        parsed = json.loads(body)
    except ValueError:
        raise HTTPException(400, "send JSON") from None
    if not isinstance(parsed, dict):
        raise HTTPException(400, "send a JSON object")
    return parsed


async def _refused(request: Request, error: Exception) -> Response:
    del request
    assert isinstance(error, HTTPException)
    return JSONResponse({"error": error.detail}, error.status_code)
