"""What people say of a card: counted per fact, once for each of them, without keeping who."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from aibot.slack.cards import OPINION_ACTION, opinion_from
from aibot.slack.manners.keyed import keyed
from aibot.slack.preferences import asking_in

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp
    from slack_sdk.web.async_client import AsyncWebClient

    from aibot.slack.bot import Bot
    from aibot.slack.cards.opinion import Said
    from aibot.slack.listeners import Listeners
    from aibot.slack.serving.metrics import Metrics
    from aibot.storage import Memory

Json = dict[str, Any]

#  So long a second opinion of the same person on the same message is recognised
KNOWN_SECONDS = 24 * 3600.0


class Opinions:
    """The listener of the menu under fact cards."""

    def __init__(
        self, bot: Bot, others: Listeners, memory: Memory | None, metrics: Metrics | None = None
    ) -> None:
        self._bot, self._others, self._memory, self._metrics = bot, others, memory, metrics

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt who listens."""
        app.action(OPINION_ACTION)(self.on_opinion)

    async def on_opinion(self, ack: AsyncAck, action: Json, body: Json, client: AsyncWebClient) -> None:
        """Somebody chose right, wrong or outdated: counted, and thanked for where nobody else sees it."""
        await ack()
        said = opinion_from(str((action.get("selected_option") or {}).get("value", "")))
        if said is None:
            return self._others.outdated(body, client)
        response = self._others.response(body, client)
        secret = self._others.manners.secret or str(client.token)

        async def work() -> None:
            phrase = await self._count(said, keyed(secret, *_press(body)))
            language = await self._others.languages.of_presser(asking_in(body), said.language)
            await response.tell(self._bot.cards.line(phrase, language))

        return self._others.start(work(), said.language, response.tell)

    async def _count(self, said: Said, press: str) -> str:
        """Count it, if it is this person's first of this message; the phrase to answer with."""
        memory = self._memory
        if memory is None:
            return "opinion.off"
        if not await asyncio.to_thread(memory.once.take, f"opinion:{press}", KNOWN_SECONDS):
            return "opinion.again"
        await asyncio.to_thread(memory.feedback.add, said.subject, said.verdict)
        if self._metrics is not None:
            self._metrics.count_opinion(said.verdict)
        return "opinion.thanks"


def _press(body: Json) -> tuple[str, str, str, str]:
    """Who pressed, on which message."""
    container, team = body.get("container") or {}, body.get("team") or {}
    return (
        str(team.get("id")),
        str(body["user"]["id"]),
        str(container.get("channel_id")),
        str(container.get("message_ts")),
    )
