"""Sending a card to Slack: with tables and charts, with classic blocks, or as text, whichever Slack takes."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.webhook.async_client import AsyncWebhookClient

from aibot.slack.manners.guard import Spot
from aibot.slack.posting import refused
from aibot.slack.refusals import UNREACHABLE, ResponseRefusedError, code_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from slack_sdk.web.async_client import AsyncWebClient

    from aibot.slack.cards import Card
    from aibot.slack.manners.guard import Asker, Guard
    from aibot.slack.manners.readiness import Readiness
    from aibot.slack.serving.outage import Outage

T = TypeVar("T")

log = logging.getLogger(__name__)

#  https://docs.slack.dev/reference/methods/chat.postMessage#errors: what is wrong with the blocks, not the channel
BLOCKS_REFUSED = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "block_mismatch", "invalid_arguments"}
)


#  Of these, what Slack answers to a kind of block that it does not know in this workspace
KIND_REFUSED = frozenset({"invalid_blocks", "invalid_blocks_format"})
#  What Slack's three seconds for a command leave for trying tables and charts before the acknowledgement
OFFER_SECONDS = 1.5


@dataclass(frozen=True, slots=True)
class Destination:
    """The workspace a card goes to, and what we know of it."""

    workspace: str
    readiness: Readiness
    guard: Guard | None = None  # without one, every card is posted
    outage: Outage | None = None

    @property
    def is_ready(self) -> bool:
        """Whether tables and charts are worth trying here."""
        return self.readiness.is_ready(self.workspace)

    @property
    def is_away(self) -> bool:
        """Whether Slack answers nothing at the moment, as far as we know."""
        return self.outage is not None and self.outage.is_on

    def refused(self, reason: str) -> None:
        """Slack did not take the card with its tables and charts."""
        log.warning("Slack refused tables and charts (%s); classic blocks go out", reason)
        if reason in KIND_REFUSED:
            self.readiness.refused(self.workspace)


async def say(  # noqa: PLR0913  # what, where, and to whom
    client: AsyncWebClient,
    card: Card,
    *,
    channel: str,
    thread_ts: str | None = None,
    to: Destination | None = None,
    asker: Asker | None = None,
) -> str:
    """Post a card, with tables and charts only where `to` says they are taken; returns the message's `ts`.

    `to` may have a guard: then a line can stand in the card's place; above the channel's limit the `ts` is "", and the
    `asker` is told why.

    Raises:
        SlackApiError: where Slack refuses the text too.
    """

    async def post(message: dict[str, Any]) -> str:
        response = await client.chat_postMessage(channel=channel, thread_ts=thread_ts, **message)
        return str(response["ts"])

    async def whole() -> str:
        return await _best_form(card, to, post)

    if to is not None and to.guard is not None:
        spot = Spot(client, to.workspace, channel, thread_ts)
        return await to.guard.say(card, spot, whole=whole, line=post, asker=asker)
    return await whole()


async def share(card: Card, response: Response, channel: str) -> str:
    """Post a card for everyone who reads there; returns the message's `ts`, "" where Slack does not tell it.

    A response_url needs no membership, but does not say which message it made; so it is used only where the bot is not
    in the channel, or may not post there.

    Raises:
        SlackApiError: where Slack refuses the text too, or nobody can say whether it was posted.
        ResponseRefusedError: the same of a response_url.
    """
    to = replace(response.to, guard=None) if response.to is not None else None
    try:
        return await say(response.client, card, channel=channel, thread_ts=response.thread_ts, to=to)
    except SlackApiError as error:
        if refused(error).meaning not in ("channel", "operator"):
            raise
    await response.show(card, in_channel=True)
    return ""


async def _best_form(card: Card, to: Destination | None, send: Callable[[dict[str, Any]], Awaitable[T]]) -> T:
    """Send a card with tables and charts, or with classic blocks, or as text: the first that Slack does not refuse."""
    if (rich := card.as_rich()) is not None and to is not None and to.is_ready:
        try:
            return await send(rich)
        except (SlackApiError, ResponseRefusedError) as error:
            to.refused(_blocks_refused(error))
    try:
        return await send(card.message())
    except (SlackApiError, ResponseRefusedError) as error:
        reason = _blocks_refused(error)
        log.error("Slack refused the blocks (%s); the same answer goes out as text", reason)  # noqa: TRY400
    return await send(card.as_text())


def _blocks_refused(error: SlackApiError | ResponseRefusedError) -> str:
    """What Slack has against the blocks; any other refusal is raised again."""
    reason = code_of(error)
    if reason not in BLOCKS_REFUSED:
        raise error
    return reason


def teller(
    client: AsyncWebClient, channel: str, thread_ts: str | None = None
) -> Callable[[dict[str, Any]], Coroutine[Any, Any, None]]:
    """What tells a line in a conversation, or, by a person's id, in a direct message to them."""

    async def tell(line: dict[str, Any]) -> None:
        await client.chat_postMessage(channel=channel, thread_ts=thread_ts, **line)

    return tell


def whisperer(
    client: AsyncWebClient, channel: str, user: str, thread_ts: str | None = None
) -> Callable[[dict[str, Any]], Coroutine[Any, Any, None]]:
    """What tells one person a line in a conversation of several; in a thread only where somebody has replied there.

    https://docs.slack.dev/reference/methods/chat.postEphemeral#threads
    """

    async def tell(line: dict[str, Any]) -> None:
        await client.chat_postEphemeral(channel=channel, user=user, thread_ts=thread_ts, **line)

    return tell


async def tell_nobody(_line: dict[str, Any]) -> None:
    """For what nobody asked for: if it fails, the log is told alone."""


@dataclass(frozen=True, slots=True)
class Response:
    """Answers through a response_url: https://docs.slack.dev/interactivity/handling-user-interaction#message_responses.

    It lasts 30 minutes and five messages, and needs no membership in the channel.
    """

    url: str
    client: AsyncWebClient
    to: Destination | None = None  # without one, no tables and charts are tried
    thread_ts: str | None = None  # the thread that new messages belong into

    async def show(self, card: Card, *, in_channel: bool = False, replace: bool = False) -> None:
        """Show a card, to the person alone or to the channel, in place of the message or as a new one.

        Raises:
            ResponseRefusedError: where Slack refuses the text too.
        """
        kind = "in_channel" if in_channel else "ephemeral"
        where = {"response_type": kind, "replace_original": replace, **({} if replace else self._thread)}

        async def send(message: dict[str, Any]) -> None:
            await self._send({**where, **message})

        await _best_form(card, self.to, send)

    async def offer(self, card: Card) -> bool:
        """Show a command's card with its tables and charts, before the acknowledgement; False where that failed.

        What Slack thinks of an acknowledgement we never hear, so what it may refuse must not ride in it.
        """
        rich = card.as_rich()
        if rich is None or self.to is None or self.to.is_away or not self.to.is_ready:
            return False
        try:
            async with asyncio.timeout(OFFER_SECONDS):
                await self._send({"response_type": "ephemeral", **rich})
        except ResponseRefusedError as error:
            self.to.refused(error.reason)
            return False
        except UNREACHABLE as error:
            log.warning(
                "tables and charts did not get through (%s); classic blocks go out", type(error).__name__
            )
            return False
        return True

    async def tell(self, line: dict[str, Any]) -> None:
        """Tell the person one line, below what they see.

        Raises:
            ResponseRefusedError: where Slack does not take it.
        """
        await self._send({"response_type": "ephemeral", "replace_original": False, **self._thread, **line})

    async def announce(self, line: dict[str, Any]) -> None:
        """Tell everyone in the channel one line.

        Raises:
            ResponseRefusedError: where Slack does not take it.
        """
        await self._send({"response_type": "in_channel", "replace_original": False, **self._thread, **line})

    @property
    def _thread(self) -> dict[str, str]:
        return {"thread_ts": self.thread_ts} if self.thread_ts else {}

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
