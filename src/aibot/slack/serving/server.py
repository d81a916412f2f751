"""uvicorn as we run it: quiet, leaving signals to us, and patient with nobody who sends his headers byte by byte."""

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


def protocol(seconds: float) -> type[HttpToolsProtocol]:
    """HTTP as uvicorn speaks it, which ends a connection that takes longer over the head of a request."""

    class Impatient(HttpToolsProtocol):
        """A connection, with a time by which each request's head must be there."""

        _by: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            """Wait for the first head."""
            super().connection_made(transport)
            self._wait()

        def on_message_begin(self) -> None:
            """Wait for the next."""
            self._wait()
            super().on_message_begin()

        def on_headers_complete(self) -> None:
            """It is here."""
            self._stop_waiting()
            super().on_headers_complete()

        def connection_lost(self, exc: Exception | None) -> None:
            """It will not come."""
            self._stop_waiting()
            super().connection_lost(exc)

        def _wait(self) -> None:
            self._stop_waiting()
            self._by = self.loop.call_later(seconds, self.transport.close)

        def _stop_waiting(self) -> None:
            if self._by is not None:
                self._by.cancel()
                self._by = None

    return Impatient


def server_of(
    app: ASGIApp, *, lifespan: Literal["on", "off"], header_seconds: float = HEADER_SECONDS
) -> uvicorn.Server:
    """A server for an app, to be given its socket."""
    return _Server(
        uvicorn.Config(
            app,
            http=protocol(header_seconds),
            lifespan=lifespan,
            log_config=None,  # its own would print beside our format
            log_level="warning",
            access_log=False,
            server_header=False,
            ws="none",
            timeout_keep_alive=75,
            timeout_graceful_shutdown=10,
            h11_max_incomplete_event_size=64_000,
        )
    )


class _Server(uvicorn.Server):
    """uvicorn without its own signal handlers, which end the process by the signal once it has stopped."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to us."""
        yield
