"""The workspaces and the changes to them; what changes is raised as an event to whoever listens."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable
from typing import Any

from . import rules
from .clock import Clock, Timestamps, ts_key
from .workspace import BOT_SCOPES, App, Channel, Json, Message, Token, User, View, Workspace

Raise = Callable[[Workspace, Json], None]


class Refusal(Exception):  # noqa: N818  (Slack refuses; it does not err)
    """An `ok: false` answer, with whatever Slack says beside the error."""

    def __init__(self, error: str, **more: object) -> None:
        super().__init__(error)
        self.error = error
        self.more = more


class State:
    """Everything Slack knows."""

    def __init__(self, app: App, clock: Clock, scopes: tuple[str, ...] = BOT_SCOPES) -> None:
        self.app = app
        self.clock = clock
        self.scopes = scopes
        self.timestamps = Timestamps(clock)
        self.workspaces: dict[str, Workspace] = {}
        self.raise_event: Raise = lambda _workspace, _event: None
        self._numbers = itertools.count(1)
        self.triggers: dict[str, tuple[float, str, bool]] = {}
        self.oauth_codes: dict[str, tuple[float, str, tuple[str, ...], str]] = {}
        self.socket_tickets: set[str] = set()

    def number(self) -> int:
        """Return a number never given before."""
        return next(self._numbers)

    def add_workspace(self, team: str, name: str, *, installed: bool = True) -> Workspace:
        """Create a workspace with three people, two public channels and a private one."""
        suffix = "" if team == "T1" else team[1:]
        workspace = Workspace(team, name, name.lower())
        people = (
            User(f"U1{suffix}", "ada", "Ada", "en-US", "America/New_York"),
            User(f"U2{suffix}", "mei", "Mei", "zh-CN", "Asia/Shanghai"),
            User(f"U3{suffix}", "jonas", "Jonas", "en-GB", "Europe/Berlin", is_admin=True),
        )
        workspace.users = {user.id: user for user in people}
        everyone = list(workspace.users)
        for channel, label, private in (
            ("C1", "general", False),
            ("C2", "random", False),
            ("G1", "secret", True),
        ):
            id_ = channel + suffix
            workspace.channels[id_] = Channel(
                id_, label, private, creator=everyone[0], members=list(everyone)
            )
        self.workspaces[team] = workspace
        if installed:
            self.install(workspace)
            workspace.channels[f"C1{suffix}"].members.append(workspace.bot_user_id)
        return workspace

    def install(self, workspace: Workspace, scopes: tuple[str, ...] | None = None) -> Token:
        """Give the app a token here, and its bot user."""
        suffix = "" if workspace.id == "T1" else workspace.id[1:]
        token = self._new_token(workspace.id, f"UBOT{suffix}", f"B1{suffix}", scopes)
        self._give(token, [workspace])
        return token

    def install_everywhere(self, enterprise: str, scopes: tuple[str, ...] | None = None) -> Token:
        """Give the app one token for all workspaces of an organisation, and one bot user."""
        token = self._new_token(enterprise, f"UBOT{enterprise}", f"B1{enterprise}", scopes)
        token.team, token.enterprise = "", enterprise
        self._give(token, [one for one in self.workspaces.values() if one.enterprise_id == enterprise])
        return token

    def take_out(self, workspace: Workspace) -> Workspace:
        """Take the app away from one workspace of an organisation that keeps it; returns one that has it still."""
        whole = workspace.token
        workspace.tokens = [token for token in workspace.tokens if token is not whole]
        return next(one for one in self.workspaces.values() if whole in one.tokens)

    def refresh(self, refresh_token: str) -> Token:
        """Exchange a refresh token (rules.TOKEN_SECONDS, rules.ACTIVE_TOKENS)."""
        tokens = [token for workspace in self.workspaces.values() for token in workspace.tokens]
        old = next((one for one in tokens if one.refresh_token == refresh_token), None)
        if old is None or old.error:
            raise Refusal("invalid_refresh_token")
        old.refresh_token = None
        new = self._new_token(old.team or old.enterprise or "", old.user_id, old.bot_id, old.scopes)
        new.team, new.enterprise = old.team, old.enterprise
        self._give(new, [one for one in self.workspaces.values() if old in one.tokens])
        active = [
            one for one in tokens if one.user_id == old.user_id and one.team == old.team and not one.error
        ]
        for one in active[: -(int(rules.ACTIVE_TOKENS) - 1)]:
            one.error = "token_revoked"
        return new

    def _new_token(self, owner: str, user: str, bot: str, scopes: tuple[str, ...] | None) -> Token:
        number = self.number()
        token = Token(f"xoxb-{owner}-{number}-fake", owner, user, bot, scopes or self.scopes)
        if self.app.token_rotation:
            token.value, token.refresh_token = f"xoxe.{token.value}", f"xoxe-1-{owner}-{number}-fake"
            token.expires_at = self.clock() + rules.TOKEN_SECONDS.value
        return token

    def _give(self, token: Token, workspaces: list[Workspace]) -> None:
        for workspace in workspaces:
            workspace.tokens.append(token)
            user = User(token.user_id, self.app.name, self.app.name, tz="UTC", is_bot=True)
            workspace.users.setdefault(user.id, user)

    def uninstall(self, workspace: Workspace) -> None:
        """Take the tokens away and say so (rules.UNINSTALL)."""
        for token in workspace.tokens:
            token.error = token.error or "account_inactive"
        self.raise_event(workspace, {"type": "tokens_revoked", "tokens": {"bot": [workspace.bot_user_id]}})
        self.raise_event(workspace, {"type": "app_uninstalled"})

    def token(self, value: str) -> Token | None:
        """Find a bot token."""
        return next((t for w in self.workspaces.values() for t in w.tokens if t.value == value), None)

    def dm(self, workspace: Workspace, user: str) -> Channel:
        """Return the app's DM with a person, opened if need be."""
        id_ = f"D{user[1:]}"
        if id_ not in workspace.channels:
            members = [user, workspace.bot_user_id]
            workspace.channels[id_] = Channel(id_, user, is_im=True, creator=user, members=members)
        return workspace.channels[id_]

    def post(self, workspace: Workspace, channel: Channel, *, user: str, text: str, **fields: Any) -> Message:
        """Put a message into a channel."""
        if len(text) > rules.TEXT_TRUNCATED.value:
            text = text[: int(rules.TEXT_TRUNCATED)]
        fields["blocks"] = self.with_block_ids(fields.get("blocks") or [])
        message = Message(self.timestamps.next(), channel.id, workspace.id, user, text, **fields)
        if (
            message.thread_ts
            and not message.ephemeral_to
            and not workspace.message(channel.id, message.thread_ts)
        ):
            message.thread_ts = None
        workspace.messages.append(message)
        return message

    def edit(self, message: Message, text: str, blocks: list[Json], *, edited_by: str | None = None) -> None:
        """Give a message a new text and new blocks."""
        message.history.append((message.text, message.blocks))
        message.text, message.blocks = text, self.with_block_ids(blocks)
        if edited_by:
            message.edited = {"user": edited_by, "ts": self.timestamps.next()}

    def with_block_ids(self, blocks: list[Json]) -> list[Json]:
        """Name the blocks that have no block_id, as Slack does."""
        return [{**block, "block_id": block.get("block_id") or f"b{self.number()}"} for block in blocks]

    def in_channel(self, workspace: Workspace, channel: str) -> list[Message]:
        """Return what everyone in a channel can see, threads included, oldest first."""
        found = [
            m for m in workspace.messages if m.channel == channel and not m.ephemeral_to and not m.deleted
        ]
        return sorted(found, key=lambda m: ts_key(m.ts))

    def new_trigger(self, workspace: Workspace, user: str) -> str:
        """Return a trigger_id for something a person just did."""
        trigger = (
            f"{self.number()}.{workspace.id}.{hashlib.sha256(str(self.clock()).encode()).hexdigest()[:16]}"
        )
        self.triggers[trigger] = (self.clock(), user, False)
        return trigger

    def use_trigger(self, trigger: str) -> str:
        """Use a trigger_id up and return whose it is (rules.TRIGGER_SECONDS)."""
        if trigger not in self.triggers:
            raise Refusal("invalid_trigger_id")
        made, user, used = self.triggers[trigger]
        if used:
            raise Refusal("exchanged_trigger_id")
        if self.clock() - made > rules.TRIGGER_SECONDS.value:
            raise Refusal("expired_trigger_id")
        self.triggers[trigger] = (made, user, True)
        return user

    def new_hash(self, body: Json) -> str:
        """Return a view's hash."""
        digest = hashlib.sha256(repr(body).encode()).hexdigest()[:8]
        return f"{int(self.clock())}.{self.number()}{digest}"

    def new_view(self, workspace: Workspace, user: str, body: Json) -> View:
        """Make a view out of what the app sent."""
        body = {**body, "blocks": self.with_block_ids(body.get("blocks", []))}
        kind, external_id = str(body.get("type", "modal")), str(body.get("external_id", ""))
        view = View(f"V{self.number()}", workspace.id, user, body, self.new_hash(body), kind, external_id)
        view.root_id = view.id
        return view

    def set_membership(self, workspace: Workspace, channel: Channel, user: str, *, inside: bool) -> None:
        """Let a user join or leave, with the event the app would get."""
        if inside == (user in channel.members):
            return
        bot = workspace.bot_user_id
        event = {
            "type": "member_joined_channel" if inside else "member_left_channel",
            "user": user,
            "channel": channel.id,
            "channel_type": "G" if channel.is_private else "C",
            "team": workspace.id,
        }
        if inside:
            channel.members.append(user)
            self.raise_event(workspace, event)
            return
        channel.members.remove(user)
        if user == bot:
            # https://docs.slack.dev/reference/events/channel_left
            kind = "group_left" if channel.is_private else "channel_left"
            self.raise_event(workspace, {"type": kind, "channel": channel.id, "actor_id": channel.creator})
        else:
            self.raise_event(workspace, event)

    def set_archived(self, workspace: Workspace, channel: Channel, *, archived: bool) -> None:
        """Archive or unarchive a channel; archiving throws everyone out only when it is undone."""
        channel.is_archived = archived
        kind = ("group_" if channel.is_private else "channel_") + ("archive" if archived else "unarchive")
        self.raise_event(workspace, {"type": kind, "channel": channel.id, "user": channel.creator})

    def rename(self, workspace: Workspace, channel: Channel, name: str) -> None:
        """Give a channel a new name."""
        channel.name = name
        kind = "group_rename" if channel.is_private else "channel_rename"
        self.raise_event(
            workspace, {"type": kind, "channel": {"id": channel.id, "name": name, "created": channel.created}}
        )

    def delete_channel(self, workspace: Workspace, channel: Channel) -> None:
        """Delete a channel for good."""
        del workspace.channels[channel.id]
        kind = "group_deleted" if channel.is_private else "channel_deleted"
        self.raise_event(workspace, {"type": kind, "channel": channel.id})
