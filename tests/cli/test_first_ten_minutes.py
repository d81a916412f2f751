"""From an empty directory to an installed workspace: the commands of the README and of docs/operate.md in their order.

The app in Slack is made of the link that `aibot init` prints, as a person would make it by opening that.
"""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pexpect
import pytest
import yaml
from tests.cli.test_init import MANY, environment
from tests.slack.install.rig import Browser, consent
from tests.slack.serving.test_serve import begun

from aibot.playground.demo import free_port
from aibot.playground.fake_slack import App, FakeSlack

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from tests.slack.serving.test_serve import Run

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[2]
ADDRESS = "https://bot.example.org"


def commands(page: str, heading: str) -> list[list[str]]:
    """The commands that a page names below a heading, in their order."""
    below = (ROOT / page).read_text("utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    named = re.findall(r"(?:^\.venv/bin/|`)aibot ([^`#\n]+?)(?:`| *#| *$)", below, re.MULTILINE)
    return [line.split() for line in named]


def make_app(slack: FakeSlack, link: str) -> None:
    """Open the link, and say yes."""
    made: dict[str, Any] = yaml.safe_load(parse_qs(urlsplit(link).query)["manifest_yaml"][0])
    slack.app.manifest = made
    slack.app.events = frozenset(made["settings"]["event_subscriptions"]["bot_events"])
    slack.app.redirect_urls = tuple(made["oauth_config"].get("redirect_urls", ()))


def set_up(slack: FakeSlack, where: Path, command: list[str], asked: dict[str, str]) -> None:
    """Run `aibot init` as somebody who takes what it suggests, and makes the app before giving its secrets."""
    terminal = pexpect.spawn(
        sys.executable, ["-m", "aibot", *command], cwd=where, env=environment(slack), encoding="utf-8",
        timeout=20, dimensions=(50, 20_000),
    )  # fmt: skip
    made = False
    while True:
        found = terminal.expect(
            [pexpect.EOF, r"(https://api\.slack\.com/apps\?new_app=1&\S+)\s", *(f"{name}: " for name in asked),
             r"\[[^\]\r\n]*\]: "]
        )  # fmt: skip
        if found == 0:
            break
        if found == 1:
            made = True
            make_app(slack, terminal.match.group(1))  # type: ignore[union-attr]
        else:
            terminal.sendline([*asked.values(), ""][found - 2])
    terminal.close()
    assert (made, terminal.exitstatus) == (True, 0)


def aibot(slack: FakeSlack, where: Path, *command: str, **more: str) -> AbstractAsyncContextManager[Run]:
    """A command in the directory in which `.env` is."""
    return begun(*command, environ={"SLACK_API_URL": slack.api_url} | more, where=where)


async def test_to_one_workspace_by_the_readme(tmp_path: Path) -> None:
    init, doctor, run = commands("README.md", "Add it to your workspace")[:3]
    assert (init, doctor, run) == (["init"], ["doctor"], ["run"])
    async with FakeSlack(mode="socket", app=App(), schemas=None) as slack:
        tokens = {"SLACK_BOT_TOKEN": slack.bot_token, "SLACK_APP_TOKEN": slack.app_token}
        await asyncio.to_thread(set_up, slack, tmp_path, init, tokens)
        async with aibot(slack, tmp_path, *doctor, SLACK_CONFIG_TOKEN=slack.app.config_token) as examined:
            assert await examined.ended() == 0, examined.said
        async with aibot(slack, tmp_path, *run) as bot:
            await bot.until("listening over Socket Mode")
            helped = await slack.command("/ai", "help")
            await slack.invite("C1")
            answer = await slack.answer(await slack.mention("who made Sora?"))
            bot.process.terminate()
            assert await bot.ended() == 0, bot.said
    assert helped.message is not None
    assert helped.message.blocks
    assert "OpenAI" in answer.text
    assert "Traceback" not in bot.said


async def test_to_many_workspaces_by_the_operators_page(tmp_path: Path) -> None:
    init, doctor, run, *_ = commands("docs/operate.md", "Many workspaces")
    assert init == ["init", "--many", "--http", ADDRESS]
    assert (doctor, run) == (["doctor"], ["run", "--http"])
    port = free_port()
    made = App(client_secret=MANY["SLACK_CLIENT_SECRET"], signing_secret=MANY["SLACK_SIGNING_SECRET"])
    async with FakeSlack(app=made, schemas=None) as slack, aiohttp.ClientSession() as session:
        slack.state.workspaces.clear()
        slack.add_workspace("T1", installed=False)
        await asyncio.to_thread(set_up, slack, tmp_path, init, MANY)
        async with aibot(slack, tmp_path, *doctor) as examined:
            assert await examined.ended() == 0, examined.said
        async with aibot(slack, tmp_path, *run, AIBOT_PORT=str(port)) as bot:
            await bot.until("listening on")
            slack.app_url = f"http://127.0.0.1:{port}/slack/events"
            browser, here = Browser(session), f"http://127.0.0.1:{port}"  # its proxy
            back = await consent(browser, here, slack, "T1")
            assert back.startswith(f"{ADDRESS}/slack/oauth_redirect?")
            page = await browser.get(back.replace(ADDRESS, here))
            assert (page.status, page.titles[0]) == (200, "Installed")
            helped = await slack.command("/ai", "help")
            bot.process.terminate()
            assert await bot.ended() == 0, bot.said
    assert helped.message is not None
    assert helped.message.blocks
