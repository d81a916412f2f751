"""Trouble on demand, as the app's client meets it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

if TYPE_CHECKING:
    from aibot.playground.fake_slack import FakeSlack

pytestmark = pytest.mark.anyio


@pytest.fixture
def client(slack: FakeSlack) -> AsyncWebClient:
    return AsyncWebClient(slack.bot_token, base_url=slack.api_url, timeout=1, retry_handlers=[])


async def test_a_rate_limit_says_when_to_come_back(slack: FakeSlack, client: AsyncWebClient) -> None:
    slack.trouble("chat.postMessage", "rate_limit", retry_after=7)
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel="C1", text="Hi")
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "7"
    await client.chat_postMessage(channel="C1", text="Hi")
    assert len(slack.messages("C1")) == 1


async def test_slack_sdk_comes_back_after_a_rate_limit(slack: FakeSlack, client: AsyncWebClient) -> None:
    client.retry_handlers.append(AsyncRateLimitErrorRetryHandler())
    slack.trouble("chat.postMessage", "rate_limit", retry_after=0)
    await client.chat_postMessage(channel="C1", text="Hi")
    assert len(slack.calls("chat.postMessage")) == 2


@pytest.mark.parametrize("error", ["is_archived", "invalid_blocks", "internal_error"])
async def test_any_error_can_be_ordered(slack: FakeSlack, client: AsyncWebClient, error: str) -> None:
    slack.trouble("chat.postMessage", error=error, times=None, channel="C1")
    for _ in range(2):
        with pytest.raises(SlackApiError, match=error):
            await client.chat_postMessage(channel="C1", text="Hi")
    await client.chat_postMessage(channel="U1", text="Hi")
    slack.faults.clear()
    await client.chat_postMessage(channel="C1", text="Hi")


@pytest.mark.parametrize(
    ("kind", "raised"),
    [
        ("server_error", SlackApiError),
        ("garbage", SlackApiError),
        ("reset", aiohttp.ClientError),
        ("hang", TimeoutError),
    ],
)
async def test_nothing_was_posted(
    slack: FakeSlack, client: AsyncWebClient, kind: Any, raised: type[Exception]
) -> None:
    client.timeout = 1 if kind != "hang" else 0.2  # type: ignore[assignment]
    slack.trouble("*", kind)
    with pytest.raises(raised):
        await client.chat_postMessage(channel="C1", text="Hi")
    assert slack.messages("C1") == []


@pytest.mark.parametrize(
    ("kind", "raised"),
    [("accept_then_reset", aiohttp.ClientError), ("accept_then_hang", asyncio.TimeoutError)],
)
async def test_posted_but_the_answer_is_lost(
    slack: FakeSlack, client: AsyncWebClient, kind: Any, raised: type[Exception]
) -> None:
    client.timeout = 1 if kind != "accept_then_hang" else 0.2  # type: ignore[assignment]
    slack.trouble("chat.postMessage", kind)
    with pytest.raises(raised):
        await client.chat_postMessage(channel="C1", text="Hi")
    assert [m.text for m in slack.messages("C1")] == ["Hi"]
    assert slack.calls("chat.postMessage")[0].failure == kind


async def test_response_urls_have_trouble_too(slack: FakeSlack) -> None:
    slack.app_url = "http://127.0.0.1:9/nobody"
    url = (await slack.command("/ai")).response_url or ""
    webhook = AsyncWebhookClient(url, retry_handlers=[])
    slack.trouble("response_url", "server_error", status=503)
    assert (await webhook.send(text="Hi")).status_code == 503
    slack.trouble("response_url", "accept_then_reset")
    with pytest.raises(aiohttp.ClientError):
        await webhook.send(text="Hi")
    assert [m.text for m in slack.ephemerals("U1")] == ["Hi"]
