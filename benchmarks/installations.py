"""How long it takes to find out whose token a request takes, with fifty thousand workspaces installed.

`python -m benchmarks.installations [--count 50000] [--database URL]`; `measure` is for other programs to call.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import tempfile
import time
import tracemalloc
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from aibot.slack.app import web_session
from aibot.slack.install.installed import MOST_KEPT, Installed
from aibot.slack.install.origin import Origin
from aibot.storage import Memory
from aibot.storage.sealing import Seal, new_key
from aibot.storage.tables import installations

if TYPE_CHECKING:
    from collections.abc import Iterator

    import aiohttp

BATCH = 5_000


def fill(memory: Memory, key: str, count: int) -> None:
    """Install the bot in many workspaces; every hundredth installation is a whole organisation's."""
    seal = Seal([key])
    rows: list[dict[str, Any]] = []
    for number in range(count):
        whole = number % 100 == 0
        enterprise, team = (f"E{number:08}", "") if whole else ("", f"T{number:08}")
        sealed = seal.close(f"xoxb-{number}-{'x' * 40}", f"{enterprise}/{team}")
        rows.append(
            {
                "enterprise": enterprise,
                "team": team,
                "app": "A1",
                "bot": f"B{number}",
                "bot_user": f"U{number}",
                "token": sealed,
                "scopes": "chat:write commands",
                "installer": "U1",
                "installed_at": 0.0,
            }
        )
        if len(rows) == BATCH or number == count - 1:
            with memory.database.transaction() as connection:
                connection.execute(insert(installations), rows)
            rows = []


def origins(count: int, *, asked: int) -> Iterator[Origin]:
    """Requests from workspaces at random; those of organisations come from one of their workspaces."""
    chance = random.Random(1)
    for _ in range(asked):
        number = chance.randrange(count)
        if number % 100 == 0:
            yield Origin(f"T9{number:07}", f"E{number:08}", whole=True, shared=True)
        else:
            yield Origin(f"T{number:08}")


async def measure(memory: Memory, count: int, *, asked: int = 20_000) -> dict[str, float]:
    """Look-ups as requests make them: the first from the database, those within a minute from memory."""
    async with web_session() as session:
        installed = _fresh(memory, session)
        cold = [await _timed(installed, origin) for origin in origins(count, asked=asked)]
        statements = memory.database.statements
        last = list(origins(count, asked=asked))[-MOST_KEPT // 2 :]
        warm = [await _timed(installed, origin) for origin in last]
        assert memory.database.statements == statements, "a look-up within a minute asked the database"
        again = _fresh(memory, session)
        tracemalloc.start()
        different = set(origins(count, asked=1_000))
        for origin in different:
            await again.find(origin)
        kept = tracemalloc.get_traced_memory()[0] / len(different) * MOST_KEPT
        tracemalloc.stop()
    return {
        "installations": count,
        "first_p50_ms": round(statistics.median(cold) * 1000, 3),
        "first_p99_ms": round(statistics.quantiles(cold, n=100)[98] * 1000, 3),
        "again_p50_us": round(statistics.median(warm) * 1e6, 2),
        "again_p99_us": round(statistics.quantiles(warm, n=100)[98] * 1e6, 2),
        "kept_at_most": MOST_KEPT,
        "kept_megabytes": round(kept / 1e6, 1),
    }


def _fresh(memory: Memory, session: aiohttp.ClientSession) -> Installed:
    return Installed(memory, session, api_url="http://127.0.0.1:9/api/", client_id="1.1", client_secret="x")


async def _timed(installed: Installed, origin: Origin) -> float:
    started = time.perf_counter()
    held = await installed.find(origin)
    seconds = time.perf_counter() - started
    assert held is not None
    assert held.token.startswith(f"xoxb-{int((origin.enterprise or origin.team)[1:])}-"), (
        "another workspace's token"
    )
    return seconds


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=50_000)
    parser.add_argument("--database", help="an empty database (default: a SQLite file of its own)")
    arguments = parser.parse_args()
    key = new_key()
    with tempfile.TemporaryDirectory() as folder:
        memory = Memory.open(arguments.database or f"sqlite:///{folder}/aibot.db", keys=[key])
        fill(memory, key, arguments.count)
        print(json.dumps(asyncio.run(measure(memory, arguments.count)), indent=1))
        memory.close()


if __name__ == "__main__":
    main()
