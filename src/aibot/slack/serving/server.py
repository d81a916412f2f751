"""uvicorn as we run it: quiet, leaving signals to us, and patient with nobody whose headers come in drops or floods."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Literal

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterator

    from starlette.types import ASGIApp

#  Slack's headers come in one packet; uvicorn itself would wait for ever. A body: `slack.serving.http`
HEADER_SECONDS = 5.0
#  Slack's are some two kilobytes, and httptools would gather them without end
MAX_HEAD = 65_536
_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class Impatient(HttpToolsProtocol):
    """A connection, with a time by which each request's head must be there, and a size that it may have."""

    seconds = HEADER_SECONDS
    _by: asyncio.TimerHandle | None = None
    _moved = False  # whether a request began, had more of its body, or ended in the piece at hand
    _around = 0  # bytes of a request's headers and trailers so far

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first head."""
        super().connection_made(transport)
        self._wait()

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
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """It will not come."""
        self._stop_waiting()
        super().connection_lost(exc)

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
    app: ASGIApp, *, lifespan: Literal["on", "off"], header_seconds: float = HEADER_SECONDS
) -> uvicorn.Server:
    """A server for an app, to be given its socket."""
    return _Server(
        uvicorn.Config(
            app,
            http=type("Impatient", (Impatient,), {"seconds": header_seconds}),
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
