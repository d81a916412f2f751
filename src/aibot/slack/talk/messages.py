"""What people write: mentions, direct messages, replies in threads, names in double brackets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aibot.core.answers.unanswered import switch_wanted
from aibot.core.conversation import inline_switch
from aibot.core.conversation.inline import MARK
from aibot.slack.delivery import tell_nobody, teller
from aibot.slack.places import (
    asker_of,
    deleted_in,
    is_for_us,
    mentions,
    message_name,
    place_of,
    team_of,
    thread_below,
    typed_in,
)
from aibot.slack.preferences import asking_in
from aibot.slack.talk.conversation import Spoken

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncBoltContext
    from slack_sdk.web.async_client import AsyncWebClient

    from aibot.core.language import Language
    from aibot.slack.bot import Bot
    from aibot.slack.delivery import Response
    from aibot.slack.listeners import Listeners
    from aibot.slack.manners.guard import Asker
    from aibot.slack.preferences import Asking
    from aibot.slack.talk.conversation import Conversation
    from aibot.slack.talk.inline import Inline

Json = dict[str, Any]

#  https://docs.slack.dev/reference/events/message: public and private channels
CHANNELS = frozenset({"channel", "group"})
#  A message that is edited later than that may have been answered already, and nobody knows any more
REPLIED_SECONDS = 24 * 3600.0


class Messages:
    """The listeners, with what they need to reply."""

    def __init__(self, bot: Bot, conversation: Conversation, inline: Inline, others: Listeners) -> None:
        self._bot, self._conversation, self._inline, self._others = bot, conversation, inline, others
        #  What was replied to as it stood is not when an edit makes a mention of it
        self.replied = others.once("mention", REPLIED_SECONDS)

    async def on_mention(
        self, event: Json, body: Json, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """A mention in a channel or a thread: answered in that thread."""
        if is_for_us(event):
            self._addressed(event, body, context, client)

    async def on_message(
        self, event: Json, body: Json, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """A direct message, a reply in a thread that may be known, a name in double brackets; any other costs nothing.

        A message with our name comes as a mention too, and is answered there.
        """
        if (deleted := deleted_in(event)) is not None:
            team, channel = team_of(context), str(event.get("channel"))
            work = self._conversation.parent_deleted(team, channel, deleted)
            self._others.start(work, self._bot.default, tell_nobody)
        elif not is_for_us(event):
            return
        elif event.get("channel_type") == "im":
            self._addressed(event, body, context, client)
        elif event.get("channel_type") in CHANNELS and not mentions(event, context.bot_user_id):
            self._overheard(event, body, context, client)

    @staticmethod
    def switches(text: str) -> bool:
        """Whether a line switches something on or off, or asks how it stands."""
        return inline_switch(text) is not None or switch_wanted(text) is not None

    async def on_switch(self, text: str, asking: Asking, language: Language, response: Response) -> None:
        """A command that switches: who may is looked up first, so its answer comes after the acknowledgement.

        What has changed for a channel is said to all of it, with who changed it; anything else to the asker alone.
        """
        line, to_all = await self._switch(text, asking, language, response.client)
        await (response.announce if to_all else response.tell)(line)

    async def _switch(
        self, text: str, asking: Asking, language: Language, client: AsyncWebClient
    ) -> tuple[Json, bool]:
        """Carry it out; what to say, and whether to everyone in the channel."""
        if (inline := inline_switch(text)) is not None:
            said, to_all = await self._inline.switch(inline, asking, language, client)
            return {"text": said}, to_all
        wish, unanswered = switch_wanted(text), self._others.unanswered
        assert wish is not None
        return await unanswered.switch(wish, asking.team, asking.user, language, client), False

    def may_be_answered(self, team: str, event: Json) -> bool:
        """Whether something that people said among themselves may get an answer; asked of every message."""
        if not is_for_us(event):
            return False
        thread = event.get("thread_ts")
        return MARK in str(event.get("text") or "") or bool(
            thread and self._conversation.may_be_for_us(team, str(event.get("channel")), thread)
        )

    def _addressed(self, event: Json, body: Json, context: AsyncBoltContext, client: AsyncWebClient) -> None:
        """Answer after the acknowledgement, so that a slow Web API never makes Slack send the event again."""
        spoken, text = self._spoken(event, context, asker_of(event, client)), typed_in(event)
        asking, languages = asking_in(body), self._others.languages
        #  Worked out here, and not below: what waits for Slack to come back must not hold the event as well
        to, tell = self._others.destination(body), teller(client, spoken.channel, spoken.reply_in)

        async def work() -> None:
            language = await languages.of(asking, text, client)
            if self.switches(text):
                await tell((await self._switch(text, asking, language, client))[0])
                return
            chosen = _first(await languages.chosen(asking))
            await self._conversation.answer(spoken, client, to, chosen=chosen, default=language)

        self._others.start(work(), languages.known(asking, text), tell)

    def _overheard(self, event: Json, body: Json, context: AsyncBoltContext, client: AsyncWebClient) -> None:
        """What people say among themselves: looked at where the thread may be known, or a name stands in brackets."""
        channel, text, thread = str(event["channel"]), str(event.get("text") or ""), event.get("thread_ts")
        thread_ts = str(thread or event["ts"])
        team, asking, name = team_of(context), asking_in(body), message_name(body, event)
        to, languages = self._others.destination(body), self._others.languages

        async def inline(asker: Asker) -> None:
            where = {"team": team, "channel": channel, "thread_ts": thread_ts}
            chosen = _first(await languages.chosen(asking))
            if await self._inline.answer(text, client, **where, to=to, asker=asker, chosen=chosen):
                await self.replied.take(name)

        async def follow_up(spoken: Spoken) -> None:
            chosen = _first(await languages.chosen(asking))
            answered = await self._conversation.answer(
                spoken, client, to, chosen=chosen, default=self._bot.default
            )
            if answered:
                await self.replied.take(name)

        if MARK in text:
            self._others.start(inline(asker_of(event, client)), self._bot.default, tell_nobody)
        elif thread and self._conversation.may_be_for_us(team, channel, thread):
            spoken = self._spoken(event, context, None)
            self._others.start(follow_up(spoken), self._bot.default, tell_nobody)

    def _spoken(self, event: Json, context: AsyncBoltContext, asker: Asker | None) -> Spoken:
        place = place_of(context, str(event["channel"]), str(event["user"]), self._bot.default)
        text = str(event.get("text") or "")
        return Spoken(place.team, place.channel, place.user, text, asker, thread_below(event))


def _first(chosen: tuple[Language | None, ...]) -> Language | None:
    """What the person chose, else the channel, else the workspace."""
    return next((language for language in chosen if language is not None), None)
