"""Traces by OpenTelemetry, where its usual variables ask for them; its libraries are loaded only then."""

from __future__ import annotations

import contextlib
import importlib.util
import logging
import threading
import time
from typing import TYPE_CHECKING, Any

import aiohttp

from aibot import __version__
from aibot.core.answers import outcome_of
from aibot.core.answers.decide import intent_name
from aibot.logs import request_id
from aibot.slack.serving.calls import method_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from aibot.slack.bot import Reply

log = logging.getLogger(__name__)

#  https://opentelemetry.io/docs/specs/otel/protocol/exporter/#endpoint-urls-for-otlphttp
ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
PACKAGES = ("opentelemetry.sdk.trace", "opentelemetry.exporter.otlp.proto.http")
STOP_SECONDS = 3.0


class Tracing:
    """What is traced: a request of Slack's, the answer to a question, a call of ours. No words, names or ids of people.

    Without a tracer it does nothing.
    """

    def __init__(self, tracer: Any = None, provider: Any = None) -> None:
        self._tracer, self._provider = tracer, provider

    @contextlib.contextmanager
    def request(self, via: str) -> Iterator[None]:
        """A request or an envelope, from its arrival to its acknowledgement; what it starts is traced below it."""
        if self._tracer is None:
            yield
            return
        attributes = {"aibot.via": via, "aibot.request": request_id()}
        with self._tracer.start_as_current_span("slack.request", attributes=attributes):
            yield

    def reply(self, reply: Reply, via: str, seconds: float) -> None:
        """A question was answered, in so many seconds up to now."""
        if self._tracer is None:
            return
        ended = time.time_ns()
        span = self._tracer.start_span(
            "aibot.answer",
            start_time=ended - int(seconds * 1e9),
            attributes={
                "aibot.outcome": outcome_of(reply.answer),
                "aibot.intent": intent_name(reply.answer),
                "aibot.language": reply.language,
                "aibot.via": via,
            },
        )
        span.end(ended)

    def calls(self) -> list[aiohttp.TraceConfig]:
        """What makes a session of aiohttp trace our calls to Slack."""
        if self._tracer is None:
            return []
        config = aiohttp.TraceConfig()
        config.on_request_start.append(self._begins)
        config.on_request_end.append(self._ends)
        config.on_request_exception.append(self._fails)
        return [config]

    async def _begins(self, _: Any, context: Any, asked: aiohttp.TraceRequestStartParams) -> None:
        attributes = {"slack.method": method_of(asked.url.path)}
        context.span = self._tracer.start_span("slack.call", attributes=attributes)

    @staticmethod
    async def _ends(_: Any, context: Any, asked: aiohttp.TraceRequestEndParams) -> None:
        context.span.set_attribute("http.response.status_code", asked.response.status)
        context.span.end()

    @staticmethod
    async def _fails(_: Any, context: Any, asked: aiohttp.TraceRequestExceptionParams) -> None:
        # its name alone: what an exception says may hold the address
        context.span.set_attribute("error.type", type(asked.exception).__name__)
        context.span.end()

    def close(self) -> None:
        """Send what is left, and stop; a collector that does not answer is not waited for long."""
        if self._provider is not None:
            # it sends what is left, and would wait for as long as that may take
            stopping = threading.Thread(target=self._provider.shutdown, daemon=True)
            stopping.start()
            stopping.join(STOP_SECONDS)


def problem(environ: Mapping[str, str]) -> str:
    """Why traces were asked for and cannot be sent; "" where all is well."""
    protocol = next((environ[name] for name in PROTOCOLS if environ.get(name)), "http/protobuf")
    if protocol != "http/protobuf":
        return f"traces are sent by http/protobuf only, and the protocol asked for is {protocol[:40]}; there are none"
    if not all(_is_installed(package) for package in PACKAGES):
        return "OTEL_EXPORTER_OTLP_ENDPOINT asks for traces; pip install 'aibot[otel]' brings what sends them"
    return ""


def asked_for(environ: Mapping[str, str]) -> bool:
    """Whether the usual variables ask for traces."""
    off = (
        environ.get("OTEL_SDK_DISABLED", "").lower() == "true"
        or environ.get("OTEL_TRACES_EXPORTER") == "none"
    )
    return not off and any(environ.get(name) for name in ENDPOINTS)


@contextlib.contextmanager
def tracing(environ: Mapping[str, str]) -> Iterator[Tracing]:
    """Traces while the bot runs, as the environment asks for them; where they cannot be had, the bot runs without."""
    if not asked_for(environ):
        yield Tracing()
        return
    if reason := problem(environ):
        log.warning(reason)
        yield Tracing()
        return
    made = _started(environ)
    log.info("traces go to where OTEL_EXPORTER_OTLP_ENDPOINT says")
    try:
        yield made
    finally:
        made.close()


def _started(environ: Mapping[str, str]) -> Tracing:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415  # 0.2 s
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415  # the same
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415  # the same
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415  # the same

    name = {} if environ.get("OTEL_SERVICE_NAME") else {"service.name": "aibot"}
    resource = Resource.create({**name, "service.version": __version__})
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return Tracing(provider.get_tracer("aibot", __version__), provider)


def _is_installed(package: str) -> bool:
    try:
        return importlib.util.find_spec(package) is not None
    except ModuleNotFoundError:  # not even the package above it
        return False
