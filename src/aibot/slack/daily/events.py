"""What happens to channels and to the app itself, and what becomes of the daily posts there.

| what happens | what becomes of the daily post |
|---|---|
| renamed, made private or public | goes on: a subscription knows its channel by id |
| its id changed | follows the channel; where the new id has its own, that one stays |
| archived | paused, and who set it up is told once |
| unarchived | goes on, and the channel is told; where the bot is not in it any more, who set it up is told |
| deleted | ended, and who set it up is told |
| the bot removed | paused, and who set it up is told once |
| the bot invited back | goes on, and the channel is told |
| shared with another organisation | goes on, and who set it up is told that others see it and may set up a second one |
| the app uninstalled, its token revoked | posts stop, and go on once installed again; with many workspaces they end |
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING, Any

from slack_sdk.errors import SlackApiError

from aibot.errors import ConflictError, StorageError
from aibot.slack.daily.daily import MOST_TRIES
from aibot.slack.delivery import say
from aibot.slack.people import is_in_channel
from aibot.slack.places import team_of
from aibot.slack.refusals import UNREACHABLE, code_of
from aibot.storage import SLACK

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from slack_bolt.async_app import AsyncApp, AsyncBoltContext
    from slack_sdk.web.async_client import AsyncWebClient

    from aibot.core.daily import Subscription
    from aibot.core.language import Language
    from aibot.slack.cards import Card
    from aibot.slack.daily.daily import Daily
    from aibot.slack.serving.background import Background

log = logging.getLogger(__name__)

Json = dict[str, Any]
#  Paused for these, a subscription goes on when the bot is invited back: nobody is invited into an archived channel
CURED_BY_INVITATION = frozenset({"not_in_channel", "channel_not_found", "is_archived"})


def register_events(app: AsyncApp, daily: Daily, background: Background) -> None:
    """Tell Bolt who listens; in both spellings, for public and for private channels."""
    events = DailyEvents(daily, background)
    for kind in ("channel", "group"):
        app.event(f"{kind}_archive")(events.on_archive)
        app.event(f"{kind}_unarchive")(events.on_unarchive)
        app.event(f"{kind}_deleted")(events.on_deleted)
        app.event(f"{kind}_left")(events.on_left)
    app.event("member_left_channel")(events.on_member_left)
    app.event("member_joined_channel")(events.on_member_joined)
    app.event("channel_id_changed")(events.on_id_changed)
    app.event("channel_shared")(events.on_shared)
    app.event("app_uninstalled")(events.on_uninstalled)
    app.event("tokens_revoked")(events.on_tokens_revoked)
    app.event("user_change")(events.on_user_change)


class DailyEvents:
    """The listeners, with what they change. Each is idempotent: Slack may say everything twice."""

    def __init__(self, daily: Daily, background: Background) -> None:
        self._daily, self._background = daily, background

    async def on_archive(self, event: Json, context: AsyncBoltContext) -> None:
        """Pause."""
        self._start(self._pause(team_of(context), str(event["channel"]), "is_archived", context.client))

    async def on_unarchive(self, event: Json, context: AsyncBoltContext) -> None:
        """Go on."""
        self._start(self._unarchived(team_of(context), str(event["channel"]), context.client))

    async def on_left(self, event: Json, context: AsyncBoltContext) -> None:
        """Pause: the bot was removed."""
        self._start(self._pause(team_of(context), str(event["channel"]), "not_in_channel", context.client))

    async def on_member_left(self, event: Json, context: AsyncBoltContext) -> None:
        """Pause, if it was the bot who left."""
        if event.get("user") == context.bot_user_id:
            await self.on_left(event, context)

    async def on_deleted(self, event: Json, context: AsyncBoltContext) -> None:
        """End it."""
        self._start(self._end(team_of(context), str(event["channel"]), context.client))

    async def on_member_joined(self, event: Json, context: AsyncBoltContext) -> None:
        """Go on, if it is the bot who was invited back."""
        if event.get("user") == context.bot_user_id:
            self._start(self._invited(team_of(context), str(event["channel"]), context.client))

    async def on_id_changed(self, event: Json, context: AsyncBoltContext) -> None:
        """Follow the channel."""
        old, new = str(event["old_channel_id"]), str(event["new_channel_id"])
        self._start(self._move(team_of(context), old, new))

    async def on_shared(self, event: Json, context: AsyncBoltContext) -> None:
        """Tell who set it up."""
        self._start(self._tell_shared(team_of(context), str(event["channel"]), context.client))

    async def on_uninstalled(self, context: AsyncBoltContext) -> None:
        """Stop all of the workspace's posts."""
        self._start(asyncio.to_thread(self._daily.store.stop_team, team_of(context), "app_uninstalled"))

    async def on_tokens_revoked(self, event: Json, context: AsyncBoltContext) -> None:
        """The same, if it is the bot's token."""
        if (event.get("tokens") or {}).get("bot"):
            self._start(asyncio.to_thread(self._daily.store.stop_team, team_of(context), "token_revoked"))

    async def on_user_change(self, event: Json, context: AsyncBoltContext) -> None:
        """Ask for the person's zone again next time."""
        self._daily.people.forget(team_of(context), str((event.get("user") or {}).get("id", "")))

    async def tell(self, client: AsyncWebClient, subscription: Subscription, problem: str) -> None:
        """Tell whoever set it up that it has stopped; once, since the pause is made once."""
        card = self._daily.cards.tell(subscription, problem, language_of(subscription))
        await _say_to(client, subscription.creator, card)

    async def _pause(self, team: str, channel: str, problem: str, client: AsyncWebClient) -> None:
        paused = await asyncio.to_thread(self._daily.store.pause_channel, team, channel, problem)
        if paused is not None:
            await self.tell(client, paused, problem)

    async def _end(self, team: str, channel: str, client: AsyncWebClient) -> None:
        current = await asyncio.to_thread(self._daily.store.get, team, channel)
        if current is not None and await asyncio.to_thread(self._daily.store.remove, current.id, by=SLACK):
            await self.tell(client, current, "channel_deleted")

    async def _invited(self, team: str, channel: str, client: AsyncWebClient) -> None:
        await self._go_on(team, channel, CURED_BY_INVITATION, client, "back")

    async def _unarchived(self, team: str, channel: str, client: AsyncWebClient) -> None:
        """Go on, unless archiving has taken the bot out of the channel: then only an invitation helps."""
        archived = frozenset({"is_archived"})
        if await is_in_channel(client, channel) is not False:
            await self._go_on(team, channel, archived, client, "unarchived")
            return
        removed = await asyncio.to_thread(self._change, team, channel, archived, problem="not_in_channel")
        if removed is not None:
            await self.tell(client, removed, removed.problem)

    async def _go_on(
        self, team: str, channel: str, problems: frozenset[str], client: AsyncWebClient, phrase: str
    ) -> None:
        """Go on, if it is paused for one of these problems, and tell the channel."""
        resumed = await asyncio.to_thread(self._change, team, channel, problems, paused=False)
        if resumed is None:
            return
        now, language = self._daily.clock(), language_of(resumed)
        slots = await asyncio.to_thread(self._daily.store.coming, resumed, now, 1)
        words = self._daily.cards.words(language)
        schedule = words.schedule(resumed, now)
        slot = words.slot(slots[0], resumed.zone) if slots else words.say("next.none")
        card = self._daily.cards.line(phrase, language, schedule=schedule, slot=slot)
        await _say_to(client, channel, card)

    def _change(
        self, team: str, channel: str, problems: frozenset[str], **fields: Any
    ) -> Subscription | None:
        """Change a subscription that is paused for one of these problems; Slack may say it twice at once."""
        store = self._daily.store
        for _ in range(MOST_TRIES):
            current = store.get(team, channel)
            if current is None or current.problem not in problems:
                return None
            with contextlib.suppress(ConflictError):
                return store.change(
                    current.id, self._daily.clock(), if_version=current.version, by=SLACK, **fields
                )
        return None

    async def _move(self, team: str, old: str, new: str) -> None:
        """Follow; where both ids had a subscription, the new one's stays and the old one's ends."""
        store = self._daily.store
        if await asyncio.to_thread(store.move_channel, team, old, new):
            return
        left = await asyncio.to_thread(store.get, team, old)
        if left is not None:
            await asyncio.to_thread(store.remove, left.id, by=SLACK)

    async def _tell_shared(self, team: str, channel: str, client: AsyncWebClient) -> None:
        current = await asyncio.to_thread(self._daily.store.get, team, channel)
        if current is not None:
            card = self._daily.cards.line("shared", language_of(current), channel=f"<#{channel}>")
            await _say_to(client, current.creator, card)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        """After the acknowledgement: Slack sends an event again that is not answered in three seconds."""
        self._background.start(_logged(work))


def language_of(subscription: Subscription) -> Language:
    """The language to tell of a subscription in."""
    return "zh" if subscription.language == "zh" else "en"


async def _logged(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except StorageError as error:
        # what Slack does when it posts the next time tells us again: every code has its outcome there
        log.error("what happened to a channel could not be written down: %s", error)  # noqa: TRY400  # a ready sentence
    except Exception:
        log.exception("what happened to a channel was not handled")


async def _say_to(client: AsyncWebClient, channel: str, card: Card) -> None:
    try:
        await say(client, card, channel=channel)
    except (SlackApiError, *UNREACHABLE) as error:
        reason = code_of(error)
        log.warning("nobody could be told of a paused daily post: %s", reason)
