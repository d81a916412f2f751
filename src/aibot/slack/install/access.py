"""oauth.v2.access: a code, or a refresh token, for a workspace's token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aiohttp
from slack_sdk.errors import SlackRequestError

if TYPE_CHECKING:
    from slack_sdk.errors import SlackApiError
    from slack_sdk.web.async_client import AsyncWebClient

#  What a call that gets no answer may raise
UNREACHABLE = (OSError, aiohttp.ClientError, TimeoutError, SlackRequestError)


async def access(client: AsyncWebClient, client_id: str, client_secret: str, **fields: Any) -> Any:
    """https://docs.slack.dev/reference/methods/oauth.v2.access; the client's secret goes into a header.

    slack_sdk's own `oauth_v2_access` does the same by a part of aiohttp that goes away in its next version.
    """
    headers = {"Authorization": aiohttp.encode_basic_auth(client_id, client_secret)}
    return await client.api_call("oauth.v2.access", data=fields, headers=headers)


def code_of(error: SlackApiError) -> str:
    """Slack's code in a refusal; "" where what answered was a proxy's page, say, and no JSON."""
    data = getattr(error.response, "data", error.response)
    return str(data.get("error") or "") if isinstance(data, dict) else ""
