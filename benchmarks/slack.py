"""Signed slash commands per second, answered by aibot and by what one would write instead.

    python benchmarks/slack.py            about four minutes
    python benchmarks/slack.py --rounds 9

Every contender runs in a process of its own; the load comes from this one, each request signed beforehand and sent
once, since aibot refuses replays. The rounds are interleaved and the medians printed: read the ratios, for the
machine may have other work.

Once with what most people type, a name (every name of the base, both languages), once with harder questions.

    aibot           `aibot run --http`: the look-up, the whole card, replays refused
    bolt, ASGI      Bolt's hello world (a sync App) behind its ASGI adapter, as Bolt's own page sets it up
    bolt, start()   the same on Bolt's development server
    bare AsyncApp   the fastest Bolt can do: AsyncApp, process_before_response, its own authorize; answers "hi"
    signature only  no Bolt: an ASGI app that checks the signature and answers "hi"
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import hmac
import os
import statistics
import subprocess
import sys
import time
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count, cycle, islice
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import aiohttp
import uvloop

from aibot.load import load_facts
from aibot.playground.demo import SIGNING_SECRET, free_port, running_bot
from aibot.playground.fake_slack import App, FakeSlack

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

AIBOT, ASYNC, FLOOR = "aibot", "bare AsyncApp", "signature only"
OTHERS = {"bolt, ASGI": "adapter", "bolt, start()": "start", ASYNC: "async", FLOOR: "floor"}
CONNECTIONS = (1, 8, 32)
SECONDS = 1.0
SENTENCES = (
    "model deepseek-v3", "who made Genie 2?", "gemeni 1.5 pro", "DeepSeek-V3 训练花了多少钱？", "domain medical",
    "when did Sora come out?", "开放权重的模型", "model gpt-6", "org OpenAI", "help", "what is the weather like?",
)  # fmt: skip
NUMBERS = count()


# The contenders


def serve(kind: str, port: int, api_url: str) -> None:
    """One of the others, until it is killed."""
    if kind == "floor":
        _uvicorn(signature_only, port)
    elif kind == "async":
        _uvicorn(_bare_async_app(), port)
    else:
        app = _hello_world(api_url)
        if kind == "start":
            app.start(port)
        else:
            from slack_bolt.adapter.asgi import SlackRequestHandler  # noqa: PLC0415  # only in this process

            _uvicorn(SlackRequestHandler(app), port)


def _uvicorn(app: Any, port: int) -> None:
    import uvicorn  # noqa: PLC0415  # only in this process

    uvicorn.run(app, port=port, log_level="warning", access_log=False, loop="uvloop", http="httptools")


def _hello_world(api_url: str) -> Any:
    from slack_bolt import App as BoltApp  # noqa: PLC0415  # only in this process
    from slack_sdk import WebClient  # noqa: PLC0415  # the same

    app = BoltApp(client=WebClient("xoxb-T1-1-fake", base_url=api_url), signing_secret=SIGNING_SECRET)

    @app.command("/ai")
    def hello(ack: Any) -> None:
        ack("hi")

    return app


def _bare_async_app() -> Any:
    from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler  # noqa: PLC0415  # only in this process
    from slack_bolt.async_app import AsyncApp  # noqa: PLC0415  # the same
    from slack_bolt.authorization import AuthorizeResult  # noqa: PLC0415  # the same

    known = AuthorizeResult(
        enterprise_id=None, team_id="T1", bot_id="B1", bot_user_id="UBOT", bot_token="xoxb-1"
    )

    async def authorize() -> AuthorizeResult:
        return known

    app = AsyncApp(signing_secret=SIGNING_SECRET, process_before_response=True, authorize=authorize)

    @app.command("/ai")
    async def hello(ack: Any) -> None:
        await ack("hi")

    return AsyncSlackRequestHandler(app)


async def signature_only(scope: Any, receive: Any, send: Any) -> None:
    """The least an HTTP endpoint for Slack must do."""
    if scope["type"] != "http":
        return
    headers = dict(scope["headers"])
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    base = b"v0:" + headers.get(b"x-slack-request-timestamp", b"") + b":" + body
    wanted = b"v0=" + hmac.new(SIGNING_SECRET.encode(), base, hashlib.sha256).hexdigest().encode()
    known = hmac.compare_digest(wanted, headers.get(b"x-slack-signature", b""))
    answer = [(b"content-type", b"text/plain"), (b"content-length", b"2")]
    await send({"type": "http.response.start", "status": 200 if known else 401, "headers": answer})
    await send({"type": "http.response.body", "body": b"hi"})


# The load


def names() -> tuple[str, ...]:
    """What most people type: the name of a thing, in either language."""
    return tuple(
        dict.fromkeys(name for e in load_facts().entries.values() for name in (e.name.en, e.name.zh))
    )


def requests(questions: tuple[str, ...]) -> Iterator[bytes]:
    """Slash commands as Slack sends them, no two alike."""
    for question in cycle(questions):
        fields = {
            "token": "x", "team_id": "T1", "team_domain": "acme", "channel_id": "C1", "channel_name": "general",
            "user_id": "U1", "user_name": "ada", "command": "/ai", "text": question, "api_app_id": "A1",
            "is_enterprise_install": "false", "response_url": "https://hooks.slack.com/commands/T1/1/x",
            "trigger_id": f"1.{next(NUMBERS)}.x",
        }  # fmt: skip
        body, at = urlencode(fields).encode(), str(int(time.time()))
        base = f"v0:{at}:".encode() + body
        signature = hmac.new(SIGNING_SECRET.encode(), base, hashlib.sha256).hexdigest()
        yield (
            f"POST /slack/events HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"User-Agent: Slackbot 1.0\r\nAccept: application/json,*/*\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
            f"X-Slack-Request-Timestamp: {at}\r\nX-Slack-Signature: v0={signature}\r\n\r\n"
        ).encode() + body


class Connection(asyncio.Protocol):
    """Sends one request after the other over one connection and takes the times."""

    def __init__(self, waiting: Iterator[bytes], until: float, times: list[float]) -> None:
        self.done = asyncio.get_running_loop().create_future()
        self._waiting, self._until, self._times = waiting, until, times
        self._got = b""

    def connection_made(self, transport: Any) -> None:
        """Begin."""
        self._transport = transport
        self._next()

    def _next(self) -> None:
        request = next(self._waiting, None)
        if request is None or time.perf_counter() >= self._until:
            self._transport.close()
            return
        self._got, self._sent = b"", time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Take an answer's time once it is whole."""
        self._got += data
        head, blank, body = self._got.partition(b"\r\n\r\n")
        if not blank:
            return
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        if len(body) < int(length):
            return
        self._times.append(time.perf_counter() - self._sent)
        if b" 200 " not in head[:16]:
            self.done.set_exception(RuntimeError(self._got[:300].decode("utf-8", "replace")))
            self._transport.close()
        elif b"connection: close" in head.lower():  # the development server closes after every answer
            self._transport.close()
        else:
            self._next()

    def connection_lost(self, error: Exception | None) -> None:
        """End."""
        if not self.done.done():
            self.done.set_result(error)


async def load(
    port: int, questions: tuple[str, ...], connections: int, seconds: float = SECONDS
) -> tuple[float, float, float]:
    """Answers per second, and the median and 99th percentile of their milliseconds."""
    waiting = islice(iter(list(islice(requests(questions), int(30_000 * seconds)))), None)
    times: list[float] = []
    started = time.perf_counter()
    await asyncio.gather(*(_keep_asking(port, waiting, started + seconds, times) for _ in range(connections)))
    took = time.perf_counter() - started
    times.sort()
    return len(times) / took, times[len(times) // 2] * 1000, times[int(len(times) * 0.99)] * 1000


async def _keep_asking(port: int, waiting: Iterator[bytes], until: float, times: list[float]) -> None:
    loop = asyncio.get_running_loop()
    while time.perf_counter() < until:
        before = len(times)
        _, connection = await loop.create_connection(
            lambda: Connection(waiting, until, times), "127.0.0.1", port
        )
        await connection.done
        if len(times) == before:
            return


# The whole


@asynccontextmanager
async def contenders() -> AsyncIterator[dict[str, int]]:
    """All of them, each in its process; their ports by name."""
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(FakeSlack(app=App(signing_secret=SIGNING_SECRET)))
        url = await stack.enter_async_context(running_bot(slack))
        ports = {AIBOT: int(url.rpartition(":")[2])}
        environment = {name: value for name, value in os.environ.items() if not name.startswith("SLACK_")}
        for name, kind in OTHERS.items():
            ports[name] = free_port()
            command = [sys.executable, __file__, "--serve", kind, str(ports[name]), slack.api_url]
            process = await asyncio.create_subprocess_exec(
                *command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            stack.push_async_callback(_stop, process)
        for port in ports.values():
            await _listening(port)
        yield ports


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
    await process.wait()


async def _listening(port: int) -> None:
    async with aiohttp.ClientSession() as session, asyncio.timeout(30):
        while True:
            try:
                async with session.get(f"http://127.0.0.1:{port}/"):
                    return
            except aiohttp.ClientError:
                await asyncio.sleep(0.1)


async def measure(rounds: int, title: str, questions: tuple[str, ...]) -> None:
    print(f"\n{title}: slash commands, {SECONDS:g} s a round, medians of {rounds} rounds\n")
    async with contenders() as ports:
        for port in ports.values():
            await load(port, questions, 8, 0.5)  # cards drawn, caches filled
        found: dict[tuple[str, int], list[tuple[float, float, float]]] = {}
        for _ in range(rounds):
            for connections in CONNECTIONS:
                for name, port in ports.items():
                    found.setdefault((name, connections), []).append(await load(port, questions, connections))
    heads = "".join(f"{f'{connections} conn.':>26}" for connections in CONNECTIONS)
    print(f"{'':16}{heads}\n{'':16}" + f"{'per s':>10}{'p50 ms':>8}{'p99 ms':>8}" * len(CONNECTIONS))
    for name in ports:
        cells = ""
        for connections in CONNECTIONS:
            rate, middle, slow = map(statistics.median, zip(*found[name, connections], strict=True))
            cells += f"{rate:10,.0f}{middle:8.2f}{slow:8.2f}"
        print(f"{name:16}{cells}")
    print()
    for name in OTHERS:
        ratios = [
            statistics.median(
                ours[0] / theirs[0] for ours, theirs in zip(found[AIBOT, n], found[name, n], strict=True)
            )
            for n in CONNECTIONS
        ]
        print(f"aibot / {name:16}" + "".join(f"{ratio:>10.2f}" for ratio in ratios))
    print(f"to reach: aibot / {ASYNC} ≥ 0.80")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--serve", nargs=3, metavar=("KIND", "PORT", "URL"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        kind, port, url = arguments.serve
        serve(kind, int(port), url)
    else:
        uvloop.run(measure(arguments.rounds, "names", names()))
        uvloop.run(measure(arguments.rounds, "sentences, slips, lists", SENTENCES))


if __name__ == "__main__":
    main()
