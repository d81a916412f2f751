"""The installation in a real browser: its cookie comes back, nothing is blocked, and the pages can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import async_playwright
from tests.playground.page.browsers import FLAGS, MISSING, chromium
from tests.slack.install.rig import COOKIE, many

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
        assert (cookie["name"], cookie["httpOnly"], cookie["secure"]) == (COOKIE, True, True)
        assert await page.evaluate("document.cookie") == ""
        assert await rig.installation("T1") is not None
        await page.reload()
        assert (await page.locator("h1").all_text_contents())[0] == "This link has run out"
        await page.get_by_role("link", name="Begin again").click()
        await page.get_by_text("Deny", exact=True).click()
        assert (await page.locator("h1").all_text_contents())[0] == "Not installed"
        assert [text for text in told if "Content Security Policy" in text] == []
        await browser.close()
