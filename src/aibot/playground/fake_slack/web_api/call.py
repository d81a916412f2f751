"""One call of a Web API method: who calls, with what, and what they may do."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aibot.playground.fake_slack.state import Refusal, State

if TYPE_CHECKING:
    from collections.abc import Callable

    from aibot.playground.fake_slack.blocks_check import BlocksCheck
    from aibot.playground.fake_slack.workspace import Channel, Json, Token, Workspace

FALSE = {"", "0", "false", "False", "no", "null", "None"}


@dataclass
class Call:
    """The arguments of one call, and the token's workspace."""

    state: State
    checks: BlocksCheck
    base_url: str
    args: Json
    credentials: tuple[str, str] | None = None
    _token: Token | None = None
    warnings: list[str] = field(default_factory=list)

    @property
    def token(self) -> Token:
        """The bot token of the call; it was checked before the method runs."""
        if self._token is None:
            raise Refusal("not_authed")
        return self._token

    @property
    def workspace(self) -> Workspace:
        """The workspace the token is for; with an organisation's, the one that the arguments name."""
        if self.token.team:
            return self.state.workspaces[self.token.team]
        whole = [one for one in self.state.workspaces.values() if self.token in one.tokens]
        named = {self.text(name) for name in ("team_id", "channel", "user", "user_id", "users")}
        return next((one for one in whole if named & {one.id, *one.channels, *one.users}), whole[0])

    def text(self, name: str, default: str = "") -> str:
        """Return a string argument."""
        value = self.args.get(name)
        if value is None:
            return default
        return value if isinstance(value, str) else json.dumps(value)

    def flag(self, name: str) -> bool:
        """Return a boolean argument."""
        value = self.args.get(name, False)
        return value not in FALSE if isinstance(value, str) else bool(value)

    def integer(self, name: str, default: int) -> int:
        """Return a whole number."""
        value = self.args.get(name)
        if value in {None, ""}:
            return default
        try:
            return int(str(value))
        except ValueError:
            raise Refusal("invalid_arguments") from None

    def parsed(self, name: str, error: str = "invalid_arguments") -> Any:
        """Return an argument that is JSON, as a string or as itself."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise Refusal(error) from None

    def required(self, name: str, error: str | None = None) -> str:
        """Return a string argument that must be there."""
        value = self.text(name)
        if not value:
            message = f"[ERROR] missing required field: {name}"
            if error:
                raise Refusal(error)
            raise Refusal("invalid_arguments", response_metadata={"messages": [message]})
        return value

    def visible_channel(self, name: str = "channel") -> Channel:
        """Find a channel the app may know of (rules.MEMBERSHIP)."""
        channel = self.workspace.channels.get(self.text(name))
        hidden = channel is not None and (channel.is_private or channel.is_im)
        if channel is None or (hidden and self.token.user_id not in channel.members):
            raise Refusal("channel_not_found")
        return channel

    def need_scope(self, *needed: str) -> None:
        """Refuse unless the token has one of these scopes (rules.SCOPES)."""
        if needed and not set(needed) & set(self.token.scopes):
            raise Refusal("missing_scope", needed=needed[0], provided=",".join(self.token.scopes))

    def need_channel_scope(self, channel: Channel, what: str) -> None:
        """Refuse unless the token may read that kind of channel."""
        kind = "im" if channel.is_im else "groups" if channel.is_private else "channels"
        self.need_scope(f"{kind}:{what}")


@dataclass(frozen=True)
class Method:
    """A Web API method: the function, the scopes of which it needs one, and which token it needs, if any."""

    run: Callable[[Call], Json]
    scopes: tuple[str, ...] = ()
    needs_token: bool = True
    takes_app_token: bool = False
    takes_config_token: bool = False
