"""Who asks: as much of what Slack knows of them as the decision may need, and no more."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

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
from aibot.slack.permission import standing
from aibot.slack.preferences import Asking

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from aibot.core.daily.requests import Request
    from aibot.slack.people import People
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
    profile, is_in = await standing(
        who if changing else "anyone",
        Asking(place.team, place.channel, place.user),
        client,
        people,
        with_profile=isinstance(request, _OF_PROFILE),
    )
    return Asker(
        place.team,
        place.channel,
        place.user,
        profile.is_admin,
        is_in,
        profile.zone,
        place.language,
    )
