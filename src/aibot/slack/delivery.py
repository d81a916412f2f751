"""Sending a card to Slack: with its blocks, or as text where Slack refuses them."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.webhook.async_client import AsyncWebhookClient

if TYPE_CHECKING:
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
        reason = error.response.get("error")
        if reason not in BLOCKS_REFUSED:
            raise
        log.error("Slack refused the blocks (%s); the same answer goes out as text", reason)  # noqa: TRY400
        response = await client.chat_postMessage(channel=channel, thread_ts=thread_ts, **card.as_text())
    return str(response["ts"])


class ResponseRefusedError(Exception):
    """Slack did not take what was sent to a response_url; `reason` is its code, or the HTTP status."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"Slack refused the response: {reason}")


@dataclass(frozen=True, slots=True)
class Response:
    """Answers through a response_url: https://docs.slack.dev/interactivity/handling-user-interaction#message_responses.

    It lasts 30 minutes and five messages, and needs no membership in the channel.
    """

    url: str
    client: AsyncWebClient

    async def show(self, card: Card, *, in_channel: bool = False, replace: bool = False) -> None:
        """Show a card, to the person alone or to the channel, in place of the message or as a new one.

        Raises:
            ResponseRefusedError: where Slack refuses the text too.
        """
        where = {"response_type": "in_channel" if in_channel else "ephemeral", "replace_original": replace}
        try:
            await self._send({**where, **card.message()})
        except ResponseRefusedError as error:
            if error.reason not in BLOCKS_REFUSED:
                raise
            log.error("Slack refused the blocks (%s); the same answer goes out as text", error.reason)  # noqa: TRY400
            await self._send({**where, **card.as_text()})

    async def tell(self, line: dict[str, Any]) -> None:
        """Tell the person one line, below what they see.

        Raises:
            ResponseRefusedError: where Slack does not take it.
        """
        await self._send({"response_type": "ephemeral", "replace_original": False, **line})

    async def _send(self, payload: dict[str, Any]) -> None:
        # tried again when Slack says to wait, never after a lost connection: the message may have been shown
        sender = AsyncWebhookClient(
            self.url,
            session=self.client.session,
            retry_handlers=[AsyncRateLimitErrorRetryHandler(max_retry_count=2)],
        )
        sent = await sender.send_dict(payload)
        if reason := _refusal(sent.status_code, sent.body):
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
