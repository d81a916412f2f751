"""`aibot run --http` and `aibot worker` for many workspaces, as processes of their own, on both databases."""

from __future__ import annotations

import asyncio
import os
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import aiohttp
import pytest
from tests.posting.test_worker import subscribe
from tests.slack.install.rig import CLIENT, KEY, SECRET, Browser
from tests.slack.serving.test_serve import begun

from aibot.playground.demo import free_port
from aibot.playground.fake_slack import App, FakeSlack
from aibot.storage import Installation, Memory
from aibot.storage.tables import departures

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from contextlib import AbstractAsyncContextManager

    from tests.slack.serving.test_serve import Run

pytestmark = pytest.mark.anyio

SIGNING = "0123456789abcdef0123456789abcdef"
OTHER = "1" * 42 + "E="
CHANNELS = {"T1": "C1", "T2": "C12", "T3": "C13"}


def aibot(
    slack: FakeSlack, url: str, port: int, *command: str, **more: str
) -> AbstractAsyncContextManager[Run]:
    environ = {
        "SLACK_CLIENT_ID": CLIENT,
        "SLACK_CLIENT_SECRET": SECRET,
        "SLACK_SIGNING_SECRET": SIGNING,
        "SLACK_API_URL": slack.api_url,
        "AIBOT_DATABASE": url,
        "AIBOT_KEYS": KEY,
        "AIBOT_URL": f"http://127.0.0.1:{port}",
        "AIBOT_PORT": str(port),
        "AIBOT_LOG_LEVEL": "DEBUG",
        **more,
    }
    return begun(*command, "--env-file", os.devnull, environ=environ)


@asynccontextmanager
async def slack_for(port: int) -> AsyncIterator[FakeSlack]:
    redirect = (f"http://127.0.0.1:{port}/slack/oauth_redirect",)
    app = App(client_secret=SECRET, signing_secret=SIGNING, redirect_urls=redirect)
    async with FakeSlack(app=app, schemas=None) as running:
        running.state.workspaces.clear()
        running.add_workspace("T1", installed=False)
        running.app_url = f"http://127.0.0.1:{port}/slack/events"
        yield running


async def install(slack: FakeSlack, port: int, team: str = "T1") -> int:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        browser = Browser(session)
        sent = await browser.get(f"http://127.0.0.1:{port}/slack/install")
        state = sent.headers["Location"].split("state=")[1].split("&")[0]
        code = slack.oauth_code(team=team, redirect_uri=slack.app.redirect_urls[0])
        page = await browser.get(f"{slack.app.redirect_urls[0]}?code={code}&state={state}")
        return page.status


async def test_it_installs_answers_and_stops_and_says_no_secret(url: str) -> None:
    port = free_port()
    async with slack_for(port) as slack, aibot(slack, url, port, "run", "--http") as run:
        await run.until("listening on")
        assert await install(slack, port) == 200
        command = await slack.command("/ai", "zanzibar RAG")
        assert command.message is not None
        await slack.invite("C1")
        await slack.answer(await slack.mention("zanzibar RAG"))
        token = slack.bot_token
        await slack.uninstall("T1")
        await run.until("took the app away")
        run.process.terminate()
        assert await run.ended() == 0
    assert not [secret for secret in (token, SECRET, SIGNING, KEY, "zanzibar") if secret in run.said]
    assert "Traceback" not in run.said


@pytest.mark.parametrize("command", [("run", "--http"), ("worker",)])
async def test_an_uninstallation_that_the_last_program_did_not_settle(
    url: str, command: tuple[str, ...]
) -> None:
    if url.startswith("sqlite") and command == ("worker",):
        return  # a file is one program's
    memory = Memory.open(url, keys=[KEY])
    memory.installations.save(Installation("", "T1", "A1", "B1", "UBOT", "xoxb-ended"))
    memory.departures.note("T1", "", "app_uninstalled")
    with memory.database.transaction() as connection:
        connection.execute(departures.update().values(try_at=0.0))
    port = free_port()
    async with slack_for(port) as slack, aibot(slack, url, port, *command) as run:
        await run.until("T1 took the app away (app_uninstalled)")
        run.process.terminate()
        assert await run.ended() == 0
    assert memory.installations.find("T1") is None
    memory.close()


async def test_a_worker_takes_the_same_keys_and_needs_no_address_and_no_signing_secret(url: str) -> None:
    if url.startswith("sqlite"):
        return  # a file is one program's; `aibot worker` refuses it
    port = free_port()
    async with (
        slack_for(port) as slack,
        aibot(slack, url, port, "worker", AIBOT_URL="", SLACK_SIGNING_SECRET="") as worker,
    ):
        await worker.until("posting")
        worker.process.terminate()
        assert await worker.ended() == 0
    assert "Traceback" not in worker.said


async def test_a_worker_posts_in_every_workspace_with_its_own_token_and_forgets_the_one_that_left(
    postgres_url: str,
) -> None:
    port, probes = free_port(), free_port()
    async with slack_for(port) as slack:
        for team in ("T2", "T3"):
            slack.add_workspace(team, installed=False)
        async with aibot(slack, postgres_url, port, "run", "--http") as run:
            await run.until("listening on")
            assert [await install(slack, port, team) for team in CHANNELS] == [200] * 3
            run.process.terminate()
            assert await run.ended() == 0
        memory = Memory.open(postgres_url, keys=[KEY])
        tokens = {team: found.token for team in CHANNELS if (found := memory.installations.find(team))}
        for team, channel in CHANNELS.items():
            slack.workspace(team).channels[channel].members.append(slack.workspace(team).bot_user_id)
            subscribe(memory.daily, channel, team=team)
        slack.trouble("chat.postMessage", error="account_inactive", channel=CHANNELS["T3"], times=None)
        more = {"AIBOT_URL": "", "SLACK_SIGNING_SECRET": "", "AIBOT_HEALTH_PORT": str(probes)}
        async with aibot(slack, postgres_url, port, "worker", **more) as worker:
            await worker.until("T3 took the app away")
            await slack.until(lambda: slack.from_app(team="T1") and slack.from_app(team="T2"), timeout=30)
            counts = await until_counted(probes, "aibot_post_lag_seconds_count 2.0")
            worker.process.terminate()
            assert await worker.ended() == 0
    posts = {
        call.arguments["channel"]: call.headers["authorization"].removeprefix("Bearer ")
        for call in slack.calls("chat.postMessage")
    }
    assert posts == {CHANNELS[team]: token for team, token in tokens.items()}
    assert len(set(posts.values())) == 3
    assert 'aibot_posts_total{state="sent"} 2.0' in counts
    assert memory.daily.deliveries.counts(0) == {"sent": 2}
    assert [memory.installations.find(team) is None for team in CHANNELS] == [False, False, True]
    assert memory.daily.list("T3") == []
    memory.close()
    assert not [secret for secret in (*tokens.values(), SECRET, KEY) if secret in worker.said]
    assert "Traceback" not in worker.said


async def until_counted(port: int, words: str) -> str:
    """What /metrics says, once it says so."""
    async with asyncio.timeout(20), aiohttp.ClientSession() as session:
        while True:
            async with session.get(f"http://127.0.0.1:{port}/metrics") as counts:
                if words in (said := await counts.text()):
                    return said
            await asyncio.sleep(0.05)  # another process has no event to wait for


async def test_a_key_that_opens_nothing_stops_it_with_one_line_and_loses_nothing(url: str) -> None:
    memory = Memory.open(url, keys=[KEY])
    memory.installations.save(Installation("", "T1", "A1", "B1", "UBOT", "xoxb-1-secret"))
    port = free_port()
    async with slack_for(port) as slack, aibot(slack, url, port, "run", "--http", AIBOT_KEYS=OTHER) as run:
        assert await run.ended() == 2
    (line,) = [line for line in run.said.splitlines() if line.startswith("aibot: ")]
    assert line.startswith("aibot: AIBOT_KEYS opens none of the tokens in the database.")
    assert "Traceback" not in run.said
    assert memory.installations.unreadable() == (1, [])
    memory.close()
