"""What attempts came to, on its way into the record: many in one transaction, and waiting for a lost database."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from aibot.errors import StorageError
from aibot.posting.timing import running_clock
from aibot.storage import LONGEST_WAIT

if TYPE_CHECKING:
    from aibot.posting.delivering import Deliverer
    from aibot.storage import Settled


class _Outcome(NamedTuple):
    settled: Settled
    wait: dict[str, float]  # workspaces that Slack wants left alone, and for how many seconds
    lag: float | None


class Outcomes:
    """Gathers outcomes while others are being written."""

    def __init__(self, deliverer: Deliverer) -> None:
        self._deliverer = deliverer
        self._waiting: list[_Outcome] = []
        self._noted = self._written = 0
        self._progress = asyncio.Condition()
        self._settling: asyncio.Task[None] | None = None
        self._held: dict[str, float] = {}  # workspaces, and until when, by `running_clock`
        self._holding: asyncio.Task[None] | None = None

    def note(
        self, settled: Settled, wait: dict[str, float] | None = None, *, lag: float | None = None
    ) -> None:
        """Have one written down soon."""
        self._waiting.append(_Outcome(settled, wait or {}, lag))
        self._noted += 1
        self._settle_soon()

    async def written(self) -> None:
        """Wait until all outcomes so far are written down, however long the database is away."""
        mark = self._noted
        self._settle_soon()
        async with self._progress:
            await self._progress.wait_for(lambda: self._written >= mark)

    async def finish(self) -> None:
        """Write down what is not yet written, if the database is there."""
        if self._holding is not None:
            self._holding.cancel()
        if self._settling is not None:
            await asyncio.wait([self._settling], timeout=5)
            self._settling.cancel()
        with contextlib.suppress(StorageError):
            await self._settle()

    def _settle_soon(self) -> None:
        if self._waiting and (self._settling is None or self._settling.done()):
            self._settling = asyncio.get_running_loop().create_task(self._settle_all())

    async def _settle_all(self) -> None:
        """Write outcomes down, all that have gathered at once, until there are none; a lost database is waited for."""
        while self._waiting:
            try:
                await self._settle()
            except StorageError:
                await asyncio.sleep(self._deliverer.timing.tick)

    async def _settle(self) -> None:
        batch, self._waiting = self._waiting, []
        if not batch:
            return
        wait: dict[str, float] = {}
        for outcome in batch:
            wait.update({team: max(seconds, wait.get(team, 0.0)) for team, seconds in outcome.wait.items()})
        store = self._deliverer.store
        try:
            settled = [outcome.settled for outcome in batch]
            await self._deliverer.in_thread(
                lambda: store.deliveries.settle(settled, store.database.about_now(), wait=wait)
            )
        except BaseException:
            self._waiting = batch + self._waiting
            raise
        async with self._progress:
            self._written += len(batch)
            self._progress.notify_all()
        self._hold(wait)
        lags = [outcome.lag for outcome in batch if outcome.lag is not None]
        for state, closed in Counter(one.state for one in settled if one.try_at is None).items():
            self._deliverer.count(state, closed, lags if state == "sent" else ())
        await self._deliverer.hear("settled")

    def _hold(self, wait: dict[str, float]) -> None:
        """Remember who is to be left alone for longer than the record, which trusts no clock, holds anybody back."""
        long = {team: running_clock() + seconds for team, seconds in wait.items() if seconds > LONGEST_WAIT}
        self._held |= long
        if long and (self._holding is None or self._holding.done()):
            self._holding = asyncio.get_running_loop().create_task(self._hold_on())

    async def _hold_on(self) -> None:
        """Say so again and again, by a clock that nobody sets; when this program dies, Slack tells the next one."""
        store = self._deliverer.store
        while self._held:
            await asyncio.sleep(self._deliverer.timing.sweep)
            now = running_clock()
            self._held = {team: until for team, until in self._held.items() if until > now}
            left = {team: until - now for team, until in self._held.items()}
            with contextlib.suppress(StorageError):
                await self._deliverer.in_thread(
                    lambda left=left: store.deliveries.settle([], store.database.about_now(), wait=left)
                )
