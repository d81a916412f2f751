"""Puts the daily posts together: the database, the runner beside the bot, and what people say about them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias

from slack_sdk.web.async_client import AsyncWebClient

from aibot.core.daily import Deck
from aibot.core.daily.topics import Topics
from aibot.posting import Composer, Runner, Timing
from aibot.slack.cards.daily.cards import DailyCards
from aibot.slack.cards.daily.post import DailyPost
from aibot.slack.daily.daily import Daily
from aibot.slack.daily.events import DailyEvents
from aibot.slack.install.installed import Installed
from aibot.slack.posting import Poster

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from aibot.posting import Count
    from aibot.settings import Settings
    from aibot.slack.app import Identity
    from aibot.slack.bot import Bot
    from aibot.slack.serving.background import Background
    from aibot.storage import Memory

    Clients: TypeAlias = Callable[[str], AsyncWebClient]

log = logging.getLogger(__name__)


@contextlib.asynccontextmanager
async def daily_posts(  # noqa: PLR0913  # where everything meets
    settings: Settings,
    bot: Bot,
    client: AsyncWebClient,
    identity: Identity | Installed,
    background: Background,
    *,
    memory: Memory | None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    tick: float = 1.0,
    count: Count | None = None,
) -> AsyncIterator[Daily | None]:
    """Post what is due while the bot runs; yields what carries out requests, or None where nothing is remembered."""
    if memory is None:
        log.info("daily posts are off (AIBOT_DATABASE)")
        yield None
        return
    store = memory.daily
    if not isinstance(identity, Installed):
        await asyncio.to_thread(store.start_team, identity.team_id)  # the token works: it was asked just now
    base, phrases = bot.cards.base, bot.cards.phrases
    deck = Deck(base)
    composer = Composer(deck, store, DailyPost(base, phrases, settings.command).render)
    cards = DailyCards(base, phrases, settings.command)
    daily = Daily(
        store,
        composer,
        Topics(bot.knowledge.matcher, deck),
        cards,
        default_zone=settings.zone,
        clock=clock,
    )
    events = DailyEvents(daily, background)
    posting, telling = _clients(client, identity)
    if isinstance(identity, Installed):
        identity.when_gone(daily.people.forget_team)
    runner = Runner(
        store,
        composer,
        Poster(posting, many=isinstance(identity, Installed)),
        timing=Timing(grace=settings.grace * 60.0, rate=settings.posts_per_second, tick=tick),
        tell=lambda subscription, problem: events.tell(telling(subscription.team), subscription, problem),
        count=count,
    )
    stop = asyncio.Event()
    running = asyncio.create_task(runner.run(stop))
    try:
        yield daily
    finally:
        stop.set()
        await running


def _clients(client: AsyncWebClient, identity: Identity | Installed) -> tuple[Clients, Clients]:
    """Which client posts in a workspace, and which one tells people there what has become of a post.

    The first never tries again by itself: slack_sdk's usual client posts twice when a connection is lost.
    """
    if isinstance(identity, Installed):
        return identity.poster, identity.of_team
    posting = AsyncWebClient(
        client.token, base_url=client.base_url, session=client.session, retry_handlers=[]
    )
    return (lambda _team: posting), (lambda _team: client)
