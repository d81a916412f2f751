"""The button of the other language under a daily post: a copy for who presses; the channel's post stays as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aibot.slack.cards.daily.parts import TURN_ACTION
from aibot.slack.cards.daily.post import DailyPost, posted_from
from aibot.slack.places import value_of
from aibot.slack.preferences import asking_in

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp
    from slack_sdk.web.async_client import AsyncWebClient

    from aibot.core.daily import Deck
    from aibot.slack.bot import Bot
    from aibot.slack.cards.daily.post import Posted
    from aibot.slack.delivery import Response
    from aibot.slack.listeners import Listeners
    from aibot.slack.preferences import Asking

Json = dict[str, Any]


class Turning:
    """The listener. It asks the fact base alone, so it answers where daily posts have been switched off since, too."""

    def __init__(self, deck: Deck, bot: Bot, others: Listeners) -> None:
        self._deck, self._bot, self._others = deck, bot, others
        self._post = DailyPost(bot.cards.base, bot.cards.phrases, bot.cards.command)

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt who listens."""
        app.action(TURN_ACTION)(self.on_turn)

    async def on_turn(self, ack: AsyncAck, action: Json, body: Json, client: AsyncWebClient) -> None:
        """A post's button gives a copy; a copy's button turns that copy."""
        await ack()
        posted = posted_from(value_of(action))
        if posted is None:
            return self._others.outdated(body, client)
        response = self._others.response(body, client)
        work = self._turn(posted, asking_in(body), response)
        return self._others.start(work, posted.language, response.tell)

    async def _turn(self, posted: Posted, asking: Asking, response: Response) -> None:
        choice = self._deck.as_posted(posted.card, posted.day)
        if choice is None or not posted.is_still(choice.card.fact):
            await response.tell(self._bot.cards.line("daily.turn.changed", posted.language))
            return
        languages = self._others.languages
        own = (await languages.chosen(asking))[0]
        always = languages.can_choose and own != posted.language
        card = self._post.copy(choice, posted.language, posted.day, always=always)
        await response.show(card, replace=posted.is_copy)
