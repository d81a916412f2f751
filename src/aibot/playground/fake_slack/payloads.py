"""The payloads Slack sends: commands, events and interactions, as JSON-like dicts."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from .shapes import channel_json, message_json, view_json

if TYPE_CHECKING:
    from .answers import Origin
    from .state import State
    from .workspace import Json, Workspace

VERIFICATION_TOKEN = "fake-verification-token"  # noqa: S105  (deprecated by Slack, sent all the same)


def command(state: State, origin: Origin, name: str, text: str) -> Json:
    """Return a slash command's fields."""
    workspace = origin.workspace
    channel = workspace.channels[origin.channel or ""]
    fields = {
        "token": VERIFICATION_TOKEN,
        "team_id": workspace.id,
        "team_domain": workspace.domain,
        "channel_id": channel.id,
        "channel_name": "directmessage"
        if channel.is_im
        else "privategroup"
        if channel.is_private
        else channel.name,
        "user_id": origin.user,
        "user_name": workspace.users[origin.user].name,
        "command": name,
        "text": text,
        "api_app_id": state.app.app_id,
        "is_enterprise_install": "true" if workspace.is_whole else "false",
    }
    if workspace.enterprise_id:
        fields["enterprise_id"] = workspace.enterprise_id
    return fields


def event_callback(state: State, workspace: Workspace, event: Json) -> Json:
    """Wrap an event as the Events API does."""
    now = int(state.clock())
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": workspace.id,
        "context_team_id": workspace.id,
        "context_enterprise_id": workspace.enterprise_id,
        "api_app_id": state.app.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": f"Ev{uuid.uuid4().hex[:12].upper()}",
        "event_time": now,
        "authorizations": [
            {
                "enterprise_id": workspace.enterprise_id,
                # an organisation's installation has no workspace of its own
                "team_id": None if workspace.is_whole else workspace.id,
                "user_id": workspace.bot_user_id,
                "is_bot": True,
                "is_enterprise_install": workspace.is_whole,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{uuid.uuid4().hex}",
    }


def interaction(slack: State, origin: Origin, kind: str, **more: Any) -> Json:
    """Return what all interactive payloads share, and then some."""
    workspace = origin.workspace
    user = workspace.users[origin.user]
    result: Json = {
        "type": kind,
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": workspace.id},
        "api_app_id": slack.app.app_id,
        "token": VERIFICATION_TOKEN,
        "team": None if workspace.is_whole else {"id": workspace.id, "domain": workspace.domain},
        "enterprise": {"id": workspace.enterprise_id, "name": ""} if workspace.enterprise_id else None,
        "is_enterprise_install": workspace.is_whole,
        **more,
    }
    if origin.channel:
        channel = channel_json(workspace, workspace.channels[origin.channel])
        result["channel"] = {"id": origin.channel, "name": channel.get("name", "directmessage")}
    if origin.message is not None:
        message = origin.message
        ephemeral = message.ephemeral_to is not None
        result["container"] = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": message.channel,
            "is_ephemeral": ephemeral,
            **({"thread_ts": message.thread_ts} if message.thread_ts else {}),
        }
        if not ephemeral:  # Slack does not send an ephemeral message back
            result["message"] = message_json(slack, message)
    if origin.view is not None:
        result["view"] = view_json(slack, origin.view, values=more.get("state", {}).get("values"))
        result.pop("state", None)
        if kind in {"block_actions", "block_suggestion"}:
            result["container"] = {"type": "view", "view_id": origin.view.id}
    return result
