"""What happens in the workspaces: events the app is told of, and the changes that raise them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from . import payloads
from .shapes import message_json, user_json

if TYPE_CHECKING:
    from .inbound import Inbound
    from .record import Exchange, Record
    from .state import State
    from .workspace import Json, Message, Workspace

DEFAULT_EVENTS = frozenset(
    {
        "app_home_opened", "app_mention", "app_uninstalled", "channel_archive", "channel_deleted",
        "channel_left", "channel_rename", "channel_unarchive", "group_archive", "group_deleted",
        "group_left", "group_rename", "group_unarchive", "member_joined_channel", "member_left_channel",
        "message.channels", "message.groups", "message.im", "tokens_revoked", "user_change",
    }
)  # fmt: skip
MESSAGE_EVENTS = {"im": "im", "group": "groups", "channel": "channels"}


class Events:
    """Raises events and changes channels."""

    state: State
    inbound: Inbound
    record: Record

    def __init__(self) -> None:
        self._deliveries: set[asyncio.Task[Exchange]] = set()

    def workspace(self, team: str = "T1") -> Workspace:
        """Return a workspace by id."""
        return self.state.workspaces[team]

    async def event(self, event: Json, *, team: str = "T1", **envelope: Any) -> Exchange:
        """Send any event, retried as Slack would; `envelope` replaces fields beside it, such as event_id."""
        payload = payloads.event_callback(self.state, self.workspace(team), event) | envelope
        return await self.inbound.deliver_event(payload)

    async def redeliver(self, exchange: Exchange, *, reason: str = "http_timeout") -> Exchange:
        """Send an event again although it was answered, as Slack does when the answer was lost."""
        again = self.inbound.new_exchange("event")
        exchange.attempts.append(again)
        return await self.inbound.deliver(
            again, exchange.payload, attempt=len(exchange.attempts) - 1, reason=reason
        )

    async def change_user(self, user: str = "U1", *, team: str = "T1", **changes: Any) -> None:
        """Change a person's locale, tz, name …; raises user_change."""
        workspace = self.workspace(team)
        person = workspace.users[user]
        for name, value in changes.items():
            setattr(person, name, value)
        changed = user_json(workspace, person, locale=True, now=self.state.clock())
        self.state.raise_event(workspace, {"type": "user_change", "user": changed})
        await self.settle()

    async def invite(self, channel: str = "C1", *, user: str | None = None, team: str = "T1") -> None:
        """Bring someone, the bot unless said, into a channel."""
        await self._move(channel, user, team, inside=True)

    async def kick(self, channel: str = "C1", *, user: str | None = None, team: str = "T1") -> None:
        """Remove someone, the bot unless said, from a channel."""
        await self._move(channel, user, team, inside=False)

    async def _move(self, channel: str, user: str | None, team: str, *, inside: bool) -> None:
        workspace = self.workspace(team)
        who = user or workspace.bot_user_id
        self.state.set_membership(workspace, workspace.channels[channel], who, inside=inside)
        await self.settle()

    async def archive(self, channel: str = "C1", *, team: str = "T1", archived: bool = True) -> None:
        """Archive a channel, or bring it back."""
        workspace = self.workspace(team)
        self.state.set_archived(workspace, workspace.channels[channel], archived=archived)
        await self.settle()

    async def rename(self, channel: str, name: str, *, team: str = "T1") -> None:
        """Give a channel another name."""
        self.state.rename(self.workspace(team), self.workspace(team).channels[channel], name)
        await self.settle()

    async def delete_channel(self, channel: str, *, team: str = "T1") -> None:
        """Delete a channel."""
        self.state.delete_channel(self.workspace(team), self.workspace(team).channels[channel])
        await self.settle()

    async def delete(self, message: Message) -> None:
        """Delete a person's message; one with replies stays as a tombstone (rules.TOMBSTONE)."""
        workspace = self.workspace(message.team)
        replies = [
            m for m in workspace.messages if m.thread_ts == message.ts and m.is_reply and not m.deleted
        ]
        event: Json = {
            "type": "message", "channel": message.channel, "hidden": True, "ts": self.state.timestamps.next(),
            "channel_type": workspace.channels[message.channel].kind,
            "previous_message": message_json(self.state, message),
        }  # fmt: skip
        if replies:
            message.subtype, message.text, message.blocks = "tombstone", "This message was deleted.", []
            event |= {"subtype": "message_changed", "message": message_json(self.state, message)}
        else:
            message.deleted = True
            event |= {"subtype": "message_deleted", "deleted_ts": message.ts}
        self.record.changed()
        if self._subscribed(workspace, event):
            await self.event(event, team=workspace.id)

    def say(
        self,
        text: str,
        *,
        user: str = "U1",
        channel: str = "C1",
        thread_ts: str | None = None,
        team: str = "T1",
    ) -> Message:
        """Put a person's message into a channel; no event is sent."""
        workspace = self.workspace(team)
        message = self.state.post(
            workspace, workspace.channels[channel], user=user, text=text, thread_ts=thread_ts
        )
        self.record.changed()
        return message

    async def uninstall(self, team: str = "T1") -> None:
        """Remove the app from a workspace."""
        self.state.uninstall(self.workspace(team))
        await self.settle()

    async def take_out(self, team: str) -> None:
        """Remove an organisation's app from one of its workspaces, of which another one tells."""
        other = self.state.take_out(self.workspace(team))
        await self.event({"type": "team_access_revoked", "team_ids": [team]}, team=other.id)

    async def settle(self) -> None:
        """Wait until every event raised by a change was delivered."""
        while self._deliveries:
            await asyncio.gather(*self._deliveries)

    def _raise(self, workspace: Workspace, event: Json) -> None:
        self.record.changed()
        if not self.inbound.reaches_app or not self._subscribed(workspace, event):
            return
        event.setdefault("event_ts", self.state.timestamps.next())
        payload = payloads.event_callback(self.state, workspace, event)
        task = asyncio.ensure_future(self.inbound.deliver_event(payload))
        self._deliveries.add(task)
        task.add_done_callback(self._deliveries.discard)

    def _subscribed(self, workspace: Workspace, event: Json) -> bool:
        """Whether the app asked for the event, is where it happens, and holds its scope (rules.MESSAGE_SCOPES)."""
        name, channel = event["type"], workspace.channels.get(str(event.get("channel")))
        if name == "message" and channel is not None:
            name = f"message.{MESSAGE_EVENTS[channel.kind]}"
            if f"{MESSAGE_EVENTS[channel.kind]}:history" not in workspace.token.scopes:
                return False
        wanted = DEFAULT_EVENTS if self.state.app.events is None else self.state.app.events
        heard = name.startswith(("member_", "message."))
        outside = heard and channel is not None and workspace.bot_user_id not in channel.members
        return name in wanted and not outside
