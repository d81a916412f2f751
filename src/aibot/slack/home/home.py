"""One person's Home tab: what it says is gathered, drawn, and published where it says something new."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary
from zoneinfo import ZoneInfo

from slack_sdk.errors import SlackApiError

from aibot.core.daily import Deck
from aibot.core.daily.today import fact_of_day
from aibot.errors import StorageError
from aibot.slack.cards.home import AS_ASKED, HomeCards, HomePage
from aibot.slack.cards.search import read_block_id
from aibot.slack.people import channels_of
from aibot.slack.preferences import Asking
from aibot.slack.refusals import code_of
from aibot.slack.serving.health import fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from slack_sdk.web.async_client import AsyncWebClient

    from aibot.core.facts import FactBase
    from aibot.core.language import Language
    from aibot.slack.bot import Bot
    from aibot.slack.daily.daily import Daily
    from aibot.slack.places import Place
    from aibot.slack.preferences import Languages
    from aibot.slack.recently import Recently
    from aibot.storage import Listed

log = logging.getLogger(__name__)

Json = dict[str, Any]
#  The same Home is not published again sooner, even where Slack does not say what it has
SAME_SECONDS = 60.0
#  Who is in which channel is asked at most so often: some 50 a minute for a whole workspace, says
#  https://docs.slack.dev/reference/methods/users.conversations
CHANNELS_SECONDS = 60.0
MOST_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Seen:
    """The Home a person has: its hash at Slack, a digest of what it says, and when it was published."""

    hash: str
    digest: str
    at: float
    count: int = 0


@dataclass(frozen=True, slots=True)
class _OfBase:
    """What is worked out once for a fact base."""

    base: FactBase
    deck: Deck
    version: str


class Home:
    """Publishes Homes, for those who have opened theirs and for nobody else."""

    def __init__(  # noqa: PLR0913  # what a Home shows
        self,
        bot: Bot,
        languages: Languages,
        recently: Recently,
        daily: Daily | None,
        *,
        contact: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bot, self._languages, self._recently, self._daily = bot, languages, recently, daily
        self._contact, self._clock = contact, clock
        self._of_base: _OfBase | None = None
        self._seen: dict[tuple[str, str], Seen] = {}
        self._channels: dict[tuple[str, str], tuple[float, frozenset[str]]] = {}
        self._locks: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    async def opened(self, place: Place, view: Json | None, client: AsyncWebClient) -> None:
        """A person looks at their Home; `view` is the one they see, if there is one."""
        if view:
            self._note(place, view)
        elif (seen := self._seen.get((place.team, place.user))) is not None:
            self._seen[place.team, place.user] = replace(seen, hash="")  # Slack shows them none: it is gone
        await self.publish(place, client)

    async def used(
        self, place: Place, view: Json, client: AsyncWebClient, *told: str, found: bool = False
    ) -> None:
        """A person has pressed something in their Home: it says what came of it; the search field is emptied."""
        self._note(place, view)
        if found:
            seen = self._seen[place.team, place.user]
            self._seen[place.team, place.user] = replace(seen, count=seen.count + 1)
        await self.publish(place, client, told=told)

    async def changed(self, place: Place, client: AsyncWebClient) -> None:
        """Something that a person's Home shows has changed elsewhere; who has not opened it gets none."""
        if (place.team, place.user) in self._seen:
            await self.publish(place, client)

    def forget_team(self, team: str) -> None:
        """Forget who of a workspace has opened theirs: it took the app away."""
        for kept in (self._seen, self._channels):
            for key in [key for key in kept if key[0] == team]:
                del kept[key]

    def language_of(self, team: str, user: str) -> Language:
        """The language of a person's Home, by what is in memory."""
        return self._languages.known(Asking(team, "", user), "")

    def _note(self, place: Place, view: Json) -> None:
        """What Slack says of the Home that somebody sees is what they see, whoever published it."""
        key = place.team, place.user
        before = self._seen.get(key)
        fields = (read_block_id(str(block.get("block_id") or "")) for block in view.get("blocks") or [])
        count = next((field[1] for field in fields if field is not None), 0)
        digest = str(view.get("private_metadata") or "")
        at = before.at if before is not None and before.digest == digest else self._clock()
        self._keep(key, Seen(str(view.get("hash") or ""), digest, at, count))

    def _keep(self, key: tuple[str, str], seen: Seen) -> None:
        if len(self._seen) >= MOST_KEPT and key not in self._seen:
            self._seen.pop(next(iter(self._seen)))
        self._seen[key] = seen

    async def publish(self, place: Place, client: AsyncWebClient, *, told: Sequence[str] = ()) -> None:
        """Draw the Home and publish it, guarded by the hash of the one that its person sees.

        Where that one is no longer there, the new one is published all the same, once: it was drawn later.

        Raises:
            SlackApiError: where Slack refuses it for anything else.
        """
        key = place.team, place.user
        lock = self._locks.setdefault(key, asyncio.Lock())
        async with lock:
            seen = self._seen.get(key)
            page = await self._page(place, client, count=seen.count if seen else 0, told=tuple(told))
            view = HomeCards(self._bot.cards.base, self._bot.cards.phrases, self._bot.cards.command).view(
                page
            )
            digest = hashlib.blake2b(json.dumps(view, sort_keys=True).encode(), digest_size=12).hexdigest()
            if seen is not None and seen.digest == digest and self._is_there(seen):
                return
            view["private_metadata"] = digest
            answer = await _publish(client, place.user, view, seen.hash if seen else "")
            published = (answer.get("view") or {}).get("hash")
            self._keep(key, Seen(str(published or ""), digest, self._clock(), page.count))

    def _is_there(self, seen: Seen) -> bool:
        """Whether the Home that we know of is surely the one at Slack."""
        return bool(seen.hash) or self._clock() - seen.at < SAME_SECONDS

    async def _page(
        self, place: Place, client: AsyncWebClient, *, count: int, told: tuple[str, ...]
    ) -> HomePage:
        asking, now = Asking(place.team, "", place.user), self._bot.now()
        profile = await self._languages.people.profile(client, place.team, place.user)
        chosen = (await self._languages.chosen(asking))[0]
        day = now.astimezone(ZoneInfo(profile.zone or "UTC")).date()
        about = await self._about_base()
        daily, visible = await self._listed(place, client)
        return HomePage(
            language=await self._languages.of(asking, "", client),
            now=now,
            day=day,
            version=about.version,
            zone=profile.zone,
            fact=fact_of_day(about.deck, place.team, day),
            daily=daily,
            visible=visible,
            user=place.user,
            recent=tuple(await self._recently.of(place.team, place.user)),
            chosen=(chosen or AS_ASKED) if self._languages.can_choose else None,
            contact=self._contact,
            count=count,
            told=told,
        )

    async def _about_base(self) -> _OfBase:
        base = self._bot.cards.base
        if self._of_base is None or self._of_base.base is not base:
            version = await asyncio.to_thread(fingerprint, base)
            self._of_base = _OfBase(base, Deck(base), version)
        return self._of_base

    async def _listed(
        self, place: Place, client: AsyncWebClient
    ) -> tuple[tuple[Listed, ...] | None, frozenset[str]]:
        """The daily facts that a person may know of: their own, and those of the channels they are in."""
        if self._daily is None:
            return None, frozenset()
        inside = await self.channels(place, client)
        try:
            seen = await self._daily.shown.visible_to(place.team, place.user, client, inside=inside)
        except StorageError as error:
            log.warning("the daily facts for a Home cannot be read: %s", error)
            return None, inside
        own_first = sorted(seen.items, key=lambda one: one.subscription.creator != place.user)
        return tuple(own_first), seen.channels

    async def channels(self, place: Place, client: AsyncWebClient, *, fresh: bool = False) -> frozenset[str]:
        """The channels a person is in, as Slack told lately, or (`fresh`) tells now."""
        key = place.team, place.user
        kept = self._channels.get(key)
        if kept is not None and not fresh and self._clock() - kept[0] < CHANNELS_SECONDS:
            return kept[1]
        found = await channels_of(client, place.user)
        if len(self._channels) >= MOST_KEPT:
            self._channels.clear()
        self._channels[key] = self._clock(), found
        return found


async def _publish(client: AsyncWebClient, user: str, view: Json, known: str) -> Any:
    """https://docs.slack.dev/reference/methods/views.publish; `known` is the hash of the view to replace."""
    try:
        return await client.views_publish(user_id=user, view=view, **({"hash": known} if known else {}))
    except SlackApiError as error:
        if not known or code_of(error) != "hash_conflict":
            raise
    return await client.views_publish(user_id=user, view=view)
