"""What is only shown of daily posts: the next one, as a preview or a test, and lists."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from slack_sdk.errors import SlackApiError

from aibot.core.channels import is_direct
from aibot.posting import Nothing
from aibot.slack.cards.daily.list import failures, last_post, list_card, list_file
from aibot.slack.daily.overtaking import last_change
from aibot.slack.people import channels_of
from aibot.slack.refusals import UNREACHABLE, code_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_sdk.web.async_client import AsyncWebClient

    from aibot.core.daily import Subscription
    from aibot.core.daily.outcomes import ShowList, ShowNext
    from aibot.posting import Composer
    from aibot.slack.cards import Card
    from aibot.slack.cards.daily.cards import DailyCards
    from aibot.slack.places import Place
    from aibot.storage import Listed, Store


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a request: the card for who asked. A private one is for their eyes only."""

    card: Card
    private: bool = False


@dataclass(frozen=True, slots=True)
class Visible:
    """The subscriptions that a person may see, and the channels among them whose name may be shown to them."""

    items: tuple[Listed, ...]
    channels: frozenset[str]


class Shown:
    """Shows; nothing but a swap is written."""

    def __init__(
        self, store: Store, composer: Composer, cards: DailyCards, clock: Callable[[], datetime]
    ) -> None:
        self._store, self._composer, self._cards, self._clock = store, composer, cards, clock

    async def next_post(self, show: ShowNext, place: Place, client: AsyncWebClient) -> Told:
        """The next post: shown, sent to the person as a test, or with another fact."""
        subscription, now = show.subscription, self._clock()
        if show.how == "swap":
            if len(self._composer.deck.of_topics(subscription.topics)) < 2:
                return Told(self._cards.refused("one-fact", place.language))
            await asyncio.to_thread(self._swap, subscription, now, place.user)
        try:
            preview = await asyncio.to_thread(self._preview, subscription, now)
        except Nothing:
            return Told(self._cards.refused("no-facts", place.language))
        if preview is None:
            return Told(self._cards.refused("no-next", place.language))
        if show.how == "test":
            return await self._send_test(preview.message, place, client)
        slot = self._cards.words(place.language).slot(preview.slot, subscription.zone)
        done = "swapped" if show.how == "swap" else "preview"
        return Told(self._cards.shown(done, preview.message, place.language, slot=slot), private=True)

    def _preview(self, subscription: Subscription, now: datetime) -> Any:
        return self._composer.preview(self._store.by_id(subscription.id) or subscription, now)

    def _swap(self, subscription: Subscription, now: datetime, by: str) -> None:
        """Put the next post's fact aside, if there is a next post."""
        preview = self._composer.preview(subscription, now)
        if preview is not None:
            self._store.swap(subscription.id, preview.card, preview.generation, by=by)

    async def _send_test(self, message: dict[str, Any], place: Place, client: AsyncWebClient) -> Told:
        """The post itself, to the person alone."""
        try:
            await client.chat_postMessage(channel=place.user, **message)
        except (SlackApiError, *UNREACHABLE) as error:
            code = code_of(error)
            return Told(self._cards.line("test-failed", place.language, reason=code), private=True)
        return Told(self._cards.line("test-sent", place.language), private=True)

    async def listing(self, show: ShowList, place: Place, client: AsyncWebClient) -> Told:
        """The channel's subscription in full, or a list."""
        now, words = self._clock(), self._cards.words(place.language)
        here = show.scope == "here"
        items = await asyncio.to_thread(self._listed, show, place, now)
        if show.form != "text":
            return Told(list_file(items, words, show.form, now), private=True)
        if here and items:
            item = items[0]
            last = words.say("state.last", last=last_post(item.report, words)) + failures(item.report, words)
            changed = await asyncio.to_thread(last_change, self._store, place.team, place.channel)
            if changed is not None and changed.what != "subscription.begun":
                day = datetime.fromtimestamp(changed.at, ZoneInfo(item.subscription.zone)).date()
                last += "\n" + words.say("state.changed-by", user=f"<@{changed.actor}>", day=words.day(day))
            card = self._cards.state(item.subscription, item.slots, place.language, now=now, first=last)
            return Told(card)
        visible = {place.channel} if here else await channels_of(client, place.user)
        own = show.scope == "own" and not is_direct(place.channel)
        note = words.say("list.own-only") if own else ""
        card = list_card(items, words, scope=show.scope, visible=visible, now=now, note=note)
        return Told(card, private=not here)

    async def visible_to(
        self, team: str, user: str, client: AsyncWebClient, *, inside: frozenset[str] | None = None
    ) -> Visible:
        """What a person may see, whoever they are: what is set up in channels they are in, and what they set up.

        A channel they have left since is among them with its bare id: its name is for members. Where Slack does not
        tell where they are, only what they set up is left. `inside` are the channels they are in, where that is known.

        Raises:
            StorageError: where the database cannot be asked.
        """
        known = await channels_of(client, user) if inside is None else inside

        def look() -> tuple[Listed, ...]:
            found = [*self._store.list(team, channels=known), *self._store.list(team, user)]
            return self._store.listed(list({one.id: one for one in found}.values()), self._clock())

        return Visible(await asyncio.to_thread(look), known)

    def _listed(self, show: ShowList, place: Place, now: datetime) -> tuple[Listed, ...]:
        if show.scope == "here":
            return self._store.listed(self._store.list(place.team, channels=[place.channel]), now)
        return self._store.listed(
            self._store.list(place.team, place.user if show.scope == "own" else None), now
        )
