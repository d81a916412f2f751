"""The bot as many workspaces install it, over HTTP and a real SQLite file, in front of a fake Slack."""

from __future__ import annotations

import asyncio
import re
import socket
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import aiohttp
import uvicorn
from tests.slack.daily.rig import MONDAY

from aibot.playground.fake_slack import App, FakeSlack, MovableClock, no_wait
from aibot.settings import Settings
from aibot.slack.app import create_app, web_client, web_session
from aibot.slack.daily.run import daily_posts
from aibot.slack.install.door import Door
from aibot.slack.install.installed import Installed
from aibot.slack.serving.background import Background
from aibot.slack.serving.http import HttpApp
from aibot.storage import Memory

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from aibot.playground.fake_slack import Exchange
    from aibot.slack.bot import Bot
    from aibot.slack.daily.daily import Daily
    from aibot.slack.manners.manners import Manners
    from aibot.storage import Installation

KEY = "0" * 43 + "="
CLIENT, SECRET = "1.1", "fedcba9876543210fedcba9876543210"


@dataclass
class Page:
    """What a browser got."""

    status: int
    text: str
    headers: dict[str, str]

    @property
    def titles(self) -> list[str]:
        """Its headings, English first."""
        return re.findall(r"<h1>(.*?)</h1>", self.text)


@dataclass
class Browser:
    """A person's browser: follows nothing by itself, and keeps our cookie as it would over https."""

    session: aiohttp.ClientSession
    cookies: dict[str, str] = field(default_factory=dict)

    async def get(self, url: str, *, method: str = "GET", **form: str) -> Page:
        """One request."""
        cookie = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        async with self.session.request(
            method, url, data=form or None, headers=cookie, allow_redirects=False
        ) as answer:
            for name, morsel in answer.cookies.items():
                self.cookies[name] = morsel.value
                if morsel["max-age"] == "0":
                    del self.cookies[name]
            return Page(answer.status, await answer.text(), dict(answer.headers))


@dataclass
class Many:
    """A running bot, and what a test looks at."""

    slack: FakeSlack
    memory: Memory
    installed: Installed
    daily: Daily
    background: Background
    clock: MovableClock
    url: str
    session: aiohttp.ClientSession

    def browser(self) -> Browser:
        """A browser of its own."""
        return Browser(self.session)

    async def consent(self, browser: Browser, team: str) -> str:
        """Begin, say yes to Slack; returns the address Slack sends the browser back to."""
        return await consent(browser, self.url, self.slack, team)

    async def install(self, team: str, browser: Browser | None = None) -> Page:
        """The whole of it."""
        browser = browser or self.browser()
        page = await browser.get(await self.consent(browser, team))
        for workspace in self.slack.state.workspaces.values():
            if team in (workspace.id, workspace.enterprise_id):
                await self.slack.invite(f"C1{suffix(workspace.id)}", team=workspace.id)
        return page

    async def installation(self, team: str, enterprise: str = "") -> Installation | None:
        """What is written down."""
        return await asyncio.to_thread(self.memory.installations.find, team, enterprise)

    async def has(self, team: str) -> Installation:
        """The installation a workspace must have."""
        found = await self.installation(team)
        assert found is not None
        return found

    async def say(self, text: str, *, team: str) -> str:
        """Type a command in a workspace's #general; returns what the person sees of it."""
        end = suffix(team)
        exchange = await self.slack.command("/ai", text, user=f"U1{end}", channel=f"C1{end}", team=team)
        await self.slack.until(lambda: exchange.messages)
        await self.settle()
        return exchange.messages[-1].text

    async def settle(self) -> None:
        """Until all that the bot does after its acknowledgements is done."""
        await self.slack.settle()
        await self.background.finish()

    def tokens_of(self, calls: list[Exchange]) -> set[str]:
        """The tokens the calls were made with."""
        return {call.headers["authorization"].removeprefix("Bearer ") for call in calls}


async def consent(browser: Browser, bot: str, slack: FakeSlack, team: str) -> str:
    """Begin at a bot's address, say yes to Slack; returns the address Slack sends the browser back to."""
    sent = await browser.get(f"{bot}/slack/install")
    assert sent.status == 302, sent.text
    asked = dict(parse_qsl(urlsplit(sent.headers["Location"]).query))
    shown = await browser.get(sent.headers["Location"])
    assert f"Allow in {team}" in shown.text
    back = await browser.get(f"{slack.url}/oauth/v2/authorize/allow", method="POST", **asked, team=team)
    return back.headers["Location"]


def suffix(team: str) -> str:
    """How the ids of a workspace's people and channels end."""
    return "" if team == "T1" else team[1:]


def address() -> socket.socket:
    """A free port, listened on."""
    return socket.create_server(("127.0.0.1", 0))


@asynccontextmanager
async def many(
    bot: Bot,
    path: Path | str,
    *,
    rotating: bool = False,
    teams: tuple[str, ...] = ("T2",),
    org: str = "",
    manners: Manners | None = None,
) -> AsyncIterator[Many]:
    """The bot, installed nowhere; `teams` are the workspaces besides T1, all in the organisation `org` if there is one.

    `path` is a folder for a SQLite file, or the address of a PostgreSQL database.
    """
    clock = MovableClock(MONDAY.timestamp(), running=False)
    listening = address()
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    app = App(client_secret=SECRET, redirect_urls=(f"{url}/slack/oauth_redirect",), token_rotation=rotating)
    is_file = not str(path).startswith("postgres")
    memory = Memory.open(
        f"sqlite:///{path}/aibot.db" if is_file else str(path), clock=clock if is_file else None, keys=[KEY]
    )
    background = Background()
    settings = Settings(client_id=CLIENT, client_secret=SECRET, keys=(KEY,), url=url, many=True)
    async with (
        FakeSlack(app=app, sleep=no_wait, clock=clock, schemas=None) as slack,
        web_session() as session,
    ):
        slack.state.workspaces.clear()
        for team in ("T1", *teams):
            slack.add_workspace(team, f"Acme <{team}>", installed=False).enterprise_id = org or None
        installed = Installed(
            memory, session, api_url=slack.api_url, client_id=CLIENT, client_secret=SECRET,
            clock=clock, timer=clock, sleep=no_wait,
        )  # fmt: skip
        client = web_client("", slack.api_url, session)
        async with daily_posts(
            settings, bot, client, installed, background, memory=memory, tick=0.05,
            clock=lambda: datetime.fromtimestamp(clock(), UTC),
        ) as daily:  # fmt: skip
            assert daily is not None
            bolt = create_app(bot, client, installed, background, daily=daily, memory=memory, manners=manners)
            door = Door(
                installed, bot.cards.phrases, url=url, api_url=slack.api_url, client_id=CLIENT,
                client_secret=SECRET, clock=clock,
            )  # fmt: skip
            http = HttpApp(bolt, slack.signing_secret, on_stop=background.finish, door=door)
            server = uvicorn.Server(uvicorn.Config(http, log_level="warning", lifespan="on"))
            serving = asyncio.create_task(server.serve(sockets=[listening]))
            slack.app_url = f"{url}/slack/events"
            async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as browsing:
                try:
                    yield Many(slack, memory, installed, daily, background, clock, url, browsing)
                finally:
                    server.should_exit = True
                    await serving
    memory.close()


__all__ = ["CLIENT", "KEY", "SECRET", "Browser", "Many", "Page", "many"]
