"""Socket Mode: connections the app opens, envelopes down, acknowledgements up (rules.SOCKET_CONNECTIONS)."""

from __future__ import annotations

import asyncio
import json
import uuid
from typing import TYPE_CHECKING

from starlette.websockets import WebSocket, WebSocketDisconnect

from . import rules

if TYPE_CHECKING:
    from .record import Record
    from .state import State
    from .workspace import Json


class Connection:
    """One of the app's WebSockets."""

    def __init__(self, socket: WebSocket) -> None:
        self.socket = socket
        self.waiting: dict[str, asyncio.Future[Json]] = {}
        self.closed = asyncio.Event()

    async def send(self, message: Json) -> None:
        """Send one message of Slack's."""
        await self.socket.send_text(json.dumps(message))

    def fail(self) -> None:
        """Tell those who wait for an acknowledgement that none will come."""
        self.closed.set()
        for future in self.waiting.values():
            if not future.done():
                future.set_exception(ConnectionResetError("the connection closed"))


class SocketMode:
    """All connections of the app; each envelope goes to one of them, in turn."""

    def __init__(self, state: State, record: Record) -> None:
        self._state = state
        self._record = record
        self.connections: list[Connection] = []
        self._turn = 0

    async def serve(self, socket: WebSocket) -> None:
        """Run one connection until either side ends it."""
        ticket = socket.query_params.get("ticket", "")
        if ticket not in self._state.socket_tickets:
            await socket.close(4001)
            return
        self._state.socket_tickets.discard(ticket)
        await socket.accept()
        connection = Connection(socket)
        if len(self.connections) >= rules.SOCKET_CONNECTIONS.value:
            await connection.send(self._disconnect("too_many_websockets"))
            await socket.close()
            return
        await connection.send(self._hello())
        self.connections.append(connection)
        self._record.changed()
        try:
            while True:
                self._acknowledged(connection, await socket.receive_text())
        except WebSocketDisconnect:
            pass
        finally:
            if connection in self.connections:
                self.connections.remove(connection)
            connection.fail()
            self._record.changed()

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.connections) + 1,
            "connection_info": {"app_id": self._state.app.app_id},
            "debug_info": {"host": "fake", "build_number": 1, "approximate_connection_time": 18060},
        }

    def _disconnect(self, reason: str) -> Json:
        return {"type": "disconnect", "reason": reason, "debug_info": {"host": "fake"}}

    def _acknowledged(self, connection: Connection, text: str) -> None:
        try:
            message = json.loads(text)
        except ValueError:
            return
        named = str(message.get("envelope_id", "")) if isinstance(message, dict) else ""
        future = connection.waiting.get(named)
        if future is not None and not future.done():
            future.set_result(message)

    def next_connection(self) -> Connection | None:
        """Return the connection whose turn it is."""
        if not self.connections:
            return None
        self._turn += 1
        return self.connections[self._turn % len(self.connections)]

    async def deliver(self, envelope: Json, *, seconds: float) -> Json:
        """Send an envelope to one connection and return its acknowledgement (rules.SOCKET_ACK)."""
        connection = self.next_connection()
        if connection is None:
            raise ConnectionRefusedError("the app has no Socket Mode connection")
        envelope_id = str(uuid.uuid4())
        future: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        connection.waiting[envelope_id] = future
        try:
            await connection.send({"envelope_id": envelope_id, **envelope})
            return await asyncio.wait_for(future, seconds)
        finally:
            connection.waiting.pop(envelope_id, None)

    async def refresh(self, reason: str = "refresh_requested") -> None:
        """Ask the app to connect anew, and close the old connections once it left them."""
        for connection in list(self.connections):
            await connection.send(self._disconnect("warning"))
            await connection.send(self._disconnect(reason))
            self.connections.remove(connection)

    async def drop(self) -> None:
        """Close every connection without a word."""
        for connection in list(self.connections):
            if connection in self.connections:
                self.connections.remove(connection)
            await connection.socket.close(1011)
            connection.fail()
