"""Where the people who run the bot have switched daily posts off: whoever asks for one is told so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from aibot.core.daily import Deck
from aibot.core.daily.grammar import parse_request
from aibot.core.daily.topics import Topics
from aibot.slack.cards import Recall
from aibot.slack.cards.daily.modal import context_from
from aibot.slack.cards.daily.parts import EDIT_ACTION, MODAL, MORE_ACTION, SAY_ACTION, STOP_ACTION, WHY_ACTION
from aibot.slack.daily.turning import Turning
from aibot.slack.delivery import teller
from aibot.slack.lines import register_lines
from aibot.slack.places import pressed, thread_below, typed_in, value_of
from aibot.slack.preferences import asking_in

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
    from slack_sdk.web.async_client import AsyncWebClient

    from aibot.core.daily.requests import Request
    from aibot.core.language import Language
    from aibot.slack.bot import Bot
    from aibot.slack.listeners import Listeners

Json = dict[str, Any]


class DailyOff:
    """Listens where daily posts would, to what people write and to the buttons of posts from before."""

    def __init__(self, bot: Bot, others: Listeners) -> None:
        self._bot, self._others = bot, others
        self._deck = Deck(bot.knowledge.base)
        self._topics = Topics(bot.knowledge.matcher, self._deck)

    def parse(self, text: str) -> Request | None:
        """The request a line makes, or None where it is a question."""
        return parse_request(text, self._topics)

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt who listens; before the listeners for questions."""
        register_lines(app, lambda text: self.parse(text) is not None, self.on_command, self.on_mention)
        buttons = f"{SAY_ACTION}|{STOP_ACTION}|{WHY_ACTION}|{EDIT_ACTION}"
        app.action(re.compile(rf"^(?:{buttons})(?::|$)"))(self.on_button)
        app.action(MORE_ACTION)(self.on_more)
        Turning(self._deck, self._bot, self._others).register(app)
        app.view(MODAL)(self.on_form)

    async def on_command(self, ack: AsyncAck, command: Json, client: AsyncWebClient) -> None:
        """A line: the answer rides in the acknowledgement."""
        language = await self._language(command, str(command.get("text") or ""), client)
        await ack(response_type="ephemeral", **self._line(language))

    async def on_mention(self, event: Json, body: Json, client: AsyncWebClient) -> None:
        """A line in a mention or a direct message: answered in its thread."""
        language = await self._language(body, typed_in(event), client)
        tell = teller(client, str(event["channel"]), thread_below(event))
        self._others.start(tell(self._line(language)), language, tell)

    async def on_button(self, ack: AsyncAck, action: Json, body: Json, context: AsyncBoltContext) -> None:
        """A button from before."""
        await ack()
        place, response = pressed(body, context, value_of(action))
        language = await self._others.languages.of_presser(asking_in(body), place.language)
        self._others.start(response.tell(self._line(language)), language, response.tell)

    async def on_more(self, ack: AsyncAck, action: Json, body: Json, context: AsyncBoltContext) -> None:
        """The entry of a post from before: a question as good as any, for who asks alone."""
        await ack()
        data = value_of(action)
        place, response = pressed(body, context, data)
        recall = Recall(place.language, entry=str(data.get("e") or "?"))
        reply = self._bot.show_again(recall, via="more", private=True)
        self._others.start(response.show(reply.card), place.language, response.tell)

    async def on_form(self, ack: AsyncAck, view: Json) -> None:
        """A form that was open when daily posts were switched off: it says so, and can only be closed."""
        remembered = context_from(str(view.get("private_metadata", "")))
        line = self._line(remembered.language if remembered else "en")
        await ack(response_action="errors", errors={str(view["blocks"][0]["block_id"]): line["text"]})

    async def _language(self, body: Json, text: str, client: AsyncWebClient) -> Language:
        return await self._others.languages.of(asking_in(body), text, client, acknowledged=False)

    def _line(self, language: Language) -> Json:
        return self._bot.cards.line("error.daily-off", language, command=self._bot.cards.command)
