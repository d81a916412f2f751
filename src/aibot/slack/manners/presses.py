"""Buttons that several people see: the first press of a message's buttons counts, what comes at once does not."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from aibot.slack.manners.seen import Seen
from aibot.slack.places import where_of

if TYPE_CHECKING:
    from collections.abc import Callable

Pressed: TypeAlias = Literal["first", "again", "taken"]

#  What comes later was pressed on the message as it is by then
AT_ONCE_SECONDS = 10.0


class Presses:
    """Remembers for some seconds which message was pressed, as it stood then."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._messages = Seen(AT_ONCE_SECONDS, clock=clock)
        self._presses = Seen(AT_ONCE_SECONDS, clock=clock)

    def take(self, body: dict[str, Any], action: dict[str, Any]) -> Pressed:
        """Whether this press is the first, the same person's same press again, or comes after somebody else's.

        A message that one person alone sees has nobody to come before them.
        """
        if where_of(body) != "channel":
            return "first"
        message, press = _names(body, action)
        if not self._presses.add(press):
            return "again"
        return "first" if self._messages.add(message) else "taken"

    def release(self, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Forget a press that changed nothing."""
        message, press = _names(body, action)
        self._messages.discard(message)
        self._presses.discard(press)


def _names(body: dict[str, Any], action: dict[str, Any]) -> tuple[str, str]:
    container = body.get("container") or {}
    #  Slack gives a message's blocks new ids whenever it is changed
    message = f"{container.get('channel_id')} {container.get('message_ts')} {action.get('block_id')}"
    return message, f"{message} {body['user']['id']} {action.get('value')}"
