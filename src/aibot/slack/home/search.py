"""The search field: what it offers while somebody types, and the view that shows what they chose."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import TYPE_CHECKING, Any

from slack_bolt import BoltResponse
from slack_sdk.errors import SlackApiError

from aibot.core.answers.prominent import prominent
from aibot.core.matching import Typeahead
from aibot.slack.cards.limits import MAX_OPTIONS
from aibot.slack.cards.search import FIND_ACTION, SearchCards, read_block_id
from aibot.slack.refusals import UNREACHABLE, code_of

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from aibot.core.answers import Knowledge
    from aibot.core.language import Language
    from aibot.slack.bot import Bot, Reply
    from aibot.slack.cards import Recall
    from aibot.slack.recently import Recently

log = logging.getLogger(__name__)

Json = dict[str, Any]
#  What is offered to an empty field is not worth a longer wait for the database
RECENT_SECONDS = 0.3


class Search:
    """Offers entries, and shows them."""

    def __init__(self, bot: Bot, recently: Recently) -> None:
        self._bot, self._recently = bot, recently
        self._typeahead: tuple[Knowledge, Typeahead] | None = None
        self._making = asyncio.Lock()

    def cards(self, language: Language) -> SearchCards:
        """What draws the search."""
        return SearchCards(self._bot.cards.base, self._bot.cards.phrases, language)

    async def suggest(self, body: Json) -> BoltResponse:
        """The options for what was typed so far: the answer rides in the acknowledgement.

        A late or broken answer is shown as "no results" without a word to us.
        """
        field = read_block_id(str(body.get("block_id") or ""))
        if body.get("action_id") != FIND_ACTION or field is None:
            return BoltResponse(status=200, body={"options": []})
        typed, cards = str(body.get("value") or ""), self.cards(field[0])
        if typed.strip():
            options = cards.options((await self.typeahead()).suggest(typed))
        else:
            options = cards.groups(await self._recent(body), prominent(cards.base, MAX_OPTIONS - 8))
        return BoltResponse(status=200, body=json.dumps(options, ensure_ascii=False))

    async def _recent(self, body: Json) -> list[str]:
        team, user = body.get("team") or {}, body.get("user") or {}
        try:
            async with asyncio.timeout(RECENT_SECONDS):
                return list(await self._recently.of(str(team.get("id") or ""), str(user.get("id") or "")))
        except TimeoutError:
            return []

    async def typeahead(self) -> Typeahead:
        """All names, filed once for a fact base: that takes a moment, so it happens beside everything else."""
        async with self._making:
            knowledge = self._bot.knowledge
            if self._typeahead is None or self._typeahead[0] is not knowledge:
                made = await asyncio.to_thread(Typeahead, knowledge.base.names, knowledge.matcher)
                self._typeahead = knowledge, made
            return self._typeahead[1]

    async def prepare(self) -> None:
        """File the names before somebody types: it would be the first one's wait."""
        await self.typeahead()

    def view(self, recall: Recall | None, language: Language, *, count: int = 0) -> tuple[Json, Reply | None]:
        """The view that shows what a button or the field stands for, and the answer in it."""
        if recall is None:
            return self.cards(language).view(count=count), None
        reply = self._bot.show_again(recall, via="home", private=False)
        shared = recall if self._bot.cards.can_be_shared(reply.answer) else None
        return self.cards(language).view(reply.card, shared, count=count), reply

    async def open(self, view: Json, trigger: str, client: AsyncWebClient) -> None:
        """Open a view for who has just pressed something.

        Raises:
            SlackApiError: where Slack refuses; a trigger lasts for three seconds.
        """
        await client.views_open(trigger_id=trigger, view=view)

    async def change(self, view: Json, shown: Json, client: AsyncWebClient) -> None:
        """Show something else in an open view, unless it has changed or closed meanwhile: then nobody waits for it."""
        try:
            await client.views_update(view_id=shown["id"], hash=shown["hash"], view=view)
        except SlackApiError as error:
            if code_of(error) not in ("hash_conflict", "not_found"):
                raise
            log.info("a view was not changed: %s", code_of(error))
        except UNREACHABLE as error:
            log.warning("nobody can say whether a view was changed: %s", type(error).__name__)
