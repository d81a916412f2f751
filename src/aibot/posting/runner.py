"""Runs beside the bot: asks every second what is due and unclaimed, and posts it. Any number may share a PostgreSQL."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from aibot.errors import StorageError
from aibot.posting import attempt
from aibot.posting.composer import Nothing
from aibot.posting.planner import plan_anew, plan_due
from aibot.posting.timing import Timing
from aibot.storage import Frozen, Settled

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from aibot.core.daily import Subscription
    from aibot.posting.composer import Composer
    from aibot.slack.posting import Outcome, Poster
    from aibot.storage import Claimed, Seen, Store

log = logging.getLogger(__name__)
T = TypeVar("T")
KEPT_DAYS = 400  # a closed delivery is remembered longer than a year, for `aibot daily explain`
_DAY = 86_400


class Runner:
    """Plans, claims, posts and settles until it is stopped."""

    def __init__(  # noqa: PLR0913  # where everything meets
        self,
        store: Store,
        composer: Composer,
        poster: Poster,
        *,
        timing: Timing | None = None,
        tell: Callable[[Subscription, str], Awaitable[None]] | None = None,
        step: Callable[[str, Claimed | None], Awaitable[None]] | None = None,
    ) -> None:
        """`tell` hears of a subscription that was paused, and Slack's code for why; `step` of every step, for tests."""
        self.store, self._composer, self._poster = store, composer, poster
        self.timing = timing or Timing()
        self._tell, self._step = tell, step
        self.worker = f"{os.getpid()}-{secrets.token_hex(3)}"
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="daily")
        self._tasks: set[asyncio.Task[None]] = set()
        self._outcomes: list[tuple[Settled, dict[str, float]]] = []
        self._watched: dict[Seen, float] = {}
        self._settling: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()
        self._next_tidy = 0.0
        self._next_retention = 0.0

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set; what is on its way is finished first."""
        stopping = asyncio.create_task(stop.wait())
        stopping.add_done_callback(lambda _: self._wake.set())
        is_down = started = False
        try:
            while not stop.is_set():
                self._wake.clear()
                try:
                    if not started:
                        await self._in_thread(
                            plan_anew, self.store.deliveries, await self._now(), self.timing.grace
                        )
                        started = True
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
            await self._finish()

    async def attempt(self, subscription: str, day: str) -> None:
        """Try one delivery, if it may be tried now: any number of times, on any number of workers."""
        now = await self._now()
        claimed = await self._in_thread(self._claim, now, 1, [(subscription, day)])
        ready = await self._in_thread(self._freeze, claimed, await self._slack_time(claimed, now))
        await asyncio.gather(*(self._post(one) for one in ready))
        self._settle_soon()
        if self._settling is not None:
            await self._settling

    async def _finish(self) -> None:
        """Let what is on its way arrive, and write it down."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=self.timing.watch / 2)
        for task in list(self._tasks):
            task.cancel()
        if self._settling is not None:
            await asyncio.wait([self._settling], timeout=5)
        with contextlib.suppress(StorageError):
            await self._settle()
        self._threads.shutdown(wait=False)

    async def _tick(self) -> bool:
        """One look at what there is to do, and the beginning of it; whether there may be more at once."""
        now = await self._now()
        around = await self._in_thread(self.store.deliveries.look_around, now)
        if around.to_plan:
            await self._hear("plan")
            await self._in_thread(plan_due, self.store.deliveries, now, self.timing.grace)
        self._look_at_the_silent(around.under_way, now)
        if now >= self._next_tidy:
            self._next_tidy = now + 15
            await self._in_thread(self.store.deliveries.give_up, now)
        if now >= self._next_retention:
            self._next_retention = now + _DAY
            await self._in_thread(self.store.deliveries.tidy, now - KEPT_DAYS * _DAY)
        free = self.timing.at_once - len(self._tasks)
        if not (around.due or around.to_plan) or free < self.timing.at_once // 2:
            return False
        await self._hear("claim")
        started = time.monotonic()
        claimed = await self._in_thread(self._claim, now, free, None)
        await self._hear("claimed")
        for one in await self._in_thread(self._freeze, claimed, await self._slack_time(claimed, now)):
            self._start(self._post(one, started))
        self._settle_soon()
        return bool(claimed)

    def _claim(self, now: float, limit: int, only: list[tuple[str, str]] | None) -> list[Claimed]:
        return self.store.deliveries.claim(self.worker, now, limit=limit, rate=self.timing.rate, only=only)

    async def _slack_time(self, claimed: list[Claimed], now: float) -> float:
        return (await self._poster.slack_time(claimed[0].team) if claimed else None) or now

    def _freeze(self, claimed: list[Claimed], first_sent: float) -> list[Claimed]:
        """Decide what claimed deliveries say; those that have nothing to say are settled here."""
        ready = [one for one in claimed if one.body is not None and self._is_wanted(one)]
        new = [one for one in claimed if one.body is None and self._is_wanted(one)]
        dealt = self.store.dealt([one.subscription for one in new]) if new else {}
        frozen = []
        for one in new:
            assert one.wanted is not None
            try:
                choice, body = self._composer.compose(
                    one.wanted, date.fromisoformat(one.day), dealt[one.subscription]
                )
            except Nothing:
                self._close(one, "skipped", "no facts for its topics")
                continue
            except Exception as error:
                log.exception("the post of %s cannot be drawn", attempt.key_of(one))
                self._close(one, "failed", f"cannot be drawn: {type(error).__name__}")
                continue
            one = replace(one, body=body)  # noqa: PLW2901
            frozen.append(Frozen(one, body, choice.card.id, choice.generation, choice.starts_again))
            ready.append(one)
        self.store.deliveries.freeze(frozen, first_sent)
        return ready

    def _is_wanted(self, one: Claimed) -> bool:
        """Whether the channel still wants its post; somebody may have stopped it since it was planned."""
        if one.wanted is not None and not one.wanted.is_silent_on(date.fromisoformat(one.day)):
            return True
        self._close(one, "skipped", "unsubscribed" if one.wanted is None else "paused")
        return False

    def _close(self, one: Claimed, state: Any, reason: str) -> None:
        step = f"{state}: {reason}"
        self._outcomes.append(
            (Settled(one.subscription, one.day, one.attempt, state, step, error=reason), {})
        )

    # On the way

    def _start(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("a bug in the daily posts; the delivery is looked for later", exc_info=task.exception())
        if len(self._tasks) <= self.timing.at_once // 2:
            self._wake.set()

    async def _post(self, one: Claimed, started: float | None = None) -> None:
        await self._hear("frozen", one)
        if one.wait:
            await asyncio.sleep(one.wait)
        if started is not None and time.monotonic() - started > self.timing.start_within:
            now = self.store.database.about_now()
            self._note(
                Settled(one.subscription, one.day, one.attempt, "due", "given back: too slow", try_at=now)
            )
            return
        begun = time.monotonic()
        settled, outcome = await attempt.post(self._poster, one, self.store.database.about_now())
        await self._hear("answered", one)
        wait = {one.team: outcome.seconds} if outcome.seconds else {}
        self._note(settled, wait)
        log.info(
            "delivery=%s state=%s attempt=%d code=%s ms=%.0f",
            attempt.key_of(one), settled.state, one.attempt, outcome.code or "ok", (time.monotonic() - begun) * 1000,
        )  # fmt: skip
        await self._act_on(one, outcome)

    async def _act_on(self, one: Claimed, outcome: Outcome) -> None:
        """What follows from a refusal beside the delivery itself."""
        if outcome.meaning == "workspace":
            log.error("nothing can be posted in %s: %s", one.team, outcome.code)
            await self._in_thread(self.store.stop_team, one.team, outcome.code)
        elif outcome.meaning == "operator":
            log.error("Slack refuses posts for what only the app's settings can mend: %s", outcome.code)
        elif outcome.meaning == "channel":
            paused = await self._in_thread(self.store.pause_channel, one.team, one.channel, outcome.code)
            if paused is not None and self._tell is not None:
                async with asyncio.timeout(self.timing.tell_within):
                    await self._tell(paused, outcome.code)

    def _look_at_the_silent(self, under_way: tuple[Seen, ...], now: float) -> None:
        """Look for posts whose attempt has not moved for long.

        That is measured with this program's own clock, which nobody sets: no worker takes another's delivery because
        a clock was put forward.
        """
        moment = time.monotonic()
        self._watched = {seen: self._watched.get(seen, moment) for seen in under_way}
        silent = [seen for seen, since in self._watched.items() if moment - since >= self.timing.watch]
        if silent:
            self._start(self._look(silent[: self.timing.at_once], now))

    async def _look(self, silent: list[Seen], now: float) -> None:
        claimed = await self._in_thread(self.store.deliveries.claim_to_look, self.worker, now, silent)
        for one in claimed:
            policy = await self._in_thread(self.store.policy, one.team)
            await self._hear("look", one)
            self._note(
                await attempt.look(self._poster, one, self.store.database.about_now(), policy.on_unknown)
            )

    # Writing down

    def _note(self, settled: Settled, wait: dict[str, float] | None = None) -> None:
        self._outcomes.append((settled, wait or {}))
        self._settle_soon()

    def _settle_soon(self) -> None:
        if self._outcomes and (self._settling is None or self._settling.done()):
            self._settling = asyncio.get_running_loop().create_task(self._settle_all())

    async def _settle_all(self) -> None:
        """Write outcomes down, all that have gathered at once, until there are none; a lost database is waited for."""
        while self._outcomes:
            try:
                await self._settle()
            except StorageError:
                await asyncio.sleep(self.timing.tick)

    async def _settle(self) -> None:
        batch, self._outcomes = self._outcomes, []
        if not batch:
            return
        wait: dict[str, float] = {}
        for _, more in batch:
            wait.update({team: max(seconds, wait.get(team, 0.0)) for team, seconds in more.items()})
        try:
            settled = [one for one, _ in batch]
            await self._in_thread(
                lambda: self.store.deliveries.settle(settled, self.store.database.about_now(), wait=wait)
            )
        except StorageError:
            self._outcomes = batch + self._outcomes
            raise
        await self._hear("settled")

    async def _hear(self, name: str, one: Claimed | None = None) -> None:
        if self._step is not None:
            await self._step(name, one)

    async def _now(self) -> float:
        return await self._in_thread(self.store.database.now)

    async def _in_thread(self, work: Callable[..., T], *args: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *args)
