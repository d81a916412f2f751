"""What is read from a refusal, whatever it came as."""

from __future__ import annotations

import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from aibot.slack.refusals import code_of

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (200, '{"ok": false, "error": "channel_not_found"}', "application/json", "channel_not_found"),
        (200, '{"ok": false}', "application/json", "http_200"),
        (503, "<html>upstream is away</html>", "text/html", "http_503"),
    ],
)
async def test_a_refusal_has_a_code_whatever_answered(status: int, body: str, kind: str, code: str) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=status, text=body, content_type=kind)

    app = web.Application()
    app.router.add_post("/api/chat.postMessage", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    client = AsyncWebClient(
        "xoxb-1", base_url=f"http://127.0.0.1:{runner.addresses[0][1]}/api/", retry_handlers=[]
    )
    with pytest.raises(SlackApiError) as raised:
        await client.chat_postMessage(channel="C1", text="hello")
    assert code_of(raised.value) == code
    await runner.cleanup()


def test_what_is_no_refusal_is_named_by_its_kind() -> None:
    assert code_of(TimeoutError()) == "TimeoutError"
