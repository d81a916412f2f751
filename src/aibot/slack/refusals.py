"""What Slack or the database has against a call, in a word: for logs, for deciding what to do, and for people."""

from __future__ import annotations

import logging
import secrets
from typing import TYPE_CHECKING

import aiohttp
from slack_sdk.errors import SlackApiError, SlackRequestError

if TYPE_CHECKING:
    from aibot.errors import StorageError

log = logging.getLogger(__name__)

#  What a call that gets no answer may raise
UNREACHABLE = (OSError, aiohttp.ClientError, TimeoutError, SlackRequestError)
#  Slack's answers that say for good that a bot's token has ended. `invalid_auth` is not among them: it is also what
#  Slack says to an address outside the app's allow list, and a server that moved must not lose every installation.
#  https://docs.slack.dev/reference/methods/auth.test#errors
ENDED = frozenset({"account_inactive", "token_revoked"})
#  Slack's answers that blame the token, so that waiting mends nothing; any other says something of Slack, or of the
#  moment. https://docs.slack.dev/reference/methods/auth.test#errors and
#  https://docs.slack.dev/reference/methods/apps.connections.open#errors
TOKEN_REFUSED = ENDED | {
    *("invalid_auth", "not_authed", "not_allowed_token_type", "token_expired", "missing_scope"),
    *("no_permission", "access_denied", "ekm_access_denied", "forbidden_team", "team_access_not_granted"),
}


class ResponseRefusedError(Exception):
    """Slack did not take what was sent to a response_url; `reason` is its code, or the HTTP status."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"Slack refused the response: {reason}")


def code_of(error: Exception) -> str:
    """Slack's error code; the HTTP status where what answered was no JSON (a proxy's page), or what else went wrong.

    slack_sdk hands over an answer that is no JSON as text, and its own `response.get` fails on that.
    """
    if isinstance(error, ResponseRefusedError):
        return error.reason
    if not isinstance(error, SlackApiError):
        return type(error).__name__
    data = getattr(error.response, "data", error.response)
    code = data.get("error") if isinstance(data, dict) else None
    return str(code) if code else f"http_{getattr(error.response, 'status_code', 'error')}"


def is_away(error: Exception) -> bool:
    """Whether Slack could not be reached, or broke: nobody can say what became of the call."""
    if isinstance(error, SlackApiError):
        return int(getattr(error.response, "status_code", 0) or 0) >= 500
    if isinstance(error, ResponseRefusedError):
        return error.reason.isdecimal() and int(error.reason) >= 500
    return isinstance(
        error, (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, ConnectionError, TimeoutError)
    )


def referenced(error: StorageError) -> str:
    """Write down what the database refused; returns the reference that people are told, by which it is found."""
    reference = secrets.token_hex(4)
    log.error("reference=%s %s", reference, error)
    return reference
