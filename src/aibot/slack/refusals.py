"""What Slack has against a call, in a word: for logs, and for deciding what to do."""

from __future__ import annotations

from slack_sdk.errors import SlackApiError


def code_of(error: Exception) -> str:
    """Slack's error code; the HTTP status where what answered was no JSON (a proxy's page), or what else went wrong.

    slack_sdk hands over an answer that is no JSON as text, and its own `response.get` fails on that.
    """
    if not isinstance(error, SlackApiError):
        return type(error).__name__
    data = getattr(error.response, "data", error.response)
    code = data.get("error") if isinstance(data, dict) else None
    return str(code) if code else f"http_{getattr(error.response, 'status_code', 'error')}"
