"""The installation against npm's emulate@0.12.2, a Slack that we did not write: begun, consented to, finished, used."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit

import aiohttp
import pytest
import uvicorn
from slack_sdk import WebClient
from tests.blocks.build import BUILD, NODE
from tests.blocks.needed import built_or_skipped
from tests.slack.install.rig import CLIENT, KEY, SECRET, Browser

from aibot.playground.fake_slack import signed_headers
from aibot.slack.app import create_app, web_client, web_session
from aibot.slack.install.door import Door
from aibot.slack.install.installed import Installed
from aibot.slack.manifest import OPTIONAL_SCOPES, SCOPES
from aibot.slack.serving.background import Background
from aibot.slack.serving.http import HttpApp
from aibot.storage import Memory

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from aibot.slack.bot import Bot

pytestmark = pytest.mark.anyio

SIGNING = "0123456789abcdef0123456789abcdef"


@dataclass
class Side:
    """Both programs, and a way to speak to each."""

    bot: str
    emulate: str
    memory: Memory
    browser: Browser
    background: Background
    user: str

    async def install(self) -> tuple[int, str]:
        """Begin, consent as emulate's form does, come back."""
        sent = await self.browser.get(f"{self.bot}/slack/install")
        asked = dict(parse_qsl(urlsplit(sent.headers["Location"]).query))
        shown = await self.browser.get(sent.headers["Location"])
        assert shown.status == 200
        form = {name: asked[name] for name in ("client_id", "redirect_uri", "scope", "state")}
        back = await self.browser.get(
            f"{self.emulate}/oauth/v2/authorize/callback", method="POST", **form, user_id=self.user
        )
        page = await self.browser.get(back.headers["Location"])
        return page.status, page.titles[0]

    async def made_up(self) -> str:
        """Begin; returns the way back, with a code that Slack never gave."""
        sent = await self.browser.get(f"{self.bot}/slack/install")
        state = dict(parse_qsl(urlsplit(sent.headers["Location"]).query))["state"]
        return f"{self.bot}/slack/oauth_redirect?code=made-up&state={state}"

    async def send(self, body: bytes, kind: str) -> tuple[int, str]:
        """A request of Slack's: emulate sends none itself."""
        headers = {**signed_headers(SIGNING, body, at=time.time()), "Content-Type": kind}
        async with self.browser.session.post(
            f"{self.bot}/slack/events", data=body, headers=headers
        ) as answer:
            return answer.status, await answer.text()

    async def event(self, team: str, **event: str) -> None:
        body = {
            "type": "event_callback", "team_id": team, "event": event, "event_id": f"Ev{event['ts']}",
            "authorizations": [{"team_id": team, "enterprise_id": None, "is_enterprise_install": False}],
        }  # fmt: skip
        status, _ = await self.send(json.dumps(body).encode(), "application/json")
        assert status == 200
        await self.background.finish()


@asynccontextmanager
async def emulate(redirect: str) -> AsyncIterator[tuple[str, str]]:
    """Its address, and the id of the person in it."""
    await asyncio.to_thread(built_or_skipped)
    scopes = [*SCOPES, *OPTIONAL_SCOPES, "channels:join"]
    app = {"client_id": CLIENT, "client_secret": SECRET, "app_id": "A1", "name": "aibot", "scopes": scopes}
    seed = {
        "team": {"name": "Acme", "domain": "acme"},
        "users": [{"name": "ada", "real_name": "Ada", "email": "ada@example.com"}],
        "channels": [{"name": "general"}],
        "oauth_apps": [{**app, "redirect_uris": [redirect]}],
        "tokens": [{"token": "xoxb-seeded", "user": "ada", "scopes": scopes}],
        "strict_scopes": True,
    }
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        str(NODE),
        "emulator.mjs",
        str(port),
        json.dumps({"slack": seed}),
        cwd=BUILD,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        assert (await process.stdout.readline()).startswith(b"ready")
        url = f"http://127.0.0.1:{port}"
        who = await asyncio.to_thread(WebClient("xoxb-seeded", base_url=f"{url}/api/").auth_test)
        yield url, str(who["user_id"])
    finally:
        process.terminate()
        await process.wait()


@pytest.fixture
def client() -> tuple[str, str]:
    """The id and the secret that the bot has."""
    return CLIENT, SECRET


@pytest.fixture
async def side(bot: Bot, tmp_path: Path, client: tuple[str, str]) -> AsyncIterator[Side]:
    listening = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    memory, background = Memory.open(f"sqlite:///{tmp_path}/aibot.db", keys=[KEY]), Background()
    async with (
        emulate(f"{url}/slack/oauth_redirect") as (slack, user),
        web_session() as session,
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as browsing,
    ):
        api = f"{slack}/api/"
        installed = Installed(memory, session, api_url=api, client_id=CLIENT, client_secret=SECRET)
        app = create_app(bot, web_client("", api, session), installed, background, memory=memory)
        door = Door(
            installed, bot.cards.phrases, url=url, api_url=api, client_id=client[0], client_secret=client[1]
        )
        server = uvicorn.Server(
            uvicorn.Config(HttpApp(app, SIGNING, door=door), log_level="warning", lifespan="off")
        )
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        yield Side(url, slack, memory, Browser(browsing), background, user)
        server.should_exit = True
        await serving
    memory.close()


async def test_a_workspace_installs_the_bot_and_is_answered_there(side: Side) -> None:
    assert await side.install() == (200, "Installed")
    theirs = WebClient("xoxb-seeded", base_url=f"{side.emulate}/api/")
    team = (await asyncio.to_thread(theirs.auth_test))["team_id"]
    held = await asyncio.to_thread(side.memory.installations.find, team)
    assert held is not None
    assert set(held.scopes) == {*SCOPES, *OPTIONAL_SCOPES}
    assert held.token not in str(held)

    typed = {"command": "/ai", "text": "RAG", "team_id": team, "channel_id": "C1", "user_id": side.user}
    status, text = await side.send(urlencode(typed).encode(), "application/x-www-form-urlencoded")
    assert (status, "Retrieval-augmented" in text) == (200, True)
    typed |= {"team_id": "T9NOTHERE", "text": "GPT"}
    status, text = await side.send(urlencode(typed).encode(), "application/x-www-form-urlencoded")
    assert (status, "not installed" in text) == (200, True)

    channels = (await asyncio.to_thread(theirs.conversations_list))["channels"]
    channel = next(str(one["id"]) for one in channels if one["name"] == "general")
    ts = (await asyncio.to_thread(lambda: theirs.chat_postMessage(channel=channel, text="RAG")))["ts"]
    await side.event(team, type="app_mention", user=side.user, text="RAG", ts=ts, channel=channel)
    thread = await asyncio.to_thread(lambda: theirs.conversations_replies(channel=channel, ts=ts))
    _, answer = thread["messages"]
    assert answer["text"].startswith("Retrieval-augmented")


async def test_a_code_works_once_and_a_second_installation_takes_the_firsts_place(side: Side) -> None:
    assert await side.install() == (200, "Installed")
    (first,) = [row for page in side.memory.installations.every() for row in page]
    assert await side.install() == (200, "Installed")
    (second,) = [row for page in side.memory.installations.every() for row in page]
    assert second.token != first.token
    assert [one.what for one in side.memory.audit.read()] == ["installation.made", "installation.replaced"]


async def test_a_code_that_slack_does_not_know_installs_nothing(side: Side) -> None:
    page = await side.browser.get(await side.made_up())
    assert (page.status, page.titles[0]) == (400, "Slack did not finish it")
    assert list(side.memory.installations.every()) == []


@pytest.mark.parametrize("client", [(CLIENT, "0" * 32), ("9.9", SECRET)], ids=["secret", "id"])
async def test_a_wrong_client_is_the_operators_fault(side: Side) -> None:
    page = await side.browser.get(await side.made_up())
    assert page.status == 500
    assert "invalid_client_id" in page.text
    assert list(side.memory.installations.every()) == []


async def test_a_state_is_good_once_and_in_its_own_browser(side: Side) -> None:
    back = await side.made_up()
    stranger = await Browser(side.browser.session).get(back)
    assert stranger.status == 403
    assert (await side.browser.get(back)).titles[0] == "Slack did not finish it"
    again = await side.browser.get(back)
    assert (again.status, again.titles[0] == "Slack did not finish it") == (400, False)


async def test_an_uninstallation_that_slack_does_not_bear_out_takes_nothing_away(side: Side) -> None:
    """Emulate knows no uninstalling: its token still works, as after a reinstallation."""
    await side.install()
    (row,) = [row for page in side.memory.installations.every() for row in page]
    await side.event(row.team, type="app_uninstalled", ts="2.1")
    assert await asyncio.to_thread(side.memory.installations.find, row.team) is not None
