"""One request to the bot's HTTP entrance, without a socket between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from asyncio import Runner

    from aibot.slack.serving.background import Background
    from aibot.slack.serving.http import HttpApp


def asked(
    runner: Runner, app: HttpApp, background: Background, scope: dict[str, Any], body: bytes = b""
) -> tuple[int, str]:
    """The status and the text of the answer, once all that it began is done."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    async def request() -> None:
        await app(scope, receive, send)
        await background.finish()

    runner.run(request())
    return sent[0]["status"], b"".join(one.get("body", b"") for one in sent).decode()
