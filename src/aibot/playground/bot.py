"""The bot's process from outside: started, given orders, killed and started again."""

from __future__ import annotations

import asyncio
import collections
import contextlib
import itertools
import json
import os
import sys
import time
from typing import TYPE_CHECKING, Any

from aibot.errors import AibotError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Json = dict[str, Any]

STARTING_SECONDS = 30
ORDER_SECONDS = 20
LINE_LIMIT = 32 * 2**20  # a redraw of many cards is one line


class BotEndedError(AibotError):
    """The bot's process ended, or never came up; says what it said last."""


class BotProcess:
    """`aibot.playground.bot_process`, pointed at the fake Slack."""

    def __init__(self, environment: dict[str, str], facts: Path | None, changed: Callable[[], None]) -> None:
        self._environment, self._facts, self._changed = environment, facts, changed
        self._process: asyncio.subprocess.Process | None = None
        self._readers: list[asyncio.Task[None]] = []
        self._waiting: dict[int, asyncio.Future[Json]] = {}
        self._numbers = itertools.count(1)
        self.log: collections.deque[str] = collections.deque(maxlen=200)
        self.state = "starting"
        self.started_in = 0.0
        self.url = ""

    @property
    def pid(self) -> int | None:
        """The process id, while it runs."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def start(self, *, offset: float = 0) -> Json:
        """Start it and wait until it listens; returns how much its fact base holds.

        Raises:
            BotEndedError: where it does not come up.
        """
        began = time.perf_counter()
        self._become("starting")
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "aibot.playground.bot_process", str(self._facts or ""), str(offset),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            env=self._environment, limit=LINE_LIMIT, start_new_session=True,
        )  # fmt: skip
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._readers = [asyncio.create_task(self._read_log(self._process.stderr))]
        hello: Json = {}
        with contextlib.suppress(TimeoutError, ValueError):
            hello = json.loads(
                await asyncio.wait_for(self._process.stdout.readline(), STARTING_SECONDS) or b"{}"
            )
        if "url" not in hello:
            await self.kill()
            raise BotEndedError(hello.get("error") or "\n".join(self.log) or "the bot did not start")
        self._readers.append(asyncio.create_task(self._read_answers(self._process.stdout)))
        self.url = hello.pop("url")
        self.started_in = time.perf_counter() - began
        self._become("running")
        return hello

    async def order(self, do: str, **details: Any) -> Json:
        """Have it do something beside serving.

        Raises:
            BotEndedError: where it is not running, or ends before it answers.
        """
        if self.pid is None or self._process is None or self._process.stdin is None:
            raise BotEndedError("the bot is not running")
        number = next(self._numbers)
        self._waiting[number] = asyncio.get_running_loop().create_future()
        try:
            self._process.stdin.write(json.dumps({"id": number, "do": do, "with": details}).encode() + b"\n")
            await self._process.stdin.drain()
            return await asyncio.wait_for(self._waiting[number], ORDER_SECONDS)
        except (OSError, TimeoutError) as error:
            raise BotEndedError("the bot does not answer the playground") from error
        finally:
            self._waiting.pop(number, None)

    async def kill(self) -> None:
        """End it at once, as a crash does: nothing is finished, nothing is said."""
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
        await self._ended()

    async def stop(self) -> None:
        """Let it finish what it is at."""
        if self._process is not None and self._process.returncode is None and self._process.stdin is not None:
            self._process.stdin.close()
            try:
                await asyncio.wait_for(self._process.wait(), 5)
            except TimeoutError:
                self._process.kill()
        await self._ended()

    async def _ended(self) -> None:
        if self._process is not None:
            await self._process.wait()
        await asyncio.gather(*self._readers)
        self._become("down")

    async def _read_log(self, stream: asyncio.StreamReader) -> None:
        async for line in stream:
            self.log.append(line.decode("utf-8", "replace").rstrip())
            self._changed()

    async def _read_answers(self, stream: asyncio.StreamReader) -> None:
        async for line in stream:
            answer = json.loads(line)
            future = self._waiting.get(answer.pop("id", 0))
            if future is not None and not future.done():
                future.set_result(answer)
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(BotEndedError("the bot's process ended"))
        self._become("down")

    def _become(self, state: str) -> None:
        self.state = state
        self._changed()


def environment_for(settings: dict[str, str]) -> dict[str, str]:
    """This process's environment without the bot's own settings, and these instead."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AIBOT_", "SLACK_"))}
    return {**kept, **settings}
