"""Log lines: one object each where asked for, the request they belong to, and no secret."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from contextvars import copy_context
from typing import Any

import pytest

from aibot.logs import JsonLines, TextLines, begin_request, masked, request_id


def record(message: str, *arguments: object, error: bool = False) -> logging.LogRecord:
    return logging.LogRecord(
        "aibot.x", logging.INFO, __file__, 1, message, arguments, sys.exc_info() if error else None
    )


def line(made: logging.LogRecord) -> dict[str, Any]:
    text = JsonLines().format(made)
    assert "\n" not in text
    found: dict[str, Any] = json.loads(text)
    return found


def test_a_line_is_one_object_whatever_is_in_it() -> None:
    found = line(record('a "quoted"\nbroken %s', "行"))

    assert found["message"] == 'a "quoted"\nbroken 行'
    assert (found["level"], found["logger"]) == ("INFO", "aibot.x")
    assert found["time"].endswith("+00:00")


def test_a_traceback_stays_in_its_line() -> None:
    try:
        int("xoxb-1-2-secret")
    except ValueError:
        found = line(record("it failed", error=True))

    assert found["error"].splitlines()[-1] == "ValueError: invalid literal for int() with base 10: 'xoxb-…'"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("POST https://hooks.slack.com/commands/T1/2/abc failed", "POST https://hooks.slack.com/… failed"),
        ("'https://hooks.slack-gov.com/actions/T1/2/abc'", "'https://hooks.slack-gov.com/…'"),
        ("token xoxb-12-34-abc.", "token xoxb-…."),
        ("xoxe.xoxb-1-abc", "xoxe.xoxb-…"),
        ("xapp-1-A1-2-abc", "xapp-…"),
        ("wss://x.slack.com/link/?ticket=abc-def&app_id=A1", "wss://x.slack.com/link/?ticket=…&app_id=A1"),
        ("postgresql://aibot:geheim@db/aibot", "postgresql://aibot:…@db/aibot"),
        ("postgresql+psycopg://:a%40b:c@[::1]:5432/x", "postgresql+psycopg://:…@[::1]:5432/x"),
        (f"AIBOT_KEYS={'aB3_-' * 8}abc=,{'x' * 43}=", "AIBOT_KEYS=…,…"),
        ("nothing to hide", "nothing to hide"),
        ("https://docs.slack.dev/a:b and me@example.org", "https://docs.slack.dev/a:b and me@example.org"),
    ],
)
def test_secrets_are_hidden(text: str, shown: str) -> None:
    assert masked(text) == shown
    assert shown in TextLines().format(record("%s", text))
    assert line(record("%s", text))["message"] == shown


@pytest.mark.anyio
async def test_work_begun_for_a_request_carries_its_id_and_no_other() -> None:
    async def serve() -> tuple[str, str]:
        begin_request()
        later = asyncio.create_task(asyncio.to_thread(request_id))
        return request_id(), await later

    (first, first_later), (second, second_later) = await asyncio.gather(serve(), serve())

    assert first == first_later != second == second_later
    assert not request_id()


def test_a_line_names_its_request() -> None:
    def serve() -> None:
        begin_request()
        assert line(record("x"))["request"] == request_id()
        assert TextLines().format(record("x")).endswith(f"x request={request_id()}")

    copy_context().run(serve)
