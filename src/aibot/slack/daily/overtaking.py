"""Two people who change one daily post: who changed it last, and whether one has just overtaken the other."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from slack_sdk.errors import SlackApiError

from aibot.slack.refusals import UNREACHABLE
from aibot.storage import OPERATOR, SLACK

if TYPE_CHECKING:
    from datetime import datetime

    from slack_sdk.web.async_client import AsyncWebClient

    from aibot.slack.cards.daily.cards import DailyCards
    from aibot.slack.places import Place
    from aibot.storage import Audited, Store

log = logging.getLogger(__name__)

FRESH_SECONDS = 60  # within so much, neither may have seen what the other did
_MOST_READ = 5  # of the channel's changes; what is not of its daily post may stand among them


def last_change(store: Store, team: str, channel: str) -> Audited | None:
    """The last change of a channel's daily post that a person made, if it is the last of all."""
    found = store.audit.read(team=team, channel=channel, limit=_MOST_READ)
    ours = [one for one in found if one.what.startswith("subscription.")]
    return ours[-1] if ours and ours[-1].actor not in (SLACK, OPERATOR) else None


def overtaken_by(store: Store, place: Place, now: datetime) -> str:
    """Who changed it just before this person does; "" for nobody else."""
    last = last_change(store, place.team, place.channel)
    is_fresh = last is not None and last.actor != place.user and now.timestamp() - last.at <= FRESH_SECONDS
    return last.actor if last is not None and is_fresh else ""


async def tell_overtaken(user: str, place: Place, client: AsyncWebClient, cards: DailyCards) -> None:
    """Tell who has just set it up or changed it, alone, that somebody else has changed it since."""
    line = cards.line("overtaken.told", place.language, user=f"<@{place.user}>")
    try:
        await client.chat_postEphemeral(channel=place.channel, user=user, **line.message())
    except (SlackApiError, *UNREACHABLE) as error:
        log.info("somebody could not be told of a change: %s", type(error).__name__)
