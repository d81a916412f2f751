"""chat.*: messages posted, updated and deleted by the app."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aibot.playground.fake_slack import rules
from aibot.playground.fake_slack.shapes import message_json
from aibot.playground.fake_slack.state import Refusal

from .call import Call, Method

if TYPE_CHECKING:
    from aibot.playground.fake_slack.workspace import Channel, Json, Message


def content(call: Call, *, needs_text: bool = True) -> Json:
    """Return a message's text, blocks, attachments and metadata, refused where Slack refuses them."""
    blocks = call.parsed("blocks", "invalid_blocks_format")
    attachments = call.parsed("attachments", "invalid_attachments") or []
    markdown, text = call.text("markdown_text"), call.text("text")
    if markdown and (text or blocks):
        raise Refusal("markdown_text_conflict")
    if len(markdown) > rules.MARKDOWN_TEXT.value:
        raise Refusal("msg_too_long")
    if blocks is not None and not isinstance(blocks, list):
        raise Refusal("invalid_blocks_format")
    if blocks:
        call.checks.refuse_message(blocks)
    if needs_text and not (text or blocks or attachments or markdown):
        raise Refusal("no_text")
    metadata = call.parsed("metadata", "invalid_metadata_format")
    if metadata is not None and not (
        isinstance(metadata, dict)
        and metadata.get("event_type")
        and isinstance(metadata.get("event_payload"), dict)
    ):
        raise Refusal("invalid_metadata_format")
    return {
        "text": text or markdown,
        "blocks": blocks or [],
        "attachments": attachments,
        "metadata": metadata,
    }


def _target(call: Call) -> Channel:
    """Find where to post: a channel id or name, or a user's DM (rules.DM_BY_USER)."""
    wanted = call.required("channel", "channel_not_found")
    workspace, bot = call.workspace, call.token.user_id
    if wanted in workspace.users and wanted != bot:
        return call.state.dm(workspace, wanted)
    by_name = {f"#{c.name}": c for c in workspace.channels.values() if not c.is_im}
    channel = workspace.channels.get(wanted) or by_name.get(wanted)
    if channel is None or ((channel.is_private or channel.is_im) and bot not in channel.members):
        raise Refusal("channel_not_found")
    if channel.is_archived:
        raise Refusal("is_archived")
    if bot not in channel.members and "chat:write.public" not in call.token.scopes:
        raise Refusal("not_in_channel")
    return channel


def _app_fields(call: Call) -> Json:
    return {"user": call.token.user_id, "bot_id": call.token.bot_id, "app_id": call.state.app.app_id}


def post_message(call: Call) -> Json:
    """Post to a channel, a thread or a DM."""
    channel, fields = _target(call), content(call)
    arguments = {
        name: call.args[name]
        for name in ("unfurl_links", "unfurl_media", "parse", "link_names")
        if name in call.args
    }
    message = call.state.post(
        call.workspace,
        channel,
        **_app_fields(call),
        **fields,
        thread_ts=call.text("thread_ts") or None,
        reply_broadcast=call.flag("reply_broadcast"),
        arguments=arguments,
    )
    if len(call.text("text")) > rules.TEXT_TRUNCATED.value:
        call.warnings.append("message_truncated")
    if not call.text("text") and not call.text("markdown_text"):
        call.warnings.append("missing_text_in_message")
    event = {**message_json(call.state, message), "channel": channel.id, "event_ts": message.ts}
    event["channel_type"] = channel.kind
    call.state.raise_event(call.workspace, event)
    return {"channel": channel.id, "ts": message.ts, "message": message_json(call.state, message)}


def post_ephemeral(call: Call) -> Json:
    """Show one person a message (rules.EPHEMERAL)."""
    channel, fields = _target(call), content(call)
    user = call.required("user", "user_not_found")
    if user not in call.workspace.users:
        raise Refusal("user_not_found")
    if user not in channel.members:
        raise Refusal("user_not_in_channel")
    message = call.state.post(
        call.workspace,
        channel,
        **_app_fields(call),
        **fields,
        thread_ts=call.text("thread_ts") or None,
        ephemeral_to=user,
    )
    return {"message_ts": message.ts}


def _own_message(call: Call, refusal: str) -> Message:
    channel = call.visible_channel()
    message = call.workspace.message(channel.id, call.required("ts", "message_not_found"))
    if message is None or message.ephemeral_to:
        raise Refusal("message_not_found")
    if message.user != call.token.user_id:
        raise Refusal(refusal)
    return message


def update(call: Call) -> Json:
    """Change a message of the app's own."""
    message = _own_message(call, "cant_update_message")
    if call.workspace.channels[message.channel].is_archived:
        raise Refusal("is_archived")
    if len(call.text("text")) > rules.UPDATE_TEXT.value:
        raise Refusal("msg_too_long")
    fields = content(call)
    # Text without blocks takes the old blocks away: https://docs.slack.dev/reference/methods/chat.update#markdown
    call.state.edit(message, fields["text"], fields["blocks"], edited_by=call.token.user_id)
    message.attachments = fields["attachments"]
    if fields["metadata"]:
        message.metadata = fields["metadata"]
    _changed(call, message, {"subtype": "message_changed", "message": message_json(call.state, message)})
    return {
        "channel": message.channel, "ts": message.ts, "text": message.text,
        "message": message_json(call.state, message),
    }  # fmt: skip


def delete(call: Call) -> Json:
    """Take back a message of the app's own."""
    message = _own_message(call, "cant_delete_message")
    message.deleted = True
    _changed(call, message, {"subtype": "message_deleted", "deleted_ts": message.ts})
    return {"channel": message.channel, "ts": message.ts}


def _changed(call: Call, message: Message, more: dict[str, Any]) -> None:
    ts = call.state.timestamps.next()
    event = {"type": "message", "channel": message.channel, "hidden": True, "ts": ts, "event_ts": ts, **more}
    channel = call.workspace.channels[message.channel]
    event["channel_type"] = channel.kind
    call.state.raise_event(call.workspace, event)


def get_permalink(call: Call) -> Json:
    """Return a message's address."""
    channel = call.visible_channel()
    ts = call.required("message_ts", "message_not_found")
    message = call.workspace.message(channel.id, ts)
    if message is None or message.ephemeral_to:
        raise Refusal("message_not_found")
    link = f"https://{call.workspace.domain}.slack.com/archives/{channel.id}/p{ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


METHODS = {
    "chat.postMessage": Method(post_message, ("chat:write",)),
    "chat.postEphemeral": Method(post_ephemeral, ("chat:write",)),
    "chat.update": Method(update, ("chat:write",)),
    "chat.delete": Method(delete, ("chat:write",)),
    "chat.getPermalink": Method(get_permalink),
}
