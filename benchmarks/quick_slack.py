"""A Slack that answers at once, or badly on purpose: chat.postMessage and conversations.history, counted per delivery.

The playground's fake Slack checks everything; this one checks nothing, so that what is measured is the bot.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import time
from collections import Counter, defaultdict
from email.utils import formatdate
from typing import Any, cast
from urllib.parse import parse_qs

import uvloop


class QuickSlack:
    """Channels with the posts in them, and trouble by chance."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self.trouble, self.hang, self.latency = arguments.trouble, arguments.hang, arguments.latency
        self.is_blind = arguments.blind
        self.random = random.Random(arguments.seed)
        self.posts: dict[str, list[tuple[str, str]]] = defaultdict(list)  # channel -> (ts, delivery)
        self.faults: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()
        self.first = self.last = 0.0
        self.number = 0

    def answer(self, method: str, fields: dict[str, Any]) -> tuple[int, dict[str, str], Any, float]:
        """Status, headers, body (None: cut the connection) and seconds to wait first."""
        self.calls[method] += 1
        if method == "conversations.history":
            if self.is_blind:
                return 200, {}, {"ok": False, "error": "missing_scope"}, 0
            return 200, {}, self._history(fields), 0
        if method != "chat.postMessage":
            return 200, {}, self._report() if method == "report" else {"ok": True}, 0
        kind = self._kind()
        if kind == "429":
            return 429, {"Retry-After": "1"}, {"ok": False, "error": "ratelimited"}, 0
        if kind == "500 before":
            return 500, {}, {}, 0
        ts = self._post(fields)
        wait = self.random.uniform(0, self.latency) if self.latency else 0
        if kind == "500 after":
            return 500, {}, {}, 0
        if kind == "reset after":
            return 200, {}, None, 0
        if kind == "hang after":
            return 200, {}, None, self.hang
        return 200, {}, {"ok": True, "channel": fields["channel"], "ts": ts, "message": {}}, wait

    def _kind(self) -> str:
        if self.random.random() >= self.trouble:
            return "ok"
        kind = self.random.choice(["429", "500 before", "500 after", "reset after", "hang after"])
        self.faults[kind] += 1
        return kind

    def _post(self, fields: dict[str, Any]) -> str:
        self.number += 1
        now = time.time()
        self.first, self.last = self.first or now, now
        ts = f"{now:.6f}"
        metadata = fields["metadata"]
        metadata = json.loads(metadata) if isinstance(metadata, str) else metadata
        self.posts[fields["channel"]].append((ts, metadata["event_payload"]["delivery"]))
        return ts

    def _history(self, fields: dict[str, Any]) -> dict[str, Any]:
        found = [
            {"ts": ts, "metadata": {"event_type": "aibot_daily", "event_payload": {"delivery": key}}}
            for ts, key in reversed(self.posts[fields["channel"]])
            if float(ts) >= float(fields["oldest"])
        ]
        return {"ok": True, "messages": found, "has_more": False}

    def _report(self) -> dict[str, Any]:
        made = Counter(key for posts in self.posts.values() for _, key in posts)
        return {
            "ok": True, "posts": sum(made.values()), "deliveries": dict(made), "faults": self.faults,
            "calls": self.calls, "first": self.first, "last": self.last,
        }  # fmt: skip


class Connection(asyncio.Protocol):
    """Just enough HTTP."""

    def __init__(self, slack: QuickSlack) -> None:
        self._slack, self._buffer = slack, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is no subclass of it

    def data_received(self, data: bytes) -> None:
        """Answer every request that is complete."""
        self._buffer += data
        while True:
            head, found, rest = self._buffer.partition(b"\r\n\r\n")
            if not found:
                return
            lines = head.decode("latin-1").split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
            length = int(headers.get("content-length", "0"))
            if len(rest) < length:
                return
            body, self._buffer = rest[:length], rest[length:]
            method, _, query = lines[0].split(" ")[1].rsplit("/", 1)[-1].partition("?")
            asked = {name: values[0] for name, values in parse_qs(query).items()}
            self._respond(method, asked | _fields(headers.get("content-type", ""), body))

    def _respond(self, method: str, fields: dict[str, Any]) -> None:
        status, headers, answer, wait = self._slack.answer(method, fields)
        if answer is None:
            asyncio.get_running_loop().call_later(wait, self._transport.abort)
            return
        if wait:
            asyncio.get_running_loop().call_later(wait, self._write, status, headers, answer)
        else:
            self._write(status, headers, answer)

    def _write(self, status: int, headers: dict[str, str], answer: Any) -> None:
        if self._transport.is_closing():
            return
        body = json.dumps(answer).encode()
        more = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        more += f"Date: {formatdate(usegmt=True)}\r\n"
        head = f"HTTP/1.1 {status} x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n{more}\r\n"
        self._transport.write(head.encode() + body)


def _fields(kind: str, body: bytes) -> dict[str, Any]:
    if kind.startswith("application/json"):
        fields: dict[str, Any] = json.loads(body)
        return fields
    return {name: values[0] for name, values in parse_qs(body.decode()).items()}


async def serve(arguments: argparse.Namespace) -> None:
    slack = QuickSlack(arguments)
    server = await asyncio.get_running_loop().create_server(lambda: Connection(slack), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trouble", type=float, default=0.0)
    parser.add_argument("--hang", type=float, default=30.0)
    parser.add_argument(
        "--latency", type=float, default=0.0, help="posts are answered within so many seconds"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--blind", action="store_true", help="nobody may look into channels: missing_scope")
    uvloop.run(serve(parser.parse_args()))
