"""Whoever is slow to say what he wants is not waited for; whoever is idle between two requests is."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from aibot.slack.serving.health import Health, HealthApp
from aibot.slack.serving.server import server_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

pytestmark = pytest.mark.anyio

ASKED = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"
SECONDS = 0.3
PATIENT = 30.0


@asynccontextmanager
async def connected(
    seconds: float = SECONDS,
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection to a server that waits this long for the head of a request."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = server_of(HealthApp(Health()), lifespan="off", header_seconds=seconds)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        reader, writer = await asyncio.open_connection(*listening.getsockname())
        async with asyncio.timeout(20):
            yield reader, writer
        writer.close()
        server.should_exit = True
        await serving


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
