"""Asks two `aibot run --http` on one PostgreSQL 200 things a second, and breaks what can break meanwhile.

    make load                                   five minutes of load, then every fault; writes docs/load.md
    PYTHONPATH=. python benchmarks/load.py --seconds 20 --fault-seconds 6 --slack-seconds 6

Every request is accounted for: answered in time, late, twice, elsewhere, refused with what, or not at all.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp
import uvloop
from benchmarks.load_report import Phase, problems, told
from benchmarks.load_traffic import SIGNING_SECRET, TOKEN, Traffic, team_of, token_of
from sqlalchemy import insert
from tests.postgres import postgres

from aibot.playground.demo import free_port
from aibot.storage import Installation, Memory
from aibot.storage.sealing import Seal
from aibot.storage.tables import installations

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

    from tests.postgres import Server

RATE = 200.0  # what is asked a second
KEY = "0" * 43 + "="
MANY = {
    "SLACK_CLIENT_ID": "1.1",
    "SLACK_CLIENT_SECRET": "fedcba9876543210fedcba9876543210",
    "AIBOT_KEYS": KEY,
    "AIBOT_URL": "https://bot.example.org",
}
AGAIN = "answered when it was sent again"
#  What may be besides "in time": whose token is not at hand, who is killed, or whose clock is off
AWAY = ("refused: 503", AGAIN)
KILLED = ("no connection: it broke", "acknowledged, not answered", "answered, its", "late", AGAIN)
DOWN = ("answered once Slack was back", "told to look")
#  In how many times the outage's length, after its end, all who asked meanwhile have had their turn
CATCHING_UP = 2.0
STEPPED = ("refused: 401", AGAIN)


class Worker:
    """One `aibot run --http`, started again when it dies, as a supervisor would."""

    def __init__(
        self, database: str, api_url: str, log: Path, *, prefix: Sequence[str] = (), many: bool = False
    ) -> None:
        """`many`: for whichever workspace has installed it; else for the one whose token it has."""
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/slack/events"
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("AIBOT_", "SLACK_", "OTEL_"))
        }
        self._environment = {
            **kept, **(MANY if many else {"SLACK_BOT_TOKEN": TOKEN}),
            "SLACK_SIGNING_SECRET": SIGNING_SECRET, "SLACK_API_URL": api_url,
            "AIBOT_PORT": str(self.port), "AIBOT_DATABASE": database, "AIBOT_LOG_LEVEL": "WARNING",
        }  # fmt: skip
        self._command = [*prefix, sys.executable, "-m", "aibot", "run", "--http", "--env-file", os.devnull]
        self._log = log
        self.process: asyncio.subprocess.Process | None = None
        self.most_mb = 0.0

    async def start(self) -> None:
        """Start it, and wait until it is ready."""
        with self._log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *self._command, env=self._environment, stdout=log, stderr=log
            )
        async with aiohttp.ClientSession() as session, asyncio.timeout(60):
            while True:
                if self.process.returncode is not None:
                    raise RuntimeError(
                        f"the bot ended with {self.process.returncode}: {self._log.read_text()[-800:]}"
                    )
                with contextlib.suppress(aiohttp.ClientError):
                    async with session.get(f"http://127.0.0.1:{self.port}/readyz") as response:
                        if response.status == 200:
                            return
                await asyncio.sleep(0.02)

    async def kill(self) -> None:
        """End it with -9, with all that it was doing."""
        assert self.process is not None
        self.process.kill()
        await self.process.wait()

    async def stop(self) -> int:
        """End it as an operator would; its exit code."""
        assert self.process is not None
        if self.process.returncode is None:
            self._measure()
            self.process.send_signal(signal.SIGTERM)
        return await self.process.wait()

    def _measure(self) -> None:
        assert self.process is not None
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{self.process.pid}/status").read_text("utf-8").splitlines():
                if line.startswith("VmHWM"):
                    self.most_mb = int(line.split()[1]) / 1024


class Run:
    """The workers, the database and the traffic, and one method for each fault."""

    def __init__(self, server: Server, url: str, folder: Path, rate: float) -> None:
        self.server, self.url, self.folder, self.rate = server, url, folder, rate
        self.traffic = Traffic()
        self.workers: list[Worker] = []

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Two workers, ready."""
        async with self.traffic.open():
            for number in range(2):
                log = self.folder / f"worker-{number}.log"
                self.workers.append(Worker(self.url, self.traffic.api_url, log, many=True))
            await asyncio.gather(*(worker.start() for worker in self.workers))
            self.traffic.urls = [worker.url for worker in self.workers]
            try:
                yield
            finally:
                codes = await asyncio.gather(*(worker.stop() for worker in self.workers))
            assert codes == [0, 0], codes

    async def phase(
        self,
        name: str,
        seconds: float,
        fault: Callable[[float], Awaitable[list[str]]] | None = None,
        *,
        allowed: tuple[str, ...] = (),
        around: float | None = None,
    ) -> Phase:
        """Ask for so long. The fault begins after `around` seconds, else a quarter, and ends as long before the end."""
        before = seconds / 4 if around is None else around

        async def breaking() -> list[str]:
            if fault is None:
                return []
            await asyncio.sleep(before)
            return await fault(seconds - 2 * before)

        patience = self.traffic.patience
        flow, notes = await asyncio.gather(self.traffic.flow(self.rate, seconds), breaking())
        self.traffic.patience = patience
        return Phase(name, flow, notes, allowed)

    async def restart_database(self, _: float) -> list[str]:
        """PostgreSQL crashes, and comes back as it recovers."""
        await asyncio.to_thread(lambda: self.server.stop(mode="immediate"))
        await asyncio.to_thread(self.server.start)
        return []

    async def kill_worker(self, seconds: float) -> list[str]:
        """One of the two is killed; a supervisor starts it again a moment later."""
        await self.workers[0].kill()
        await asyncio.sleep(min(1.0, seconds / 4))
        await self.workers[0].start()
        return []

    async def slack_down(self, seconds: float) -> list[str]:
        """Slack's Web API cuts every connection; who asked meanwhile is answered in turn once it is back."""
        self.traffic.patience = max(self.traffic.patience, CATCHING_UP * seconds)
        self.traffic.go_down()
        await asyncio.sleep(seconds)
        self.traffic.come_back()
        return []

    async def step_clock(self, seconds: float) -> list[str]:
        """The clocks of Slack and the bot are apart: little, too much either way, and right again.

        A bot's clock that is put forward by so much sees Slack's requests come from the past by as much, so it is
        Slack's side that is stepped here; what PostgreSQL's clock does to the daily posts is `make chaos`.
        """
        for skew in (200.0, -200.0, 400.0, -400.0):
            self.traffic.skew = skew
            await asyncio.sleep(seconds / 4)
        self.traffic.skew = 0.0
        return []

    async def full_disk(self) -> Phase:
        """A bot on a SQLite file whose disk fills up: it answers, says why it cannot remember, and then can again."""
        disk = self.folder / "disk"
        disk.mkdir()
        #  a small disk of its own, in a namespace that needs no root
        small = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c",
                 f'mount -t tmpfs -o size=2m tmpfs "{disk}" && exec "$@"', "sh"]  # fmt: skip
        if await asyncio.to_thread(lambda: subprocess.run([*small, "true"], check=False).returncode):
            return Phase("disk full", [], ["this machine lets nobody make a small disk; not run"])
        worker = Worker(
            f"sqlite:///{disk}/aibot.db", self.traffic.api_url, self.folder / "full.log", prefix=small
        )
        await worker.start()
        assert worker.process is not None
        inside = Path(f"/proc/{worker.process.pid}/root{disk}")
        urls, self.traffic.urls = self.traffic.urls, [worker.url]
        workspaces, self.traffic.workspaces = self.traffic.workspaces, 0
        try:
            before = await self.traffic.command("subscribe 9am UTC")
            with contextlib.suppress(OSError), (inside / "filler").open("wb", buffering=0) as filler:
                while True:
                    filler.write(bytes(4096))
            flow = await self.traffic.flow(min(self.rate, 20), 2)
            refused = await self.traffic.command("subscribe 10am UTC")
            (inside / "filler").unlink()
            after = await self.traffic.command("subscribe 11am UTC")
        finally:
            self.traffic.urls, self.traffic.workspaces = urls, workspaces
            await worker.stop()
        notes = [
            f"“subscribe” with a full disk was told: {' '.join(' '.join(refused.said).split()) or 'nothing'}"
        ]
        notes += ["NOT told that the disk is full"] * (not _mentions_trouble(" ".join(refused.said)))
        for hour, one in (("9:00", before), ("11:00", after)):
            notes += [f"NOT subscribed at {hour}: {one.said!r}"] * (hour not in " ".join(one.said))
        return Phase("disk full", [*flow, before, refused, after], notes)


def _mentions_trouble(said: str) -> bool:
    return any(word in said.lower() for word in ("full", "reference", "database", "wrong"))


def install(url: str, count: int) -> None:
    """So many workspaces have installed the bot, each with a token of its own."""
    memory, seal, rows = Memory.open(url, keys=[KEY]), Seal([KEY]), []
    for number in range(count):
        one = Installation("", team_of(number), "A1", "B1", "UBOT", token_of(team_of(number)))
        row = {
            name: getattr(one, name) for name in ("enterprise", "team", "app", "bot", "bot_user", "installer")
        }
        rows.append({**row, "token": seal.close(one.token, one.owner), "scopes": "", "installed_at": 0.0})
    with memory.database.transaction() as connection:
        for first in range(0, len(rows), 5_000):
            connection.execute(insert(installations), rows[first : first + 5_000])
    memory.close()


async def measure(  # noqa: PLR0913  # how long, how much, how patiently
    server: Server,
    folder: Path,
    *,
    seconds: float,
    fault_seconds: float,
    slack_seconds: float,
    rate: float,
    installed: int,
    patience: float = 5.0,
    disk: bool = True,
) -> tuple[list[Phase], float, list[str]]:
    """All phases, the most memory of a worker in megabytes, and what was said to nobody who had asked."""
    url = server.create("load")
    await asyncio.to_thread(install, url, installed)
    run = Run(server, url, folder, rate)
    run.traffic.patience, run.traffic.workspaces = patience, installed
    async with run.open():
        await run.traffic.flow(min(rate, 50), min(2.0, seconds))  # cards drawn, connections open
        phases = [
            await run.phase("nothing wrong", seconds),
            await run.phase(
                "PostgreSQL crashed and restarted", fault_seconds, run.restart_database, allowed=AWAY
            ),
            await run.phase("a worker killed with -9", fault_seconds, run.kill_worker, allowed=KILLED),
            await run.phase(
                "Slack's Web API down",
                slack_seconds + fault_seconds / 2,
                run.slack_down,
                allowed=DOWN,
                around=fault_seconds / 4,
            ),
            await run.phase(
                "clock stepped by ±200 and ±400 s", fault_seconds, run.step_clock, allowed=STEPPED
            ),
            *([await run.full_disk()] if disk else []),
        ]
    return phases, max(worker.most_mb for worker in run.workers), run.traffic.strays


def main() -> int:
    """Run all of it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=300, help="with nothing wrong")
    parser.add_argument("--fault-seconds", type=float, default=30, help="for each fault but the next one")
    parser.add_argument("--slack-seconds", type=float, default=600, help="how long Slack's Web API is down")
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--installed", type=int, default=50_000)
    parser.add_argument("--write", type=Path, help="put the report below “The last run” of this page")
    arguments = parser.parse_args()
    arguments.shown = " ".join(["benchmarks/load.py", *sys.argv[1:]])
    with postgres() as server, tempfile.TemporaryDirectory(prefix="aibot-load-") as folder:
        phases, most_mb, strays = uvloop.run(
            measure(
                server, Path(folder), seconds=arguments.seconds, fault_seconds=arguments.fault_seconds,
                slack_seconds=arguments.slack_seconds,
                rate=arguments.rate, installed=arguments.installed,
            )
        )  # fmt: skip
    report = told(phases, most_mb, arguments, strays)
    print(report)
    if arguments.write is not None:
        page = arguments.write.read_text("utf-8").partition("## The last run")[0]
        arguments.write.write_text(f"{page}## The last run\n\n{report}\n", "utf-8")
    return bool(problems(phases, most_mb, strays))


if __name__ == "__main__":
    sys.exit(main())
