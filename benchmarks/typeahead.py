"""What the search field waits for: signed block_suggestion requests, answered by aibot and by what one would write.

    PYTHONPATH=. python benchmarks/typeahead.py            about a minute
    PYTHONPATH=. python benchmarks/typeahead.py --entries 10000

Both run in processes of their own over a base of 2,000 entries: the real one, and made-up entries with names in both
languages. What is typed are names of it, letter by letter as a person types them, some misspelt, some in pinyin.

    aibot      `aibot run --http`
    extract    Bolt's AsyncApp; `rapidfuzz.process.extract` over all names (WRatio, its default), each entry once

Read the ratios, for the machine may have other work. "In the first five" counts how often the entry that was meant
stands there when half of its name is typed.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import hmac
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import aiohttp
import uvloop
import yaml
from benchmarks.matching import HAN, misspelt, strangers

from aibot.core.matching import pinyin
from aibot.load import default_facts_path, load_facts
from aibot.playground.demo import SIGNING_SECRET, free_port, running_bot
from aibot.playground.fake_slack import App, FakeSlack

if TYPE_CHECKING:
    from aibot.core.facts import FactBase

AIBOT, EXTRACT = "aibot", "extract"
TARGET_MS = 200
NUMBERS = count()


def grown(folder: Path, entries: int) -> Path:
    """The real fact base with made-up entries beside it; returns its entry point."""
    shutil.copytree(default_facts_path().parent, folder, dirs_exist_ok=True)
    path = folder / "facts.yaml"
    listed = yaml.safe_load(path.read_text("utf-8"))
    more = max(0, entries - len(load_facts()))
    rnd = random.Random(3)
    latin = [name.text for name in strangers(2 * more, seed=1) if name.text.isascii()][:more]
    made = [
        {
            "id": f"stranger-{number}", "kind": "model",
            "name": {"en": text, "zh": "".join(rnd.choices(HAN, k=4)) + f"{number}号"},
            "aliases": {"short": [f"{text} model", f"the {text}"]},
            "summary": {"en": f"{text} is made up.", "zh": f"{text}是编的。", "source": "made-up"},
        }
        for number, text in enumerate(latin)
    ]  # fmt: skip
    title = {"en": "Made up", "zh": "编的"}
    sources = [{"id": "made-up", "title": title, "kind": "secondary", "url": "https://example.org/made-up"}]
    (folder / "strangers.yaml").write_text(
        yaml.safe_dump({"sources": sources, "entries": made}, allow_unicode=True), "utf-8"
    )
    listed["packs"].append({"id": "strangers", "title": title, "files": ["strangers.yaml"]})
    path.write_text(yaml.safe_dump(listed, allow_unicode=True), "utf-8")
    return path


def typed(base: FactBase, names: int) -> list[tuple[str, str, bool]]:
    """What is typed, letter by letter: the text, the entry that is meant, whether half of the name stands there."""
    rnd = random.Random(2)
    chosen = rnd.sample(list(base.entries.values()), min(names, len(base)))
    found = []
    for number, entry in enumerate(chosen):
        text = entry.name.zh if number % 3 == 1 else entry.name.en
        if number % 5 == 2 and len(text) > 4:
            text = misspelt(text, rnd)
        elif number % 3 == 1 and number % 2:
            text = pinyin.spellings(text.lower())[0]
        found += [
            (text[:length], entry.id, length == max(1, len(text) // 2)) for length in range(1, len(text) + 1)
        ]
    return found


def signed(text: str) -> tuple[bytes, dict[str, str]]:
    """A request as Slack sends it, no two alike."""
    payload = {
        "type": "block_suggestion", "action_id": "aibot_find", "block_id": "find.en.0", "value": text,
        "user": {"id": "U1"}, "team": {"id": "T1"}, "api_app_id": "A1", "container": {"type": "view", "view_id": "V1"},
        "view": {"id": "V1", "type": "home", "hash": str(next(NUMBERS))},
    }  # fmt: skip
    body, at = urlencode({"payload": json.dumps(payload)}).encode(), str(int(time.time()))
    signature = hmac.new(SIGNING_SECRET.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
    return body, {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": at,
        "X-Slack-Signature": f"v0={signature}",
    }


async def ask(session: aiohttp.ClientSession, port: int, text: str) -> tuple[float, list[str]]:
    """The seconds it takes, and the entries that are offered."""
    body, headers = signed(text)
    started = time.perf_counter()
    async with session.post(f"http://127.0.0.1:{port}/slack/events", data=body, headers=headers) as response:
        answer = json.loads(await response.read())
    took = time.perf_counter() - started
    assert response.status == 200, answer
    return took, [option["value"] for option in answer.get("options", [])]


# The other contender


def serve(facts: str, port: int) -> None:
    """What one would write, until it is killed."""
    import uvicorn  # noqa: PLC0415  # only in this process
    from rapidfuzz import process  # noqa: PLC0415  # the same
    from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler  # noqa: PLC0415  # the same
    from slack_bolt.async_app import AsyncApp  # noqa: PLC0415  # the same
    from slack_bolt.authorization import AuthorizeResult  # noqa: PLC0415  # the same

    base = load_facts(Path(facts))
    names = [name.text for name in base.names]
    entries = [name.entry for name in base.names]
    known = AuthorizeResult(
        enterprise_id=None, team_id="T1", bot_id="B1", bot_user_id="UBOT", bot_token="xoxb-1"
    )

    async def authorize() -> AuthorizeResult:
        return known

    app = AsyncApp(signing_secret=SIGNING_SECRET, process_before_response=True, authorize=authorize)

    @app.options("aibot_find")
    async def offer(ack: Any, payload: dict[str, Any]) -> None:
        near = process.extract(payload["value"], names, limit=300)
        found = list(dict.fromkeys(entries[place] for _, _, place in near))[:100]
        options = [{"text": {"type": "plain_text", "text": base[one].name.en}, "value": one} for one in found]
        await ack(options=options)

    uvicorn.run(
        AsyncSlackRequestHandler(app),
        port=port,
        log_level="warning",
        access_log=False,
        loop="uvloop",
        http="httptools",
    )


# The whole


async def measure(entries: int, names: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = grown(Path(folder), entries)
        base = load_facts(path)
        mixed = typed(base, names)
        print(
            f"{len(base):,} entries, {len(base.names):,} names; {len(mixed):,} requests to each, one at a time\n"
        )
        async with AsyncExitStack() as stack:
            slack = await stack.enter_async_context(FakeSlack(app=App(signing_secret=SIGNING_SECRET)))
            url = await stack.enter_async_context(running_bot(slack, path))
            ports = {AIBOT: int(url.rpartition(":")[2]), EXTRACT: free_port()}
            command = [
                sys.executable,
                "-m",
                "benchmarks.typeahead",
                "--serve",
                str(path),
                str(ports[EXTRACT]),
            ]
            process = await asyncio.create_subprocess_exec(
                *command, env=dict(os.environ), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            stack.push_async_callback(_stop, process)
            session = await stack.enter_async_context(aiohttp.ClientSession())
            await _ready(session, ports[EXTRACT])
            first, _ = await ask(session, ports[AIBOT], "first of all")
            times: dict[str, list[float]] = {name: [] for name in ports}
            hits = dict.fromkeys(ports, 0)
            for text, meant, is_half in mixed:
                for name, port in ports.items():
                    took, offered = await ask(session, port, text)
                    times[name].append(took * 1000)
                    hits[name] += is_half and meant in offered[:5]
        report(times, hits, sum(1 for *_, is_half in mixed if is_half), first)


def report(times: dict[str, list[float]], hits: dict[str, int], halves: int, first: float) -> None:
    print(f"{'':10}{'p50 ms':>10}{'p99 ms':>10}{'most ms':>10}{'in the first five':>20}")
    slow = {}
    for name, found in times.items():
        found.sort()
        slow[name] = found[int(len(found) * 0.99)]
        share = hits[name] / halves
        print(f"{name:10}{statistics.median(found):10.2f}{slow[name]:10.2f}{found[-1]:10.2f}{share:20.0%}")
    middle = statistics.median(times[EXTRACT]) / statistics.median(times[AIBOT])
    print(f"\nextract / aibot: p50 {middle:.1f}, p99 {slow[EXTRACT] / slow[AIBOT]:.1f}")
    print(f"aibot's very first answer, names filed on the way: {first * 1000:.0f} ms")
    print(f"to reach: p99 ≤ {TARGET_MS} ms; measured {slow[AIBOT]:.1f} ms")


async def _ready(session: aiohttp.ClientSession, port: int) -> None:
    async with asyncio.timeout(60):
        while True:
            try:
                async with session.get(f"http://127.0.0.1:{port}/"):
                    return
            except aiohttp.ClientError:
                await asyncio.sleep(0.1)


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
    await process.wait()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--entries", type=int, default=2_000)
    parser.add_argument("--names", type=int, default=60, help="how many names are typed")
    parser.add_argument("--serve", nargs=2, metavar=("FACTS", "PORT"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        serve(arguments.serve[0], int(arguments.serve[1]))
    else:
        uvloop.run(measure(arguments.entries, arguments.names))


if __name__ == "__main__":
    main()
