"""Probes: alive as long as the process runs, ready only when a question would be answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from tests.slack.conftest import running

from aibot import __version__
from aibot.core.facts import FileText, parse_facts
from aibot.slack.app import web_client, web_session
from aibot.slack.serving.health import Health, fingerprint
from aibot.slack.serving.watching import Watch, asking
from aibot.storage import Memory

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


class Workspaces:
    """Those that installed the bot, remembered as a test says."""

    holds_any = True


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
        "starting": None,
        "stopping": False,
        "token_refused": None,
        "uptime_seconds": 12.5,
        "last_request_seconds": 2.5,
        "forged_requests": 0,
    }


def test_a_deaf_socket_is_not_ready_and_still_alive() -> None:
    health, socket = Health(), Socket()
    health.connection = socket
    assert health.respond("/readyz", "GET").status_code == 200

    socket.alive = False

    assert health.respond("/readyz", "GET").status_code == 503
    assert health.respond("/healthz", "GET").status_code == 200


def test_who_has_not_started_yet_is_not_ready_and_alive() -> None:
    health = Health(starting="database")
    assert health.respond("/readyz", "GET").status_code == 503
    assert health.respond("/healthz", "GET").status_code == 200

    health.starting = None

    assert health.respond("/readyz", "GET").status_code == 200


def test_who_is_stopping_is_not_ready() -> None:
    health = Health()
    health.stopping = True

    assert health.respond("/readyz", "GET").status_code == 503
    assert health.respond("/healthz", "GET").status_code == 200


@pytest.mark.anyio
async def test_a_token_that_slack_takes_no_more_is_not_ready_until_it_does(slack: FakeSlack) -> None:
    health = Health()
    async with web_session(trace_configs=health.session_hooks()) as session:
        client = web_client(slack.bot_token, slack.api_url, session)
        slack.trouble("auth.test", error="token_revoked", times=1)
        async with asking(client, every=0.05):
            await slack.until(lambda: not health.ready)
            assert b"aibot_ready 0.0" in health.counts()
            await slack.until(lambda: health.ready)
        await client.api_test()
        slack.trouble("chat.postMessage", error="account_inactive")
        with pytest.raises(SlackApiError):
            await client.chat_postMessage(channel="C1", text="x")
        await client.api_test()  # which needs no token

    assert health.report()["token_refused"] == "account_inactive"
    assert health.respond("/readyz", "GET").status_code == 503


def test_what_slack_says_of_one_workspaces_token_is_not_said_of_the_others() -> None:
    health = Health()
    health.serves(Workspaces())
    health.note_call("chat.postMessage", "token_revoked")

    assert health.ready


def test_many_workspaces_are_not_answered_without_database_and_memory(tmp_path: Path) -> None:
    memory = Memory.open(f"sqlite:///{tmp_path}/aibot.db")
    health, workspaces = Health(), Workspaces()
    health.serves(workspaces)
    health.watch = Watch(memory)
    health.watch.lost("gone")
    memory.close()
    assert health.ready

    workspaces.holds_any = False

    assert not health.ready


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
