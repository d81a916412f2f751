"""What Slack can ask of the Home tab and of the search: opening, choosing, buttons, posting what was found."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from aibot.errors import StorageError
from aibot.slack.cards import HELP_ACTION, SHOW_ACTION, Recall, recall_from
from aibot.slack.cards.compose import OPEN_ACTION
from aibot.slack.cards.daily.parts import MORE_ACTION
from aibot.slack.cards.home import (
    AS_ASKED,
    DAILY_ACTION,
    EDIT_ACTION,
    FORGET_ACTION,
    HOME_SHOW_ACTION,
    LANGUAGE_ACTION,
)
from aibot.slack.cards.search import FIND_ACTION, FOUND_VIEW, POST_TO, read_block_id
from aibot.slack.delivery import Response, tell_nobody, teller
from aibot.slack.home.daily import HomeDaily
from aibot.slack.home.home import Home
from aibot.slack.manners.guard import Spot
from aibot.slack.places import Place, place_of, value_of
from aibot.slack.refusals import referenced

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
    from slack_sdk.web.async_client import AsyncWebClient

    from aibot.core.language import Language
    from aibot.slack.bot import Bot
    from aibot.slack.daily.daily import Daily
    from aibot.slack.daily.form import DailyForm
    from aibot.slack.home.search import Search
    from aibot.slack.listeners import Listeners
    from aibot.slack.preferences import Asking

log = logging.getLogger(__name__)

Json = dict[str, Any]


def register_home(  # noqa: PLR0913, PLR0917  # where everything meets
    app: AsyncApp,
    bot: Bot,
    search: Search,
    others: Listeners,
    daily: Daily | None,
    form: DailyForm | None,
    *,
    contact: str,
) -> Home:
    """Put the Home together and tell Bolt who listens; before the listeners for messages."""
    home = Home(bot, others.languages, others.recently, daily, contact=contact)
    in_home = None
    if daily is not None and form is not None:
        in_home = HomeDaily(home, daily, form)

        def changed(place: Place, owner: str, client: AsyncWebClient) -> None:
            for user in dict.fromkeys((place.user, owner)):
                work = home.changed(replace(place, channel="", user=user), client)
                others.start(work, place.language, tell_nobody)

        daily.on_change = changed

    def chosen(asking: Asking, client: AsyncWebClient) -> None:
        place = Place(asking.team, "", asking.user, home.language_of(asking.team, asking.user))
        others.start(home.changed(place, client), place.language, tell_nobody)

    others.on_choice = chosen
    HomeListeners(bot, home, search, in_home, others).register(app)
    return home


class HomeListeners:
    """The listeners, with what they need to reply."""

    def __init__(  # where its parts meet
        self,
        bot: Bot,
        home: Home,
        search: Search,
        daily: HomeDaily | None,
        others: Listeners,
    ) -> None:
        self._bot, self._home, self._search, self._daily, self._others = bot, home, search, daily, others
        self._recently, self._languages = others.recently, others.languages

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt who listens; before the listeners for messages, since a view has no response_url."""
        app.event("app_home_opened")(self.on_opened)
        app.action(OPEN_ACTION)(self.on_open_search)
        app.action(FIND_ACTION)(self.on_found)
        app.action(re.compile(rf"^{HOME_SHOW_ACTION}:"))(self.on_show)
        app.action(re.compile(rf"^(?:{SHOW_ACTION}|{HELP_ACTION})(?::|$)"), matchers=[is_in_view])(
            self.on_show
        )
        app.action(FORGET_ACTION)(self.on_forget)
        app.action(LANGUAGE_ACTION)(self.on_language)
        app.view(FOUND_VIEW)(self.on_post)
        if self._daily is not None:
            app.action(re.compile(rf"^{DAILY_ACTION}:"))(self.on_daily)
            app.action(EDIT_ACTION)(self.on_edit)
        app.action(re.compile(".*"), matchers=[is_in_view])(self.on_unknown)

    async def on_opened(self, event: Json, context: AsyncBoltContext, client: AsyncWebClient) -> None:
        """A person opens the app: their Home is published, unless they see the same already."""
        if event.get("tab") != "home":
            return
        place = self._place(context, str(event["user"]))
        self._others.start(self._home.opened(place, event.get("view"), client), place.language, tell_nobody)
        self._others.start(self._search.prepare(), place.language, tell_nobody)

    async def on_open_search(self, ack: AsyncAck, body: Json, context: AsyncBoltContext) -> None:
        """The search button of a card: the field, above the conversation."""
        await ack()
        place = self._place(context, body["user"]["id"], value_of(body["actions"][0]).get("l"))
        view, _ = self._search.view(None, place.language)
        self._start(self._search.open(view, body["trigger_id"], context.client), place, context.client)

    async def on_found(self, ack: AsyncAck, action: Json, body: Json, context: AsyncBoltContext) -> None:
        """Something was chosen in the search field: its card, above the Home or in the search's own view."""
        await ack()
        entry = str((action.get("selected_option") or {}).get("value") or "")
        language, count = read_block_id(str(action.get("block_id") or "")) or (None, 0)
        if not entry:
            return
        place = self._place(context, body["user"]["id"], language)
        recall = Recall(place.language, entry=entry)
        self._start(self._show(recall, body, place, context.client, count=count + 1), place, context.client)

    async def on_show(self, ack: AsyncAck, action: Json, body: Json, context: AsyncBoltContext) -> None:
        """A button that looks something up: an example, something asked before, a suggestion."""
        await ack()
        recall = recall_from(action.get("value", ""))
        if recall is None:
            await self.on_unknown(ack, body, context)
            return
        place = self._place(context, body["user"]["id"], recall.language)
        self._start(self._show(recall, body, place, context.client), place, context.client)

    async def _show(
        self, recall: Recall, body: Json, place: Place, client: AsyncWebClient, *, count: int = 0
    ) -> None:
        shown = body.get("view") or {}
        in_home = shown.get("type") == "home"
        view, reply = self._search.view(recall, place.language, count=0 if in_home else count)
        if in_home:
            await self._search.open(view, str(body["trigger_id"]), client)
        else:
            await self._search.change(view, shown, client)
        if reply is not None:
            self._recently.note(place.team, place.user, reply.answer)
        if in_home:
            await self._home.used(place, shown, client, found=count > 0)
        else:
            await self._home.changed(place, client)

    async def on_post(self, ack: AsyncAck, body: Json, view: Json, context: AsyncBoltContext) -> None:
        """The card in the view goes to the conversation that was chosen, naming who posted it."""
        recall = recall_from(str(view.get("private_metadata") or ""))
        place = self._place(context, body["user"]["id"], recall.language if recall else None)
        urls = body.get("response_urls") or []
        if recall is None or not urls or self._bot.is_gone(recall):
            phrase = "find.old" if recall is None else "card.retired" if urls else "find.nowhere"
            wrong = self._bot.cards.phrases.say(phrase, place.language)
            await ack(response_action="errors", errors={POST_TO: wrong})
            return
        await ack()
        to, client = self._others.destination(body), context.client
        channel = str(urls[0].get("channel_id") or "")
        response, spot = Response(str(urls[0]["response_url"]), client, to), Spot(client, place.team, channel)

        async def work() -> None:
            pressed = f"{view.get('id')} {channel} {view.get('private_metadata')}"
            line = await self._others.share(recall, place.user, pressed, response, spot, via="post")
            if line is not None:
                await teller(client, place.user)(line)

        self._start(work(), place, client)

    async def on_forget(self, ack: AsyncAck, body: Json, context: AsyncBoltContext) -> None:
        """What was asked lately is forgotten."""
        await ack()
        place = self._place(context, body["user"]["id"])

        async def work() -> None:
            try:
                await self._recently.forget(place.team, place.user)
                said = self._bot.cards.phrases.say("home.forgotten", place.language)
            except StorageError as error:
                said = self._not_written(error, place)
            await self._home.used(place, body["view"], context.client, said)

        self._start(work(), place, context.client)

    def _not_written(self, error: StorageError, place: Place) -> str:
        """Say so; the people who run the bot find the reason in the log."""
        return self._bot.cards.phrases.say("language.storage", place.language, reference=referenced(error))

    async def on_language(self, ack: AsyncAck, action: Json, body: Json, context: AsyncBoltContext) -> None:
        """The language of replies is chosen; the Home is drawn anew in it."""
        await ack()
        chosen = str((action.get("selected_option") or {}).get("value") or "")
        place = self._place(context, body["user"]["id"])
        language: Language | None = "zh" if chosen == "zh" else "en" if chosen == "en" else None
        if language is None and chosen != AS_ASKED:
            return

        async def work() -> None:
            told = []
            try:
                await self._languages.choose(place.team, place.user, language)
            except StorageError as error:
                told = [self._not_written(error, place)]
            await self._home.used(place, body["view"], context.client, *told)

        self._start(work(), place, context.client)

    async def on_daily(self, ack: AsyncAck, action: Json, body: Json, context: AsyncBoltContext) -> None:
        """A button on a channel's daily fact: the line it stands for, as if it was said in that channel."""
        await ack()
        assert self._daily is not None
        place = self._place(context, body["user"]["id"], value_of(action).get("l"))
        work = self._daily.carry_out(value_of(action), place, body["view"], context.client)
        self._start(work, place, context.client)

    async def on_edit(self, ack: AsyncAck, action: Json, body: Json, context: AsyncBoltContext) -> None:
        """The change button: the same form as in the channel."""
        await ack()
        assert self._daily is not None
        place = self._place(context, body["user"]["id"], value_of(action).get("l"))
        work = self._daily.edit(value_of(action), place, body, context.client)
        self._start(work, place, context.client)

    async def on_unknown(self, ack: AsyncAck, body: Json, context: AsyncBoltContext) -> None:
        """A button of an older Home: it is drawn anew. One in another view says that it is too old."""
        await ack()
        place, shown = self._place(context, body["user"]["id"]), body["view"]
        if shown.get("type") == "home":
            self._start(self._home.used(place, shown, context.client), place, context.client)
        elif body["actions"][0].get("action_id") not in ("post", MORE_ACTION):
            line = self._bot.cards.phrases.say("error.old-button", place.language)
            view = self._search.cards(place.language).failed(line)
            self._start(self._search.change(view, shown, context.client), place, context.client)

    def _place(self, context: AsyncBoltContext, user: str, language: object = None) -> Place:
        """Who asks: nowhere in particular, in the language of what they look at."""
        place = place_of(context, "", user, "zh" if language == "zh" else "en")
        return (
            place
            if language in ("en", "zh")
            else replace(place, language=self._home.language_of(place.team, user))
        )

    def _start(self, work: Any, place: Place, client: AsyncWebClient) -> None:
        """Begin; what fails is told in a direct message, since a view has no place for it."""
        self._others.start(work, place.language, teller(client, place.user))


async def is_in_view(body: Json) -> bool:
    """Whether a button stands in a Home or a modal."""
    return bool(body.get("view"))
