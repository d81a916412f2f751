"""Traces reach a collector where the usual variables ask for them, with nothing in them that anybody typed."""

from __future__ import annotations

import asyncio
import socket
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from tests.slack.serving.test_serve import mode_of, serving, silent_listener, slack

from aibot.slack.serving.tracing import asked_for, problem

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aibot.playground.fake_slack import FakeSlack

pytestmark = pytest.mark.anyio
__all__ = ["slack"]


class Collector:
    """Receives traces as OTLP over HTTP: https://opentelemetry.io/docs/specs/otlp/#otlphttp."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.url = ""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        assert (scope["method"], scope["path"]) == ("POST", "/v1/traces")
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        self.bodies.append(body)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    def spans(self) -> list[Any]:
        requests = [ExportTraceServiceRequest.FromString(body) for body in self.bodies]
        scopes = [
            scope for request in requests for one in request.resource_spans for scope in one.scope_spans
        ]
        return [span for scope in scopes for span in scope.spans]

    def resources(self) -> list[dict[str, str]]:
        requests = [ExportTraceServiceRequest.FromString(body) for body in self.bodies]
        return [attributes(one.resource) for request in requests for one in request.resource_spans]


def attributes(of: Any) -> dict[str, str]:
    return {one.key: one.value.string_value or str(one.value.int_value) for one in of.attributes}


@asynccontextmanager
async def collecting() -> AsyncIterator[Collector]:
    collector = Collector()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        collector.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        server = uvicorn.Server(uvicorn.Config(collector, log_level="warning", lifespan="off"))
        running = asyncio.create_task(server.serve(sockets=[listening]))
        yield collector
        server.should_exit = True
        await running


async def test_a_question_leaves_one_trace_from_slack_to_slack(slack: FakeSlack) -> None:
    async with (
        collecting() as collector,
        serving(mode_of(slack), slack, OTEL_EXPORTER_OTLP_ENDPOINT=collector.url) as run,
    ):
        await slack.command("/ai", "zanzibar deepseek-v3")
        await slack.answer(await slack.mention("zanzibar RAG"))
        run.process.terminate()
        assert await run.ended() == 0

    spans = collector.spans()
    named: dict[str, list[Any]] = {}
    for span in spans:
        named.setdefault(span.name, []).append(span)
    posted = next(one for one in named["slack.call"] if attributes(one)["slack.method"] == "chat.postMessage")
    request = next(one for one in named["slack.request"] if one.span_id == posted.parent_span_id)
    answer = next(one for one in named["aibot.answer"] if one.parent_span_id == request.span_id)
    assert len({span.trace_id for span in (posted, request, answer)}) == 1
    assert {attributes(one)["aibot.via"] for one in named["aibot.answer"]} == {"command", "mention"}
    assert attributes(answer)["aibot.outcome"] == "answer"
    assert attributes(posted)["http.response.status_code"] == "200"
    assert collector.resources()[0]["service.name"] == "aibot"
    everything = b"".join(collector.bodies)
    for secret in ("zanzibar", slack.bot_token, "U1", "/commands/", "/actions/"):
        assert secret.encode() not in everything


async def test_a_collector_that_is_not_there_holds_nothing_up(slack: FakeSlack) -> None:
    gone = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", "OTEL_EXPORTER_OTLP_TIMEOUT": "1"}
    async with serving(mode_of(slack), slack, **gone) as run:
        assert (await slack.command("/ai", "RAG")).message is not None
        run.process.terminate()
        assert await run.ended() == 0


async def test_a_collector_that_says_nothing_is_not_waited_for(slack: FakeSlack) -> None:
    async with silent_listener() as port:
        silent = {
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}",
            "OTEL_EXPORTER_OTLP_TIMEOUT": "600",
        }
        async with serving(mode_of(slack), slack, **silent) as run:
            assert (await slack.command("/ai", "RAG")).message is not None
            run.process.terminate()
            assert await run.ended() == 0


@pytest.mark.parametrize(
    ("environ", "wanted"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": ""}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://x:4318/v1/traces"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x:4318", "OTEL_SDK_DISABLED": "True"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x:4318", "OTEL_TRACES_EXPORTER": "none"}, False),
    ],
)
def test_the_usual_variables_decide(environ: dict[str, str], wanted: bool) -> None:  # noqa: FBT001
    assert asked_for(environ) is wanted


def test_a_protocol_that_is_not_spoken_is_said() -> None:
    assert "grpc" in problem({"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"})
    assert problem({"OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf"}) == problem({}) == ""


async def test_without_the_extra_the_bot_is_told_what_to_install() -> None:
    code = """
import socket
import sys
sys.modules["opentelemetry"] = None  # as where it is not installed
from aibot.slack.serving.tracing import tracing
from aibot.logs import configure
configure("INFO", "text")
with tracing({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x"}) as traces:
    print(traces.calls())
"""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await process.communicate()

    assert out.decode().strip() == "[]"
    assert "pip install 'aibot[otel]'" in err.decode()


async def test_nothing_is_loaded_unless_it_is_asked_for() -> None:
    code = "import sys, aibot.slack.serving.serve; print([name for name in sys.modules if 'opentelemetry' in name])"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()

    assert out.decode().strip() == "[]"
