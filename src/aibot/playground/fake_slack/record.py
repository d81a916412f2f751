"""Everything that went over the wire, both ways; tokens and signatures are masked when printed."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeVar
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from collections.abc import Callable

    from .workspace import Json, Message

T = TypeVar("T")

SECRETS = re.compile(
    r"(xox[a-z]-|xapp-|xoxe\.?|v0=)[A-Za-z0-9.-]+|(?<=client_secret=)[^&\s]+|(?<=[?&]ticket=)[^&\s\"]+"
)


def masked(text: str) -> str:
    """Hide tokens, signatures and secrets."""
    return SECRETS.sub(lambda found: f"{found.group(1) or ''}…", text)


@dataclass
class Exchange:
    """One request and its answer, between Slack and the app."""

    direction: Literal["to_app", "from_app"]
    name: str
    """What it was: command, event, block_actions …, or the Web API method."""
    transport: Literal["http", "socket"]
    url: str
    headers: dict[str, str]
    body: bytes
    at: float
    status: int | None = None
    """The HTTP status; None where no answer came. Over Socket Mode an acknowledgement counts as 200."""
    response_headers: dict[str, str] = field(default_factory=dict)
    response_body: bytes = b""
    seconds: float = 0.0
    failure: str | None = None
    """Why no answer came: http_timeout, connection_failed, too_many_redirects."""
    seen: str | None = None
    """The error the person is shown: operation_timeout, dispatch_failed …"""
    problems: list[str] = field(default_factory=list)
    """What Slack finds wrong with the answer."""
    messages: list[Message] = field(default_factory=list)
    """What the answer's body and this request's response_url made people see."""
    response_url: str | None = None
    trigger_id: str | None = None
    channel: str | None = None
    user: str | None = None
    ts: str | None = None
    """The ts of the person's own message, for mentions and DMs."""
    attempts: list[Exchange] = field(default_factory=list)
    """For events: every delivery, this one last."""

    @property
    def message(self) -> Message | None:
        """The first message people saw."""
        return self.messages[0] if self.messages else None

    @property
    def ok(self) -> bool:
        """Say whether it was answered, and not refused."""
        if self.direction == "from_app":
            return self.status == 200 and self.json.get("ok", self.response_body == b"ok") is True
        return self.status is not None and 200 <= self.status < 300 and self.seen is None

    @property
    def json(self) -> Json:
        """The answer's body as a JSON object; {} where it is none."""
        return _object(self.response_body)

    @property
    def arguments(self) -> Json:
        """The request's own fields, from JSON or form."""
        parsed = _object(self.body)
        if parsed:
            return parsed
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    @property
    def payload(self) -> Json:
        """What Slack sent, whatever it was wrapped in: form, form with JSON, or envelope."""
        inner = self.arguments.get("payload")
        if isinstance(inner, str):
            return _object(inner.encode())
        return inner if isinstance(inner, dict) else self.arguments

    @property
    def error(self) -> str | None:
        """The error Slack answered with, or showed."""
        return self.seen or self.json.get("error")

    def printable(self) -> str:
        """Return both sides as text, secrets masked."""
        arrow = "→ app" if self.direction == "to_app" else "← app"
        lines = [f"{arrow} {self.name} {self.url}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        lines += ["", self.body.decode("utf-8", "replace"), ""]
        lines += [f"= {self.status or self.failure} in {self.seconds * 1000:.0f} ms"]
        lines += [f"{name}: {value}" for name, value in self.response_headers.items()]
        lines += ["", self.response_body.decode("utf-8", "replace")]
        return masked("\n".join(lines))


class Record:
    """The exchanges so far, and a way to wait until something is true."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []
        self._change = asyncio.Event()

    def add(self, exchange: Exchange) -> Exchange:
        """Keep an exchange and wake whoever waits for it."""
        self.exchanges.append(exchange)
        self.changed()
        return exchange

    def changed(self) -> None:
        """Let those who wait look again."""
        self._change.set()
        self._change = asyncio.Event()

    async def until(self, condition: Callable[[], T], *, timeout: float = 5.0) -> T:  # noqa: ASYNC109
        """Return the first true value of the condition, asked again after every change."""
        try:
            async with asyncio.timeout(timeout):
                while not (value := condition()):
                    await self._change.wait()
        except TimeoutError:
            tail = "\n\n".join(exchange.printable()[:2000] for exchange in self.exchanges[-3:])
            raise TimeoutError(f"not so within {timeout} s; the last exchanges were:\n{tail}") from None
        return value


def _object(body: bytes) -> Json:
    try:
        value = json.loads(body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
