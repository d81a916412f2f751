"""A network that takes PostgreSQL away without a word: no question is answered, and none is refused."""

from __future__ import annotations

import ctypes
import socket
import struct
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Self

import pytest
from sqlalchemy import make_url, text

from aibot.errors import StorageError
from aibot.storage.database import Database

if TYPE_CHECKING:
    from types import TracebackType

SO_ATTACH_FILTER, SO_DETACH_FILTER = 26, 27  # Linux; Python has no names for them


class Cable:
    """A TCP way to PostgreSQL's socket that can be cut: packets are thrown away before they are acknowledged."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._ends: list[socket.socket] = []
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._drop_all = ctypes.create_string_buffer(struct.pack("HBBI", 6, 0, 0, 0))  # "return 0 bytes"

    def __enter__(self) -> Self:
        self._accepting.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)  # closing alone wakes nobody who waits
        self._accepting.join()
        for end in (self._listener, *self._ends):
            end.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.socket(socket.AF_UNIX)
            far.connect(self._path)
            self._ends += [near, far]
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=_pump, args=(one, other), daemon=True).start()

    def cut(self) -> None:
        """Let nothing through, new connections neither."""
        program = struct.pack("HxxxxxxP", 1, ctypes.addressof(self._drop_all))
        for end in (self._listener, *self._ends):
            if end.family == socket.AF_INET:
                end.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, program)

    def mend(self) -> None:
        """Let new connections through again."""
        self._listener.setsockopt(socket.SOL_SOCKET, SO_DETACH_FILTER, 0)


def _pump(one: socket.socket, other: socket.socket) -> None:
    try:
        while part := one.recv(65_536):
            other.sendall(part)
    except OSError:
        pass


def seconds_until_told(database: Database, statement: str) -> float:
    started = time.monotonic()
    with pytest.raises(StorageError, match="cannot be reached"), database.reading() as connection:
        connection.execute(text(statement))
    return time.monotonic() - started


def sleeping(database: Database) -> int:
    with database.reading() as connection:
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'"
        return int(connection.execute(text(query)).scalar_one())


def test_a_postgresql_that_falls_silent_is_told_within_half_a_minute(postgres_url: str) -> None:
    """Takes half a minute: that is what it is about."""
    url = make_url(postgres_url)
    with ThreadPoolExecutor(2) as pool, Cable(f"{url.query['host']}/.s.PGSQL.5432") as cable:
        through = url.set(host="127.0.0.1", port=cable.port, query={})
        database = Database(through.render_as_string(hide_password=False))
        answers = pool.submit(seconds_until_told, database, "SELECT pg_sleep(600)")
        while not sleeping(database):
            assert not answers.done()
        cable.cut()
        asks = pool.submit(seconds_until_told, database, "SELECT 1")
        assert answers.result(60) < 30  # PostgreSQL had the question, and its answer does not come
        assert asks.result(60) < 30  # the question does not get there
        assert seconds_until_told(database, "SELECT 1") < 30  # nobody is there to be asked
        cable.mend()
        assert database.now() > 0
        database.close()
