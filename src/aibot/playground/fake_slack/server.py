"""FakeSlack: the whole of it, started in an event loop or, for synchronous code, in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar

import aiohttp

from .answers import Answers
from .blocks_check import SCHEMAS, BlocksCheck
from .clock import Clock, ts_key
from .faults import Fault, Faults, Kind
from .http_side import HttpSide
from .inbound import Inbound, Sleep
from .listening import LOOPBACK, Listening
from .people import People
from .record import Exchange, Record
from .rules import ACK_SECONDS
from .socket_mode import SocketMode
from .state import State
from .workspace import BOT_SCOPES, App, Message, View, Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping
    from pathlib import Path
    from types import TracebackType

T = TypeVar("T")


class FakeSlack(People):
    """Slack's side of both directions, on 127.0.0.1 and a free port."""

    def __init__(  # noqa: PLR0913  (each is one thing a test may want otherwise)
        self,
        app_url: str | None = None,
        *,
        mode: Literal["http", "socket"] = "http",
        app: App | None = None,
        scopes: tuple[str, ...] = BOT_SCOPES,
        clock: Clock = time.time,
        sleep: Sleep = asyncio.sleep,
        ack_seconds: float = ACK_SECONDS.value,
        retry_waits: tuple[float, ...] = (0, 60, 300),
        schemas: Path | None = SCHEMAS,
        port: int = 0,
    ) -> None:
        super().__init__()
        self.app = app or App()
        self.state = State(self.app, clock, scopes)
        self.record = Record()
        self.faults = Faults()
        self.checks = BlocksCheck(schemas)
        self.sockets = SocketMode(self.state, self.record)
        self.inbound = Inbound(self.state, self.record, self.sockets, ack_seconds=ack_seconds, sleep=sleep)
        self.inbound.retry_waits = retry_waits
        self.inbound.app_url, self.inbound.socket_mode = app_url, mode == "socket"
        self.answers = Answers(self.state, self.checks)
        self.http = HttpSide(
            state=self.state,
            checks=self.checks,
            record=self.record,
            faults=self.faults,
            answers=self.answers,
            sockets=self.sockets,
        )
        self._listening = Listening(self.http.app, port)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self.url = ""
        self.state.add_workspace("T1", "Acme")
        self.state.raise_event = self._raise

    # Starting and stopping

    async def start(self) -> Self:
        """Listen, in the running event loop."""
        await self._listening.start()
        self.url = self.http.url = f"http://{LOOPBACK}:{self._listening.port}"
        self.inbound.session = aiohttp.ClientSession()
        return self

    async def stop(self) -> None:
        """End everything that still runs."""
        self.http.ending.set()
        for task in list(self._deliveries):
            task.cancel()
        await asyncio.gather(*self._deliveries, return_exceptions=True)
        await self._listening.stop()
        await self.inbound.wait_closed()

    async def __aenter__(self) -> Self:
        """Start in this event loop."""
        return await self.start()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        await self.stop()

    def __enter__(self) -> Self:
        """Start in a thread of its own, for synchronous code; act through `run`."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fake Slack", daemon=True)
        self._thread.start()
        self.run(self.start())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the thread."""
        self.run(self.stop())
        if self._loop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    def run(self, action: Coroutine[Any, Any, T]) -> T:
        """Do something asynchronous from synchronous code: `slack.run(slack.command("/ai", "rag"))`."""
        if self._loop is None:
            action.close()
            raise RuntimeError("run() is for `with FakeSlack()`; inside `async with`, await it")
        return asyncio.run_coroutine_threadsafe(action, self._loop).result()

    # Where things are

    @property
    def api_url(self) -> str:
        """The Web API's address: slack_sdk's base_url."""
        return f"{self.url}/api/"

    @property
    def app_url(self) -> str | None:
        """Where the app listens for Slack's requests."""
        return self.inbound.app_url

    @app_url.setter
    def app_url(self, url: str) -> None:
        self.inbound.app_url = url

    @property
    def bot_token(self) -> str:
        """The app's newest token in T1."""
        return self.workspace().token.value

    @property
    def app_token(self) -> str:
        """The app-level token for Socket Mode."""
        return self.app.app_token

    @property
    def signing_secret(self) -> str:
        """The secret the app checks signatures with."""
        return self.app.signing_secret

    def add_workspace(self, team: str, name: str = "Other", *, installed: bool = True) -> Workspace:
        """Add another workspace; its ids end in the team's: T2 has U12, C12 and so on."""
        return self.state.add_workspace(team, name, installed=installed)

    def oauth_code(
        self, *, team: str = "T1", scopes: tuple[str, ...] | None = None, redirect_uri: str = ""
    ) -> str:
        """Consent to the installation as a person would; the code is for oauth.v2.access."""
        return self.http.new_code(team, scopes or self.state.scopes, redirect_uri)

    # What people see

    def messages(self, channel: str = "C1", *, team: str = "T1") -> list[Message]:
        """Return a channel as everyone sees it, oldest first: no replies, nothing ephemeral."""
        found = self.state.in_channel(self.workspace(team), channel)
        return [m for m in found if not m.is_reply or m.reply_broadcast]

    def thread(self, channel: str, thread_ts: str, *, team: str = "T1") -> list[Message]:
        """Return a thread: its parent and the replies."""
        found = self.state.in_channel(self.workspace(team), channel)
        return [m for m in found if thread_ts in {m.ts, m.thread_ts}]

    def ephemerals(self, user: str = "U1", *, channel: str | None = None, team: str = "T1") -> list[Message]:
        """Return what only this person sees."""
        return [
            m
            for m in self.workspace(team).messages
            if m.ephemeral_to == user and not m.deleted and channel in {None, m.channel}
        ]

    def reload(self, user: str = "U1", *, team: str = "T1") -> None:
        """Reload a person's Slack: ephemeral messages are gone (rules.EPHEMERAL)."""
        for message in self.ephemerals(user, team=team):
            message.deleted = True
        self.record.changed()

    def from_app(self, *, channel: str | None = None, team: str = "T1") -> list[Message]:
        """Return everything the app said and did not take back, oldest first."""
        return [
            m
            for m in self.workspace(team).messages
            if m.bot_id and not m.deleted and channel in {None, m.channel}
        ]

    def dm_channel(self, user: str = "U1", *, team: str = "T1") -> str:
        """Return the id of the app's DM with a person, opened if need be."""
        return self.state.dm(self.workspace(team), user).id

    def dm_messages(self, user: str = "U1", *, team: str = "T1") -> list[Message]:
        """Return the app's DM with a person, threads included."""
        return self.state.in_channel(self.workspace(team), f"D{user[1:]}")

    def views(self, user: str = "U1", *, team: str = "T1") -> list[View]:
        """Return the modals open for a person, the topmost last."""
        return [v for v in self.workspace(team).views.values() if v.user == user and v.open]

    def home(self, user: str = "U1", *, team: str = "T1") -> View | None:
        """Return a person's Home tab."""
        return self.workspace(team).homes.get(user)

    # What was sent

    @property
    def exchanges(self) -> list[Exchange]:
        """Everything that went over the wire, both ways, oldest first."""
        return self.record.exchanges

    def calls(self, method: str | None = None) -> list[Exchange]:
        """Return the app's calls, of one method if named (`response_url` is one)."""
        return [e for e in self.exchanges if e.direction == "from_app" and method in {None, e.name}]

    @property
    def refusals(self) -> list[Exchange]:
        """Return every exchange that Slack refused or showed as an error."""
        return [e for e in self.exchanges if e.error]

    async def until(self, condition: Callable[[], T], *, timeout: float = 5.0) -> T:  # noqa: ASYNC109
        """Wait until something is true, asked after every change; returns it."""
        return await self.record.until(condition, timeout=timeout)

    async def answer(self, exchange: Exchange, *, timeout: float = 5.0) -> Message:  # noqa: ASYNC109
        """Wait for the first message the app makes people see after an exchange."""

        def found() -> list[Message]:
            start = ts_key(exchange.ts) if exchange.ts else (int(exchange.at), 0)
            said = [m for w in self.state.workspaces.values() for m in w.messages if m.bot_id]
            later = [m for m in said if m.channel == exchange.channel and ts_key(m.ts) > start]
            return exchange.messages or later

        return (await self.until(found, timeout=timeout))[0]

    # Raw requests and trouble

    async def send(  # noqa: PLR0913
        self,
        body: bytes,
        headers: Mapping[str, str] | None = None,
        *,
        sign: bool = True,
        at: float | None = None,
        verb: str = "POST",
        url: str | None = None,
    ) -> Exchange:
        """Send raw bytes to the app: unsigned, signed at another time, with any headers."""
        return await self.inbound.send(body, headers, sign=sign, at=at, verb=verb, url=url)

    def trouble(
        self, method: str = "*", kind: Kind = "error", *, times: int | None = 1, **details: Any
    ) -> Fault:
        """Order trouble: the next call (`times` calls, None: every one) of a method meets it."""
        return self.faults.add(Fault(method, kind, times=times, **details))
