"""Socket Mode that does not stay deaf: a watchdog makes the connection anew where slack_sdk's own repair is stuck."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from typing import TYPE_CHECKING, Any

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.errors import SlackApiError

from aibot.errors import SettingsError
from aibot.logs import begin_request
from aibot.secrets import WHERE
from aibot.slack.refusals import TOKEN_REFUSED, UNREACHABLE, code_of

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp
    from slack_sdk.socket_mode.aiohttp import SocketModeClient
    from slack_sdk.socket_mode.request import SocketModeRequest
    from slack_sdk.web.async_client import AsyncWebClient

    from aibot.slack.serving.health import Health

log = logging.getLogger(__name__)

#  Slack waits three seconds for an acknowledgement: https://docs.slack.dev/apis/events-api/using-socket-mode
ANSWER_SECONDS = 3.0
_TURNS = 10  # of the event loop, and more than an envelope needs from slack_sdk's queue to us


class Handler(AsyncSocketModeHandler):
    """Bolt's handler, with a request id for each envelope and a note that Slack was here."""

    def __init__(
        self, app: AsyncApp, app_token: str, client: AsyncWebClient, health: Health, ping: float
    ) -> None:
        super().__init__(app, app_token, web_client=client, ping_interval=ping)
        self._health = health
        self._under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        """Answer one envelope."""
        begin_request()
        self._health.note_request()
        self._under_way += 1
        self._idle.clear()
        try:
            with self._health.tracing.request("socket"):
                await super().handle(client, req)
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._idle.set()

    async def finish(self) -> None:
        """Wait for a moment when all that has come is answered: acknowledgements go over this socket alone."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ANSWER_SECONDS):
                while True:
                    for _ in range(_TURNS):
                        await asyncio.sleep(0)
                    if not self._under_way and self.client.message_queue.empty():
                        return
                    await self._idle.wait()


class SocketConnection:
    """One Socket Mode connection, kept alive until it is closed.

    slack_sdk pings, notices a silent or closed socket and connects again. Two things it does not survive: its
    `connect` goes on trying one address for ever, though each is good for one connection and a short time, and
    nothing looks whether its reading and processing tasks still run. Whatever the reason, a connection that has
    been dead for `patience` seconds is thrown away here and made anew from the start.
    """

    def __init__(  # noqa: PLR0913  # what it connects, and two times that tests shorten
        self,
        app: AsyncApp,
        app_token: str,
        client: AsyncWebClient,
        health: Health,
        *,
        patience: float = 60,
        ping_seconds: float = 10,
    ) -> None:
        self._app, self._token, self._client, self._health = app, app_token, client, health
        self._patience, self._ping = patience, ping_seconds
        self._handler: Handler | None = None
        self._watching: asyncio.Task[None] | None = None
        self._last_message: float | None = None
        self._restarts = 0
        self.up, self.down = asyncio.Event(), asyncio.Event()
        self._note(alive=False)

    @property
    def alive(self) -> bool:
        """Whether Slack reached us at the last look, at most a ping interval ago."""
        return self.up.is_set()

    def _note(self, *, alive: bool) -> None:
        now, before = (self.up, self.down) if alive else (self.down, self.up)
        now.set()
        before.clear()

    def report(self) -> dict[str, Any]:
        """The age of the last thing Slack sent (its hello counts), and how often the watchdog had to act."""
        last = None if self._last_message is None else round(time.monotonic() - self._last_message, 1)
        return {"last_message_seconds": last, "restarts": self._restarts}

    async def open(self) -> None:
        """Connect, and stay connected.

        Raises:
            SettingsError: where Slack does not take the app-level token.
        """
        try:
            await self._connect()
        except SlackApiError as error:
            reason = code_of(error)
            if reason in TOKEN_REFUSED:
                raise SettingsError(
                    f"Slack does not take SLACK_APP_TOKEN ({reason}): {WHERE['SLACK_APP_TOKEN']}"
                ) from error
            log.warning("Slack gives out no connection now (%s); trying again", reason)
        except UNREACHABLE as error:
            log.warning("Socket Mode does not open (%s); trying again", type(error).__name__)
        self._watching = asyncio.create_task(self._watch())

    async def close(self) -> None:
        """Answer what has come, and disconnect for good."""
        if self._watching is not None:
            self._watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watching
        if self._handler is not None:
            await self._handler.finish()
        await self._leave()

    async def _connect(self) -> None:
        await self._leave()
        # asked for here, since slack_sdk's connect() would meet a refused token with silence and another try
        opened = await self._client.apps_connections_open(app_token=self._token)
        self._handler = Handler(self._app, self._token, self._client, self._health, self._ping)
        self._handler.client.wss_uri = opened["url"]
        self._handler.client.on_message_listeners.append(self._heard)
        async with asyncio.timeout(self._patience):
            await self._handler.connect_async()  # type: ignore[no-untyped-call]
        self._note(alive=True)

    async def _leave(self) -> None:
        self._note(alive=False)
        if self._handler is not None:
            handler, self._handler = self._handler, None
            with contextlib.suppress(OSError, aiohttp.ClientError):
                await handler.close_async()  # type: ignore[no-untyped-call]

    async def _heard(self, _: aiohttp.WSMessage) -> None:
        self._last_message = time.monotonic()

    async def _watch(self) -> None:
        """Look once a ping interval; after `patience` seconds of a dead connection, begin again."""
        dead_since: float | None = None
        while True:
            self._note(alive=await self._is_alive())
            now = time.monotonic()
            if self.alive:
                dead_since = None
            elif dead_since is None:
                dead_since = now
                log.warning("the Socket Mode connection is down; slack_sdk is reconnecting")
            elif now - dead_since >= self._patience:
                dead_since = None
                await self._begin_again()
                continue
            await asyncio.sleep(self._ping)

    async def _is_alive(self) -> bool:
        if self._handler is None:
            return False
        client = self._handler.client
        tasks = (client.message_receiver, client.message_processor, client.current_session_monitor)
        return await client.is_connected() and not any(task is None or task.done() for task in tasks)

    async def _begin_again(self) -> None:
        self._restarts += 1
        log.warning(
            "the Socket Mode connection stayed down for %.0f seconds; starting it anew", self._patience
        )
        try:
            await self._connect()
        except (SlackApiError, *UNREACHABLE) as error:
            reason = code_of(error)
            log.error("Socket Mode does not open (%s); trying again", reason)  # noqa: TRY400  # no traceback a minute
        except Exception:  # the watchdog outlives whatever happens to what it watches
            log.exception("Socket Mode does not open; trying again")
