"""Users, channels, messages and views as Slack's JSON writes them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from .state import State
    from .workspace import Channel, Json, Message, User, View, Workspace


def user_json(workspace: Workspace, user: User, *, locale: bool, now: float) -> Json:
    """Return a user object; locale only when asked for."""
    offset = datetime.fromtimestamp(now, UTC).astimezone(ZoneInfo(user.tz)).utcoffset()
    result: Json = {
        "id": user.id,
        "team_id": user.team or workspace.id,
        "name": user.name,
        "deleted": user.deleted,
        "real_name": user.real_name,
        "tz": user.tz,
        "tz_label": user.tz,
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "profile": {"real_name": user.real_name, "display_name": user.name, "team": workspace.id},
        "is_admin": user.is_admin,
        "is_owner": False,
        "is_restricted": user.is_restricted,
        "is_ultra_restricted": user.is_ultra_restricted,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": 0,
    }
    if locale:
        result["locale"] = user.locale
    return result


def channel_json(workspace: Workspace, channel: Channel, *, members: bool = False) -> Json:
    """Return a conversation object as the app sees it."""
    if channel.is_im:
        return {
            "id": channel.id,
            "created": channel.created,
            "is_im": True,
            "is_channel": False,
            "is_group": False,
            "is_private": True,
            "is_archived": False,
            "user": channel.members[0],
            "is_org_shared": False,
            "context_team_id": workspace.id,
        }
    result: Json = {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": not channel.is_private,
        "is_group": channel.is_private,
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.is_private,
        "created": channel.created,
        "is_archived": channel.is_archived,
        "is_general": channel.name == "general",
        "is_shared": False,
        "is_ext_shared": False,
        "is_org_shared": False,
        "creator": channel.creator,
        "is_member": workspace.bot_user_id in channel.members,
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "context_team_id": workspace.id,
    }
    if members:
        result["num_members"] = len(channel.members)
    return result


def message_json(state: State, message: Message, *, all_metadata: bool = True) -> Json:
    """Return a message as conversations.history and events write it (rules.METADATA)."""
    result: Json = {
        "type": "message",
        "user": message.user,
        "text": message.text,
        "ts": message.ts,
        "team": message.team,
    }
    if message.bot_id:
        workspace = state.workspaces[message.team]
        result |= {
            "bot_id": message.bot_id,
            "app_id": message.app_id,
            "bot_profile": bot_json(state, workspace),
        }
    if message.subtype:
        result["subtype"] = message.subtype
    if message.blocks:
        result["blocks"] = message.blocks
    if message.attachments:
        result["attachments"] = message.attachments
    if message.edited:
        result["edited"] = message.edited
    if message.metadata:
        kept = message.metadata if all_metadata else {"event_type": message.metadata["event_type"]}
        result["metadata"] = kept
    return result | thread_json(state, message)


def thread_json(state: State, message: Message) -> Json:
    """Return what a message says of its thread."""
    if message.is_reply:
        parent = state.workspaces[message.team].message(message.channel, message.thread_ts or "")
        return {"thread_ts": message.thread_ts, "parent_user_id": parent.user if parent else ""}
    replies = [
        m
        for m in state.in_channel(state.workspaces[message.team], message.channel)
        if m.is_reply and m.thread_ts == message.ts
    ]
    if not replies or message.ephemeral_to:
        return {}
    users = list(dict.fromkeys(reply.user for reply in replies))
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users": users,
        "reply_users_count": len(users),
        "latest_reply": replies[-1].ts,
        "is_locked": False,
        "subscribed": False,
    }


def bot_json(state: State, workspace: Workspace) -> Json:
    """Return the bot behind the app's messages."""
    return {
        "id": workspace.token.bot_id,
        "deleted": False,
        "name": state.app.name,
        "updated": 0,
        "app_id": state.app.app_id,
        "user_id": workspace.bot_user_id,
        "team_id": workspace.id,
        "icons": {},
    }


def view_json(state: State, view: View, *, values: Json | None = None) -> Json:
    """Return a view as views.* and interactive payloads write it."""
    workspace = state.workspaces[view.team]
    base: Json = {
        "private_metadata": "", "callback_id": "", "title": None, "close": None, "submit": None,
        "clear_on_close": False, "notify_on_close": False,
    }  # fmt: skip
    return {
        **base,
        **view.body,
        "id": view.id,
        "team_id": view.team,
        "type": view.type,
        "hash": view.hash,
        "state": {"values": values or {}},
        "external_id": view.external_id,
        "root_view_id": view.root_id,
        "previous_view_id": view.previous_id,
        "app_id": state.app.app_id,
        "app_installed_team_id": view.team,
        "bot_id": workspace.token.bot_id,
    }
