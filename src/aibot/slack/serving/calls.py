"""Counts our calls to Slack by method and outcome, where they leave: in aiohttp's own hooks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import aiohttp

if TYPE_CHECKING:
    from collections.abc import Callable

#  Any address but a method's is a response_url, whose path is a secret
_METHOD = re.compile(r"/api/([a-z]+(?:\.[a-zA-Z]+){1,3})\Z")
#  Slack's answers begin with these two fields: https://docs.slack.dev/apis/web-api/#responses
_ERROR = re.compile(rb'"ok"\s*:\s*false.{0,40}?"error"\s*:\s*"([a-z_]{1,60})"', re.DOTALL)
_HEAD = 4_096  # an error stands at the beginning of a body


def method_of(path: str) -> str:
    """Which method a call is for."""
    found = _METHOD.search(path)
    return found[1] if found else "response_url"


def call_counter(count: Callable[[str, str], None]) -> aiohttp.TraceConfig:
    """What makes a session of aiohttp count: `count` hears a method, and ok, Slack's error code, or what failed."""
    config = aiohttp.TraceConfig()

    async def chunk(_: Any, context: Any, heard: aiohttp.TraceResponseChunkReceivedParams) -> None:
        if not context.__dict__.get("counted"):
            context.counted = True
            error = _ERROR.search(heard.chunk[:_HEAD])
            count(method_of(heard.url.path), error[1].decode() if error else context.outcome)

    async def ended(_: Any, context: Any, answered: aiohttp.TraceRequestEndParams) -> None:
        status = answered.response.status
        context.outcome = "ok" if status < 300 else "ratelimited" if status == 429 else f"http_{status}"

    async def failed(_: Any, __: Any, asked: aiohttp.TraceRequestExceptionParams) -> None:
        outcome = "timeout" if isinstance(asked.exception, TimeoutError) else "connection"
        count(method_of(asked.url.path), outcome)

    config.on_response_chunk_received.append(chunk)
    config.on_request_end.append(ended)
    config.on_request_exception.append(failed)
    return config
