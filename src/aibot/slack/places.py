"""Where a request comes from: who asks, in which channel, in which language, and what a button carries."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aibot.slack.delivery import Response

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncBoltContext

    from aibot.core.language import Language
    from aibot.slack.cards import Where

Json = dict[str, Any]

#  https://docs.slack.dev/messaging/formatting-message-text#mentioning-users
MENTION = re.compile(r"<@[UW][A-Z0-9]*(?:\|[^>]*)?>")


@dataclass(frozen=True, slots=True)
class Place:
    """Who asks, where, in which language, and who we are there."""

    team: str
    channel: str
    user: str
    language: Language
    bot_user: str = ""
    in_home: bool = False  # in the Home tab, which tells what came of it itself


def pressed(body: Json, context: AsyncBoltContext, data: Json) -> tuple[Place, Response]:
    """Who pressed a button where, and how to answer them."""
    language: Language = "zh" if data.get("l") == "zh" else "en"
    channel = str((body.get("channel") or {}).get("id") or body.get("container", {}).get("channel_id", ""))
    place = place_of(context, channel, body["user"]["id"], language)
    return place, Response(str(body.get("response_url") or ""), context.client)


def place_of(context: AsyncBoltContext, channel: str, user: str, language: Language) -> Place:
    """Where a request comes from; the workspace is the one we are installed in, whoever asks."""
    authorized = context.authorize_result
    team = str((authorized.team_id if authorized else None) or context.team_id or "")
    return Place(team, channel, user, language, context.bot_user_id or "")


def typed_in(event: Json) -> str:
    """What a message says, without our name."""
    return MENTION.sub(" ", str(event.get("text") or ""))


def value_of(action: Json) -> Json:
    """What a button carries; nothing where it is not one of ours."""
    try:
        data = json.loads(action.get("value") or "{}")
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def is_ephemeral(body: Json) -> bool:
    """Whether the message that a button stands on is for one person alone."""
    return bool(body.get("container", {}).get("is_ephemeral"))


def where_of(body: Json) -> Where:
    """How the card that a button stands on is seen: by one person, in a direct message, or by a channel."""
    if is_ephemeral(body):
        return "private"
    return "direct" if is_direct(str(body.get("container", {}).get("channel_id") or "")) else "channel"


def is_direct(channel: str) -> bool:
    """Whether a channel's id is that of a direct message with us."""
    return channel.startswith("D")
