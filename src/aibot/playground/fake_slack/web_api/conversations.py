"""conversations.* and users.*: what the app can find out about channels and people."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, TypeVar

from aibot.playground.fake_slack import rules
from aibot.playground.fake_slack.clock import ts_key
from aibot.playground.fake_slack.shapes import channel_json, message_json, user_json
from aibot.playground.fake_slack.state import Refusal

from .call import Call, Method

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aibot.playground.fake_slack.workspace import Channel, Json, Message

T = TypeVar("T")
READ = ("channels:read", "groups:read", "im:read", "mpim:read")
HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")


def page(call: Call, items: Sequence[T], *, default: int, most: int) -> tuple[Sequence[T], str]:
    """Return one page of the items and the cursor to the next."""
    limit = call.integer("limit", default)
    if limit < 1 or limit > most + 1:
        raise Refusal("invalid_limit")
    start = 0
    if cursor := call.text("cursor"):
        try:
            start = int(base64.b64decode(cursor, validate=True).decode().removeprefix("next:"))
        except ValueError:
            raise Refusal("invalid_cursor") from None
    end = start + min(limit, most)
    following = base64.b64encode(f"next:{end}".encode()).decode() if end < len(items) else ""
    return items[start:end], following


def info(call: Call) -> Json:
    """Describe one channel."""
    channel = call.visible_channel()
    call.need_channel_scope(channel, "read")
    result = channel_json(call.workspace, channel, members=call.flag("include_num_members"))
    if call.flag("include_locale"):
        result["locale"] = "en-US"
    return {"channel": result}


def _wanted(call: Call, *, member: str | None) -> list[Channel]:
    kinds = {kind.strip() for kind in call.text("types", "public_channel").split(",")}
    if unknown := kinds - {"public_channel", "private_channel", "im", "mpim"}:
        raise Refusal("invalid_types", response_metadata={"messages": sorted(unknown)})
    found = []
    for channel in call.workspace.channels.values():
        kind = "im" if channel.is_im else "private_channel" if channel.is_private else "public_channel"
        hidden = kind != "public_channel" and call.token.user_id not in channel.members
        elsewhere = member is not None and member not in channel.members
        if (
            kind in kinds
            and not hidden
            and not elsewhere
            and not (channel.is_archived and call.flag("exclude_archived"))
        ):
            found.append(channel)
    return found


def list_channels(call: Call) -> Json:
    """List the channels the app may see."""
    channels, cursor = page(call, _wanted(call, member=None), default=100, most=999)
    listed = [channel_json(call.workspace, channel, members=True) for channel in channels]
    return {"channels": listed, "response_metadata": {"next_cursor": cursor}}


def user_conversations(call: Call) -> Json:
    """List the channels someone (the app itself, unless said) is in (rules.WHICH_WORKSPACE)."""
    if call.token.enterprise and not call.text("team_id"):
        raise Refusal("missing_argument")
    member = call.text("user") or call.token.user_id
    channels, cursor = page(call, _wanted(call, member=member), default=100, most=999)
    listed = [channel_json(call.workspace, channel) for channel in channels]
    return {"channels": listed, "response_metadata": {"next_cursor": cursor}}


def members(call: Call) -> Json:
    """List who is in a channel."""
    channel = call.visible_channel()
    call.need_channel_scope(channel, "read")
    found, cursor = page(call, channel.members, default=100, most=999)
    return {"members": list(found), "response_metadata": {"next_cursor": cursor}}


def _readable(call: Call) -> Channel:
    channel = call.visible_channel()
    call.need_channel_scope(channel, "history")
    if call.token.user_id not in channel.members:
        raise Refusal("not_in_channel")
    return channel


def _between(call: Call, messages: list[Message]) -> list[Message]:
    """Keep what lies between oldest and latest (rules.HISTORY_LIMIT)."""
    inclusive = call.flag("inclusive")
    try:
        oldest, latest = (
            ts_key(call.text(name)) if call.text(name) else None for name in ("oldest", "latest")
        )
    except ValueError:
        raise Refusal("invalid_ts_oldest") from None
    return [
        m
        for m in messages
        if (oldest is None or ts_key(m.ts) > oldest or (inclusive and ts_key(m.ts) == oldest))
        and (latest is None or ts_key(m.ts) < latest or (inclusive and ts_key(m.ts) == latest))
    ]


def history(call: Call) -> Json:
    """Read a channel, newest first."""
    channel = _readable(call)
    everything = call.state.in_channel(call.workspace, channel.id)
    shown = [m for m in everything if not m.is_reply or m.reply_broadcast]
    found, cursor = page(call, _between(call, shown)[::-1], default=100, most=int(rules.HISTORY_LIMIT))
    full = call.flag("include_all_metadata")
    result: Json = {
        "messages": [message_json(call.state, m, all_metadata=full) for m in found],
        "has_more": bool(cursor),
        "pin_count": 0,
    }
    if call.text("latest"):
        result["latest"] = call.text("latest")
    if cursor:
        result["response_metadata"] = {"next_cursor": cursor}
    return result


def replies(call: Call) -> Json:
    """Read a thread, its parent first."""
    channel = _readable(call)
    ts = call.required("ts", "thread_not_found")
    parent = call.workspace.message(channel.id, ts)
    if parent is None or parent.ephemeral_to:
        raise Refusal("thread_not_found")
    root = parent.thread_ts or parent.ts
    everything = call.state.in_channel(call.workspace, channel.id)
    thread = _between(call, [m for m in everything if m.is_reply and m.thread_ts == root])
    found, cursor = page(call, [m for m in everything if m.ts == root] + thread, default=999, most=999)
    full = call.flag("include_all_metadata")
    result: Json = {
        "messages": [message_json(call.state, m, all_metadata=full) for m in found],
        "has_more": bool(cursor),
    }
    if cursor:
        result["response_metadata"] = {"next_cursor": cursor}
    return result


def open_dm(call: Call) -> Json:
    """Open the app's DM with a person."""
    users = [user for user in call.text("users").split(",") if user]
    if len(users) != 1:
        raise Refusal("users_list_not_supplied" if not users else "method_not_supported_for_channel_type")
    if users[0] not in call.workspace.users:
        raise Refusal("user_not_found")
    known = f"D{users[0][1:]}" in call.workspace.channels
    channel = call.state.dm(call.workspace, users[0])
    full = channel_json(call.workspace, channel) if call.flag("return_im") else {"id": channel.id}
    return {"no_op": True, "already_open": True, "channel": full} if known else {"channel": full}


def join(call: Call) -> Json:
    """Let the app join a public channel."""
    channel = call.visible_channel()
    if channel.is_private or channel.is_im:
        raise Refusal("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise Refusal("is_archived")
    already = call.token.user_id in channel.members
    call.state.set_membership(call.workspace, channel, call.token.user_id, inside=True)
    result: Json = {"channel": channel_json(call.workspace, channel)}
    if already:
        result |= {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
    return result


def user_info(call: Call) -> Json:
    """Describe one person."""
    user = call.workspace.users.get(call.required("user", "user_not_found"))
    if user is None:
        raise Refusal("user_not_found")
    locale = call.flag("include_locale")
    return {"user": user_json(call.workspace, user, locale=locale, now=call.state.clock())}


def user_list(call: Call) -> Json:
    """List everyone."""
    users, cursor = page(call, list(call.workspace.users.values()), default=1000, most=1000)
    locale, now = call.flag("include_locale"), call.state.clock()
    listed = [user_json(call.workspace, user, locale=locale, now=now) for user in users]
    return {"members": listed, "cache_ts": int(now), "response_metadata": {"next_cursor": cursor}}


METHODS = {
    "conversations.info": Method(info, READ),
    "conversations.list": Method(list_channels, READ),
    "conversations.members": Method(members, READ),
    "conversations.history": Method(history, HISTORY),
    "conversations.replies": Method(replies, HISTORY),
    "conversations.open": Method(open_dm, ("im:write", "channels:manage", "groups:write", "mpim:write")),
    "conversations.join": Method(join, ("channels:join",)),
    "users.info": Method(user_info, ("users:read",)),
    "users.list": Method(user_list, ("users:read",)),
    "users.conversations": Method(user_conversations, READ),
}
