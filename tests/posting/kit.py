"""What the tests of the daily post share: a workspace with many channels, a runner, time that can be put forward."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from datetime import time as wall
from typing import TYPE_CHECKING, Any

from slack_sdk.web.async_client import AsyncWebClient

from aibot.core.daily import Deck
from aibot.playground.fake_slack import FakeSlack
from aibot.posting import Composer, Runner, Timing
from aibot.slack.posting import Poster, post_session
from aibot.storage import Store, new_subscription

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    import aiohttp

    from aibot.core.daily import Choice, Subscription
    from aibot.core.facts import FactBase
    from aibot.playground.fake_slack import Message

MORNING = datetime(2026, 12, 1, 8, 59, 30, tzinfo=UTC)
NINE = wall(9)
QUICK = Timing(
    grace=7_200,
    tick=0.02,
    start_within=1,
    watch=2.5,
    steady=0.1,
    rate=1_000,
    at_once=32,
    sweep=0.1,
    forgotten=0.0,
)


def render(choice: Choice, subscription: Subscription, day: date) -> dict[str, Any]:
    """A plain post: the sentence, its notes, as blocks and as text."""
    said = [choice.card.fact.en, *(note.en for note in choice.card.notes)]
    text = " ".join(said)
    block = {"type": "section", "text": {"type": "plain_text", "text": f"{day} {text}"[:2_900]}}
    del subscription
    return {"text": text, "blocks": [block], "unfurl_links": False, "unfurl_media": False}


class Time:
    """A clock that stands still until it is put forward."""

    def __init__(self, at: datetime = MORNING) -> None:
        self.now = at.timestamp()

    def __call__(self) -> float:
        return self.now

    def forward(self, **units: float) -> None:
        self.now += sum(
            value * {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}[unit]
            for unit, value in units.items()
        )

    @property
    def moment(self) -> datetime:
        return datetime.fromtimestamp(self.now, UTC)


@dataclass
class Daily:
    """Everything of one running bot's daily posts."""

    slack: FakeSlack
    store: Store
    time: Time
    base: FactBase
    told: list[tuple[str, str]]
    session: aiohttp.ClientSession
    timeout: float = 0.7

    def subscribe(self, channel: str = "C1", at: wall = NINE, zone: str = "UTC", **more: Any) -> Subscription:
        wanted = new_subscription(
            team="T1", channel=channel, creator="U1", at=at, zone=zone, now=self.time.moment, **more
        )
        return self.store.subscribe(wanted).subscription

    def composer(self) -> Composer:
        return Composer(Deck(self.base), self.store, render)

    def runner(self, timing: Timing = QUICK, **more: Any) -> Runner:
        async def tell(subscription: Subscription, code: str) -> None:
            self.told.append((subscription.channel, code))

        def client(_team: str) -> AsyncWebClient:
            return AsyncWebClient(
                self.slack.bot_token, base_url=self.slack.api_url, session=self.session, retry_handlers=[]
            )  # fmt: skip

        return Runner(
            self.store,
            self.composer(),
            Poster(client, seconds=self.timeout),
            timing=timing,
            tell=tell,
            **more,
        )

    @contextlib.asynccontextmanager
    async def running(self, timing: Timing = QUICK, **more: Any) -> AsyncIterator[Runner]:
        """A runner beside the test."""
        runner, stop = self.runner(timing, **more), asyncio.Event()
        task = asyncio.create_task(runner.run(stop))
        try:
            yield runner
        finally:
            stop.set()
            await asyncio.wait_for(task, 20)

    async def dies_at(self, place: str) -> None:
        """A worker that works until a step of a post, and is no more."""
        died = asyncio.Event()

        async def die(step: str, _: object) -> None:
            if step == place:
                died.set()
                await asyncio.Event().wait()

        task = asyncio.create_task(self.runner(step=die).run(asyncio.Event()))
        await asyncio.wait_for(died.wait(), 5)
        task.cancel()
        await asyncio.wait([task])

    async def refused_once(self, *, again_in: int = 30) -> None:
        """Beside a runner: the first attempt is over, and the second one is due in so many seconds."""
        self.slack.trouble("chat.postMessage", "rate_limit", retry_after=again_in)
        self.time.forward(minutes=3)
        await self.until(lambda: self.slack.calls("chat.postMessage") and self.states() == ["due"])

    def posts(self, channel: str = "C1") -> list[Message]:
        return self.slack.from_app(channel=channel)

    def states(self, channel: str = "C1", day: str = "2026-12-01") -> list[str]:
        return [one.state for one in self.store.deliveries.of_channel(channel, day)]

    async def until(self, condition: Callable[[], Any], *, timeout: float = 20.0) -> Any:  # noqa: ASYNC109
        """Wait until something in the database is so; it has no events to wait for."""
        async with asyncio.timeout(timeout):
            while not (value := condition()):  # noqa: ASYNC110  # a database has no event to wait for
                await asyncio.sleep(0.01)
        return value


@contextlib.asynccontextmanager
async def daily_with(url: str, base: FactBase) -> AsyncIterator[Daily]:
    """A database, a Slack, and a clock that stands still."""
    time = Time()
    store = Store.open(url, clock=time)
    async with FakeSlack(clock=time, schemas=None) as slack, post_session() as session:
        slack.workspace().channels["C2"].members.append(slack.workspace().bot_user_id)
        yield Daily(slack, store, time, base, [], session)
    store.close()
