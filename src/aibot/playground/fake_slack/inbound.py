"""Requests from Slack to the app: signed, timed, and sent again where Slack would."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import aiohttp

from . import rules
from .record import Exchange, Record
from .signing import signed_headers

if TYPE_CHECKING:
    from .socket_mode import SocketMode
    from .state import State
    from .workspace import Json

Sleep = Callable[[float], Awaitable[object]]
FORM = "application/x-www-form-urlencoded"
ENVELOPES = {"command": "slash_commands", "event": "events_api"}


class Inbound:
    """Sends what people do to the app, over HTTP or Socket Mode."""

    def __init__(
        self, state: State, record: Record, sockets: SocketMode, *, ack_seconds: float, sleep: Sleep
    ) -> None:
        self._state = state
        self._record = record
        self._sockets = sockets
        self._sleep = sleep
        self.ack_seconds = ack_seconds
        self.retry_waits: tuple[float, ...] = (0, 60, 300)
        self.app_url: str | None = None
        self.socket_mode = False
        self.session: aiohttp.ClientSession | None = None

    @property
    def reaches_app(self) -> bool:
        """Say whether there is anything to send to."""
        return self.app_url is not None or self.socket_mode

    def new_exchange(self, name: str) -> Exchange:
        """Start an exchange towards the app."""
        transport = "socket" if self.socket_mode else "http"
        url = self.app_url or transport
        return Exchange(
            "to_app", name, "socket" if self.socket_mode else "http", url, {}, b"", self._state.clock()
        )

    async def deliver(
        self, exchange: Exchange, payload: Json, *, attempt: int = 0, reason: str = ""
    ) -> Exchange:
        """Send a payload, once, the way the app is reached."""
        if self.socket_mode:
            await self._over_socket(exchange, payload, attempt=attempt, reason=reason)
        else:
            headers: dict[str, str] = {}
            if attempt:
                headers = {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason}
            if exchange.name == "command":
                body, kind = urlencode(payload).encode(), FORM
            elif exchange.name in {"event", "url_verification"}:
                body, kind = json.dumps(payload).encode(), "application/json"
            else:
                body, kind = urlencode({"payload": json.dumps(payload)}).encode(), FORM
            redirects = int(rules.EVENT_REDIRECTS) if exchange.name == "event" else 0
            await self.send(body, {"Content-Type": kind, **headers}, exchange=exchange, redirects=redirects)
        if exchange.name not in {"event", "url_verification"}:
            if exchange.failure == "http_timeout":
                exchange.seen = "operation_timeout"
            elif exchange.status != 200:
                exchange.seen = "dispatch_failed"
        return exchange

    async def send(  # noqa: PLR0913
        self,
        body: bytes,
        headers: Mapping[str, str] | None = None,
        *,
        sign: bool = True,
        at: float | None = None,
        exchange: Exchange | None = None,
        redirects: int = 0,
        verb: str = "POST",
        url: str | None = None,
    ) -> Exchange:
        """Send raw bytes over HTTP; headers given win over those made here."""
        exchange = exchange or self.new_exchange("raw")
        # by the wall clock, which the app checks it against, wherever the fake's own clock stands
        signed = signed_headers(self._state.app.signing_secret, body, at=time.time() if at is None else at)
        exchange.headers = {
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "Accept": "application/json,*/*",
            **(signed if sign else {}),
            **(headers or {}),
        }
        exchange.body, exchange.transport, exchange.url = body, "http", url or self.app_url or ""
        if not exchange.url:
            raise RuntimeError("set app_url first: the app's address for Slack's requests")
        if self.session is None:
            raise RuntimeError("the fake Slack is not running")
        started = time.perf_counter()
        try:
            async with self.session.request(
                verb,
                exchange.url,
                data=io.BytesIO(body),
                headers=exchange.headers,
                timeout=aiohttp.ClientTimeout(total=self.ack_seconds),
                allow_redirects=redirects > 0,
                max_redirects=redirects + 1,
            ) as response:
                exchange.response_body = await response.read()
                exchange.status = response.status
                exchange.response_headers = dict(response.headers)
        except TimeoutError:
            exchange.failure = "http_timeout"
        except aiohttp.TooManyRedirects:
            exchange.failure = "too_many_redirects"
        except (aiohttp.ClientError, OSError):
            exchange.failure = "connection_failed"
        exchange.seconds = time.perf_counter() - started
        return self._record.add(exchange)

    async def _over_socket(self, exchange: Exchange, payload: Json, *, attempt: int, reason: str) -> None:
        kind = ENVELOPES.get(exchange.name, "interactive")
        envelope: Json = {"type": kind, "payload": payload, "accepts_response_payload": kind != "events_api"}
        if kind == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": reason}
        exchange.body = json.dumps(envelope).encode()
        started = time.perf_counter()
        try:
            acknowledged = await self._sockets.deliver(envelope, seconds=self.ack_seconds)
        except TimeoutError:
            exchange.failure = "http_timeout"
        except (OSError, RuntimeError):
            exchange.failure = "connection_failed"
        else:
            exchange.status = 200
            if answer := acknowledged.get("payload"):
                exchange.response_headers = {"content-type": "application/json"}
                exchange.response_body = json.dumps(answer).encode()
        exchange.seconds = time.perf_counter() - started
        self._record.add(exchange)

    async def deliver_event(self, payload: Json) -> Exchange:
        """Send an event, again and again where Slack would (rules.EVENT_RETRIES)."""
        attempts: list[Exchange] = []
        reason = ""
        for attempt in range(int(rules.EVENT_RETRIES) + 1):
            if attempt:
                await self._sleep(self.retry_waits[attempt - 1])
            exchange = self.new_exchange("event")
            exchange.attempts = attempts
            attempts.append(exchange)
            await self.deliver(exchange, payload, attempt=attempt, reason=reason)
            if exchange.ok:
                break
            reason = exchange.failure or "http_error"
            if self.socket_mode and reason == "http_timeout":
                reason = "timeout"
            no_retry = {k.lower(): v for k, v in exchange.response_headers.items()}.get("x-slack-no-retry")
            if no_retry == "1":
                break
        return attempts[-1]

    async def wait_closed(self) -> None:
        """Close the HTTP client."""
        if self.session is not None:
            await self.session.close()
            self.session = None
