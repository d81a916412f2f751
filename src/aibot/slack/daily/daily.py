"""Carries out what people ask of daily posts: decide, write it down, and say what came of it."""

from __future__ import annotations

import asyncio
import logging
import secrets
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, assert_never
from weakref import WeakValueDictionary

from slack_sdk.errors import SlackApiError

from aibot.core.daily.decide import decide
from aibot.core.daily.grammar import parse_request
from aibot.core.daily.outcomes import (
    Around,
    AskBack,
    Asker,
    Begin,
    Change,
    ChangePolicy,
    Refused,
    Remove,
    RemoveAll,
    ShowList,
    ShowNext,
    TellPolicy,
    owner_of,
)
from aibot.core.daily.requests import Subscribe
from aibot.errors import ConflictError, StorageError
from aibot.slack.daily.asking import asker_of
from aibot.slack.daily.overtaking import overtaken_by, tell_overtaken
from aibot.slack.daily.shown import Shown, Told
from aibot.slack.delivery import say
from aibot.slack.people import People, channels_of, is_in_channel
from aibot.slack.posting import CODES
from aibot.slack.refusals import UNREACHABLE, code_of, referenced
from aibot.storage import SLACK, UNPLANNABLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_sdk.web.async_client import AsyncWebClient

    from aibot.core.daily import Slot, Subscription
    from aibot.core.daily.outcomes import Outcome
    from aibot.core.daily.requests import Request
    from aibot.core.daily.topics import Topics
    from aibot.posting import Composer
    from aibot.slack.cards import Card
    from aibot.slack.cards.daily.cards import DailyCards
    from aibot.slack.places import Place
    from aibot.storage import Policy, Store

log = logging.getLogger(__name__)

MOST_TRIES = 4  # of a change that others overtake


class Daily:
    """The subscribing half of daily posts."""

    def __init__(  # noqa: PLR0913  # what it stands on
        self,
        store: Store,
        composer: Composer,
        topics: Topics,
        cards: DailyCards,
        *,
        default_zone: str = "UTC",
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        people: People | None = None,
    ) -> None:
        self.store, self.cards, self.topics, self.deck = store, cards, topics, composer.deck
        self._default_zone = default_zone
        self.people = people or People()
        self.clock = clock
        self.shown = Shown(store, composer, cards, clock)
        #  What to do when a person has changed something, and whose it was
        self.on_change: Callable[[Place, str, AsyncWebClient], None] = lambda *_: None
        self._locks: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    def parse(self, text: str) -> Request | None:
        """The request a line makes, or None where it is a question."""
        return parse_request(text, self.topics)

    async def carry_out(
        self, request: Request, place: Place, client: AsyncWebClient, *, version: int | None = None
    ) -> Told:
        """Do what was asked; `version` is the subscription's that the person looked at, where they did."""
        try:
            asker = await asker_of(request, place, client, self.people, self.store)
            async with self._locks.setdefault((place.team, place.channel), asyncio.Lock()):
                for _ in range(MOST_TRIES):
                    outcome = await self._decide(request, asker)
                    try:
                        told = await self._act(outcome, place, client, version=version)
                    except ConflictError:
                        if version is not None:
                            return await self._conflict(place)
                    else:
                        if not place.in_home and (owner := owner_of(outcome, place.user)):
                            self.on_change(place, owner, client)
                        return await self._unless_stopped(told, outcome, place)
                return await self._conflict(place)
        except StorageError as error:
            return self.storage_failed(error, place)

    async def _unless_stopped(self, told: Told, outcome: Outcome, place: Place) -> Told:
        """What tells of posts to come says first that none come, where Slack lets us post nothing in the workspace."""
        if not isinstance(outcome, (Begin, Change, ShowNext, ShowList)):
            return told
        if isinstance(outcome, ShowList) and outcome.form != "text":
            return told  # a program reads it
        code = await asyncio.to_thread(self.store.why_stopped, place.team)
        return replace(told, card=self.cards.stopped(told.card, code, place.language)) if code else told

    async def current(self, place: Place) -> Subscription | None:
        """The channel's subscription."""
        return await asyncio.to_thread(self.store.get, place.team, place.channel)

    async def proposed(self, place: Place, client: AsyncWebClient) -> tuple[Subscription | None, Outcome]:
        """The channel's subscription, and what a bare `subscribe` would come to: what the form begins with."""
        asker = await asker_of(Subscribe(), place, client, self.people, self.store)
        return await self.current(place), await self._decide(Subscribe(), asker)

    def storage_failed(self, error: StorageError, place: Place) -> Told:
        """Say that nothing could be written down; the people who run the bot find the reason in the log."""
        return Told(self.cards.refused("storage", place.language, reference=referenced(error)))

    async def _decide(self, request: Request, asker: Asker) -> Outcome:
        def look() -> tuple[Subscription | None, Around]:
            current, now = self.store.get(asker.team, asker.channel), self.clock()
            around = Around(
                now,
                secrets.token_hex(8),
                self.store.policy(asker.team).who,
                self._default_zone,
                self.store.taken(current.id) if current else self.store.taken_in(asker.team, asker.channel),
                self.store.planned(current.id, now) if current else (),
            )
            return current, around

        current, around = await asyncio.to_thread(look)
        return decide(request, current, asker, around)

    async def _act(  # noqa: C901  # a `match` over a closed union, one line a case
        self, outcome: Outcome, place: Place, client: AsyncWebClient, *, version: int | None
    ) -> Told:
        match outcome:
            case AskBack():
                return Told(self.cards.unclear(outcome.problems, place.language, self.clock()))
            case Refused():
                return Told(self._refused(outcome, place))
            case Begin():
                return await self._begin(outcome, place, client)
            case Change():
                return await self._change(outcome, place, client, version=version)
            case ChangePolicy():
                return await self._change_policy(outcome, place)
            case TellPolicy():
                policy = await asyncio.to_thread(self.store.policy, place.team)
                return Told(self.cards.policy(policy.who, policy.on_unknown, place.language), private=True)
            case Remove():
                return await self._remove(outcome, place, client)
            case RemoveAll():
                return await self._remove_all(outcome, place, client)
            case ShowNext():
                return await self.shown.next_post(outcome, place, client)
            case ShowList():
                return await self.shown.listing(outcome, place, client)
            case _:
                assert_never(outcome)

    def _refused(self, refused: Refused, place: Place) -> Card:
        words = self.cards.words(place.language)
        day = f"{'：' if place.language == 'zh' else ': '}{words.day(refused.day)}" if refused.day else ""
        creator = f"<@{refused.creator}>"
        return self.cards.refused(refused.reason, place.language, day=day, creator=creator)

    async def _begin(self, begin: Begin, place: Place, client: AsyncWebClient) -> Told:
        """Subscribe the channel and tell it so; where the channel cannot be told, nothing is subscribed."""
        if await is_in_channel(client, place.channel) is False:
            return self._not_in_channel(place)
        made = await asyncio.to_thread(self.store.subscribe, begin.wanted, by=place.user)
        subscription, now = made.subscription, self.clock()
        if made.before is None:
            intro = self.cards.intro(subscription, begin.slots, place.language, now)
            try:
                await say(client, intro, channel=place.channel)
            except SlackApiError as error:
                code = code_of(error)
                if CODES.get(code) in ("channel", "workspace", "operator"):
                    await asyncio.to_thread(self.store.remove, subscription.id, by=SLACK)
                    return self._cannot_post(code, place)
                log.warning("a channel could not be told of its subscription: %s", code)
            except UNREACHABLE:
                log.warning("nobody can say whether a channel was told of its subscription")
        done = "subscribed" if made.before is None else "changed"
        return Told(
            self.cards.state(
                subscription, begin.slots, place.language, now=now, done=done, zone_from=begin.zone_from
            )
        )

    def _not_in_channel(self, place: Place) -> Told:
        bot = f"<@{place.bot_user}>" if place.bot_user else "@aibot"
        return Told(self.cards.refused("not-in-channel", place.language, bot=bot))

    def _cannot_post(self, code: str, place: Place) -> Told:
        if code in ("not_in_channel", "channel_not_found"):
            return self._not_in_channel(place)
        problem = self.cards.words(place.language).problem(code)
        return Told(self.cards.refused("cannot-post", place.language, problem=problem))

    async def _change(
        self, change: Change, place: Place, client: AsyncWebClient, *, version: int | None
    ) -> Told:
        if version is not None and change.before.version != version:
            raise ConflictError("the form began with another version")
        after, overtaken = change.before, ""
        if change.fields:
            overtaken = await asyncio.to_thread(overtaken_by, self.store, place, self.clock())
            after = await asyncio.to_thread(
                lambda: self.store.change(
                    change.before.id, self.clock(),
                    if_version=change.before.version, by=place.user, **change.fields,
                )
            )  # fmt: skip
        done, slots = change.done, change.slots
        if change.before.problem in UNPLANNABLE:  # whether it goes on depends on whether this has mended it
            done, slots = ("same" if after == change.before else done), await self._slots(after)
        words = self.cards.words(place.language)
        card = self.cards.state(
            after,
            slots,
            place.language,
            now=self.clock(),
            done=done,
            days=change.days,
            zone_from=change.zone_from,
            first=words.say("overtaken", user=f"<@{overtaken}>") if overtaken else "",
        )
        if overtaken:
            await tell_overtaken(overtaken, place, client, self.cards)
        return Told(card)

    async def _conflict(self, place: Place) -> Told:
        current = await self.current(place)
        if current is None:
            return Told(self.cards.refused("not-subscribed", place.language))
        first, slots = self.cards.words(place.language).say("refused.conflict"), await self._slots(current)
        return Told(self.cards.state(current, slots, place.language, now=self.clock(), first=first))

    async def _slots(self, subscription: Subscription) -> tuple[Slot, ...]:
        """Its next posts, as the record has it."""
        return tuple(await asyncio.to_thread(self.store.coming, subscription, self.clock()))

    async def _change_policy(self, change: ChangePolicy, place: Place) -> Told:
        def write() -> Policy:
            policy = self.store.policy(place.team)
            policy = replace(
                policy, who=change.who or policy.who, on_unknown=change.on_unknown or policy.on_unknown
            )
            self.store.set_policy(place.team, policy, by=place.user)
            return policy

        policy = await asyncio.to_thread(write)
        return Told(self.cards.policy(policy.who, policy.on_unknown, place.language), private=True)

    async def _remove(self, remove: Remove, place: Place, client: AsyncWebClient) -> Told:
        if not await asyncio.to_thread(self.store.remove, remove.subscription.id, by=place.user):
            return Told(self.cards.refused("not-subscribed", place.language))  # another program was quicker
        await self._announce_stop(place, client, place.channel)
        return Told(self.cards.line("unsubscribed", place.language))

    async def _remove_all(self, remove: RemoveAll, place: Place, client: AsyncWebClient) -> Told:
        channels = await channels_of(client, place.user) if remove.where_member else None
        ended = await asyncio.to_thread(
            lambda: self.store.remove_all(place.team, place.user, channels=channels, by=place.user)
        )
        left = len(await asyncio.to_thread(self.store.list, place.team, place.user))
        if not (ended or left):
            return Told(self.cards.line("unsubscribed-none", place.language), private=True)
        for subscription in ended:
            await self._announce_stop(place, client, subscription.channel)
        phrase = "unsubscribed-some" if left else "unsubscribed-all"
        return Told(self.cards.line(phrase, place.language, count=len(ended), left=left), private=True)

    async def _announce_stop(self, place: Place, client: AsyncWebClient, channel: str) -> None:
        """Tell the channel who stopped it; where it cannot be told, it is stopped all the same."""
        card = self.cards.line("stopped", place.language, user=f"<@{place.user}>")
        try:
            await say(client, card, channel=channel)
        except (SlackApiError, *UNREACHABLE) as error:
            log.info("a channel could not be told that its post was stopped: %s", type(error).__name__)
