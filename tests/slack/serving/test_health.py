"""Probes: alive as long as the process runs, ready only when a question would be answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from tests.slack.conftest import running

from aibot import __version__
from aibot.core.facts import FileText, parse_facts
from aibot.slack.serving.health import Health, fingerprint

if TYPE_CHECKING:
    from pathlib import Path

    from aibot.core.facts import FactBase
    from aibot.playground.fake_slack import FakeSlack
    from aibot.slack.bot import Bot


class Socket:
    """A Socket Mode connection that is as alive as a test says."""

    alive = True

    def report(self) -> dict[str, Any]:
        return {"restarts": 0}


def test_a_request_is_remembered_by_its_age() -> None:
    now = [100.0]
    health = Health(facts="abc", entries=3, clock=lambda: now[0])
    now[0] = 110.0
    health.note_request()
    now[0] = 112.5

    assert health.report() == {
        "ready": True,
        "version": __version__,
        "facts": {"fingerprint": "abc", "entries": 3},
        "slack_identity_known": True,
        "uptime_seconds": 12.5,
        "last_request_seconds": 2.5,
    }


def test_a_deaf_socket_is_not_ready_and_still_alive() -> None:
    health, socket = Health(), Socket()
    health.connection = socket
    assert health.respond("/readyz", "GET").status_code == 200

    socket.alive = False

    assert health.respond("/readyz", "GET").status_code == 503
    assert health.respond("/healthz", "GET").status_code == 200


def test_an_unknown_identity_is_not_ready() -> None:
    assert Health(knows_slack=False).respond("/readyz", "GET").status_code == 503


def test_probes_are_only_read() -> None:
    assert Health().respond("/readyz", "POST").status_code == 405


def test_the_fingerprint_follows_what_would_be_said(base: FactBase) -> None:
    text = "sources: [{id: a, kind: article, title: {en: A, zh: 甲}}]\n"
    one = fingerprint(parse_facts([FileText("p", "facts.yaml", text)]))
    other = fingerprint(parse_facts([FileText("p", "facts.yaml", text.replace("en: A", "en: B"))]))

    assert fingerprint(base) == fingerprint(base)
    assert len({fingerprint(base), one, other}) == 3


@pytest.mark.anyio
async def test_over_http_a_signed_request_counts_and_a_stranger_does_not(bot: Bot, slack: FakeSlack) -> None:
    async with running(bot, slack), aiohttp.ClientSession() as session:
        assert slack.app_url is not None
        address = slack.app_url.replace("/slack/events", "/readyz")

        async def last() -> float | None:
            async with session.get(address) as response:
                assert response.status == 200
                seconds: float | None = (await response.json())["last_request_seconds"]
                return seconds

        await slack.send(b"command=/ai", {"content-type": "application/x-www-form-urlencoded"}, sign=False)
        assert await last() is None
        await slack.command("/ai", "help")
        assert await last() is not None


def test_the_version_is_the_packages(request: pytest.FixtureRequest) -> None:
    root: Path = request.config.rootpath
    assert f'version = "{__version__}"' in (root / "pyproject.toml").read_text("utf-8")
