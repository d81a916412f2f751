"""Tries to make the daily posts double or get lost: kill -9 at every step, a crashing database, Slack at its worst.

`make chaos` runs all of it and writes docs/chaos.md; the test-suite runs a short one.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.delivery import HERE, begin, fill, quick_slack, report, worker
from tests.postgres import postgres

from aibot.storage import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.postgres import Server

    from aibot.storage import Delivery

STEPS = ("plan", "claim", "claimed", "frozen", "answered", "settled", "look")
#  As in `Timing`, a tenth as long: the order is the same, start + two timeouts < watch
QUICK = (
    "--tick", "0.2", "--timeout", "1", "--start-within", "1", "--watch", "5", "--rate", "50", "--at-once", "12",
    "--batch", "6", "--sweep", "0.5", "--dead-after", "2.5", "--forgotten", "1.5",
    "--steady", "3",
)  # fmt: skip
LONGEST = 900.0
AWAKE = 4.0  # a worker younger than this may still be loading its facts
EVERY = 3.0  # seconds between troubles from outside
FROZEN = 8.0  # longer than the watch


@dataclass
class Result:
    """What came of one run."""

    database: str
    workers: int
    channels: int
    days: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    ended: int = 0
    frozen: int = 0
    restarts: int = 0
    outage: float = 0.0
    clock: list[int] = field(default_factory=list)
    faults: dict[str, int] = field(default_factory=dict)
    looks: int = 0
    states: dict[str, int] = field(default_factory=dict)
    doubled: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    unaccounted: list[str] = field(default_factory=list)
    is_blind: bool = False  # without the scope to look into channels: what cannot be known stays unknown
    seconds: float = 0.0

    @property
    def is_good(self) -> bool:
        """Nothing doubled, nothing lost, everything accounted for."""
        return not (self.doubled or self.lost or self.unaccounted)


class Workers:
    """Some worker processes, each of which kills itself at some step; the dead are replaced."""

    def __init__(  # noqa: PLR0913, PLR0917  # all that they are
        self, url: str, slack: str, clock: Path, count: int, result: Result, chance: random.Random
    ) -> None:
        self._command = [
            sys.executable,
            str(HERE / "daily_worker.py"),
            url,
            slack,
            "--clock",
            str(clock),
            *QUICK,
        ]
        self._chance, self._result = chance, result
        self._next = itertools.cycle(STEPS)
        self.mortal = True
        self._running: list[tuple[subprocess.Popen[bytes], str, float]] = []
        self._frozen: dict[subprocess.Popen[bytes], float] = {}
        for _ in range(count):
            self._start()

    def _start(self) -> None:
        step, more = next(self._next), []
        if self.mortal:
            most = {"frozen": 60, "answered": 60, "settled": 8}.get(step, 2)
            more = ["--die-at", step, "--die-after", str(self._chance.randint(1, most))]
        process = subprocess.Popen(
            [*self._command, *more], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._running.append((process, step, time.monotonic()))

    def tend(self) -> None:
        """Replace the dead."""
        for running in list(self._running):
            process, step, _ = running
            if process.poll() is not None:
                self._running.remove(running)
                if process.returncode == -9:
                    self._result.kills[step] += 1
                else:
                    self._result.ended += 1
                self._start()
        for process, until in list(self._frozen.items()):
            if time.monotonic() >= until:
                process.send_signal(signal.SIGCONT)
                del self._frozen[process]

    def kill_one(self) -> None:
        """Kill one from outside, wherever it is."""
        running = self._one_awake()
        if running is None:
            return
        process = running[0]
        process.kill()
        process.wait()
        self._result.kills["anywhere"] += 1
        self._running.remove(running)
        self._start()

    def freeze_one(self) -> None:
        """Let one stand still, wherever it is, for longer than the others watch it, and then go on."""
        running = self._one_awake()
        if running is not None:
            running[0].send_signal(signal.SIGSTOP)
            self._frozen[running[0]] = time.monotonic() + FROZEN
            self._result.frozen += 1

    def _one_awake(self) -> tuple[subprocess.Popen[bytes], str, float] | None:
        awake = [
            running
            for running in self._running
            if time.monotonic() - running[2] > AWAKE and running[0] not in self._frozen
        ]
        return self._chance.choice(awake) if awake else None

    def stop(self) -> None:
        """End them all, in good order."""
        for process in self._frozen:
            process.send_signal(signal.SIGCONT)
        for process, _, _ in self._running:
            process.terminate()
        for process, _, _ in self._running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(30)
            process.kill()
            process.wait()


def run(  # noqa: PLR0913  # what a run consists of
    label: str, url: str, folder: Path, *, workers: int, channels: int, days: int, kills: int, trouble: float,
    server: Server | None = None, outage: float = 0.0, seed: int = 7, blind: bool = False,
) -> Result:  # fmt: skip
    """One run: `days` local days, each with trouble until its kills are used up, then left in peace to finish."""
    result, chance, started = (
        Result(label, workers, channels, is_blind=blind),
        random.Random(seed),
        time.monotonic(),
    )
    clock = folder / f"clock-{label}"
    clock.write_text("0")
    store = Store.open(url, clock=lambda: time.time() + float(clock.read_text() or 0))
    fill(store, channels, due_in=-130, teams=max(1, channels // 5))
    slack_of = ["--trouble", str(trouble), "--hang", "3", "--latency", "0.6", "--seed", str(seed)]
    with quick_slack(*slack_of, *(["--blind"] if blind else [])) as slack:
        for day in range(days):
            running, off = Workers(url, slack, clock, workers, result, chance), 0
            for moment in _moments(store, result, kills * (day + 1), channels * (day + 1)):
                running.tend()
                if moment == "kill":
                    running.kill_one()
                elif moment == "freeze":
                    running.freeze_one()
                elif moment == "clock":
                    step = -off or chance.choice([-14_400, -3_000, -600, 2_400, 14_400])
                    off += step
                    _step(clock, result, step)
                elif moment == "database" and server is not None:
                    server.stop(mode="immediate")
                    time.sleep(3)
                    server.start()
                    result.restarts += 1
                elif moment == "outage" and server is not None and not result.outage:
                    server.stop()
                    time.sleep(outage)
                    server.start()
                    result.outage = outage
                elif moment == "peace":
                    running.mortal = False
                    if off:  # put it right again: what is not due yet by the clock can only wait
                        _step(clock, result, -off)
            running.stop()
            result.days += 1
            _step(clock, result, 86_400)
        seen = report(slack)
    _judge(store, result, seen, channels * days)
    store.close()
    result.seconds = time.monotonic() - started
    return result


def _moments(store: Store, result: Result, kills: int, wanted: int) -> Iterator[str]:
    """What happens next, until all is done."""
    begun, disturbed, calm, done = time.monotonic(), 0, False, False
    events = itertools.cycle(["freeze", "kill", "outage", "kill", "clock", "kill", "database"])
    while time.monotonic() - begun < LONGEST:
        time.sleep(0.25)
        yield ""
        if not calm and (result.kills.total() >= kills or done):
            calm = True
            yield "peace"
        elif not calm and time.monotonic() - begun > EVERY * (disturbed + 1):
            disturbed += 1
            yield next(events)
        with contextlib.suppress(Exception):  # the database may be away just now: that is the point
            #  asked on both sides of the other question: what is under way may be due again meanwhile
            done = (
                _are_closed(store, wanted)
                and not store.deliveries.look_around(0).under_way
                and _are_closed(store, wanted)
            )
            if calm and done:
                return


def _are_closed(store: Store, wanted: int) -> bool:
    counts = store.deliveries.counts(0)
    return sum(counts.values()) >= wanted and not counts.get("due") and not counts.get("sending")


def _step(clock: Path, result: Result, seconds: int) -> None:
    new = clock.with_suffix(".new")
    new.write_text(str(float(clock.read_text()) + seconds))
    new.rename(clock)
    result.clock.append(seconds)


def _judge(store: Store, result: Result, seen: dict[str, Any], wanted: int) -> None:
    """Compare what stands in the channels with what the record says."""
    posts: dict[str, int] = seen["deliveries"]
    result.faults, result.looks = seen["faults"], seen["calls"].get("conversations.history", 0)
    result.states = store.deliveries.counts(0)
    rows = store.deliveries.in_state("due", "sending", "sent", "skipped", "failed", "unknown", limit=10**6)
    result.doubled = [key for key, count in posts.items() if count > 1]
    for row in rows:
        key = f"{row.subscription}:{row.day}"
        if row.state == "sent" and not posts.get(key):
            result.lost.append(f"{key}: recorded as sent, not in the channel")
        if row.state != "sent" and posts.get(key) and row.state != "unknown":
            result.unaccounted.append(f"{key}: in the channel, recorded as {row.state}")
        if row.state in ("due", "sending", "skipped", "failed"):
            result.lost.append(f"{key}: {row.state} ({row.error})")
        if row.state == "unknown" and not (result.is_blind and _is_honest(row)):
            result.unaccounted.append(f"{key}: unknown ({row.error}), {posts.get(key, 0)} in the channel")
    if len(rows) < wanted:
        result.lost.append(f"{wanted - len(rows)} never planned")


def _is_honest(row: Delivery) -> bool:
    """Whether nobody can say more of it: its text was written down, so it may have been sent, and nobody may look."""
    return row.card is not None and row.error == "missing_scope"


def told(result: Result) -> str:
    """One run for people."""
    kills = ", ".join(f"{count} {step}" for step, count in sorted(result.kills.items()))
    faults = ", ".join(f"{count} × {kind}" for kind, count in sorted(result.faults.items()))
    states = ", ".join(f"{count} {state}" for state, count in sorted(result.states.items()))
    steps = ", ".join(f"{seconds:+d} s" for seconds in result.clock)
    title = "SQLite, nobody may look into channels" if result.is_blind else result.database
    lines = [
        f"### {title}, {result.workers} process{'es' * (result.workers > 1)}", "",
        f"- {result.channels:,} channels, {result.days} days, {result.seconds:.0f} s",
        f"- killed with -9: {result.kills.total()} ({kills})",
        f"- frozen for {FROZEN:.0f} s, longer than the watch, and continued: {result.frozen}",
        f"- database crashed and restarted: {result.restarts} times; away for {result.outage:.0f} s",
        f"- programs that could not start meanwhile, and were started again: {result.ended}",
        f"- clock steps: {steps}",
        f"- Slack: {faults}; {result.looks} looks into channels"
        + (", none of them allowed (`missing_scope`)" if result.is_blind else ""),
        f"- record: {states}",
        f"- **doubled {len(result.doubled)}, lost {len(result.lost)}, unaccounted for {len(result.unaccounted)}**",
    ]  # fmt: skip
    return "\n".join(
        [*lines, *(f"  - {one}" for one in [*result.doubled, *result.lost, *result.unaccounted][:20])]
    )


def taking_over(url: str, channels: int = 400) -> tuple[int, float, float]:
    """Kill one of two workers at the usual timings.

    Returns how many of its deliveries were under way, the seconds until the first of them went on, and until all were
    posted.
    """
    store = Store.open(url)
    fill(store, channels, due_in=-130, teams=channels)
    with quick_slack("--latency", "4") as slack:
        victim, survivor = worker(url, slack, "--wait"), worker(url, slack, "--wait")
        begin(victim)
        mine = f"{victim.pid}-"
        while len(_held(store, mine)) < 20:
            time.sleep(0.05)
        victim.kill()
        killed = time.monotonic()
        begin(survivor)
        held = _held(store, mine)
        first = 0.0
        while store.deliveries.counts(0).get("sent", 0) < channels:
            first = first or (time.monotonic() - killed if len(_held(store, mine)) < len(held) else 0.0)
            time.sleep(0.1)
        seconds = time.monotonic() - killed
        survivor.terminate()
        survivor.communicate(timeout=60)
        victim.communicate()
        seen = report(slack)
    store.close()
    assert set(seen["deliveries"].values()) == {1}
    assert seen["posts"] == channels
    return len(held), first, seconds


def _held(store: Store, worker_name: str) -> list[str]:
    """The deliveries that a worker has claimed and not finished."""
    rows = store.deliveries.in_state("sending", limit=10_000)
    return [row.channel for row in rows if (row.worker or "").startswith(worker_name)]


def main() -> int:
    """Run all of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--channels", type=int, default=1_000)
    parser.add_argument("--days", type=int, default=1)
    parser.add_argument("--kills", type=int, default=20, help="a day")
    parser.add_argument("--trouble", type=float, default=0.15)
    parser.add_argument("--outage", type=float, default=60.0, help="seconds that PostgreSQL is away, once")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--write", type=Path, help="write the report there")
    arguments = parser.parse_args()
    settings = {name: getattr(arguments, name) for name in ("channels", "days", "kills", "trouble", "seed")}
    with tempfile.TemporaryDirectory(prefix="aibot-chaos-") as name, postgres() as server:
        folder = Path(name)
        folder.chmod(0o755)
        results = [run("SQLite", f"sqlite:///{folder}/aibot.db", folder, workers=1, **settings)]
        print(told(results[0]), flush=True)
        results.append(
            run(
                "PostgreSQL", server.create("chaos"), folder, workers=3, server=server, outage=arguments.outage,
                **settings,
            )
        )  # fmt: skip
        print(told(results[1]), flush=True)
        blind = {**settings, "channels": settings["channels"] // 4}
        results.append(run("Blind", f"sqlite:///{folder}/blind.db", folder, workers=1, blind=True, **blind))
        print(told(results[2]), flush=True)
        held, first, seconds = taking_over(server.create("takeover"))
    last = (
        "### Taking over, at the usual timings\n\n"
        f"- one of two workers on PostgreSQL killed with -9 while it held {held} deliveries: the first of them went on "
        f"after {first:.0f} s, the last stood in its channel after {seconds:.0f} s; none twice"
    )
    print(last)
    if arguments.write:
        page = arguments.write.read_text("utf-8") if arguments.write.exists() else ""
        head = page.partition("## The last run\n")[0]
        day = datetime.now(UTC).date()
        body = "\n\n".join([*(told(result) for result in results), last])
        arguments.write.write_text(
            f"{head}## The last run\n\n{day}, `make chaos`, two cores.\n\n{body}\n", "utf-8"
        )
    return 0 if all(result.is_good for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
