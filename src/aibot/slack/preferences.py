"""Which language a reply is in, by what its person, its channel and its workspace have chosen."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aibot.core.language import LANGUAGES, reply_language, script_of
from aibot.slack.manners.seen import Seen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from slack_sdk.web.async_client import AsyncWebClient

    from aibot.core.language import Language
    from aibot.slack.manners.sharing import Sharing
    from aibot.slack.people import People
    from aibot.slack.serving.background import Background
    from aibot.storage import Preferences

LANGUAGE = "language"  # its name among the preferences
#  How long another process may go on with what was chosen before; this one knows at once
KEPT_SECONDS = 20.0
MOST_KEPT = 50_000
#  A slash command's answer rides in its acknowledgement, so nothing here may take long
READ_SECONDS = 0.5
#  A workspace where users.info told nothing of somebody is not asked about them again for so long
UNTOLD_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, in which channel of which workspace."""

    team: str
    channel: str
    user: str

    @property
    def owners(self) -> tuple[str, str, str]:
        """Whose choice counts, the first before the others."""
        return self.user, self.channel, self.team


def asking_in(body: dict[str, Any]) -> Asking:
    """Who asks, by a command, an event or an interaction as Slack sends it."""
    event, container = _part(body, "event"), _part(body, "container")
    user, channel = body.get("user") or event.get("user"), body.get("channel") or event.get("channel")
    # a bot's message names the workspace that it posts from; who presses its buttons may be of another one
    message = _part(body, "message") if body.get("type") == "block_actions" else {}
    return Asking(
        str(body.get("team_id") or message.get("team") or _id(body.get("team"))),
        str(body.get("channel_id") or _id(channel) or container.get("channel_id") or ""),
        str(body.get("user_id") or _id(user)),
    )


def _part(body: dict[str, Any], name: str) -> dict[str, Any]:
    part = body.get(name)
    return part if isinstance(part, dict) else {}


def _id(value: Any) -> str:
    return str((value.get("id") if isinstance(value, dict) else value) or "")


class Languages:
    """Says which language to reply in. What was chosen is kept in memory for some seconds, and bounded."""

    def __init__(  # noqa: PLR0913  # what it stands on
        self,
        default: Language,
        preferences: Preferences | None,
        people: People,
        background: Background,
        sharing: Sharing,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Without `preferences` nothing can be chosen: the question decides."""
        self.default, self.people = default, people
        self._preferences, self._background, self._clock = preferences, background, clock
        self._sharing = sharing
        self._kept: dict[tuple[str, str], tuple[float, Language | None]] = {}
        self._changes = 0
        self._untold = Seen(UNTOLD_SECONDS, clock=clock)

    @property
    def can_choose(self) -> bool:
        """Whether a choice can be kept."""
        return self._preferences is not None

    async def of(
        self, asking: Asking, text: str, client: AsyncWebClient, *, acknowledged: bool = True
    ) -> Language:
        """The language to reply to a text in. Slack is asked only where nothing else decides, and never before the
        acknowledgement: then it is asked for the next time.
        """  # noqa: D205  # two sentences that belong together
        chosen = await self.chosen(asking)
        if chosen == (None, None, None) and script_of(text) is None:
            await self._learn(asking, client, acknowledged=acknowledged)
        return self._decide(asking, text, chosen)

    def known(self, asking: Asking, text: str) -> Language:
        """The same, by what is in memory alone; for what must not wait, such as owning up to a failure."""
        return self._decide(asking, text, self._stale(asking))

    async def of_presser(self, asking: Asking, shown: Language) -> Language:
        """The language for who pressed a button on a card: their own choice, else the card's."""
        return (await self.chosen(asking))[0] or shown

    def known_of_presser(self, asking: Asking, shown: Language) -> Language:
        """The same, by what is in memory alone."""
        return self._stale(asking)[0] or shown

    async def of_reader(self, asking: Asking, text: str, client: AsyncWebClient) -> Language:
        """The language for who reads somebody else's text: what they chose, their locale, else the text's own."""
        chosen = await self.chosen(asking)
        if chosen == (None, None, None):
            await self._learn(asking, client, acknowledged=True)
        profile = self.people.known(asking.team, asking.user)
        locale = profile.language if profile else None
        return reply_language("", (*chosen, locale, script_of(text)), None, self.default)

    async def chosen(self, asking: Asking) -> tuple[Language | None, ...]:
        """What the person, the channel and the workspace have chosen."""
        found = self._in_memory(asking)
        return found if found is not None else await self._read(asking)

    async def choose(self, team: str, owner: str, language: Language | None, *, actor: str = "") -> None:
        """Keep somebody's choice; None takes it back.

        Raises:
            StorageError: where it cannot be written; nothing has changed.
        """
        assert self._preferences is not None
        await asyncio.to_thread(self._preferences.set, team, owner, LANGUAGE, language, actor=actor)
        self._changes += 1
        self._keep(team, {owner: language}, KEPT_SECONDS)

    def forget_team(self, team: str) -> None:
        """Forget what a workspace chose that took the app away."""
        for key in [key for key in self._kept if key[0] == team]:
            del self._kept[key]

    def _decide(self, asking: Asking, text: str, chosen: Iterable[Language | None]) -> Language:
        profile = self.people.known(asking.team, asking.user)
        return reply_language(text, chosen, profile.language if profile else None, self.default)

    def _in_memory(self, asking: Asking) -> tuple[Language | None, ...] | None:
        """What is known without asking the database; None where anything of it is missing or too old."""
        if self._preferences is None:
            return None, None, None
        now, found = self._clock(), []
        for owner in asking.owners:
            kept = self._kept.get((asking.team, owner))
            if kept is None or kept[0] <= now:
                return None
            found.append(kept[1])
        return tuple(found)

    async def _read(self, asking: Asking) -> tuple[Language | None, ...]:
        changes = self._changes
        read = await self._sharing.ask(
            lambda memory: memory.preferences.of(asking.team, asking.owners, LANGUAGE),
            otherwise=None,
            seconds=READ_SECONDS,
        )
        if read is None:
            return self._stale(asking)
        found = {owner: _language(read.get(owner)) for owner in asking.owners}
        if (
            changes == self._changes
        ):  # else somebody has chosen meanwhile, and what was read may be from before
            self._keep(asking.team, found, KEPT_SECONDS)
        return tuple(found[owner] for owner in asking.owners)

    def _stale(self, asking: Asking) -> tuple[Language | None, ...]:
        """What was known before, however long ago."""
        kept = (self._kept.get((asking.team, owner)) for owner in asking.owners)
        return tuple(one[1] if one else None for one in kept)

    def _keep(self, team: str, found: dict[str, Language | None], seconds: float) -> None:
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        until = self._clock() + seconds
        self._kept.update({(team, owner): (until, language) for owner, language in found.items()})

    async def _learn(self, asking: Asking, client: AsyncWebClient, *, acknowledged: bool) -> None:
        """Ask Slack for the person's locale, once in a while; without the scope users:read it tells nothing."""
        if self.people.known(asking.team, asking.user) is not None:
            return
        if not self._untold.add(f"{asking.team} {asking.user}"):
            return
        if acknowledged:
            await self.people.profile(client, asking.team, asking.user)
        else:
            self._background.start(self._ask(asking, client))

    async def _ask(self, asking: Asking, client: AsyncWebClient) -> None:
        await self.people.profile(client, asking.team, asking.user)


def _language(value: str | None) -> Language | None:
    """What stands in the database, where it is a language that we speak."""
    return next((language for language in LANGUAGES if language == value), None)
