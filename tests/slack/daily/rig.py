"""The bot with daily posts, over HTTP and a real SQLite file, in front of a fake Slack whose clock stands still."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

import pytest
from tests.blocks.build import build
from tests.slack.conftest import connected

from aibot.core.daily import Deck
from aibot.core.daily.topics import Topics
from aibot.playground.fake_slack import BOT_SCOPES, FakeSlack, MovableClock, no_wait
from aibot.posting import Composer
from aibot.settings import Settings
from aibot.slack.app import create_app, identify, web_client, web_session
from aibot.slack.cards.daily.cards import DailyCards
from aibot.slack.cards.daily.post import DailyPost
from aibot.slack.daily.daily import Daily
from aibot.slack.daily.run import daily_posts
from aibot.slack.serving.background import Background
from aibot.storage import Memory, Store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aibot.core.daily import Subscription
    from aibot.core.language import Phrases
    from aibot.playground.fake_slack import Exchange, Message
    from aibot.slack.bot import Bot
    from aibot.slack.manners.manners import Manners

MONDAY = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)  # 08:00 in New York, where U1 is; 21:00 in Shanghai, U2's


#  For what a database decides: who is first, what is kept, what comes back
both_databases = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)


@dataclass
class Rig:
    """A running bot, and what a test looks at."""

    slack: FakeSlack
    memory: Memory
    store: Store
    daily: Daily
    composer: Composer
    background: Background
    clock: MovableClock

    async def say(self, text: str, *, user: str = "U1", channel: str = "C1") -> Message:
        """Type a command; returns what the person sees of it."""
        exchange = await self.slack.command("/ai", text, user=user, channel=channel)
        return await self.seen(exchange)

    async def seen(self, exchange: Exchange) -> Message:
        """The first thing an exchange made somebody see."""
        assert exchange.ok, exchange.printable()
        await self.slack.until(lambda: exchange.messages)
        await self.settle()
        return exchange.messages[-1]

    async def settle(self) -> None:
        """Until all that the bot does after its acknowledgements is done."""
        await self.slack.settle()
        await self.background.finish()

    def current(self, channel: str = "C1") -> Subscription | None:
        """A channel's subscription, as it is stored."""
        return self.store.get("T1", channel)

    def has(self, channel: str = "C1") -> Subscription:
        """The subscription a channel must have."""
        found = self.current(channel)
        assert found is not None
        return found

    def channel_texts(self, channel: str = "C1") -> list[str]:
        """What the bot said for everyone."""
        return [message.text for message in self.slack.messages(channel) if message.bot_id]


@asynccontextmanager
async def rigged(
    bot: Bot,
    phrases: Phrases,
    database: str,
    *,
    scopes: tuple[str, ...] = BOT_SCOPES,
    mode: Literal["http", "socket"] = "http",
    manners: Manners | None = None,
) -> AsyncIterator[Rig]:
    """A bot with daily posts; `scopes` are the token's, all there are unless said."""
    clock = MovableClock(MONDAY.timestamp(), running=False)
    memory = Memory.open(database, clock=clock)
    store = memory.daily
    base, background = bot.knowledge.base, Background()
    composer = Composer(Deck(base), store, DailyPost(base, phrases).render)
    daily = Daily(
        store,
        composer,
        Topics(bot.knowledge.matcher, composer.deck),
        DailyCards(base, phrases),
        clock=lambda: datetime.fromtimestamp(clock(), UTC),
    )
    async with (
        FakeSlack(mode=mode, sleep=no_wait, schemas=build(), clock=clock, scopes=scopes) as slack,
        web_session() as session,
    ):
        client = web_client(slack.bot_token, slack.api_url, session)
        app = create_app(
            bot, client, await identify(client), background, daily=daily, memory=memory, manners=manners
        )
        async with connected(app, slack, background, session):
            yield Rig(slack, memory, store, daily, composer, background, clock)
    memory.close()


@asynccontextmanager
async def posting(rig: Rig, bot: Bot, *, probe: float = 60.0, **more: Any) -> AsyncIterator[Daily]:
    """The daily posts as `aibot run` has them, beside the bot; `more` are settings."""
    settings = Settings(bot_token=rig.slack.bot_token, api_url=rig.slack.api_url, **more)
    background = Background()
    async with web_session() as session:
        client = web_client(rig.slack.bot_token, rig.slack.api_url, session)
        identity = await identify(client)
        async with daily_posts(
            settings, bot, client, identity, background,
            memory=rig.memory, clock=rig.daily.clock, tick=0.02, probe=probe,
        ) as daily:  # fmt: skip
            assert daily is not None
            yield daily
        await background.finish()
