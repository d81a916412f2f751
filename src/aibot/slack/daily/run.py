"""Puts the daily posts together: the database, the runner beside the bot, and what people say about them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from aibot.core.daily import Deck
from aibot.core.daily.topics import Topics
from aibot.errors import StorageError
from aibot.posting import Composer, Runner, Timing
from aibot.slack.cards.daily.cards import DailyCards
from aibot.slack.cards.daily.post import DailyPost
from aibot.slack.daily.daily import Daily
from aibot.slack.daily.events import DailyEvents
from aibot.slack.install.installed import Installed
from aibot.slack.posting import Poster, post_session
from aibot.slack.refusals import UNREACHABLE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    import aiohttp

    from aibot.posting import Count
    from aibot.settings import Settings
    from aibot.slack.app import Identity
    from aibot.slack.bot import Bot
    from aibot.slack.serving.background import Background
    from aibot.storage import Memory, Store

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
    probe: float = 60.0,
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
    if isinstance(identity, Installed):
        identity.leaving.when_gone(daily.people.forget_team)
    async with post_session(client.session.trace_configs if client.session else None) as session:
        posting, telling = _clients(client, identity, session)
        runner = Runner(
            store,
            composer,
            Poster(posting, many=isinstance(identity, Installed)),
            timing=Timing(grace=settings.grace * 60.0, rate=settings.posts_per_second, tick=tick),
            tell=lambda subscription, problem: events.tell(telling(subscription.team), subscription, problem),
            count=count,
        )
        stop = asyncio.Event()
        own = None if isinstance(identity, Installed) else identity.team_id
        running = asyncio.gather(runner.run(stop), _start_again(store, posting, own, stop, every=probe))
        try:
            yield daily
        finally:
            stop.set()
            await running


async def _start_again(
    store: Store, client_for: Clients, own: str | None, stop: asyncio.Event, *, every: float
) -> None:
    """Ask Slack now and then, while nothing can be posted in a workspace, whether its token works again.

    A single `invalid_auth` stops a workspace, and nobody would think of starting the bot anew. `own` is the one
    workspace that the token is for, where there is only one.
    """
    while not await _stops_within(stop, every):
        try:
            for team, reason in await asyncio.to_thread(store.stopped):
                if own in {None, team} and await _takes_token(client_for(team)):
                    log.info("Slack takes the token of %s again (%s before): posts go on", team, reason)
                    await asyncio.to_thread(store.start_team, team)
        except StorageError as error:
            log.debug("nobody can say which workspaces are stopped: %s", error)


async def _takes_token(client: AsyncWebClient) -> bool:
    try:
        await client.auth_test()
    except (SlackApiError, *UNREACHABLE):
        return False
    return True


async def _stops_within(stop: asyncio.Event, seconds: float) -> bool:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
    return stop.is_set()


def _clients(
    client: AsyncWebClient, identity: Identity | Installed, session: aiohttp.ClientSession
) -> tuple[Clients, Clients]:
    """Which client posts in a workspace, and which one tells people there what has become of a post.

    The first never tries again by itself: slack_sdk's usual client posts twice when a connection is lost.
    """
    if isinstance(identity, Installed):
        return (lambda team: identity.poster(team, session)), identity.of_team
    posting = AsyncWebClient(client.token, base_url=client.base_url, session=session, retry_handlers=[])
    return (lambda _team: posting), (lambda _team: client)
