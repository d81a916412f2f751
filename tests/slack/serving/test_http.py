"""Requests that are not Slack's, or not whole: the right status, never a 500, and nothing of them in the log."""

from __future__ import annotations

import asyncio
import json
import time
from itertools import count
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.slack.conftest import running

from aibot.playground.fake_slack import signed_headers
from aibot.slack.serving.http import MAX_BODY, MAX_HELD

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aibot.playground.fake_slack import FakeSlack
    from aibot.slack.bot import Bot

pytestmark = pytest.mark.anyio

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}
COMMAND = urlencode(
    {"command": "/ai", "text": "zanzibar", "user_id": "U1", "channel_id": "C1", "team_id": "T1"}
).encode()


@pytest.fixture
async def slack(slack: FakeSlack, bot: Bot) -> AsyncIterator[FakeSlack]:
    """A fake Slack with the bot behind it."""
    async with running(bot, slack):
        yield slack


@pytest.fixture(autouse=True)
def _nothing_typed_is_logged(caplog: pytest.LogCaptureFixture) -> Any:
    caplog.set_level("INFO", "aibot")
    yield
    assert "zanzibar" not in caplog.text.lower()


async def raw(slack: FakeSlack, request: bytes, *, then: float = 0) -> int:
    """The status of an answer to bytes on the wire."""
    host, port = urlsplit(slack.app_url or "").netloc.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(request)
    await writer.drain()
    async with asyncio.timeout(10 + then):
        line = await reader.readline()
    writer.close()
    return int(line.split()[1]) if line else 0


async def test_a_signed_command_is_answered(slack: FakeSlack) -> None:
    assert (await slack.send(COMMAND, FORM)).status == 200
    assert (
        await slack.send(
            COMMAND + b"&x=1", {"Content-Type": "Application/X-WWW-Form-URLEncoded; charset=utf-8"}
        )
    ).status == 200


async def test_an_unsigned_request_is_refused(slack: FakeSlack) -> None:
    refused = await slack.send(COMMAND, FORM, sign=False)
    assert (refused.status, refused.response_body) == (401, b"the request is not signed")


@pytest.mark.parametrize("seconds", [-301, -3600, 301, 86_400, -1_790_000_000])
async def test_an_old_or_future_request_is_refused(seconds: int, slack: FakeSlack) -> None:
    assert (await slack.send(COMMAND, FORM, at=time.time() + seconds)).status == 401


async def test_a_replayed_command_is_refused(slack: FakeSlack) -> None:
    first = await slack.send(COMMAND, FORM)
    headers = {name: value for name, value in first.headers.items() if name.lower().startswith("x-slack")}
    again = await slack.send(COMMAND, {**FORM, **headers})
    assert (first.status, again.status) == (200, 401)


async def test_a_replayed_event_is_acknowledged_and_not_answered_again(slack: FakeSlack) -> None:
    asked = await slack.mention("RAG")
    await slack.answer(asked)
    headers = {name: value for name, value in asked.headers.items() if name.lower().startswith("x-slack")}
    assert (await slack.send(asked.body, {**JSON, **headers})).status == 200
    assert len(slack.calls("chat.postMessage")) == 1


@pytest.mark.parametrize(
    "signature", ["v0=00", "v0=", "v1=" + "0" * 64, "nonsense", "v0=" + "é" * 64, "v0=" + "0" * 5000]
)
async def test_a_wrong_signature_is_refused(signature: str, slack: FakeSlack) -> None:
    timestamp = str(int(time.time()))
    head = (
        f"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
        f"X-Slack-Request-Timestamp: {timestamp}\r\nX-Slack-Signature: {signature}\r\n\r\n"
    )
    assert await raw(slack, head.encode("latin-1") + b"{}") == 401


@pytest.mark.parametrize("timestamp", ["soon", "1e9", "-5", "٣٣٣", "9" * 4000, "1.5", "²", "0x10"])
async def test_a_timestamp_that_is_no_number_is_refused(timestamp: str, slack: FakeSlack) -> None:
    head = (
        f"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
        f"X-Slack-Request-Timestamp: {timestamp}\r\nX-Slack-Signature: v0=00\r\n\r\n"
    )
    assert await raw(slack, head.encode() + b"{}") == 400


async def test_headers_in_any_bytes_do_no_harm(slack: FakeSlack) -> None:
    signed = signed_headers(slack.signing_secret, COMMAND, at=time.time())
    head = (
        b"POST /slack/events HTTP/1.1\r\nHost: \xff\xfe\r\nContent-Length: %d\r\nX-Odd: \xe4\xb8\xad\r\n"
        % len(COMMAND)
    )
    head += b"".join(f"{name}: {value}\r\n".encode() for name, value in {**FORM, **signed}.items())
    assert await raw(slack, head + b"\r\n" + COMMAND) == 200


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "multipart/form-data; boundary=x", "application/jsonp", "", "application/xml", "💥"],
)
async def test_another_content_type_is_refused(kind: str, slack: FakeSlack) -> None:
    signed = signed_headers(slack.signing_secret, COMMAND, at=time.time())
    head = f"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\nContent-Length: {len(COMMAND)}\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in signed.items())
    assert await raw(slack, head.encode() + b"\r\n" + COMMAND) == 415


def payload(**fields: Any) -> bytes:
    return urlencode({"payload": json.dumps(fields)}).encode()


BROKEN = {
    "broken JSON": (b'{"type": "event_callback", "zanzibar', JSON),
    "no JSON": (b"zanzibar", JSON),
    "an array": (b'["zanzibar"]', JSON),
    "a string": (b'"zanzibar"', JSON),
    "null": (b"null", JSON),
    "an empty body": (b"", JSON),
    "100,000 brackets": (b"[" * 100_000, JSON),
    "100,000 objects": (b'{"a":' * 100_000, JSON),
    "not UTF-8": (b'{"type": "\xff\xfe"}', JSON),
    "a number of 10,000 digits": (b'{"type": ' + b"9" * 10_000 + b"}", JSON),
    "a form that is none": (b"zanzibar", FORM),
    "a form not UTF-8": (b"command=/ai&text=\xff", FORM),
    "a payload that is no JSON": (b"payload=zanzibar", FORM),
    "a payload that is an array": (b"payload=%5B%5D", FORM),
    "a deep payload": (b"payload=" + b"%5B" * 100_000, FORM),
    "an empty payload": (b"payload=", FORM),
}


@pytest.mark.parametrize("name", BROKEN)
async def test_a_signed_body_that_is_broken_is_refused(name: str, slack: FakeSlack) -> None:
    body, headers = BROKEN[name]
    assert (await slack.send(body, headers)).status == 400


ODD: dict[str, tuple[bytes, dict[str, str]]] = {
    "an empty object": (b"{}", JSON),
    "an empty form": (b"", FORM),
    "nothing Slack sends": (b'{"type": "zanzibar"}', JSON),
    "an event without an event": (b'{"type": "event_callback", "event_id": "E1"}', JSON),
    "an event that is a string": (b'{"type": "event_callback", "event": "zanzibar"}', JSON),
    "an event that is empty": (b'{"type": "event_callback", "event": {}}', JSON),
    "a mention without anything": (b'{"type": "event_callback", "event": {"type": "app_mention"}}', JSON),
    "a mention without a channel": (
        b'{"type":"event_callback","event":{"type":"app_mention","user":"U1","text":"zanzibar","ts":"1"}}', JSON,
    ),
    "a mention whose text is a number": (
        b'{"type":"event_callback","event":{"type":"app_mention","user":"U1","text":5,"ts":"1","channel":"C1"}}', JSON,
    ),
    "an event_id that is a list": (b'{"type": "event_callback", "event_id": [], "event": {"type": "x"}}', JSON),
    "keys twice": (b'{"type": "event_callback", "type": "event_callback", "event": {"type": "a", "type": "b"}}', JSON),
    "a form with keys twice": (COMMAND + b"&text=RAG&text=MoE", FORM),
    "a command without a text": (b"command=%2Fai&user_id=U1", FORM),
    "an action without actions": (payload(type="block_actions"), FORM),
    "an action without a value": (payload(type="block_actions", actions=[{"action_id": "aibot_share"}]), FORM),
    "a view nobody opened": (payload(type="view_submission", view={}), FORM),
    "a team that is a list": (b'{"type": "event_callback", "team_id": [1], "event": {"type": "app_mention"}}', JSON),
    "ssl_check": (b"ssl_check=1&token=x", FORM),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
async def test_a_signed_body_that_makes_no_sense_is_no_server_error(name: str, slack: FakeSlack) -> None:
    body, headers = ODD[name]
    assert (await slack.send(body, headers)).status in (200, 400, 404)


NUMBERS = count()
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["U1", "C1", "app_mention", "message", "im"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "user", "text", "channel", "ts", "id", "value", "action_id", "event"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)
KEYS = [
    "type",
    "event",
    "event_id",
    "team_id",
    "command",
    "text",
    "actions",
    "user",
    "container",
    "response_url",
    "view",
    "authorizations",
]
TYPES = st.sampled_from(
    ["event_callback", "block_actions", "view_submission", "url_verification", "shortcut", "block_suggestion"]
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.dictionaries(st.sampled_from(KEYS), VALUES), kind=TYPES, as_payload=st.booleans())
async def test_no_object_at_all_is_a_server_error(
    body: dict[str, Any], kind: str, slack: FakeSlack, *, as_payload: bool
) -> None:
    text = json.dumps({**body, "type": kind, "n": next(NUMBERS)})  # a body sent twice would be a replay
    sent = urlencode({"payload": text}).encode() if as_payload else text.encode()
    assert (await slack.send(sent, FORM if as_payload else JSON)).status in (200, 400, 404)


def claimed(length: str) -> bytes:
    """The head of a request that is signed by somebody."""
    head = "POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    head += f"X-Slack-Request-Timestamp: {int(time.time())}\r\nX-Slack-Signature: v0={'0' * 64}\r\n"
    return f"{head}{length}\r\n\r\n".encode()


async def test_ten_megabytes_are_refused_before_they_are_read(slack: FakeSlack) -> None:
    assert await raw(slack, claimed("Content-Length: 10000000") + b"x" * 100) == 413


@pytest.mark.parametrize(
    ("old", "new", "status"),
    [
        (b"X-Slack-Signature", b"X-Other", 401), (b"Signature: v0=", b"Signature: v0=zz", 401),
        (b"Timestamp: ", b"Timestamp: 1", 401), (b"Timestamp: ", b"Timestamp: x", 400),
    ],
)  # fmt: skip
async def test_what_nobody_signed_is_refused_before_its_body_is_there(
    old: bytes, new: bytes, status: int, slack: FakeSlack
) -> None:
    assert await raw(slack, claimed("Content-Length: 990000").replace(old, new)) == status


async def test_many_large_bodies_do_not_fill_the_memory_and_hold_nobody_up(slack: FakeSlack) -> None:
    host, port = urlsplit(slack.app_url or "").netloc.split(":")
    opened = [await asyncio.open_connection(host, int(port)) for _ in range(MAX_HELD // MAX_BODY + 8)]
    for _, writer in opened:
        writer.write(claimed(f"Content-Length: {MAX_BODY}") + b"x" * (MAX_BODY - 1))
    async with asyncio.timeout(20):
        refused = [asyncio.create_task(reader.readline()) for reader, _ in opened]
        await asyncio.wait(refused, return_when=asyncio.FIRST_COMPLETED)
        assert (await slack.send(COMMAND, FORM)).status == 200
        lines = await asyncio.gather(*refused)
    for _, writer in opened:
        writer.close()
    assert b"HTTP/1.1 503 Service Unavailable\r\n" in lines
    assert (await slack.send(COMMAND + b"&x=" + b"y" * (MAX_BODY // 2), FORM)).status == 200


async def test_ten_megabytes_without_a_length_are_refused_on_the_way(slack: FakeSlack) -> None:
    head = claimed("Transfer-Encoding: chunked")
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    assert await raw(slack, head + chunk * (MAX_BODY // 0x10000 + 1)) == 413


async def test_a_body_that_does_not_come_is_not_waited_for(slack: FakeSlack) -> None:
    assert await raw(slack, claimed("Content-Length: 100") + b"{") == 408


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/slack/events", 405), ("PUT", "/slack/events", 405), ("DELETE", "/slack/events", 405),
        ("HEAD", "/slack/events", 405), ("GET", "/", 404), ("POST", "/slack", 404), ("POST", "/slack/events/", 404),
        ("GET", "/slack/install", 404), ("GET", "/..%2f", 404), ("GET", "/healthz", 200), ("HEAD", "/healthz", 200),
        ("POST", "/healthz", 405),
    ],
)  # fmt: skip
async def test_other_methods_and_paths(method: str, path: str, status: int, slack: FakeSlack) -> None:
    assert (
        await raw(slack, f"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n".encode())
        == status
    )


@pytest.mark.parametrize(
    "nonsense", [b"\x16\x03\x01\x02\x00\x01\x00", b"zanzibar\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n"]
)
async def test_what_is_no_http_is_refused(nonsense: bytes, slack: FakeSlack) -> None:
    assert await raw(slack, nonsense + b"\r\n\r\n") in (400, 404, 505)


async def test_a_websocket_is_turned_away(slack: FakeSlack) -> None:
    head = b"GET /slack/events HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    head += b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    assert await raw(slack, head) in (403, 404, 405)
