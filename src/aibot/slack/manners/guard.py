"""What may be posted into a channel now: no more than its limit, and no card that stands there already."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit
from weakref import WeakValueDictionary

from slack_sdk.errors import SlackApiError

from aibot.core.channels import is_direct
from aibot.slack.cards.markup import link
from aibot.slack.refusals import UNREACHABLE, code_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from slack_sdk.web.async_client import AsyncWebClient

    from aibot.slack.cards import Card, CardMaker
    from aibot.slack.manners.limits import Limits
    from aibot.slack.manners.sharing import Sharing
    from aibot.slack.serving.metrics import Metrics

log = logging.getLogger(__name__)

MOST_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Asker:
    """Who addressed us, and how to tell them something that nobody else reads."""

    user: str
    tell: Callable[[dict[str, Any]], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a card is to be posted, and by which client."""

    client: AsyncWebClient
    team: str
    channel: str
    thread: str | None = None

    @property
    def is_private(self) -> bool:
        """Whether nobody but the asker reads there: https://docs.slack.dev/reference/objects/conversation-object."""
        return is_direct(self.channel)


class Guard:
    """Stands before every card that is posted where several people read.

    Who asks again in the thread that has the card gets it anew: they have seen the first one, and a link to it says
    nothing. Where the first one was deleted, or nobody can tell, the card is posted.
    """

    def __init__(
        self,
        cards: CardMaker,
        limits: Limits,
        sharing: Sharing,
        seconds: float,
        metrics: Metrics | None = None,
    ) -> None:
        self._cards, self._limits, self._sharing = cards, limits, sharing
        self._seconds, self._metrics = seconds, metrics
        self._shown: dict[tuple[str, str, str], tuple[float, str]] = {}
        self._under_way: WeakValueDictionary[tuple[str, str, str], asyncio.Lock] = WeakValueDictionary()

    async def say(
        self,
        card: Card,
        spot: Spot,
        *,
        whole: Callable[[], Awaitable[str]],
        line: Callable[[dict[str, Any]], Awaitable[str]],
        asker: Asker | None = None,
    ) -> str:
        """Post the `whole` card, or a `line` in its place; returns the message's `ts`, "" above the channel's limit.

        Above it the `asker` is told so, alone, once in a minute; where nobody addressed us, nobody is.
        """
        if spot.is_private:
            return await whole()
        if not self._limits.of_channel(spot.team, spot.channel):
            if asker is not None and self._limits.may_tell(spot.team, asker.user, "channel", spot.channel):
                await asker.tell(self._too_much(card))
            return ""
        if not card.key or not self._seconds:
            return await whole()
        place = (spot.team, spot.channel, card.key)
        async with self._under_way.setdefault(place, asyncio.Lock()):  # two people may ask at the same moment
            first = await self._first(card, spot)
            if first:
                self._count("shown")
                return await line(self._again(card, first))
            ts = await whole()
            await self._remember(card, spot, ts)
            return ts

    async def may_share(self, card: Card, spot: Spot) -> dict[str, Any] | None:
        """Whether a card may be shared to a channel: None, or what to tell who wants to."""
        if spot.is_private or not card.key or not self._seconds:
            return None
        ts = await self._find(card, spot)
        if ts is None:
            return None
        if not ts:  # it was shared where the bot is not, and Slack does not tell which message that is
            self._count("shown")
            return self._cards.line("guard.shared", card.language)
        first = await self._first(card, spot)
        if not first:
            return None
        self._count("shown")
        return self._again(card, first)

    async def shared(self, card: Card, spot: Spot, ts: str) -> None:
        """A card was shared; `ts` is "" where Slack does not tell which message that is."""
        if not spot.is_private and card.key and self._seconds:
            await self._remember(card, spot, ts)

    async def _first(self, card: Card, spot: Spot) -> str:
        """The address of the message that has this card already; "" where it is to be posted."""
        ts = await self._find(card, spot)
        if not ts:
            return ""
        try:
            found = await spot.client.chat_getPermalink(channel=spot.channel, message_ts=ts)
        except (SlackApiError, *UNREACHABLE) as error:
            log.info("no link to the first card: %s", code_of(error))
            return ""
        address = str(found["permalink"])
        return "" if spot.thread and spot.thread in (ts, _thread_of(address)) else address

    async def _find(self, card: Card, spot: Spot) -> str | None:
        """The `ts` of the message that has this card, "" where it was shared; None where there is none."""
        at, ts = self._shown.get((spot.team, spot.channel, card.key), (0.0, ""))
        if self._sharing.now() - at < self._seconds:
            return ts
        return await self._sharing.ask(
            lambda memory: memory.shown.find(spot.team, spot.channel, card.key, self._seconds), otherwise=None
        )

    async def _remember(self, card: Card, spot: Spot, ts: str) -> None:
        if len(self._shown) >= MOST_REMEMBERED:
            self._shown.clear()
        self._shown[spot.team, spot.channel, card.key] = (self._sharing.now(), ts)
        await self._sharing.ask(
            lambda memory: memory.shown.put(spot.team, spot.channel, card.key, ts), otherwise=None
        )

    def _again(self, card: Card, address: str) -> dict[str, Any]:
        label = self._cards.phrases.say("guard.link", card.language)
        text = self._cards.phrases.say("guard.shown", card.language, link=link(address, label))
        # a preview would show the card once more
        return {"text": text, "unfurl_links": False, "unfurl_media": False}

    def _too_much(self, card: Card) -> dict[str, Any]:
        return self._cards.line("guard.channel", card.language, limit=self._limits.most("channel"))

    def _count(self, why: str) -> None:
        if self._metrics is not None:
            self._metrics.count_held_back(why)


def _thread_of(address: str) -> str | None:
    """The thread that a message's address names: https://docs.slack.dev/reference/methods/chat.getPermalink."""
    return next(iter(parse_qs(urlsplit(address).query).get("thread_ts", [])), None)
