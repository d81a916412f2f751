"""Whatever arrives over HTTP, signed or not, is answered with a status below 500 and leaves the bot alive."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
import uvicorn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.fuzz.entrances import FORM, JSON, HttpEntrance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aibot.core.facts import FactBase

KEYS = (
    "type", "event", "event_id", "payload", "command", "text", "channel", "channel_type", "user", "ts", "thread_ts",
    "actions", "action_id", "value", "container", "is_ephemeral", "team", "team_id", "response_url", "challenge",
    "view", "state", "authorizations", "enterprise", "is_enterprise_install", "ssl_check", "trigger_id", "subtype",
)  # fmt: skip
TYPES = (
    "event_callback",
    "block_actions",
    "view_submission",
    "url_verification",
    "shortcut",
    "app_mention",
    "message",
)

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(TYPES)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=12,
)
payloads = st.dictionaries(st.sampled_from(KEYS), values, max_size=8)

COMMAND = {
    "command": "/ai", "text": "help", "user_id": "U1", "team_id": "T1", "channel_id": "C1", "trigger_id": "1.2.3",
    "response_url": "nowhere://x/commands/1", "api_app_id": "A1", "is_enterprise_install": "false",
}  # fmt: skip
EVENT = {
    "type": "event_callback", "event_id": "Ev1", "team_id": "T1", "api_app_id": "A1",
    "event": {"type": "app_mention", "user": "U1", "text": "<@UBOT> help", "channel": "C1", "ts": "1.000001"},
}  # fmt: skip
PRESS = {
    "type": "block_actions", "user": {"id": "U1", "team_id": "T1"}, "team": {"id": "T1"},
    "container": {"type": "message", "is_ephemeral": True}, "response_url": "nowhere://x/actions/1",
    "actions": [{"type": "button", "action_id": "aibot_show:1", "block_id": "b", "value": "{}"}],
}  # fmt: skip


@pytest.fixture(scope="module")
def door(base: FactBase) -> Iterator[HttpEntrance]:
    made = HttpEntrance(base)
    #  what a signed request of nobody's does is logged with its traceback, as it should be; not here
    logging.getLogger("aibot").setLevel(logging.CRITICAL)
    yield made
    logging.getLogger("aibot").setLevel(logging.NOTSET)
    made.close()


quick = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_what_the_fuzzing_starts_from_is_answered(door: HttpEntrance) -> None:
    assert door.signed(urlencode(COMMAND).encode(), FORM) == 200
    assert door.signed(json.dumps(EVENT).encode(), JSON) == 200
    assert door.signed(urlencode({"payload": json.dumps(PRESS)}).encode(), FORM) == 200


@quick
@given(body=st.binary(max_size=300), kind=st.sampled_from((FORM, JSON)))
def test_signed_bytes(door: HttpEntrance, body: bytes, kind: str) -> None:
    assert door.signed(body, kind) < 500


@quick
@given(payload=payloads | values)
def test_signed_json_that_looks_like_slacks(door: HttpEntrance, payload: Any) -> None:
    assert door.signed(json.dumps(payload).encode(), JSON) < 500


@quick
@given(payload=payloads, form=st.booleans())
def test_signed_forms_that_look_like_slacks(door: HttpEntrance, payload: dict[str, Any], form: bool) -> None:  # noqa: FBT001
    fields = payload if form else {"payload": json.dumps(payload)}
    assert door.signed(urlencode(fields, errors="replace").encode(), FORM) < 500


@quick
@given(data=st.data(), original=st.sampled_from((COMMAND, EVENT, PRESS)))
def test_slacks_own_requests_with_one_thing_changed(
    door: HttpEntrance, data: st.DataObject, original: dict[str, Any]
) -> None:
    changed = json.loads(json.dumps(original))
    place = changed
    while True:
        key = data.draw(st.sampled_from(sorted(place)))
        inner = place[key][0] if isinstance(place[key], list) else place[key]
        if not isinstance(inner, dict) or data.draw(st.booleans()):
            break
        place = inner
    if data.draw(st.booleans()):
        del place[key]
    else:
        place[key] = data.draw(values)
    kind = JSON if original is EVENT else FORM
    if original is EVENT:
        body = json.dumps(changed)
    else:
        body = urlencode(
            changed if original is COMMAND else {"payload": json.dumps(changed)}, errors="replace"
        )
    assert door.signed(body.encode(), kind) < 500


@quick
@given(
    body=st.binary(max_size=100),
    headers=st.lists(
        st.tuples(
            st.sampled_from(
                (
                    b"content-type",
                    b"content-length",
                    b"x-slack-request-timestamp",
                    b"x-slack-signature",
                    b"cookie",
                )
            ),
            st.binary(max_size=40)
            | st.sampled_from((FORM.encode(), JSON.encode(), b"9" * 5000, b"v0=", b"-1")),
        )
    ),
    path=st.sampled_from(("/slack/events", "/healthz", "/readyz", "/")) | st.text(),
    method=st.sampled_from(("GET", "POST", "HEAD", "PUT", "OPTIONS", "BREW")),
)
def test_strangers(
    door: HttpEntrance, body: bytes, headers: list[tuple[bytes, bytes]], path: str, method: str
) -> None:
    assert door.status(body, headers, path, method) < 500


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 200_000,
        b'{"a":' * 100_000,
        b'{"type":"event_callback","type":[],"type":{}}',
        b'{"event":{"type":1e999}}',
        b'"\\ud800"',
        b"9" * 100_000,
        b"\xef\xbb\xbf{}",
    ],
    ids=("deep list", "deep object", "equal keys", "infinity", "half a character", "a long number", "a BOM"),
)
@pytest.mark.parametrize("kind", [FORM, JSON])
def test_known_troublemakers(door: HttpEntrance, body: bytes, kind: str) -> None:
    assert door.signed(body, kind) in (200, 400, 404)


@contextmanager
def listening(door: HttpEntrance) -> Iterator[int]:
    """The entrance behind the real server."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(door.app, log_level="critical", access_log=False, lifespan="off", ws="none")
        server = uvicorn.Server(config)

        async def start() -> asyncio.Task[None]:
            return asyncio.create_task(server.serve(sockets=[listener]))

        serving = door.runner.run(start())
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True

            async def end() -> None:
                await serving

            door.runner.run(end())


async def exchange(port: int, sent: bytes) -> bytes:
    """What the server says to raw bytes, up to the end of the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    writer.write_eof()
    try:
        async with asyncio.timeout(10):
            return await reader.read(65_536)
    except ConnectionError:
        return b""
    finally:
        writer.close()


lines = st.sampled_from(
    (
        b"POST /slack/events HTTP/1.1",
        b"GET /healthz HTTP/1.1",
        b"GET / HTTP/9.9",
        b"POST  /slack/events",
        b"\x16\x03\x01",
    )
)
heads = st.lists(
    st.sampled_from(
        (
            b"Host: x",
            b"Content-Length: 5",
            b"Content-Length: -5",
            b"Transfer-Encoding: chunked",
            b"Expect: 100-continue",
            b"Content-Type: application/json",
            b"X-Slack-Signature: v0=\xff",
            b" folded",
            b"Upgrade: websocket",
            b"a" * 70_000,
        )
    ),
    max_size=5,
)


@settings(quick, max_examples=40)
@given(line=lines | st.binary(max_size=20), head=heads, body=st.binary(max_size=50))
def test_raw_bytes_on_the_wire(door: HttpEntrance, line: bytes, head: list[bytes], body: bytes) -> None:
    with listening(door) as port:
        said = door.runner.run(exchange(port, b"\r\n".join([line, *head, b"", body])))
        alive = door.runner.run(
            exchange(port, b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        )

    assert b" 500 " not in said.partition(b"\r\n")[0]
    assert alive.startswith(b"HTTP/1.1 200")
