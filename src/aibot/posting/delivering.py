"""Tries deliveries, many at once: claims those that may be posted now, posts them, writes down what came of it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

from aibot.core.daily import is_posted_on
from aibot.errors import StorageError
from aibot.posting import attempt
from aibot.posting.composer import Nothing
from aibot.storage import Frozen, Settled

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence

    from aibot.core.daily import Subscription
    from aibot.posting.composer import Composer
    from aibot.posting.timing import Timing
    from aibot.slack.posting import Outcome, Poster
    from aibot.storage import Claimed, Denied, Seen, Store
    from aibot.storage.record import Key, State

log = logging.getLogger(__name__)
T = TypeVar("T")


class Count(Protocol):
    """Hears of deliveries that are closed."""

    def __call__(self, state: str, closed: int, lags: Sequence[float] = ()) -> None:
        """In which state, and how many; of those sent, how long after the time that was asked for."""


class _Outcome(NamedTuple):
    settled: Settled
    wait: dict[str, float]  # workspaces that Slack wants left alone, and for how many seconds
    lag: float | None


class Deliverer:
    """May be asked for any delivery, any number of times, in any number of programs: the channel sees one post."""

    def __init__(  # noqa: PLR0913  # where everything meets
        self,
        store: Store,
        composer: Composer,
        poster: Poster,
        *,
        timing: Timing,
        tell: Callable[[Subscription, str], Awaitable[None]] | None = None,
        step: Callable[[str, Claimed | None], Awaitable[None]] | None = None,
        count: Count | None = None,
    ) -> None:
        """Who hears of what: see `Runner`."""
        self.store, self._composer, self._poster, self.timing = store, composer, poster, timing
        self._tell, self._step, self._count = tell, step, count
        self.worker = f"{os.getpid()}-{secrets.token_hex(3)}"
        self.posting = 0  # posts on their way
        self.on_room: Callable[[], None] | None = None  # called when there is room for many more
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="daily")
        self._outcomes: list[_Outcome] = []
        self._noted = self._written = 0
        self._progress = asyncio.Condition()
        self._settling: asyncio.Task[None] | None = None

    async def attempt(self, keys: Collection[Key]) -> list[Denied]:
        """Post those of some deliveries that may be posted now; done once their outcomes are written down.

        Returns those whose workspace has no room yet.
        """
        claimed, denied = await self.claim(keys)
        await self.post(claimed)
        return denied

    async def claim(self, keys: Collection[Key]) -> tuple[list[tuple[Claimed, float]], list[Denied]]:
        """Claim those that may be posted now, and decide what they say; each with the moment its claim began."""
        await self.hear("claim")
        started, now = time.monotonic(), await self.now()
        claimed, denied = await self.in_thread(
            lambda: self.store.deliveries.claim(self.worker, now, keys, rate=self.timing.rate)
        )
        await self.hear("claimed")
        first_sent = (await self._poster.slack_time(claimed[0].team) if claimed else None) or now
        ready, closed = await self.in_thread(self._freeze, claimed, first_sent)
        for one in closed:
            self._note(one)
        self.posting += len(ready)
        return [(one, started) for one in ready], denied

    async def post(self, claimed: Iterable[tuple[Claimed, float]]) -> None:
        """Post what was claimed, all at once; done once the outcomes are written down."""
        done = await asyncio.gather(*(self._post(*one) for one in claimed), return_exceptions=True)
        for error in done:
            if isinstance(error, Exception):
                log.error("a bug in the daily posts; the delivery is looked for later", exc_info=error)
        await self.written()

    async def look(self, silent: Collection[Seen]) -> None:
        """Find out in Slack what became of attempts that stand still."""
        now = await self.now()
        by_team: dict[str, list[Claimed]] = {}
        for one in await self.in_thread(self.store.deliveries.claim_to_look, self.worker, now, silent):
            by_team.setdefault(one.team, []).append(one)
        await asyncio.gather(*(self._look(team, claimed) for team, claimed in by_team.items()))
        await self.written()

    async def _look(self, team: str, claimed: Iterable[Claimed]) -> None:
        """Look for a workspace's posts, one after the other: Slack counts the calls a minute."""
        policy = await self.in_thread(self.store.policy, team)
        for one in claimed:
            await self.hear("look", one)
            now = self.store.database.about_now()
            found = await attempt.look(self._poster, one, now, policy.on_unknown)
            self._note(found, lag=attempt.lag(one, found))

    async def written(self) -> None:
        """Wait until all outcomes so far are written down, however long the database is away."""
        mark = self._noted
        self._settle_soon()
        async with self._progress:
            await self._progress.wait_for(lambda: self._written >= mark)

    async def finish(self) -> None:
        """Write down what is not yet written, if the database is there."""
        if self._settling is not None:
            await asyncio.wait([self._settling], timeout=5)
            self._settling.cancel()
        with contextlib.suppress(StorageError):
            await self._settle()
        self._threads.shutdown(wait=False)

    async def now(self) -> float:
        """The time that all who share the database go by."""
        return await self.in_thread(self.store.database.now)

    async def in_thread(self, work: Callable[..., T], *args: Any) -> T:
        """Have the database asked, beside the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *args)

    def count(self, state: str, closed: int, lags: Sequence[float] = ()) -> None:
        """Count deliveries that were closed, for good, in a state."""
        if self._count is not None and closed:
            self._count(state, closed, lags)

    async def hear(self, name: str, one: Claimed | None = None) -> None:
        """Tell of a step."""
        if self._step is not None:
            await self._step(name, one)

    # Deciding what is said

    def _freeze(self, claimed: Collection[Claimed], first_sent: float) -> tuple[list[Claimed], list[Settled]]:
        """Decide what claimed deliveries say; the second list is of those that have nothing to say."""
        closed = [_closed(one, "skipped", reason) for one in claimed if (reason := _unwanted(one))]
        wanted = [one for one in claimed if not _unwanted(one)]
        ready = [one for one in wanted if one.body is not None]
        new = [one for one in wanted if one.body is None]
        dealt = self.store.dealt([one.subscription for one in new]) if new else {}
        frozen = []
        for one in new:
            assert one.wanted is not None
            try:
                choice, body = self._composer.compose(
                    one.wanted, date.fromisoformat(one.day), dealt[one.subscription]
                )
            except Nothing:
                closed.append(_closed(one, "skipped", "no facts for its topics"))
                continue
            except Exception as error:
                log.exception("the post of %s cannot be drawn", attempt.key_of(one))
                closed.append(_closed(one, "failed", f"cannot be drawn: {type(error).__name__}"))
                continue
            one = replace(one, body=body)  # noqa: PLW2901
            frozen.append(Frozen(one, body, choice.card.id, choice.generation, choice.starts_again))
            ready.append(one)
        self.store.deliveries.freeze(frozen, first_sent)
        return ready, closed

    # On the way

    async def _post(self, one: Claimed, started: float) -> None:
        try:
            await self.hear("frozen", one)
            if one.wait:
                await asyncio.sleep(one.wait)
            if time.monotonic() - started > self.timing.start_within:
                now = self.store.database.about_now()
                self._note(
                    Settled(one.subscription, one.day, one.attempt, "due", "given back: too slow", try_at=now)
                )
                return
            begun = time.monotonic()
            settled, outcome = await attempt.post(self._poster, one, self.store.database.about_now())
            await self.hear("answered", one)
            wait = {one.team: outcome.seconds} if outcome.seconds else None
            self._note(settled, wait, lag=attempt.lag(one, settled))
        finally:
            self.posting -= 1
            if self.on_room is not None and self.posting <= self.timing.at_once // 2:
                self.on_room()
        log.info(
            "delivery=%s state=%s attempt=%d code=%s ms=%.0f",
            attempt.key_of(one), settled.state, one.attempt, outcome.code or "ok", (time.monotonic() - begun) * 1000,
        )  # fmt: skip
        await self._act_on(one, outcome)

    async def _act_on(self, one: Claimed, outcome: Outcome) -> None:
        """What follows from a refusal beside the delivery itself."""
        if outcome.meaning == "workspace":
            log.error("nothing can be posted in %s: %s", one.team, outcome.code)
            await self.in_thread(self.store.stop_team, one.team, outcome.code)
        elif outcome.meaning == "gone":
            log.warning("%s has no app to post any more: %s", one.team, outcome.code)
        elif outcome.meaning == "operator":
            log.error(
                "Slack refuses a post in %s for what only its operator can mend: %s", one.team, outcome.code
            )
        elif outcome.meaning == "channel":
            paused = await self.in_thread(self.store.pause_channel, one.team, one.channel, outcome.code)
            if paused is not None and self._tell is not None:
                async with asyncio.timeout(self.timing.tell_within):
                    await self._tell(paused, outcome.code)

    # Writing down

    def _note(
        self, settled: Settled, wait: dict[str, float] | None = None, *, lag: float | None = None
    ) -> None:
        self._outcomes.append(_Outcome(settled, wait or {}, lag))
        self._noted += 1
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
        for outcome in batch:
            wait.update({team: max(seconds, wait.get(team, 0.0)) for team, seconds in outcome.wait.items()})
        try:
            settled = [outcome.settled for outcome in batch]
            await self.in_thread(
                lambda: self.store.deliveries.settle(settled, self.store.database.about_now(), wait=wait)
            )
        except BaseException:
            self._outcomes = batch + self._outcomes
            raise
        async with self._progress:
            self._written += len(batch)
            self._progress.notify_all()
        lags = [outcome.lag for outcome in batch if outcome.lag is not None]
        for state, closed in Counter(one.state for one in settled if one.try_at is None).items():
            self.count(state, closed, lags if state == "sent" else ())
        await self.hear("settled")


def _unwanted(one: Claimed) -> str:
    """Why the channel does not want its post any more: somebody may have stopped it since it was planned."""
    if one.wanted is None:
        return "unsubscribed"
    day = date.fromisoformat(one.day)
    if one.wanted.is_silent_on(day):
        return "paused"
    return "" if is_posted_on(one.wanted, day) else "the schedule was changed"


def _closed(one: Claimed, state: State, reason: str) -> Settled:
    return Settled(one.subscription, one.day, one.attempt, state, f"{state}: {reason}", error=reason)
