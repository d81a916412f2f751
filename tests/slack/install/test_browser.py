"""The installation in a real browser: its cookie comes back, nothing is blocked, and the pages can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import async_playwright
from tests.playground.page.browsers import FLAGS, MISSING, chromium
from tests.slack.install.rig import many

from aibot.slack.install.door import cookie_of

if TYPE_CHECKING:
    from pathlib import Path

    from aibot.slack.bot import Bot

pytestmark = pytest.mark.anyio


async def test_a_person_installs_the_bot_declines_and_comes_back_too_late(bot: Bot, tmp_path: Path) -> None:
    path = chromium()
    assert path, MISSING
    async with many(bot, tmp_path) as rig, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        page = await (await browser.new_context()).new_page()
        told: list[str] = []
        page.on("console", lambda message: told.append(message.text))
        await page.goto(f"{rig.url}/slack/install")
        await page.get_by_text("Allow in T1", exact=True).click()
        assert await page.locator("h1").all_text_contents() == ["Installed", "已安装"]
        assert await page.locator("section[lang=zh] p").first.is_visible()
        width = await page.evaluate("getComputedStyle(document.body).maxWidth")
        assert width != "none"
        (cookie,) = await page.context.cookies(rig.url)
        assert (cookie["name"], cookie["httpOnly"], cookie["secure"]) == (
            cookie_of(cookie["value"]),
            True,
            True,
        )
        assert await page.evaluate("document.cookie") == ""
        assert await rig.installation("T1") is not None
        await page.reload()
        assert (await page.locator("h1").all_text_contents())[0] == "This link has run out"
        await page.get_by_role("link", name="Begin again").click()
        await page.get_by_text("Deny", exact=True).click()
        assert (await page.locator("h1").all_text_contents())[0] == "Not installed"
        assert [text for text in told if "Content Security Policy" in text] == []
        await browser.close()


async def test_two_tabs_of_one_browser_install_it_in_two_workspaces(bot: Bot, tmp_path: Path) -> None:
    path = chromium()
    assert path, MISSING
    async with many(bot, tmp_path) as rig, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        context = await browser.new_context()
        tabs = [await context.new_page(), await context.new_page()]
        for tab in tabs:
            await tab.goto(f"{rig.url}/slack/install")
        for tab, team in zip(tabs, ("T1", "T2"), strict=True):
            await tab.get_by_text(f"Allow in {team}", exact=True).click()
            assert (await tab.locator("h1").all_text_contents())[0] == "Installed"
            assert await rig.installation(team) is not None
        await browser.close()
