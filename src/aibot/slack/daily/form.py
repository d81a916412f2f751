"""The form for a daily post: opened, sent in, refused at the field that is wrong."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from slack_sdk.errors import SlackApiError

from aibot.core.daily.outcomes import Begin, Refused
from aibot.core.daily.requests import Subscribe
from aibot.errors import StorageError
from aibot.slack.cards.daily.modal import FormContext, context_from, form, read_form
from aibot.slack.daily.shown import Told
from aibot.slack.delivery import Response
from aibot.slack.places import place_of, pressed, value_of
from aibot.slack.preferences import asking_in
from aibot.slack.refusals import UNREACHABLE, ResponseRefusedError, code_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from slack_bolt.async_app import AsyncAck, AsyncBoltContext
    from slack_sdk.web.async_client import AsyncWebClient

    from aibot.slack.daily.daily import Daily
    from aibot.slack.listeners import Listeners
    from aibot.slack.places import Place

log = logging.getLogger(__name__)

Json = dict[str, Any]


class DailyForm:
    """The form's listeners, with what they need."""

    def __init__(self, daily: Daily, others: Listeners) -> None:
        self._daily, self._others = daily, others
        self.told_in_home: Callable[[Told, Place, AsyncWebClient], Awaitable[None]] | None = None

    async def open(
        self, place: Place, client: AsyncWebClient, trigger: str, response_url: str
    ) -> Told | None:
        """Open the form; what there is to say instead, where it cannot be opened or used."""
        try:
            current, outcome = await self._daily.proposed(place, client)
        except StorageError as error:
            return self._daily.storage_failed(error, place)
        if isinstance(outcome, Refused):
            return await self._daily.carry_out(Subscribe(), place, client)
        shown = outcome.wanted if isinstance(outcome, Begin) else current
        assert shown is not None
        version = current.version if current else None
        context = FormContext(place.channel, place.language, response_url, version, place.in_home)
        view = form(self._daily.cards.words(place.language), shown, context)
        try:
            await client.views_open(trigger_id=trigger, view=view)
        except (SlackApiError, *UNREACHABLE) as error:
            code = code_of(error)
            log.warning("the form could not be opened: %s", code)
            return Told(self._daily.cards.line("modal.failed", place.language))
        return None

    async def on_edit(self, ack: AsyncAck, action: Json, body: Json, context: AsyncBoltContext) -> None:
        """The change button: the form, filled in."""
        await ack()
        place, response = pressed(body, context, value_of(action))

        async def work() -> None:
            trigger = str(body.get("trigger_id") or "")
            told = await self.open(place, context.client, trigger, response.url)
            if told is not None:
                await response.show(told.card)

        self._others.start(work(), place.language, response.tell)

    async def on_form(self, ack: AsyncAck, body: Json, view: Json, context: AsyncBoltContext) -> None:
        """The form: what is wrong is said at its field; else it closes, and what came of it is said where it began."""
        remembered = context_from(str(view.get("private_metadata", "")))
        values = (view.get("state") or {}).get("values") or {}
        if remembered is None:
            language = self._others.languages.known(asking_in(body), "")
            old = self._daily.cards.words(language).say("modal.old")
            await ack(response_action="errors", errors={next(iter(values), "time"): old})
            return
        place = place_of(context, remembered.channel, body["user"]["id"], remembered.language)
        place = replace(place, in_home=remembered.in_home)
        request, wrong = read_form(values, self._daily.topics)
        words = self._daily.cards.words(place.language)
        errors = {
            field: words.say(what)
            if isinstance(what, str)
            else self._daily.cards.problem(what, place.language)
            for field, what in wrong.items()
        }
        if not errors and await self._is_overtaken(place, remembered):
            errors["time"] = words.say("modal.changed")
        if errors:
            await ack(response_action="errors", errors=errors)
            return
        await ack()

        async def work() -> None:
            told = await self._daily.carry_out(request, place, context.client, version=remembered.version)
            if place.in_home and self.told_in_home is not None:
                await self.told_in_home(told, place, context.client)
                return
            await self._tell_after_form(told, place, context.client, remembered.response_url)

        async def tell(line: Json) -> None:
            if place.in_home:
                await context.client.chat_postMessage(channel=place.user, **line)
                return
            response = Response(remembered.response_url, context.client)
            if not await _told(response, lambda: response.tell(line)):
                await context.client.chat_postEphemeral(channel=place.channel, user=place.user, **line)

        self._others.start(work(), place.language, tell)

    async def _is_overtaken(self, place: Place, remembered: FormContext) -> bool:
        try:
            current = await self._daily.current(place)
        except StorageError:
            return False  # the writing that follows fails as well, and says so
        return (current.version if current else None) != remembered.version

    async def _tell_after_form(
        self, told: Told, place: Place, client: AsyncWebClient, response_url: str
    ) -> None:
        """Say what came of the form where it began: by its response_url, which lives for half an hour, or anew."""
        response = Response(response_url, client)
        if await _told(response, lambda: response.show(told.card)):
            return
        await client.chat_postEphemeral(channel=place.channel, user=place.user, **told.card.message())


async def _told(response: Response, tell: Callable[[], Awaitable[None]]) -> bool:
    """Whether something was told by a response_url; it lives for half an hour, and a form may have begun without."""
    if not response.url:
        return False
    try:
        await tell()
    except (ResponseRefusedError, *UNREACHABLE) as error:
        log.info("a form's response_url is used up: %s", error)
        return False
    return True
