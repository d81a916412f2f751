"""Buttons on daily facts in the Home: done as in the channel itself, and told in the Home."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from aibot.errors import StorageError

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from aibot.core.daily import Subscription
    from aibot.slack.daily.daily import Daily
    from aibot.slack.daily.form import DailyForm
    from aibot.slack.daily.shown import Told
    from aibot.slack.home.home import Home
    from aibot.slack.places import Place

Json = dict[str, Any]


class HomeDaily:
    """Carries out what the buttons stand for; each names its channel, so whose it is is looked up again."""

    def __init__(self, home: Home, daily: Daily, form: DailyForm) -> None:
        self._home, self._daily, self._form = home, daily, form
        form.told_in_home = self.told

    async def carry_out(self, value: Json, place: Place, view: Json, client: AsyncWebClient) -> None:
        """Pause, resume or stop."""
        there = replace(place, channel=str(value.get("c") or ""), in_home=True)
        request = self._daily.parse(str(value.get("s") or ""))
        try:
            before = await self._theirs(there, client)
            if before is None or request is None:
                await self._home.used(place, view, client, self._say("daily-gone", place))
                return
            told = await self._daily.carry_out(request, there, client)
            after = await self._daily.current(there)
        except StorageError as error:
            told = self._daily.storage_failed(error, place)
            before = after = None
        await self._home.used(place, view, client, *_lines(told, done=before != after))

    async def edit(self, value: Json, place: Place, body: Json, client: AsyncWebClient) -> None:
        """Open the form."""
        there = replace(place, channel=str(value.get("c") or ""), in_home=True)
        try:
            theirs = await self._theirs(there, client)
        except StorageError as error:
            failed = self._daily.storage_failed(error, place)
            await self._home.used(place, body["view"], client, *_lines(failed, done=False))
            return
        if theirs is None:
            await self._home.used(place, body["view"], client, self._say("daily-gone", place))
            return
        told = await self._form.open(there, client, str(body["trigger_id"]), "")
        if told is not None:
            await self._home.used(place, body["view"], client, *_lines(told, done=False))

    async def told(self, told: Told, there: Place, client: AsyncWebClient) -> None:
        """What came of the form."""
        await self._home.publish(replace(there, channel=""), client, told=_lines(told, done=False))

    async def _theirs(self, there: Place, client: AsyncWebClient) -> Subscription | None:
        """The channel's subscription, if the person set it up or is in the channel now."""
        current = await self._daily.current(there)
        if current is None or current.creator == there.user:
            return current
        return current if there.channel in await self._home.channels(there, client, fresh=True) else None

    def _say(self, phrase: str, place: Place) -> str:
        words = self._daily.cards.words(place.language)
        return words.values.phrases.say(f"home.{phrase}", place.language)


def _lines(told: Told, *, done: bool) -> tuple[str, ...]:
    """What to say in the Home: of a change its first line, for the rest stands there already; else all of it."""
    lines = told.card.text.splitlines()
    return tuple(lines[:1] if done else lines[:8])
