"""Where answers go: to Slack, and nowhere that a request names besides."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from tests.slack.conftest import running

from aibot.slack.addresses import Addresses
from aibot.slack.cards.daily.modal import FormContext

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aibot.playground.fake_slack import FakeSlack
    from aibot.slack.bot import Bot

pytestmark = pytest.mark.anyio

SLACK, GOV, OURS = "https://slack.com/api/", "https://slack-gov.com/api/", "http://127.0.0.1:4321/api/"


@asynccontextmanager
async def listening() -> AsyncIterator[tuple[str, list[str]]]:
    """An address that is not Slack's, and who came there."""
    came: list[str] = []

    async def on_connection(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.append("somebody")
        writer.close()

    server = await asyncio.start_server(on_connection, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook?s3cret", came


@pytest.mark.parametrize(
    ("text", "said"),
    [("subscribe 9am", "Nothing was done."), ("订阅", "什么都没有做。"), ("gpt vs o1", "Nothing")],
)
async def test_a_command_with_a_foreign_address_does_nothing_and_says_so(
    bot: Bot, either_slack: FakeSlack, caplog: pytest.LogCaptureFixture, text: str, said: str
) -> None:
    async with listening() as (address, came), running(bot, either_slack):
        asked = await either_slack.command("/ai", text, response_url=address)
    assert asked.message is not None
    assert said in asked.message.text
    assert asked.message.ephemeral_to == "U1"
    assert came == []
    assert "not Slack's; it is refused" in caplog.text
    assert "s3cret" not in caplog.text


async def test_a_press_with_a_foreign_address_fails_visibly(bot: Bot, slack: FakeSlack) -> None:
    payload: dict[str, Any] = {
        "type": "block_actions", "team": {"id": "T1"}, "user": {"id": "U1", "team_id": "T1"}, "api_app_id": "A1",
        "actions": [{"type": "button", "action_id": "old", "block_id": "b", "value": ""}],
    }  # fmt: skip
    async with listening() as (address, came), running(bot, slack):
        pressed = slack.inbound.new_exchange("block_actions")
        await slack.inbound.deliver(pressed, {**payload, "response_url": address})
        await slack.settle()
    assert (pressed.status, pressed.seen) == (400, "dispatch_failed")
    assert came == []


@pytest.mark.parametrize(
    ("api_url", "address"),
    [
        (SLACK, "https://hooks.slack.com/commands/T1/2/abc"),
        (SLACK, ""),
        (GOV, "https://hooks.slack-gov.com/actions/T1/2/abc"),
        (OURS, "http://127.0.0.1:4321/commands/1"),
        (OURS, "https://hooks.slack.com/commands/T1/2/abc"),
    ],
)
def test_slacks_own_addresses(bot: Bot, api_url: str, address: str) -> None:
    for body in _bodies(address):
        assert Addresses(bot, api_url).refused(body) is None


@pytest.mark.parametrize(
    "address",
    [
        "http://hooks.slack.com/commands/1", "https://hooks.slack.com.evil.example/", "https://hooks.slack.com@evil/",
        "https://hooks.slack.com\\@evil.example/", "https://hooks.slack.com:8443/", "https://hooks.slack.com",
        "http://127.0.0.1/", "http://169.254.169.254/latest/", "file:///etc/passwd", "//hooks.slack.com/x", "https://[",
        " https://hooks.slack.com/", {"a": 1}, 7,
    ],
)  # fmt: skip
def test_every_other_address(bot: Bot, address: object) -> None:
    for body in _bodies(address):
        answer = Addresses(bot, SLACK).refused(body)
        assert answer is not None
        assert answer.status == 400


def _bodies(address: object) -> list[dict[str, Any]]:
    """Everywhere that a request may name one; what a form remembers came from a request as well."""
    form = FormContext("C1", "en", str(address), None).to_json()
    return [
        {"type": "block_actions", "response_url": address},
        {"type": "view_submission", "response_urls": [{"response_url": address}] if address else []},
        {"type": "view_submission", "view": {"private_metadata": form}},
    ]
