"""Who asks: as much of what Slack knows of them as the decision may need, and no more."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from aibot.core.channels import is_direct
from aibot.core.daily.outcomes import Asker
from aibot.core.daily.requests import (
    ListSubscriptions,
    Preview,
    SendTest,
    SetPolicy,
    ShowPolicy,
    Subscribe,
    Unclear,
)
from aibot.slack.people import People, Profile, is_member

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from aibot.core.daily.requests import Request
    from aibot.slack.places import Place
    from aibot.storage import Store

#  What nobody is kept from, and what a profile is needed for: a zone, or whether they are an admin
_OPEN = (Preview, SendTest, ListSubscriptions, SetPolicy, ShowPolicy, Unclear)
_OF_PROFILE = (Subscribe, ListSubscriptions, SetPolicy)


async def asker_of(
    request: Request, place: Place, client: AsyncWebClient, people: People, store: Store
) -> Asker:
    """Ask Slack for what a request's decision stands on; what Slack does not tell is None.

    Raises:
        StorageError: where the workspace's policy cannot be read.
    """
    who = (await asyncio.to_thread(store.policy, place.team)).who
    changing = not isinstance(request, _OPEN)
    profile, membership = Profile(), None
    if changing and who == "members" and not is_direct(place.channel):
        membership = asyncio.create_task(is_member(client, place.channel, place.user))
    if isinstance(request, _OF_PROFILE) or (changing and who != "anyone"):
        profile = await people.profile(client, place.team, place.user)
    return Asker(
        place.team,
        place.channel,
        place.user,
        profile.is_admin,
        await membership if membership else None,
        profile.zone,
        place.language,
    )
