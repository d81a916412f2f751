"""Posting one message to a channel, and looking whether it is there: every answer of Slack's, and what it means."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import struct
import sys
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import aiohttp
from slack_sdk.errors import SlackApiError

from aibot.slack.refusals import ENDED, UNREACHABLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_sdk.web.async_client import AsyncWebClient

log = logging.getLogger(__name__)

METADATA = "aibot_daily"
SECONDS = 10.0
_LONGEST = 200_000  # bytes; a post in full, with its blocks as Slack wants them spelled

Meaning: TypeAlias = Literal["sent", "channel", "workspace", "gone", "later", "operator", "ours", "unknown"]
#  sent       it stands in the channel
#  channel    Slack will never take it there: pause the channel, tell its subscriber once
#  workspace  nothing can be posted in this workspace until the app is installed again
#  gone       the same where many workspaces install the app: this one took it away, and what was kept of it is purged
#  later      it was not posted; try again (after `seconds`, where Slack says)
#  operator   it was not posted, and somebody must correct the app's settings; try again meanwhile
#  ours       the message is wrong: send its text alone, once
#  unknown    it may have been posted

#  https://docs.slack.dev/reference/methods/chat.postMessage#errors, every code with what it means for us
CODES: dict[str, Meaning] = {
    **dict.fromkeys(
        (
            "channel_not_found", "is_archived", "not_in_channel", "restricted_action",
            "restricted_action_read_only_channel", "restricted_action_thread_only_channel",
            "restricted_action_non_threadable_channel", "restricted_action_thread_locked", "ekm_access_denied",
            "messages_tab_disabled", "no_permission", "team_access_not_granted", "access_denied",
            "slack_connect_canvas_sharing_blocked", "slack_connect_file_link_sharing_blocked",
            "slack_connect_lists_sharing_blocked", "slack_connect_clip_sharing_blocked",
            "slack_connect_blocked_file_type", "cannot_reply_to_message", "as_user_not_supported",
        ),
        "channel",
    ),
    **dict.fromkeys(
        ("account_inactive", "token_revoked", "invalid_auth", "not_authed", "team_not_found", "token_expired"),
        "workspace",
    ),
    **dict.fromkeys(
        (
            "ratelimited", "rate_limited", "org_login_required", "team_added_to_org", "message_limit_exceeded",
            "accesslimited", "two_factor_setup_required", "enterprise_is_restricted",
            "database_unavailable",  # ours, see slack/install/team_client.py: the workspace's token cannot be read now
        ),
        "later",
    ),
    **dict.fromkeys(
        ("missing_scope", "not_allowed_token_type", "method_deprecated", "deprecated_endpoint", "unknown_method"),
        "operator",
    ),
    **dict.fromkeys(
        (
            "invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long", "no_text",
            "block_mismatch", "invalid_metadata_format", "invalid_metadata_schema", "metadata_too_large",
            "metadata_must_be_sent_from_app", "markdown_text_conflict", "too_many_attachments",
            "too_many_contact_cards", "attachment_payload_limit_exceeded", "invalid_arguments", "invalid_arg_name",
            "invalid_array_arg", "invalid_charset", "invalid_form_data", "invalid_json", "json_not_object",
            "invalid_post_type", "missing_post_type", "duplicate_message_not_found", "duplicate_channel_not_found",
        ),
        "ours",
    ),
    #  "It's possible some aspect of the operation succeeded before the error was raised"
    **dict.fromkeys(("internal_error", "fatal_error", "service_unavailable", "request_timeout"), "unknown"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What posting came to."""

    meaning: Meaning
    code: str = ""
    ts: str = ""
    seconds: float = 0.0  # how long Slack wants us to wait


@dataclass(frozen=True, slots=True)
class Looked:
    """What looking into a channel came to: there, not there, or no way to tell (`why`; `again` if only for now)."""

    found: Literal["there", "not there", "cannot tell"]
    ts: str = ""
    why: str = ""
    again: bool = False


def post_session(trace_configs: list[aiohttp.TraceConfig] | None = None) -> aiohttp.ClientSession:
    """The session for posts: what Slack has not acknowledged when a call is given up will not reach it later.

    Usually a connection that is closed while the network is away goes on without us: the kernel keeps what was written
    and sends it again for a minute or longer, when we have looked and found nothing.
    """
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(socket_factory=forgetful_socket),
        timeout=aiohttp.ClientTimeout(total=SECONDS),
        trace_configs=trace_configs or [],
    )


def forgetful_socket(address: tuple[Any, ...]) -> socket.socket:
    """A socket that throws away what it has not got rid of, when it is closed and when nobody acknowledges it."""
    family, kind, protocol, *_ = address
    made = socket.socket(family, kind, protocol)
    # closing resets the connection, also where a kill -9 closes it
    linger = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    # room for all of a post: what waits outside the kernel would still be sent before closing
    made.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _LONGEST)
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux; https://www.rfc-editor.org/rfc/rfc5482
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(SECONDS * 1000))
    return made


class Poster:
    """Posts with clients that never try again by themselves: a second try is decided on the delivery record."""

    def __init__(
        self, client_for: Callable[[str], AsyncWebClient], *, seconds: float = SECONDS, many: bool = False
    ) -> None:
        """`client_for` gives a workspace's client without retry handlers; no call may take longer than `seconds`.

        `many` says that the clients are those of workspaces which installed the app themselves.
        """
        self._client_for, self._seconds, self._many = client_for, seconds, many
        self._date: tuple[float, float] | None = (
            None  # Slack's clock, and ours that nobody sets, at one moment
        )

    async def slack_time(self, team: str) -> float | None:
        """The time by Slack's clock, as messages' `ts` have it; None where it cannot be asked.

        Ours may be hours wrong: a post would then be looked for at a time when it was not made.
        """
        if self._date is None:
            with contextlib.suppress(SlackApiError, *UNREACHABLE):
                async with asyncio.timeout(self._seconds):
                    self._learn(await self._client_for(team).auth_test())
        return self._date[0] + time.monotonic() - self._date[1] if self._date else None

    def _learn(self, response: Any) -> None:
        """Keep Slack's time from a response's Date: https://www.rfc-editor.org/rfc/rfc9110#field.date."""
        headers = getattr(response, "headers", None) or {}
        date = next((value for name, value in dict(headers).items() if name.lower() == "date"), None)
        if date:
            with contextlib.suppress(ValueError, TypeError):
                self._date = parsedate_to_datetime(str(date)).timestamp(), time.monotonic()

    async def post(self, team: str, channel: str, message: dict[str, Any], key: str) -> Outcome:
        """Post a message under a delivery's key; as its text alone where Slack refuses the blocks."""
        marked = {**message, "metadata": {"event_type": METADATA, "event_payload": {"delivery": key}}}
        outcome = await self._post(team, channel, marked)
        if outcome.meaning == "ours" and "blocks" in message:
            log.error("Slack refused the blocks of %s (%s); the same goes out as text", key, outcome.code)
            plain = {name: value for name, value in marked.items() if name != "blocks"}
            outcome = await self._post(team, channel, plain)
        return outcome

    async def _post(self, team: str, channel: str, message: dict[str, Any]) -> Outcome:
        try:
            async with asyncio.timeout(self._seconds):  # slack_sdk's own does not reach a session it is given
                response = await self._client_for(team).chat_postMessage(channel=channel, **message)
        except SlackApiError as error:
            self._learn(error.response)
            return refused(error, many=self._many)
        except aiohttp.ClientConnectorError:
            return Outcome("later", "no_connection")  # it never left
        except UNREACHABLE as error:
            return Outcome("unknown", type(error).__name__)
        self._learn(response)
        return Outcome("sent", ts=str(response["ts"]))

    async def look(self, team: str, channel: str, key: str, since: float) -> Looked:
        """Whether a delivery's post stands in its channel.

        Pages until the end of the window: a busy channel must not hide it. `since` is by Slack's clock where that was
        known; the window is an hour wider than it need be, for where it was not.
        """
        client, cursor = self._client_for(team), ""
        for _ in range(50):
            try:
                async with asyncio.timeout(self._seconds):
                    page = await client.conversations_history(
                        channel=channel, oldest=f"{since - 3600:.6f}", inclusive=True, limit=200,
                        cursor=cursor or None, include_all_metadata=True,
                    )  # fmt: skip
            except SlackApiError as error:
                outcome = refused(error)
                return Looked("cannot tell", why=outcome.code, again=outcome.meaning in ("later", "unknown"))
            except UNREACHABLE as error:
                return Looked("cannot tell", why=type(error).__name__, again=True)
            for message in page.get("messages") or ():
                if _delivery_of(message) == key:
                    return Looked("there", ts=str(message["ts"]))
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not page.get("has_more"):
                return Looked("not there")
            if not cursor:
                return Looked("cannot tell", why="no_cursor")
        return Looked("cannot tell", why="channel_too_busy")


def _delivery_of(message: dict[str, Any]) -> str | None:
    metadata = message.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    return str(payload.get("delivery")) if metadata.get("event_type") == METADATA else None


def is_uncertain(error: Exception) -> bool:
    """Whether Slack's answer leaves open if it did what was asked."""
    return isinstance(error, SlackApiError) and refused(error).meaning == "unknown"


def refused(error: SlackApiError, *, many: bool = False) -> Outcome:
    """What a refusal means.

    A workspace that is stopped goes on only when the app is installed again, which nobody thinks of where it is still
    installed: with many, what may be ours (`invalid_auth`: an address that Slack does not let in) is tried again.
    """
    response = error.response
    data = getattr(response, "data", response)
    status = getattr(response, "status_code", 200)
    code = str(data.get("error") or "") if isinstance(data, dict) else ""
    if status == 429 or code in ("ratelimited", "rate_limited"):
        return Outcome("later", "ratelimited", seconds=_retry_after(getattr(response, "headers", {})))
    if status >= 500 or not code:
        return Outcome("unknown", code or f"http_{status}")
    meaning = CODES.get(code, "later")
    if many and meaning == "workspace":
        meaning = "gone" if code in ENDED else "operator"
    return Outcome(meaning, code)


def _retry_after(headers: Any) -> float:
    """https://docs.slack.dev/apis/web-api/rate-limits: whole seconds; some proxies spell the header small."""
    value = next((value for name, value in dict(headers).items() if name.lower() == "retry-after"), "1")
    value = value[0] if isinstance(value, list) else value
    return float(value) if str(value).isdecimal() else 1.0
