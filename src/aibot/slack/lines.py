"""Lines that ask for something else than an answer, heard alike in commands, mentions and direct messages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from aibot.slack.places import is_for_us, typed_in

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from slack_bolt.async_app import AsyncApp

Json = dict[str, Any]


def register_lines(
    app: AsyncApp,
    is_ours: Callable[[str], bool],
    on_command: Callable[..., Awaitable[None]],
    on_message: Callable[..., Awaitable[None]],
) -> None:
    """Tell Bolt who listens to them; before the listeners for questions, so that a line never becomes one."""

    async def is_command(command: Json) -> bool:
        return is_ours(str(command.get("text") or ""))

    async def is_mention(event: Json) -> bool:
        return is_for_us(event) and is_ours(typed_in(event))

    async def is_direct_message(event: Json) -> bool:
        return event.get("channel_type") == "im" and await is_mention(event)

    app.command(re.compile(r"^/"), matchers=[is_command])(on_command)
    app.event("app_mention", matchers=[is_mention])(on_message)
    app.event("message", matchers=[is_direct_message])(on_message)
