"""oauth.v2.access: a code, or a refresh token, for a workspace's token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aiohttp

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient


async def access(client: AsyncWebClient, client_id: str, client_secret: str, **fields: Any) -> Any:
    """https://docs.slack.dev/reference/methods/oauth.v2.access; the client's secret goes into a header.

    slack_sdk's own `oauth_v2_access` does the same by a part of aiohttp that goes away in its next version.
    """
    headers = {"Authorization": aiohttp.encode_basic_auth(client_id, client_secret)}
    return await client.api_call("oauth.v2.access", data=fields, headers=headers)
