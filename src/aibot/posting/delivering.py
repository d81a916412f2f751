"""Tries deliveries, many at once: claims those that may be posted now, posts them, writes down what came of it."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from aibot.core.daily import is_posted_on
from aibot.errors import StorageError
from aibot.posting import attempt
from aibot.posting.composer import Nothing
from aibot.posting.outcomes import Outcomes
from aibot.posting.timing import running_clock
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


@dataclass(frozen=True, slots=True)
class Batch:
    """What was claimed together, and when the claim began."""

    claimed: tuple[Claimed, ...]
    started: float  # by `running_clock`
    at: float  # by the time that all who share the database go by


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
        self._outcomes = Outcomes(self)

    async def attempt(self, keys: Collection[Key]) -> list[Denied]:
        """Post those of some deliveries that may be posted now; done once their outcomes are written down.

        Returns those whose workspace has no room yet.
        """
        batch, denied = await self.claim(keys)
        await self.post(batch)
        return denied

    async def claim(self, keys: Collection[Key]) -> tuple[Batch, list[Denied]]:
        """Claim those that may be posted now; `post` is to be called with them."""
        await self.hear("claim")
        started, now = running_clock(), await self.now()
        claimed, denied = await self.in_thread(
            lambda: self.store.deliveries.claim(self.worker, now, keys, rate=self.timing.rate)
        )
        await self.hear("claimed")
        self.posting += len(claimed)
        return Batch(tuple(claimed), started, now), denied

    async def post(self, batch: Batch) -> None:
        """Post what was claimed, each when its workspace has room; done once the outcomes are written down."""
        turns: dict[float, list[Claimed]] = {}
        for one in batch.claimed:
            turns.setdefault(round(one.wait, 1), []).append(one)
        await self._all(
            self._take_turn(wait, replace(batch, claimed=tuple(some))) for wait, some in turns.items()
        )
        await self._outcomes.written()

    @staticmethod
    async def _all(work: Iterable[Awaitable[None]]) -> None:
        for error in await asyncio.gather(*work, return_exceptions=True):
            if isinstance(error, Exception):
                log.error("a bug in the daily posts; the delivery is looked for later", exc_info=error)

    async def look(self, silent: Collection[Seen]) -> None:
        """Find out in Slack what became of attempts that stand still."""
        now = await self.now()
        by_team: dict[str, list[Claimed]] = {}
        for one in await self.in_thread(self.store.deliveries.claim_to_look, self.worker, now, silent):
            by_team.setdefault(one.team, []).append(one)
        await asyncio.gather(*(self._look(team, claimed) for team, claimed in by_team.items()))
        await self._outcomes.written()

    async def _look(self, team: str, claimed: Iterable[Claimed]) -> None:
        """Look for a workspace's posts, one after the other: Slack counts the calls a minute."""
        policy = await self.in_thread(self.store.policy, team)
        for one in claimed:
            await self.hear("look", one)
            now = self.store.database.about_now()
            found = await attempt.look(self._poster, one, now, policy.on_unknown)
            self._outcomes.note(found, lag=attempt.lag(one, found))

    async def finish(self) -> None:
        """Write down what is not yet written, if the database is there."""
        await self._outcomes.finish()
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

    async def _take_turn(self, wait: float, batch: Batch) -> None:
        """Post those whose workspaces have room at one moment.

        Waiting comes first. Between the record's word that the attempts are still ours and the call to Slack there is
        nothing: a machine that stands still before it, for however long, posts nothing that another has taken over.
        """
        ready: list[Claimed] = []
        try:
            if wait:
                await asyncio.sleep(wait)
            first_sent = await self._poster.slack_time(batch.claimed[0].team) or batch.at
            ready, closed = await self.in_thread(self._freeze, batch, first_sent)
        except StorageError:
            closed = [self._given_back(one, "the database cannot be written") for one in batch.claimed]
        finally:
            self._make_room(len(batch.claimed) - len(ready))
        for one in closed:
            self._outcomes.note(one)
        await self._all(self._post(one, batch.started) for one in ready)

    def _freeze(self, batch: Batch, first_sent: float) -> tuple[list[Claimed], list[Settled]]:
        """Decide what claimed deliveries say, and which may still be posted; the second list is of those closed."""
        if self.store.database.now() - batch.at > self.timing.start_within:
            return [], [self._given_back(one, "too slow") for one in batch.claimed]
        reasons = [(one, _unwanted(one)) for one in batch.claimed]
        closed = [_closed(one, "skipped", reason) for one, reason in reasons if reason]
        wanted = [one for one, reason in reasons if not reason]
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
            frozen.append(Frozen(one, body, choice.card.id, choice.generation))
            ready.append(one)
        held = self.store.deliveries.freeze(ready, frozen, first_sent) if ready else frozenset()
        for one in ready:
            if one.key not in held:
                log.warning(
                    "delivery=%s attempt=%d is not this program's any more", attempt.key_of(one), one.attempt
                )
        return [one for one in ready if one.key in held], closed

    def _given_back(self, one: Claimed, why: str) -> Settled:
        """An attempt that posted nothing: somebody else may have the delivery at once."""
        now = self.store.database.about_now()
        return Settled(one.subscription, one.day, one.attempt, "due", f"given back: {why}", try_at=now)

    # On the way

    def _make_room(self, count: int) -> None:
        self.posting -= count
        if self.on_room is not None and self.posting <= self.timing.at_once // 2:
            self.on_room()

    async def _post(self, one: Claimed, started: float) -> None:
        try:
            await self.hear("frozen", one)
            if running_clock() - started > self.timing.start_within:
                self._outcomes.note(self._given_back(one, "too slow"))
                return
            begun = time.monotonic()
            settled, outcome = await attempt.post(self._poster, one, self.store.database.about_now())
            await self.hear("answered", one)
            wait = {one.team: outcome.seconds} if outcome.seconds else None
            self._outcomes.note(settled, wait, lag=attempt.lag(one, settled))
        finally:
            self._make_room(1)
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
