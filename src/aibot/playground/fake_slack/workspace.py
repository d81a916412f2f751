"""What a workspace holds: users, channels, messages, views, apps and their tokens."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

BOT_SCOPES = (
    "app_mentions:read", "channels:history", "channels:join", "channels:read", "chat:write", "commands",
    "groups:history", "groups:read", "im:history", "im:read", "im:write", "mpim:history", "mpim:read",
    "team:read", "users:read",
)  # fmt: skip


@dataclass
class User:
    """A person or a bot user."""

    id: str
    name: str
    real_name: str = ""
    locale: str = "en-US"
    tz: str = "America/New_York"
    is_admin: bool = False
    is_bot: bool = False
    deleted: bool = False
    team: str = ""
    """Another workspace, whose people come in through a shared channel; "" is this one."""
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    """Guests: of some channels, and of a single one."""


@dataclass
class Channel:
    """A channel, private channel or DM."""

    id: str
    name: str
    is_private: bool = False
    is_im: bool = False
    is_archived: bool = False
    creator: str = "U1"
    created: int = 0
    topic: str = ""
    members: list[str] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """The channel_type that events name."""
        return "im" if self.is_im else "group" if self.is_private else "channel"


@dataclass
class Message:
    """A message as Slack keeps it; `ephemeral_to` names the only person who sees it."""

    ts: str
    channel: str
    team: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    bot_id: str | None = None
    app_id: str | None = None
    subtype: str | None = None
    metadata: Json | None = None
    edited: Json | None = None
    reply_broadcast: bool = False
    ephemeral_to: str | None = None
    deleted: bool = False
    arguments: Json = field(default_factory=dict)
    history: list[tuple[str, list[Json]]] = field(default_factory=list)

    @property
    def is_reply(self) -> bool:
        """Say whether the message lies in a thread below another."""
        return self.thread_ts is not None and self.thread_ts != self.ts

    def elements(self) -> list[tuple[str, Json]]:
        """Return every interactive element with the block_id it lies in."""
        return [pair for block in self.blocks for pair in _elements(block, str(block.get("block_id", "")))]


@dataclass
class View:
    """A modal or a Home tab."""

    id: str
    team: str
    user: str
    body: Json
    hash: str
    type: str
    external_id: str = ""
    root_id: str = ""
    previous_id: str | None = None
    open: bool = True

    def elements(self) -> list[tuple[str, Json]]:
        """Return every interactive element with the block_id it lies in."""
        blocks: list[Json] = self.body.get("blocks", [])
        return [pair for block in blocks for pair in _elements(block, str(block.get("block_id", "")))]


@dataclass
class App:
    """An app as its settings page knows it."""

    app_id: str = "A1"
    name: str = "aibot"
    client_id: str = "1.1"
    client_secret: str = "fake-client-secret"  # noqa: S105  (a fake's)
    signing_secret: str = "fake-signing-secret"  # noqa: S105
    app_token: str = "xapp-1-A1-1-fake"  # noqa: S105
    config_token: str = "xoxe.xoxp-1-fake"  # noqa: S105
    manifest: Json | None = None
    """The app's settings, as `apps.manifest.export` gives them out."""
    redirect_urls: tuple[str, ...] = ()
    token_rotation: bool = False
    """Whether tokens live twelve hours and are refreshed (rules.TOKEN_SECONDS)."""
    events: frozenset[str] | None = None
    """The events the app is subscribed to; None means all of them."""


@dataclass
class Token:
    """A bot token: whose it is, what it may do, and whether it still works."""

    value: str
    team: str
    user_id: str
    bot_id: str
    scopes: tuple[str, ...]
    error: str | None = None
    """The error it is refused with, once revoked."""
    enterprise: str | None = None
    """The organisation it is for as a whole; its `team` is "" then."""
    refresh_token: str | None = None
    expires_at: float | None = None


@dataclass
class Workspace:
    """One Slack workspace."""

    id: str
    name: str
    domain: str
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    views: dict[str, View] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)
    tokens: list[Token] = field(default_factory=list)
    enterprise_id: str | None = None

    @property
    def token(self) -> Token:
        """The newest token the app has here, working or not."""
        return self.tokens[-1]

    @property
    def is_whole(self) -> bool:
        """Whether its token is its organisation's."""
        return self.token.enterprise is not None

    @property
    def bot_user_id(self) -> str:
        """The app's bot user here."""
        return self.token.user_id

    def message(self, channel: str, ts: str) -> Message | None:
        """Find a message that people can still see; ephemeral ones too."""
        return next((m for m in self.messages if m.channel == channel and m.ts == ts and not m.deleted), None)


def _elements(block: Json, block_id: str) -> list[tuple[str, Json]]:
    found: list[tuple[str, Json]] = []
    for key in ("elements", "actions", "accessory", "element", "child_blocks", "cards"):
        value = block.get(key)
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, dict):
                continue
            inner = str(child.get("block_id", block_id)) if key in {"child_blocks", "cards"} else block_id
            if "action_id" in child or child.get("type") in {"button", "feedback_buttons", "icon_button"}:
                found.append((inner, child))
            found += _elements(child, inner)
    return found
