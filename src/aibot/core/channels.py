"""What a channel's id says by itself."""

from __future__ import annotations


def is_direct(channel: str) -> bool:
    """Whether it is a direct message: https://docs.slack.dev/reference/objects/conversation-object."""
    return channel.startswith("D")
