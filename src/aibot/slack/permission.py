"""Whether a person may change what holds for a whole channel: the workspace's policy, and what Slack tells of them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from aibot.core.channels import is_direct
from aibot.core.policy import denied
from aibot.slack.people import Profile, is_member

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from aibot.core.policy import Denial, Who
    from aibot.slack.people import People
    from aibot.slack.preferences import Asking
    from aibot.storage import Memory


async def standing(
    who: Who, asking: Asking, client: AsyncWebClient, people: People, *, with_profile: bool = False
) -> tuple[Profile, bool | None]:
    """A person's profile, and whether they are in the channel: as much as a policy needs, and no call more."""
    membership = None
    if who == "members" and not is_direct(asking.channel):
        membership = asyncio.create_task(is_member(client, asking.channel, asking.user))
    profile = Profile()
    if with_profile or who != "anyone":
        profile = await people.profile(client, asking.team, asking.user)
    return profile, await membership if membership else None


async def denial(memory: Memory, asking: Asking, client: AsyncWebClient, people: People) -> Denial | None:
    """Why a person may not change what holds for the channel they ask in; None where they may.

    Raises:
        StorageError: where the workspace's policy cannot be read.
    """
    who = (await asyncio.to_thread(memory.daily.policy, asking.team)).who
    profile, is_in = await standing(who, asking, client, people)
    return denied(who, is_admin=profile.is_admin, is_member=is_in)
