"""Whether the bot is alive and ready, for load balancers, container platforms and whoever is paged."""

from __future__ import annotations

import hashlib
import json
import time
from typing import TYPE_CHECKING, Any, Protocol

from starlette.responses import JSONResponse, PlainTextResponse, Response

from aibot import __version__
from aibot.core.facts.export import exported
from aibot.slack.refusals import ENDED
from aibot.slack.serving.calls import call_counter
from aibot.slack.serving.metrics import CONTENT_TYPE, Metrics
from aibot.slack.serving.tracing import Tracing

if TYPE_CHECKING:
    from collections.abc import Callable

    import aiohttp
    from starlette.types import Receive, Scope, Send

    from aibot.core.facts import FactBase
    from aibot.slack.bot import Reply
    from aibot.slack.serving.background import Background
    from aibot.slack.serving.watching import Watch

    Json = dict[str, Any]

PATHS = frozenset({"/healthz", "/readyz"})
#  Slack's words for a bot token with which nothing can be said any more
_NO_TOKEN = ENDED | {"invalid_auth", "token_expired", "not_authed"}
#  Calls that tell nothing of the bot token: theirs is another, or none
_OTHERS = frozenset({"apps.connections.open", "api.test", "oauth.v2.access", "response_url"})


def fingerprint(base: FactBase) -> str:
    """Twelve digits that change whenever what the bot would say changes: two processes with equal ones agree."""
    text = json.dumps(exported(base), ensure_ascii=True, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


class Connection(Protocol):
    """What Socket Mode tells of itself."""

    @property
    def alive(self) -> bool:
        """Whether Slack reaches us now."""

    def report(self) -> Json:
        """Ages in seconds and counts, for people."""


class Workspaces(Protocol):
    """The workspaces that installed the bot."""

    @property
    def holds_any(self) -> bool:
        """Whether some workspace's requests could be answered without the database."""


class Health:
    """What is known of the process; asked by probes, told by the serving path."""

    def __init__(
        self,
        *,
        facts: str = "",
        entries: int = 0,
        starting: str | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._facts, self._entries, self._clock = facts, entries, clock
        self.starting = starting  # what the start waits for: "database", then "slack", then nothing
        self._started = clock()
        self._last_request: float | None = None
        self._forged = 0
        self._many: Workspaces | None = None
        self._token_refused = ""
        self.stopping = False
        self.connection: Connection | None = None
        self.metrics = Metrics()
        self.tracing = Tracing()
        self.watch: Watch | None = None
        self.background: Background | None = None

    def note_request(self) -> None:
        """Slack was here: a request that was signed, or an envelope."""
        self._last_request = self._clock()

    def note_refusal(self, status: int, *, forged: bool = False) -> None:
        """A request was turned away; `forged` where its signature was none by our secret."""
        self.metrics.count_refusal(status)
        self._forged += forged

    def serves(self, many: Workspaces | None) -> None:
        """Who is served: the one workspace of the settings' token, or those that installed the bot."""
        self._many = many

    def note_call(self, method: str, outcome: str) -> None:
        """A call of ours to Slack ended: what it says of the one token that there is holds until another says more."""
        self.metrics.count_call(method, outcome)
        if self._many is None and method not in _OTHERS:
            if outcome in _NO_TOKEN:
                self._token_refused = outcome
            elif outcome == "ok":
                self._token_refused = ""

    def note_reply(self, reply: Reply, via: str, seconds: float) -> None:
        """A question was answered."""
        self.metrics.count_reply(reply, via, seconds)
        self.tracing.reply(reply, via, seconds)

    def counts(self) -> bytes:
        """What `/metrics` says."""
        restarts = self.connection.report()["restarts"] if self.connection is not None else 0
        under_way = self.background.under_way if self.background is not None else 0
        return self.metrics.text(ready=self.ready, restarts=restarts, under_way=under_way, watch=self.watch)

    def session_hooks(self) -> list[aiohttp.TraceConfig]:
        """What counts and traces our calls to Slack."""
        return [call_counter(self.note_call), *self.tracing.calls()]

    @property
    def ready(self) -> bool:
        """Whether a question from Slack would be answered now: a lost database holds up daily posts alone.

        Where many installed the bot, their tokens are in the database; some are remembered for a while.
        """
        return (
            not self.starting
            and not self.stopping
            and not self._token_refused
            and (self.connection is None or self.connection.alive)
            and (self._many is None or self.watch is None or self.watch.reachable or self._many.holds_any)
        )

    def report(self) -> Json:
        """What `/readyz` says. Nothing in it names a workspace, a person or a secret."""
        now = self._clock()
        last = None if self._last_request is None else round(now - self._last_request, 1)
        report: Json = {
            "ready": self.ready,
            "version": __version__,
            "facts": {"fingerprint": self._facts, "entries": self._entries},
            "starting": self.starting,
            "stopping": self.stopping,
            "token_refused": self._token_refused or None,
            "uptime_seconds": round(now - self._started, 1),
            # a quiet workspace sends nothing for hours, so an old request does not make us unready
            "last_request_seconds": last,
            "forged_requests": self._forged,
        }
        if self.watch is not None:
            report |= self.watch.report()
        if self.connection is not None:
            report["socket"] = {"alive": self.connection.alive, **self.connection.report()}
        return report

    def respond(self, path: str, method: str) -> Response:
        """The answer to a probe: /healthz as long as the process runs, /readyz only when it can answer."""
        if method not in ("GET", "HEAD"):
            return PlainTextResponse("only GET and HEAD", 405, {"allow": "GET, HEAD"})
        if path == "/healthz":
            return PlainTextResponse("ok")
        return JSONResponse(self.report(), 200 if self.ready else 503, {"cache-control": "no-store"})


class HealthApp:
    """The probes and the counts on a port of their own."""

    def __init__(self, health: Health) -> None:
        self._health = health

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one probe."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close"})
        if scope["type"] != "http":
            return
        if scope["path"] in PATHS:
            response = self._health.respond(scope["path"], scope["method"])
        elif scope["path"] == "/metrics":
            response = Response(self._health.counts(), media_type=CONTENT_TYPE)
        else:
            response = PlainTextResponse("not found: this port has /healthz, /readyz and /metrics", 404)
        await response(scope, receive, send)
