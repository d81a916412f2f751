"""A network that stands still while a post is on its way: once the call is given up, nothing of it may arrive."""

from __future__ import annotations

import asyncio
import contextlib
import socket

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from aibot.slack.posting import SECONDS, Poster, forgetful_socket, post_session

pytestmark = pytest.mark.anyio

MESSAGE = {"text": "x" * 35_000}


async def stalled(session: aiohttp.ClientSession) -> tuple[str, int]:
    """What posting came to, and how much of it a peer gets that takes nothing before the call is given up."""
    with socket.socket() as peer:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
        peer.bind(("127.0.0.1", 0))
        peer.listen()
        address = f"http://127.0.0.1:{peer.getsockname()[1]}/api/"
        async with session:
            client = AsyncWebClient("xoxb-1", base_url=address, session=session, retry_handlers=[])
            poster = Poster(lambda _: client, seconds=0.5)
            outcome = await poster.post("T1", "C1", MESSAGE, "T1.C1:2026-12-01")
        return outcome.meaning, await asyncio.to_thread(taken_by, peer)


def taken_by(peer: socket.socket) -> int:
    """How many bytes there are for a peer that begins to read."""
    taken, (connection, _) = 0, peer.accept()
    with connection, contextlib.suppress(ConnectionResetError):
        while part := connection.recv(65_536):
            taken += len(part)
    return taken


async def test_what_the_network_held_back_does_not_arrive_after_the_post_was_given_up() -> None:
    meaning, taken = await stalled(post_session())
    assert meaning == "unknown"
    assert taken < len(MESSAGE["text"])


async def test_a_usual_connection_would_deliver_it_behind_our_back() -> None:
    """What the test above rests on: such a peer does get the whole of what others send."""
    meaning, taken = await stalled(aiohttp.ClientSession())
    assert meaning == "unknown"
    assert taken > len(MESSAGE["text"])


async def test_nothing_is_sent_again_for_longer_than_a_call_may_take() -> None:
    with forgetful_socket((socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", 0))) as made:
        assert made.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == SECONDS * 1000
