"""Whoever is slow to say what he wants is not waited for; whoever is idle between two requests is."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from aibot.slack.serving.health import Health, HealthApp
from aibot.slack.serving.server import MOST_CONNECTIONS, server_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from starlette.types import ASGIApp, Receive, Scope, Send

pytestmark = pytest.mark.anyio

ASKED = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"
SECONDS = 0.3
PATIENT = 30.0


Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def served(
    seconds: float = SECONDS, app: ASGIApp | None = None, connections: int = MOST_CONNECTIONS
) -> AsyncIterator[Callable[[], Awaitable[Connection]]]:
    """A server that waits this long for the head of a request; what opens a connection to it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = server_of(
            app or HealthApp(Health()), lifespan="off", header_seconds=seconds, connections=connections
        )
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        opened: list[asyncio.StreamWriter] = []

        async def connect() -> Connection:
            reader, writer = await asyncio.open_connection(*listening.getsockname())
            opened.append(writer)
            return reader, writer

        async with asyncio.timeout(20):
            yield connect
        for writer in opened:
            writer.close()
        server.should_exit = True
        await serving


@asynccontextmanager
async def connected(seconds: float = SECONDS) -> AsyncIterator[Connection]:
    """A connection to a server that waits this long for the head of a request."""
    async with served(seconds) as connect:
        yield await connect()


@pytest.mark.parametrize("sent", [b"", b"GET", ASKED, ASKED + b"X-Slow: a"])
async def test_a_head_that_does_not_come_ends_the_connection(sent: bytes) -> None:
    async with connected() as (reader, writer):
        writer.write(sent)
        assert await reader.read() == b""


async def test_a_head_in_drops_ends_the_connection() -> None:
    async with connected() as (reader, writer):
        ended = asyncio.create_task(reader.read())
        for byte in ASKED + b"X-Slow: " + b"a" * 1000:
            writer.write(bytes([byte]))
            if (await asyncio.wait({ended}, timeout=SECONDS / 10))[0]:
                break
        assert ended.done()
        assert ended.result() == b""


async def flood(writer: asyncio.StreamWriter, piece: bytes) -> None:
    """Fifty megabytes, or as much as the other side takes."""
    for _ in range(50_000_000 // len(piece)):
        writer.write(piece)
        await writer.drain()


@pytest.mark.parametrize("more", [b"X-Large: " + b"a" * 50_000, b"X-More: a\r\n" * 4_000])
async def test_a_head_that_does_not_end_is_refused_before_it_fills_the_memory(more: bytes) -> None:
    async with connected(PATIENT) as (reader, writer):
        writer.write(ASKED)
        with contextlib.suppress(ConnectionError):  # the server closes long before
            await flood(writer, more)
        with contextlib.suppress(ConnectionError):
            assert (await reader.read()).startswith(b"HTTP/1.1 431 ")


async def test_trailers_that_do_not_end_are_cut_off() -> None:
    async with connected(PATIENT) as (_, writer):
        writer.write(ASKED + b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n")
        with pytest.raises(ConnectionError):
            await flood(writer, b"X-Large: " + b"a" * 50_000)


async def test_a_body_in_many_small_pieces_is_read() -> None:
    async with connected(PATIENT) as (reader, writer):
        writer.write(ASKED + b"Transfer-Encoding: chunked\r\n\r\n")
        for _ in range(200):
            writer.write(b"3e8\r\n")
            await writer.drain()
            writer.write(b"a" * 1_000 + b"\r\n")
        writer.write(b"0\r\nX-Sum: 1\r\n\r\n")
        assert b"200 OK" in await reader.readuntil(b"\r\n\r\n")


async def test_a_large_body_is_no_large_head() -> None:
    async with connected(PATIENT) as (reader, writer):
        for _ in range(2):
            writer.write(ASKED + b"Content-Length: 300000\r\n\r\n" + b"a" * 300_000)
            assert b"200 OK" in await reader.readuntil(b"\r\n\r\n")
            assert await reader.readexactly(2) == b"ok"


async def test_a_head_of_many_kilobytes_is_read() -> None:
    async with connected(PATIENT) as (reader, writer):
        for piece in (ASKED, *[b"X-More: " + b"a" * 6_000 + b"\r\n"] * 8, b"\r\n"):
            writer.write(piece)
            await writer.drain()
        assert b"200 OK" in await reader.readuntil(b"\r\n\r\n")


async def test_an_idle_connection_is_kept_for_the_next_request() -> None:
    async with connected() as (reader, writer):
        for _ in range(2):
            writer.write(ASKED + b"\r\n")
            assert b"200 OK" in await reader.readuntil(b"\r\n\r\n")
            assert await reader.readexactly(2) == b"ok"
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(reader.read(1), SECONDS * 2)


@pytest.mark.parametrize(
    ("asked", "more"),
    [(ASKED + b"\r\n", b"\r\n"), (ASKED + b"Content-Length: 50\r\n\r\n", b"a")],
    ids=["an empty line", "a body nobody reads"],
)
async def test_what_comes_behind_an_answer_keeps_no_connection_open(asked: bytes, more: bytes) -> None:
    async with connected() as (reader, writer):
        writer.write(asked)
        assert b"200 OK" in await reader.readuntil(b"\r\n\r\n")
        assert await reader.readexactly(2) == b"ok"
        ended = asyncio.create_task(reader.read())
        for _ in range(40):
            writer.write(more)
            if (await asyncio.wait({ended}, timeout=SECONDS / 5))[0]:
                break
        assert ended.done()


async def answered(connection: Connection) -> str:
    """Ask on a connection; the status line of what comes back."""
    reader, writer = connection
    writer.write(ASKED + b"\r\n")
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    length = next(line for line in head.lower().splitlines() if line.startswith("content-length:"))
    await reader.readexactly(int(length.partition(":")[2]))
    return head.splitlines()[0]


async def test_where_there_are_too_many_the_one_that_rested_longest_goes() -> None:
    async with served(PATIENT, connections=3) as connect:
        first, second, third = [await connect() for _ in range(3)]
        for connection in (second, first, third):
            assert await answered(connection) == "HTTP/1.1 200 OK"
        assert await answered(await connect()) == "HTTP/1.1 200 OK"
        assert await second[0].read() == b""
        for connection in (first, third):
            assert await answered(connection) == "HTTP/1.1 200 OK"


async def test_a_hundred_that_say_nothing_keep_nobody_out() -> None:
    async with served(PATIENT, connections=5) as connect:
        silent = [await connect() for _ in range(100)]
        assert await answered(await connect()) == "HTTP/1.1 200 OK"
        for reader, _ in silent[:-4]:
            assert await reader.read() == b""


async def test_half_a_head_does_not_keep_a_connection_from_being_closed() -> None:
    async with served(PATIENT, connections=1) as connect:
        reader, writer = await connect()
        writer.write(ASKED)
        await asyncio.sleep(0.05)
        assert await answered(await connect()) == "HTTP/1.1 200 OK"
        assert await reader.read() == b""


async def test_who_is_being_answered_is_never_cut_off_and_one_more_is_told_so() -> None:
    let_go = asyncio.Event()

    async def slow(_scope: Scope, _receive: Receive, send: Send) -> None:
        await let_go.wait()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})

    async with served(PATIENT, slow, connections=2) as connect:
        asked = [asyncio.create_task(answered(await connect())) for _ in range(2)]
        await asyncio.sleep(0.05)
        reader, _ = await connect()
        assert (await reader.readline()).startswith(b"HTTP/1.1 503 ")
        let_go.set()
        assert await asyncio.gather(*asked) == ["HTTP/1.1 200 OK"] * 2
        assert await answered(await connect()) == "HTTP/1.1 200 OK"
