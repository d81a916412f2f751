"""Sending a card to Slack: with its blocks, or as text where Slack refuses them."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

from slack_sdk.errors import SlackApiError

if TYPE_CHECKING:
    from slack_bolt.context.respond.async_respond import AsyncRespond
    from slack_sdk.web.async_client import AsyncWebClient

    from aibot.slack.cards import Card

log = logging.getLogger(__name__)

#  https://docs.slack.dev/reference/methods/chat.postMessage#errors: what is wrong with the blocks, not the channel
BLOCKS_REFUSED = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "block_mismatch", "invalid_arguments"}
)


async def say(client: AsyncWebClient, card: Card, *, channel: str, thread_ts: str | None = None) -> str:
    """Post a card; returns the message's `ts`.

    Raises:
        SlackApiError: where Slack refuses the text too.
    """
    try:
        response = await client.chat_postMessage(channel=channel, thread_ts=thread_ts, **card.message())
    except SlackApiError as error:
        if error.response.get("error") not in BLOCKS_REFUSED:
            raise
        log.exception(
            "Slack refused the blocks (%s); the same answer goes out as text", error.response.get("error")
        )
        response = await client.chat_postMessage(channel=channel, thread_ts=thread_ts, **card.as_text())
    return str(response["ts"])


class ResponseRefusedError(Exception):
    """Slack did not take what was sent to a response_url; `reason` is its code, or the HTTP status."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"Slack refused the response: {reason}")


async def respond_with(
    respond: AsyncRespond, card: Card, *, in_channel: bool = False, replace: bool = False
) -> None:
    """Answer through a response_url: https://docs.slack.dev/interactivity/handling-user-interaction#message_responses.

    Raises:
        ResponseRefusedError: where Slack refuses the text too.
    """
    response_type = "in_channel" if in_channel else "ephemeral"
    sent = await respond(response_type=response_type, replace_original=replace, **card.message())
    reason = _refusal(sent.status_code, sent.body)
    if reason in BLOCKS_REFUSED:
        log.error("Slack refused the blocks (%s); the same answer goes out as text", reason)
        sent = await respond(response_type=response_type, replace_original=replace, **card.as_text())
        reason = _refusal(sent.status_code, sent.body)
    if reason:
        raise ResponseRefusedError(reason)


def _refusal(status: int, body: str) -> str:
    """Slack's error code in what a response_url answered, or "" where it took the message."""
    try:
        data = json.loads(body)
    except ValueError:
        data = None
    if isinstance(data, dict):
        return "" if data.get("ok") else str(data.get("error", status))
    text = body.strip()
    if status == 200:
        return "" if text in ("ok", "") else text
    return text if text.isidentifier() else str(status)
