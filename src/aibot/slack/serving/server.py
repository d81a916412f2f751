"""uvicorn as we run it: quiet, leaving signals to us, patient with nobody whose headers come in drops or floods.

Whoever opens connections without end gets no more of them than there are to spare, and keeps nobody else out.
"""

from __future__ import annotations

import contextlib
import logging
from typing import TYPE_CHECKING, Any, Literal

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterator

    from starlette.types import ASGIApp

#  Slack's headers come in one packet; uvicorn itself would wait for ever. A body: `slack.serving.http`
HEADER_SECONDS = 5.0
#  Each takes a file descriptor and some ten kilobytes. A proxy in front of us, or Slack itself, needs a few dozen
MOST_CONNECTIONS = 4_096
#  Slack's are some two kilobytes, and httptools would gather them without end
MAX_HEAD = 65_536
_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
_TOO_MANY = b"HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"

log = logging.getLogger(__name__)


class Room:
    """How many connections there may be at once, and who has to go where there are more.

    uvicorn's own `limit_concurrency` closes none: it answers 503 to everybody, to Slack as well, for as long as idle
    connections stand.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._resting: dict[Impatient, None] = {}  # nobody is served there; in the order in which that began
        self._told = False

    def rests(self, connection: Impatient) -> None:
        """Nobody is served there, from now on."""
        self._resting.pop(connection, None)
        self._resting[connection] = None

    def serves(self, connection: Impatient) -> None:
        """A request is there, or nobody is any more: it is not closed."""
        self._resting.pop(connection, None)

    def make(self, there: int) -> bool:
        """Where there are too many, close what has rested longest; False where every one of them serves somebody."""
        if there <= self.most:
            return True
        if not self._told:
            self._told = True
            log.warning("more than %d connections at once; those that rest are closed", self.most)
        longest = next(iter(self._resting), None)
        if longest is None:
            return False
        del self._resting[longest]
        longest.transport.close()
        return True


def most_connections() -> int:
    """Half of the files that the process may open: the rest is for the database, for Slack and for the probes."""
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return MOST_CONNECTIONS
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST_CONNECTIONS if allowed == resource.RLIM_INFINITY else min(allowed // 2, MOST_CONNECTIONS)


class Impatient(HttpToolsProtocol):
    """A connection, with a time by which each request's head must be there, and a size that it may have."""

    seconds = HEADER_SECONDS
    room = Room(MOST_CONNECTIONS)
    _by: asyncio.TimerHandle | None = None
    _moved = False  # whether a request began, had more of its body, or ended in the piece at hand
    _around = 0  # bytes of a request's headers and trailers so far

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first head, if there is room for one more."""
        super().connection_made(transport)
        if self.room.make(len(self.connections)):
            self._wait()
            self.room.rests(self)
        else:
            transport.write(_TOO_MANY)
            transport.close()

    def data_received(self, data: bytes) -> None:
        """Take more, unless it is a head that does not end, or trailers behind a body that do not."""
        self._moved = False
        super().data_received(data)
        self._await_more()
        if self._moved or self.transport.is_closing():
            return
        self._around += len(data)
        if self._around > MAX_HEAD:
            if self._by is not None:
                self.transport.write(_TOO_LARGE)
            self.transport.close()

    def on_message_begin(self) -> None:
        """Wait for the next."""
        self._moved, self._around = True, 0
        self._wait()
        if not self._is_serving:
            self.room.rests(self)
        super().on_message_begin()

    def on_body(self, body: bytes) -> None:
        """How much there may be of it is not decided here."""
        self._moved = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        """It has ended."""
        self._moved, self._around = True, 0
        super().on_message_complete()

    def on_headers_complete(self) -> None:
        """It is here."""
        self._stop_waiting()
        self.room.serves(self)
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        """Whoever asked has been answered."""
        super().on_response_complete()
        if not self._is_serving:
            self.room.rests(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """It will not come."""
        self._stop_waiting()
        self.room.serves(self)
        super().connection_lost(exc)

    @property
    def _is_serving(self) -> bool:
        """Whether a request is answered here, or waits for its turn behind one."""
        cycle: Any = self.cycle  # None before the first, whatever uvicorn's annotation says
        return bool(self.pipeline) or (cycle is not None and not cycle.response_complete)

    def _await_more(self) -> None:
        """Wait no longer than for a head where nobody is served.

        uvicorn's own timer of an idle connection ends with any byte: of an empty line, of a body that was refused.
        """
        if self._by is None and self.cycle.response_complete and not self.transport.is_closing():
            self._wait()

    def _wait(self) -> None:
        self._stop_waiting()
        self._by = self.loop.call_later(self.seconds, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._by is not None:
            self._by.cancel()
            self._by = None


def server_of(
    app: ASGIApp,
    *,
    lifespan: Literal["on", "off"],
    header_seconds: float = HEADER_SECONDS,
    connections: int = MOST_CONNECTIONS,
) -> uvicorn.Server:
    """A server for an app, to be given its socket; it keeps so many connections at most."""
    return _Server(
        uvicorn.Config(
            app,
            http=type("Impatient", (Impatient,), {"seconds": header_seconds, "room": Room(connections)}),
            lifespan=lifespan,
            log_config=None,  # its own would print beside our format
            log_level="warning",
            access_log=False,
            server_header=False,
            ws="none",
            timeout_keep_alive=75,
            timeout_graceful_shutdown=10,
        )
    )


class _Server(uvicorn.Server):
    """uvicorn without its own signal handlers, which end the process by the signal once it has stopped."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to us."""
        yield
