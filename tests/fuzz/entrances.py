"""The bot's entrances as the fuzzers knock at them: in `make test` by hypothesis, in `make fuzz` by atheris.

Each is the real one, with nobody behind it: what the bot would call Slack for fails at once, which is one more thing to
survive. Nothing here needs a test library.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import itertools
import json
import sys
import time
from typing import TYPE_CHECKING, Any

from aibot.cli import main
from aibot.load import load_phrases
from aibot.playground.fake_slack import no_wait, signed_headers
from aibot.slack.app import Identity, create_app, web_client, web_session
from aibot.slack.bot import Bot
from aibot.slack.install.door import Door
from aibot.slack.install.installed import Installed
from aibot.slack.serving.background import Background
from aibot.slack.serving.health import Health
from aibot.slack.serving.http import HttpApp
from aibot.slack.serving.sockets import Handler
from aibot.storage import Memory

if TYPE_CHECKING:
    from pathlib import Path

    from aibot.core.facts import FactBase

SECRET = "0123456789abcdef0123456789abcdef"
NOWHERE = "nowhere://x/api/"  # fails at once; a Slack that only does not answer would be waited for
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
WHO = Identity(bot_id="B1", bot_user_id="UBOT", team_id="T1", enterprise_id=None, url="")


class _Entrance:
    """An entrance in an event loop of its own."""

    def __init__(self) -> None:
        self.runner = asyncio.Runner()
        self.background = Background()

    async def _end(self) -> None:
        await self.background.finish()
        await self.session.close()

    async def _open_session(self) -> None:
        self.session = web_session(1)

    def close(self) -> None:
        self.runner.run(self._end())
        self.runner.close()


class HttpEntrance(_Entrance):
    """HTTP: Slack's requests, and everybody else's."""

    def __init__(self, base: FactBase) -> None:
        super().__init__()
        self.app = self.runner.run(self._made(base))

    async def _made(self, base: FactBase) -> HttpApp:
        await self._open_session()
        client = web_client("xoxb-1-2-fake", NOWHERE, self.session)
        return HttpApp(create_app(Bot(base, load_phrases()), client, WHO, self.background), SECRET)

    def asked(self, scope: dict[str, Any], body: bytes = b"") -> tuple[int, str]:
        """The status and the text of the answer, once all that it began is done."""
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        async def request() -> None:
            await self.app({"type": "http", "query_string": b"", **scope}, receive, send)
            await self.background.finish()

        self.runner.run(request())
        return sent[0]["status"], b"".join(one.get("body", b"") for one in sent).decode()

    def status(self, body: bytes, headers: list[tuple[bytes, bytes]], path: str, method: str) -> int:
        """The status of the answer to one request."""
        return self.asked({"path": path, "method": method, "headers": headers}, body)[0]

    def signed(self, body: bytes, kind: str = JSON) -> int:
        """The same of a request that Slack has signed."""
        signature = signed_headers(SECRET, body, at=time.time())
        headers = [(name.lower().encode(), value.encode()) for name, value in signature.items()]
        return self.status(body, [*headers, (b"content-type", kind.encode())], "/slack/events", "POST")


class InstallEntrance(HttpEntrance):
    """HTTP where many workspaces install the bot, with the door that they come through."""

    def __init__(self, base: FactBase, folder: Path) -> None:
        #  a second passes whenever somebody asks for the time: states run out, however many are begun
        ticks = itertools.count(1_800_000_000)
        self.memory = Memory.open(
            f"sqlite:///{folder}/aibot.db", clock=lambda: float(next(ticks)), keys=["0" * 43 + "="]
        )
        super().__init__(base)

    async def _made(self, base: FactBase) -> HttpApp:
        await self._open_session()
        bot = Bot(base, load_phrases())
        installed = Installed(
            self.memory, self.session, api_url=NOWHERE, client_id="1.1", client_secret="x", sleep=no_wait
        )
        door = Door(
            installed, bot.cards.phrases, url="https://bot.example.org", api_url=NOWHERE, client_id="1.1",
            client_secret="x",
        )  # fmt: skip
        app = create_app(bot, web_client("", NOWHERE, self.session), installed, self.background)
        return HttpApp(app, SECRET, door=door)

    def get(self, query: bytes, cookie: bytes, path: str = "/slack/oauth_redirect") -> tuple[int, str]:
        """What a browser gets."""
        headers = [(b"cookie", cookie), (b"host", b"bot.example.org")]
        return self.asked(
            {
                "path": path, "method": "GET", "headers": headers, "query_string": query, "scheme": "https",
                "server": ("bot.example.org", 443),
            }
        )  # fmt: skip

    def close(self) -> None:
        super().close()
        self.memory.close()


class _Line:
    """Where the bot's frames go: what an open WebSocket is to slack_sdk's client."""

    closed = False

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.more = asyncio.Event()

    async def send_str(self, frame: str) -> None:
        self.sent.append(frame)
        self.more.set()

    async def close(self) -> None:
        self.closed = True


class SocketEntrance(_Entrance):
    """Socket Mode: frames go through slack_sdk's queue and Bolt's handler as they do from a socket."""

    def __init__(self, base: FactBase) -> None:
        super().__init__()
        self._numbers = itertools.count()
        self.runner.run(self._open(base))

    async def _open(self, base: FactBase) -> None:
        await self._open_session()
        client = web_client("xoxb-1-2-fake", NOWHERE, self.session)
        app = create_app(Bot(base, load_phrases()), client, WHO, self.background)
        self.handler = Handler(app, "xapp-1-A1-2-fake", client, Health(), ping=3_600)
        self.line = _Line()
        self.handler.client.current_session = self.line  # type: ignore[assignment]

    async def _end(self) -> None:
        await self.handler.close_async()  # type: ignore[no-untyped-call]
        await super()._end()

    def survives(self, frames: list[str]) -> bool:
        """Whether a question is answered after these frames, and everything said to Slack was JSON."""
        return self.runner.run(self._survives(frames))

    async def _survives(self, frames: list[str]) -> bool:
        question = f"question-{next(self._numbers)}"
        envelope = {
            "type": "slash_commands", "envelope_id": question, "accepts_response_payload": True,
            "payload": {"command": "/ai", "text": "RAG", "user_id": "U1", "team_id": "T1", "channel_id": "C1"},
        }  # fmt: skip
        self.line.sent.clear()
        for frame in [*frames, json.dumps(envelope)]:
            await self.handler.client.enqueue_message(frame)
        async with asyncio.timeout(20):
            while True:
                said = [json.loads(frame) for frame in self.line.sent]
                for one in said:
                    if one["envelope_id"] == question:
                        await self.background.finish()
                        return bool(one["payload"]["blocks"])
                self.line.more.clear()
                await self.line.more.wait()


def command_line(arguments: list[str], typed: bytes = b"") -> tuple[int, str]:
    """The exit code of `aibot` with some arguments and some bytes on its standard input, and all it said."""
    said, stdin = io.StringIO(), sys.stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO(typed), "utf-8", "replace")
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            try:
                return main(arguments), said.getvalue()
            except SystemExit as left:  # argparse's way out
                return int(left.code or 0), said.getvalue()
    finally:
        sys.stdin = stdin
