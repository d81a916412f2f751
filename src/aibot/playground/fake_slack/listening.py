"""The fake's listening socket on loopback: uvicorn's protocols without uvicorn's signals and waits."""

from __future__ import annotations

import asyncio
import functools
import socket
from importlib.util import find_spec
from typing import TYPE_CHECKING

import uvicorn
from uvicorn.server import ServerState

from .http_side import Protocol

if TYPE_CHECKING:
    from starlette.types import ASGIApp

LOOPBACK = "127.0.0.1"


class Listening:
    """A server in the running event loop, on a free port unless told which."""

    def __init__(self, app: ASGIApp, port: int = 0) -> None:
        self._app = app
        self._wanted = port
        self._state = ServerState()
        self._server: asyncio.Server | None = None
        self.port = 0

    async def start(self) -> None:
        """Listen; Socket Mode works where `websockets` is installed."""
        config = uvicorn.Config(
            self._app,
            http=Protocol,
            ws="websockets-sansio" if find_spec("websockets") else "none",
            lifespan="off",
            access_log=False,
            date_header=False,  # http_side sends the fake's own time
            log_config=None,
        )
        config.load()
        self._state.default_headers = config.encoded_headers
        listener = socket.create_server((LOOPBACK, self._wanted))
        self.port = listener.getsockname()[1]
        protocol = functools.partial(Protocol, config, self._state, {})
        self._server = await asyncio.get_running_loop().create_server(protocol, sock=listener)

    async def stop(self) -> None:
        """Stop listening and close what is open."""
        if self._server is None:
            return
        self._server.close()
        for connection in list(self._state.connections):
            connection.shutdown()
        tasks = [task for task in self._state.tasks if not task.done()]
        if tasks:
            _, left = await asyncio.wait(tasks, timeout=1)
            for task in left:
                task.cancel()
        for connection in list(self._state.connections):
            transport = getattr(connection, "transport", None)
            if transport is not None:
                transport.abort()
        self._server = None
