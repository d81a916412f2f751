"""One process that posts what is due: the real runner, for benchmarks and the chaos run."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvloop
from slack_sdk.web.async_client import AsyncWebClient

from aibot.core.daily import Deck
from aibot.load import load_facts
from aibot.posting import Composer, Runner, Timing
from aibot.slack.posting import Poster, post_session
from aibot.storage import Claimed, Store

if TYPE_CHECKING:
    from datetime import date

    from aibot.core.daily import Choice, Subscription


def render(choice: Choice, subscription: Subscription, day: date) -> dict[str, Any]:
    """A post of a usual size."""
    del subscription
    fact = choice.card.fact
    text = " ".join([fact.en, *(note.en for note in choice.card.notes)])
    blocks = [
        {"type": "section", "text": {"type": "mrkdwn", "text": text[:2_900]}},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": f"{day} · {', '.join(fact.source)}"}]},
        {"type": "actions", "elements": [_button(label) for label in ("More", "Why am I seeing this?", "Stop")]},
    ]  # fmt: skip
    return {"text": text, "blocks": blocks, "unfurl_links": False, "unfurl_media": False}


def _button(label: str) -> dict[str, Any]:
    text = {"type": "plain_text", "text": label}
    return {"type": "button", "text": text, "value": "x" * 60, "action_id": label}


def clock_of(arguments: argparse.Namespace) -> Any:
    """The time put to a fixed start, and stepped by whatever stands in a file."""
    if not arguments.clock:
        return None
    path = Path(arguments.clock)

    def clock() -> float:
        return time.time() + float(path.read_text() or 0)

    return clock


def _peak() -> int:
    """The most memory this process has had, in kB."""
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


async def work(arguments: argparse.Namespace) -> None:
    store = Store.open(
        arguments.database, exclusive=arguments.database.startswith("sqlite"), clock=clock_of(arguments)
    )
    timing = Timing(
        tick=arguments.tick, watch=arguments.watch, start_within=arguments.start_within, rate=arguments.rate,
        at_once=arguments.at_once, batch=arguments.batch, sweep=arguments.sweep, dead_after=arguments.dead_after,
        forgotten=arguments.forgotten, steady=arguments.steady,
    )  # fmt: skip
    seen: dict[str, int] = {}

    async def step(name: str, _: Claimed | None) -> None:
        seen[name] = seen.get(name, 0) + 1
        if name == arguments.die_at and seen[name] >= arguments.die_after:
            os.kill(os.getpid(), signal.SIGKILL)

    async with post_session() as session:
        client = AsyncWebClient(
            "xoxb-bench",
            base_url=arguments.slack,
            session=session,
            timeout=arguments.timeout,
            retry_handlers=[],
        )
        runner = Runner(
            store, Composer(Deck(load_facts()), store, render), Poster(lambda _: client, seconds=arguments.timeout),
            timing=timing,
            step=step if arguments.die_at else None,
        )  # fmt: skip
        stop = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
        print("ready", flush=True)
        if arguments.wait:
            await asyncio.to_thread(sys.stdin.readline)
        await runner.run(stop)
    cpu = os.times()
    print(
        json.dumps(
            {"statements": store.database.statements, "peak_kb": _peak(), "cpu": cpu.user + cpu.system}
        ),
        flush=True,
    )
    store.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database")
    parser.add_argument("slack")
    usual = Timing()
    parser.add_argument("--tick", type=float, default=usual.tick)
    parser.add_argument("--watch", type=float, default=usual.watch)
    parser.add_argument("--start-within", type=float, default=usual.start_within)
    parser.add_argument("--rate", type=float, default=1e9)
    parser.add_argument("--at-once", type=int, default=usual.at_once)
    parser.add_argument("--batch", type=int, default=usual.batch)
    parser.add_argument("--sweep", type=float, default=usual.sweep)
    parser.add_argument("--dead-after", type=float, default=usual.dead_after)
    parser.add_argument("--forgotten", type=float, default=usual.forgotten)
    parser.add_argument("--steady", type=float, default=usual.steady)
    parser.add_argument("--wait", action="store_true", help="begin when a line comes in")
    parser.add_argument("--timeout", type=float, default=10)
    parser.add_argument("--clock", default="")
    parser.add_argument("--die-at", default="")
    parser.add_argument("--die-after", type=int, default=1)
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    uvloop.run(work(parser.parse_args()))
