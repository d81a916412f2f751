"""Threads that remember: what a message is to the bot, what it replies, and what the thread is about afterwards."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from slack_sdk.errors import SlackApiError

from aibot.core.channels import is_direct
from aibot.core.conversation import Answered, Heard, Silent, Thread, Told, after, understand
from aibot.core.politeness import MOST_TYPED
from aibot.errors import StorageError
from aibot.slack.bot import sound
from aibot.slack.delivery import Destination, say
from aibot.slack.places import MENTION
from aibot.slack.refusals import code_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from slack_sdk.web.async_client import AsyncWebClient

    from aibot.core.answers import Answer
    from aibot.core.language import Language
    from aibot.slack.bot import Bot, Reply
    from aibot.slack.manners.guard import Asker, Spot
    from aibot.slack.manners.limits import Limits
    from aibot.slack.manners.unanswered import UnansweredQuestions
    from aibot.slack.recently import Recently
    from aibot.storage import Memory

log = logging.getLogger(__name__)

Json = dict[str, Any]

#  https://docs.slack.dev/reference/methods/chat.postMessage#errors: nobody can answer in this thread any more
THREAD_GONE = frozenset(
    {"thread_not_found", "message_not_found", "cannot_reply_to_message", "restricted_action_thread_locked"}
)


@dataclass(frozen=True, slots=True)
class Spoken:
    """A message somebody wrote: where, what, and to whom."""

    team: str
    channel: str
    user: str
    text: str
    asker: Asker | None  # who addressed us; None: people among themselves
    reply_in: str | None  # the thread to answer in; None: a direct message outside threads

    @property
    def addressed(self) -> bool:
        """Whether it is to the bot."""
        return self.asker is not None

    @property
    def direct(self) -> bool:
        """Whether it is a direct message."""
        return is_direct(self.channel)

    @property
    def key(self) -> tuple[str, str, str]:
        """The thread's key in the memory."""
        return self.team, self.channel, self.reply_in or ""


class Conversation:
    """Answers messages from what their threads are about. Without a memory every question stands alone."""

    def __init__(
        self,
        bot: Bot,
        memory: Memory | None,
        unanswered: UnansweredQuestions,
        recently: Recently,
        limits: Limits,
    ) -> None:
        self._bot, self._unanswered, self._recently, self._limits = bot, unanswered, recently, limits
        self._threads = memory.threads if memory is not None else None
        self._turns: WeakValueDictionary[tuple[str, str, str], asyncio.Lock] = WeakValueDictionary()

    def may_be_for_us(self, team: str, channel: str, thread: str) -> bool:
        """Whether a message that does not mention us is worth a look: asked of every message, so without waiting."""
        if self._threads is None:
            return False
        turn = self._turns.get((team, channel, thread))
        if turn is not None and turn.locked():
            return True  # an answer stands there already, and what it was about is being written down
        known, found = self._threads.recall(team, channel, thread)
        return not known or (found is not None and not found.stopped)

    async def answer(
        self,
        spoken: Spoken,
        client: AsyncWebClient,
        to: Destination,
        *,
        chosen: Language | None,
        default: Language,
    ) -> bool:
        """Reply to a message, or keep silent; what was answered is remembered once it stands there.

        Returns whether there is a reply.

        In the `chosen` language, or else the message's own, or else the thread's, or else the `default`.

        Raises:
            SlackApiError: where Slack does not take the reply.
        """
        async with self._turn(spoken.key):
            thread = await self._recall(spoken)
            if thread is None and not spoken.addressed:
                return False
            text = MENTION.sub(" ", spoken.text) if spoken.addressed else spoken.text
            heard = Heard(sound(text[:MOST_TYPED]), spoken.addressed, direct=spoken.direct)
            found = understand(
                heard, thread, self._bot.knowledge, self._bot.now(), chosen=chosen, default=default
            )
            if self._is_held_back(found, spoken):
                return False
            match found:
                case Silent():
                    return False
                case Told():
                    before = thread or Thread(language=found.language)
                    if said := await self._tell(found, spoken, client):
                        await self._keep(spoken, replace(before, stopped=found.stops))
                case Answered():
                    via = "dm" if spoken.direct else "mention" if spoken.addressed else "thread"
                    reply = self._bot.reply_with(
                        found.answer,
                        found.language,
                        via=via,
                        question=found.question or found.again,
                        follows=thread is not None,
                    )
                    self._recently.note(spoken.team, spoken.user, reply.answer)
                    if found.question:
                        self._unanswered.note(found.question, reply, to.workspace)
                    if said := await self._say(reply, spoken, client, to):
                        await self._keep(spoken, self._after(thread, reply))
            return said

    def _is_held_back(self, found: Silent | Told | Answered, spoken: Spoken) -> bool:
        """Whether a follow-up is above a limit: it is passed over. What addresses us was counted as it came.

        That the bot is to be quiet is heard above every limit.
        """
        if spoken.addressed or isinstance(found, Silent) or (isinstance(found, Told) and found.stops):
            return False
        return self._limits.over(spoken.team, spoken.user) is not None

    async def answered(
        self, team: str, channel: str, thread: str, answer: Answer, language: Language
    ) -> None:
        """Remember an answer that was put into a thread in another way: by a button, inline, below a daily fact."""
        spoken = Spoken(team, channel, "", "", asker=None, reply_in=thread or None)
        async with self._turn(spoken.key):
            before = await self._recall(spoken)
            about = after(before, answer, language, self._bot.knowledge.base)
            await self._keep(spoken, about)

    async def shared(self, spot: Spot, thread: str | None, ts: str, reply: Reply) -> None:
        """Remember a card that somebody shared, where Slack told which message (`ts`) it became."""
        if ts:
            where = spot.team, spot.channel, thread or ("" if spot.is_private else ts)
            await self.answered(*where, reply.answer, reply.language)

    async def parent_deleted(self, team: str, channel: str, thread: str) -> None:
        """Forget a thread whose first message is gone: what is said there now is no follow-up to anything seen."""
        spoken = Spoken(team, channel, "", "", asker=None, reply_in=thread)
        async with self._turn(spoken.key):
            if await self._recall(spoken) is not None:
                await self._forget(spoken)

    def _after(self, thread: Thread | None, reply: Reply) -> Thread:
        base = self._bot.knowledge.base
        return after(thread, reply.answer, reply.language, base, reply.card.left_out)

    async def _tell(self, told: Told, spoken: Spoken, client: AsyncWebClient) -> bool:
        name = self._bot.name(told.entry, told.language) if told.entry else ""
        line = self._bot.cards.line(told.phrase, told.language, **({"name": name} if name else {}))
        try:
            await client.chat_postMessage(channel=spoken.channel, thread_ts=spoken.reply_in, **line)
        except SlackApiError as error:
            await self._gone(error, line, spoken, client)
            return False
        return True

    async def _say(self, reply: Reply, spoken: Spoken, client: AsyncWebClient, to: Destination) -> bool:
        try:
            ts = await say(
                client,
                reply.card,
                channel=spoken.channel,
                thread_ts=spoken.reply_in,
                to=to,
                asker=spoken.asker,
            )
        except SlackApiError as error:
            await self._gone(error, reply.card.message(), spoken, client)
            return False
        return bool(ts)  # above the channel's limit nothing is said, and there is nothing to follow up

    async def _gone(
        self, error: SlackApiError, message: Json, spoken: Spoken, client: AsyncWebClient
    ) -> None:
        """Where the thread is gone, whoever addressed us sees the reply alone, outside it; nobody else does."""
        if spoken.reply_in is None or code_of(error) not in THREAD_GONE:
            raise error
        await self._forget(spoken)
        if spoken.addressed and spoken.direct:
            await client.chat_postMessage(channel=spoken.channel, **message)
        elif spoken.addressed:  # outside the thread: there it would not be seen
            await client.chat_postEphemeral(channel=spoken.channel, user=spoken.user, **message)

    @contextlib.asynccontextmanager
    async def _turn(self, key: tuple[str, str, str]) -> AsyncIterator[None]:
        """One after the other within a thread: "and R1?" needs what the message before it was about."""
        turn = self._turns.get(key) or self._turns.setdefault(key, asyncio.Lock())
        async with turn:
            yield

    async def _recall(self, spoken: Spoken) -> Thread | None:
        if self._threads is None:
            return None
        known, found = self._threads.recall(*spoken.key)
        if known:
            return found
        try:
            return await asyncio.to_thread(self._threads.get, *spoken.key)
        except StorageError as error:
            log.error("what a thread is about could not be read: %s", error)  # noqa: TRY400  # a ready sentence
            return None

    async def _keep(self, spoken: Spoken, thread: Thread) -> None:
        if self._threads is None:
            return
        try:
            await asyncio.to_thread(self._threads.put, *spoken.key, thread)
        except StorageError as error:
            # the answer stands there; a follow-up will need its name
            log.error("what a thread is about could not be kept: %s", error)  # noqa: TRY400

    async def _forget(self, spoken: Spoken) -> None:
        if self._threads is None:
            return
        try:
            await asyncio.to_thread(self._threads.forget, *spoken.key)
        except StorageError as error:
            log.error("a thread could not be forgotten: %s", error)  # noqa: TRY400
