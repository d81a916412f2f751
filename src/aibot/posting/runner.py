"""Runs beside the bot: plans what falls due, looks after attempts that stand still, and has an engine post the rest.

Every program does so, and none leads: planning twice comes to the same, and so does everything else here.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from aibot.errors import StorageError
from aibot.posting.delivering import Deliverer
from aibot.posting.engine import engine_for
from aibot.posting.planner import plan_anew, plan_due
from aibot.posting.steadiness import Steadiness
from aibot.posting.timing import Timing
from aibot.storage import OPERATOR

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Sequence

    from aibot.core.daily import Subscription
    from aibot.posting.composer import Composer
    from aibot.posting.delivering import Count
    from aibot.posting.planner import Plan
    from aibot.slack.posting import Poster
    from aibot.storage import Claimed, Seen, Store

log = logging.getLogger(__name__)
KEPT_DAYS = 400  # a closed delivery is remembered longer than a year, for `aibot daily explain`
_DAY = 86_400
_GIVE_UP_EVERY = 15.0
#  A clock that is years ahead would have the record forget what was posted today
_STEADY_TO_FORGET = 3_600.0


class Runner:
    """Posts what is due until it is stopped."""

    def __init__(  # noqa: PLR0913  # where everything meets
        self,
        store: Store,
        composer: Composer,
        poster: Poster,
        *,
        timing: Timing | None = None,
        tell: Callable[[Subscription, str], Awaitable[None]] | None = None,
        step: Callable[[str, Claimed | None], Awaitable[None]] | None = None,
        count: Count | None = None,
    ) -> None:
        """`tell` hears of a subscription that was paused, and Slack's code for why; `step` of every step, for tests.

        `count` hears of deliveries that are closed.

        Raises:
            StorageError: where the database needs a package that is not installed.
        """
        self.timing = timing or Timing()
        self._store, self._record = store, store.deliveries
        self._deliverer = Deliverer(
            store, composer, poster, timing=self.timing, tell=tell, step=step, count=count
        )
        self._tell = tell
        self._wake = asyncio.Event()
        self._engine = engine_for(self._deliverer, self._wake)
        self._record.submit = self._engine.submit
        self._watched: dict[Seen, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._next_give_up = self._next_retention = 0.0
        self._clock = Steadiness()
        self._is_planned = False  # since the start, or since the clock was put back
        self._held_until = 0.0  # what was due before and is not planned waits until the clock is steady

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set; what is on its way is finished first."""
        engine = asyncio.create_task(self._engine.run(stop))
        stopping = asyncio.create_task(stop.wait())
        stopping.add_done_callback(lambda _: self._wake.set())
        is_down = False
        try:
            while not stop.is_set():
                self._wake.clear()
                try:
                    busy = await self._tick()
                    if is_down:
                        log.info("the database answers again")
                    is_down = False
                except StorageError as error:
                    if not is_down:
                        log.error("daily posts wait: %s", error)  # noqa: TRY400  # the sentence says it all
                    is_down, busy = True, False
                except Exception:
                    log.exception("a bug in the daily posts; they go on")
                    busy = False
                if not busy:
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self._wake.wait(), self.timing.tick)
        finally:
            stopping.cancel()
            if not stop.is_set():
                engine.cancel()
            await asyncio.wait([engine])
            for task in list(self._tasks):
                task.cancel()
            await self._deliverer.finish()

    async def attempt(self, subscription: str, day: str) -> None:
        """Try one delivery, if it may be tried now: any number of times, in any number of programs."""
        await self._deliverer.attempt([(subscription, day)])

    async def _tick(self) -> bool:
        """One look at what there is to do, and the beginning of it; whether there may be more at once."""
        now, moment = await self._deliverer.now(), time.monotonic()
        if self._clock.see(now, moment):
            log.warning("the clock was put back; what was written off meanwhile is looked at again")
            self._is_planned = False
        is_final = self._clock.seconds(moment) >= self.timing.steady
        if not self._is_planned:
            await self._deliverer.in_thread(self._record.reopen, now)
            await self._plan(plan_anew, now, is_final=False)
            self._is_planned, self._held_until = True, now
        around = await self._deliverer.in_thread(self._record.look_around, now)
        if around.to_plan:
            await self._deliverer.hear("plan")
            await self._plan(plan_due, now, is_final=is_final, after=None if is_final else self._held_until)
            self._held_until = now
        self._look_at_the_silent(around.under_way)
        if is_final and now >= self._next_give_up:
            self._next_give_up = now + _GIVE_UP_EVERY
            if given_up := await self._deliverer.in_thread(self._record.give_up, now):
                log.info("posts given up as too late: %d", given_up)
                self._deliverer.count("skipped", given_up)
        if self._clock.seconds(moment) >= _STEADY_TO_FORGET and now >= self._next_retention:
            self._next_retention = now + _DAY
            await self._deliverer.in_thread(self._record.tidy, now - KEPT_DAYS * _DAY)
        return await self._engine.sweep(now)

    async def _plan(self, plan: Callable[..., Plan], now: float, **how: Any) -> None:
        work = partial(plan, self._record, now, self.timing.grace, self.timing.rate, **how)
        done = await self._deliverer.in_thread(work)
        self._deliverer.count("skipped", done.missed)
        set_aside = []
        for one, problem in done.broken:
            pause = partial(self._store.pause_channel, if_version=one.version, by=OPERATOR)
            if await self._deliverer.in_thread(pause, one.team, one.channel, problem) is not None:
                log.error("%s cannot be planned: %s; it is paused", one.id, problem)
                set_aside.append((one, problem))
        if set_aside and self._tell is not None:
            self._beside(self._tell_all(self._tell, set_aside))

    async def _tell_all(
        self,
        tell: Callable[[Subscription, str], Awaitable[None]],
        set_aside: Sequence[tuple[Subscription, str]],
    ) -> None:
        for one, problem in set_aside:
            try:
                async with asyncio.timeout(self.timing.tell_within):
                    await tell(one, problem)
            except Exception as error:  # noqa: BLE001  # whoever it is, the others are told
                log.warning("who set %s up could not be told: %s", one.id, type(error).__name__)

    def _look_at_the_silent(self, under_way: tuple[Seen, ...]) -> None:
        """Look for posts whose attempt has not moved for long.

        That is measured with this program's own clock, which nobody sets: no worker takes another's delivery because
        a clock was put forward.
        """
        moment = time.monotonic()
        self._watched = {seen: self._watched.get(seen, moment) for seen in under_way}
        silent = [seen for seen, since in self._watched.items() if moment - since >= self.timing.watch]
        if silent:
            self._beside(self._deliverer.look(silent[: self.timing.at_once]))

    def _beside(self, work: Coroutine[Any, Any, None]) -> None:
        """Do what waits for Slack, while all else goes on."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            if isinstance(error, StorageError):  # it is looked for again as soon as the database is back
                return
            log.error("a bug in the daily posts; they go on", exc_info=error)
