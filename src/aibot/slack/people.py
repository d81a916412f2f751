"""What Slack tells of people: their time zone, whether they are admins, where they are. All of it is optional."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slack_sdk.errors import SlackApiError

from aibot.core.daily.zones import known_zone
from aibot.core.language import of_locale
from aibot.slack.refusals import UNREACHABLE, code_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from slack_sdk.web.async_client import AsyncWebClient

    from aibot.core.language import Language

log = logging.getLogger(__name__)

KEPT_SECONDS = 600
MOST_KEPT = 10_000
WAIT_SECONDS = 1.5  # a trigger_id lives for three
MOST_PAGES = 5


@dataclass(frozen=True, slots=True)
class Profile:
    """A person; None is what Slack would not tell us."""

    zone: str | None = None
    is_admin: bool | None = None
    language: Language | None = None  # of the locale


class People:
    """Asks `users.info`, and remembers."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: dict[tuple[str, str], tuple[float, Profile]] = {}

    async def profile(self, client: AsyncWebClient, team: str, user: str) -> Profile:
        """A person's profile; an empty one where Slack does not tell in time."""
        if (kept := self.known(team, user)) is not None:
            return kept
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                response = await client.users_info(user=user, include_locale=True)
        except (SlackApiError, *UNREACHABLE) as error:
            log.info("users.info told nothing: %s", code_of(error))
            return Profile()
        person = response.get("user") or {}
        profile = Profile(
            zone=known_zone(str(person.get("tz") or "")),
            is_admin=_is_of(team, person) and bool(person.get("is_admin") or person.get("is_owner")),
            language=of_locale(str(person.get("locale") or "")),
        )
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[team, user] = (self._clock(), profile)
        return profile

    def known(self, team: str, user: str) -> Profile | None:
        """What Slack has told of a person lately, without asking."""
        kept = self._kept.get((team, user))
        return kept[1] if kept is not None and self._clock() - kept[0] < KEPT_SECONDS else None

    def forget(self, team: str, user: str) -> None:
        """Ask again next time: the person's profile has changed."""
        self._kept.pop((team, user), None)

    def forget_team(self, team: str) -> None:
        """Forget everybody in a workspace that took the app away."""
        for key in [key for key in self._kept if key[0] == team]:
            del self._kept[key]


async def channels_of(client: AsyncWebClient, user: str) -> frozenset[str]:
    """The channels that a person is in and we may know of; none where Slack does not tell."""
    found: set[str] = set()
    with contextlib.suppress(NotToldError):
        async for page in _pages_of(client, user):
            found |= page
    return frozenset(found)


async def is_member(client: AsyncWebClient, channel: str, user: str) -> bool | None:
    """Whether a person is in a channel; None where Slack does not tell in time.

    A person is in fewer channels than a channel has people: this is one call, where `conversations.members` is many.
    """
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            async for page in _pages_of(client, user):
                if channel in page:
                    return True
    except (NotToldError, TimeoutError):
        return None
    return False


class NotToldError(Exception):
    """Slack does not tell where a person is."""


async def _pages_of(client: AsyncWebClient, user: str) -> AsyncIterator[frozenset[str]]:
    """The channels that a person is in, a page at a time."""
    cursor = ""
    for _ in range(MOST_PAGES):
        try:
            # https://docs.slack.dev/reference/methods/users.conversations: private ones where the bot is in too
            response = await client.users_conversations(
                user=user, types="public_channel,private_channel", limit=999, cursor=cursor
            )
        except (SlackApiError, *UNREACHABLE) as error:
            log.info("users.conversations told nothing: %s", code_of(error))
            raise NotToldError from error
        yield frozenset(str(channel["id"]) for channel in response.get("channels") or [])
        cursor = str((response.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            return
    log.info("users.conversations has more than %d pages", MOST_PAGES)
    raise NotToldError


async def is_in_channel(client: AsyncWebClient, channel: str) -> bool | None:
    """Whether the bot is in a channel; None where Slack does not tell."""
    try:
        response = await client.conversations_info(channel=channel)
    except SlackApiError as error:
        return False if code_of(error) == "channel_not_found" else None
    except UNREACHABLE:
        return None
    told = response.get("channel") or {}
    return bool(told["is_member"]) if "is_member" in told else None


def _is_of(team: str, person: dict[str, Any]) -> bool:
    """Whether somebody belongs to a workspace: in a shared channel another organisation's admin is none of ours.

    https://docs.slack.dev/reference/objects/user-object: in an organisation `enterprise_user` names all workspaces.
    """
    teams = (person.get("enterprise_user") or {}).get("teams") or ()
    return person.get("team_id") in (None, team) or team in teams
