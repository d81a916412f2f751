"""Where a request comes from: who asks, in which channel, in which language, and what a button carries."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aibot.core.channels import is_direct
from aibot.slack.delivery import Response, teller, whisperer
from aibot.slack.manners.guard import Asker

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncBoltContext
    from slack_sdk.web.async_client import AsyncWebClient

    from aibot.core.language import Language
    from aibot.slack.cards import Where

Json = dict[str, Any]

#  https://docs.slack.dev/messaging/formatting-message-text#mentioning-users
MENTION = re.compile(r"<@[UW][A-Z0-9]*(?:\|[^<>]*)?>")
#  Messages of people have no subtype, or one of these: https://docs.slack.dev/reference/events/message#subtypes
WRITTEN = frozenset({None, "file_share", "me_message", "thread_broadcast"})


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
    """Where a request comes from."""
    return Place(team_of(context), channel, user, language, context.bot_user_id or "")


def team_of(context: AsyncBoltContext) -> str:
    """The workspace we are installed in that a request is for, whoever asks."""
    authorized = context.authorize_result
    return str((authorized.team_id if authorized else None) or context.team_id or "")


def message_name(body: Json, event: Json) -> str:
    """What tells a message from every other one."""
    return f"{body.get('team_id') or ''} {event.get('channel')} {event.get('ts')}"


def typed_in(event: Json) -> str:
    """What a message says, without our name."""
    return MENTION.sub(" ", str(event.get("text") or ""))


def mentions(event: Json, user: str | None) -> bool:
    """Whether a message has somebody's name in it."""
    return bool(user) and f"<@{user}" in str(event.get("text") or "")


def is_for_us(event: Json) -> bool:
    """Whether a person wrote it, now: no bot, no edit, no unfurl, no deletion."""
    return not (
        event.get("bot_id")
        or event.get("subtype") not in WRITTEN
        or event.get("edited")
        or event.get("hidden")
        or not event.get("user")
        or event.get("user") == "USLACKBOT"
    )


def deleted_in(event: Json) -> str | None:
    """The message that was deleted, by its ts; one with replies turns into a tombstone."""
    if event.get("subtype") == "message_deleted":
        return str(event.get("deleted_ts") or "") or None
    message = event.get("message") or {}
    if event.get("subtype") == "message_changed" and message.get("subtype") == "tombstone":
        return str(message.get("ts") or "") or None
    return None


def thread_below(event: Json) -> str | None:
    """The thread to answer a message in: its own, or one below it; None for a direct message outside threads."""
    return event.get("thread_ts") or (None if event.get("channel_type") == "im" else event["ts"])


def asker_of(event: Json, client: AsyncWebClient) -> Asker:
    """Who wrote a message to us, and how to tell them alone."""
    channel, user, thread = str(event["channel"]), str(event["user"]), event.get("thread_ts")
    if is_direct(channel):
        return Asker(user, teller(client, channel, thread))
    return Asker(user, whisperer(client, channel, user, thread))


def thread_of(body: Json) -> str | None:
    """The thread that a pressed button's message stands in; "" for a direct message outside threads."""
    container = body.get("container") or {}
    thread = container.get("thread_ts") or (body.get("message") or {}).get("thread_ts")
    if thread:
        return str(thread)
    return "" if is_direct(str(container.get("channel_id") or "")) else None


def value_of(action: Json) -> Json:
    """What a button carries; nothing where it is not one of ours."""
    try:
        data = json.loads(action.get("value") or "{}")
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def button_name(body: Json, action: Json) -> str:
    """Which button on which message was pressed."""
    container = body.get("container", {})
    return f"{container.get('channel_id')} {container.get('message_ts')} {action.get('value')}"


def is_ephemeral(body: Json) -> bool:
    """Whether the message that a button stands on is for one person alone."""
    return bool(body.get("container", {}).get("is_ephemeral"))


def where_of(body: Json) -> Where:
    """How the card that a button stands on is seen: by one person, in a direct message, or by a channel."""
    if is_ephemeral(body):
        return "private"
    return "direct" if is_direct(str(body.get("container", {}).get("channel_id") or "")) else "channel"
