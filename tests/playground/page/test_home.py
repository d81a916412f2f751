"""The Home tab on the page: the search with what the bot offers, cards above it, and the keyboard alone."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect
from tests.playground.page.install_axe import axe_script
from tests.playground.page.steps import act_as, last, type_in
from tests.playground.page.test_drawing import violations

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page

pytestmark = pytest.mark.anyio


async def open_home(tab: Page, name: str = "Home") -> Locator:
    await tab.locator("#sidebar").get_by_role("button", name="aibot").click()
    await tab.get_by_role("tab", name=name).click()
    home = tab.locator(".home")
    await expect(home.get_by_role("combobox").first).to_be_visible()
    return home


async def test_typing_pinyin_offers_entries_and_choosing_shows_the_card(tab: Page) -> None:
    home = await open_home(tab)
    field = home.get_by_role("combobox", name="Look something up")
    await field.press_sequentially("sdqs")
    await expect(home.get_by_role("option").first).to_have_text("DeepSeek (深度求索) · organisation")
    await home.get_by_role("option").first.click()
    card = tab.get_by_role("dialog")
    await expect(card.locator(".b-header").first).to_contain_text("DeepSeek")
    await expect(home).to_contain_text("You asked for")
    await expect(field).to_have_value("")


async def test_an_empty_field_offers_by_kind_and_the_keyboard_is_enough(tab: Page) -> None:
    home = await open_home(tab)
    field = home.get_by_role("combobox", name="Look something up")
    await field.click()
    await expect(home.get_by_role("group", name="Models")).to_be_visible()
    await tab.keyboard.press("Escape")
    await expect(home.get_by_role("listbox")).to_be_hidden()
    await field.press_sequentially("zzzz")
    await expect(home.get_by_role("listbox")).to_contain_text("No results")
    await field.fill("")
    await field.press_sequentially("genie 2")
    await expect(home.get_by_role("option").first).to_have_text("Genie 2 · model")
    await tab.keyboard.press("ArrowDown")
    await tab.keyboard.press("Enter")
    await expect(tab.get_by_role("dialog").locator(".b-header").first).to_contain_text("Genie 2")


async def test_a_card_is_posted_from_the_search_to_a_channel(tab: Page) -> None:
    await type_in(tab, "/ai help")
    await last(tab).get_by_role("button", name="Search").click()
    dialog = tab.get_by_role("dialog")
    await dialog.get_by_role("combobox").press_sequentially("transfrom")
    await dialog.get_by_role("option").first.click()
    await expect(dialog.locator(".b-header").first).to_contain_text("Transformer")
    await dialog.get_by_role("button", name="Post it").click()
    await expect(dialog).to_have_count(0)
    await expect(last(tab)).to_contain_text("Shared by")
    await expect(last(tab)).to_contain_text("Transformer")


async def test_a_language_is_chosen_and_a_daily_fact_paused(tab: Page) -> None:
    await type_in(tab, "/ai subscribe 9am weekdays")
    await expect(last(tab)).to_contain_text("This channel now gets a daily fact")
    home = await open_home(tab)
    await expect(home).to_contain_text("#general")
    await home.get_by_role("button", name="Pause").click()
    await expect(home).to_contain_text("The daily fact is paused")
    await home.locator("select").last.select_option(label="中文")
    await expect(home).to_contain_text("每日一条")
    await expect(home.get_by_role("button", name="恢复")).to_be_visible()


async def test_each_persons_home_is_their_own(tab: Page) -> None:
    home = await open_home(tab)
    await expect(home).to_contain_text("Fact of the day")
    await act_as(tab, "Mei")
    home = await open_home(tab, "主页")
    await expect(home).to_contain_text("Asia/Shanghai")


async def test_axe_finds_nothing_wrong(tab: Page) -> None:
    script = await asyncio.to_thread(axe_script)
    home = await open_home(tab)
    await tab.evaluate(script)
    assert await violations(tab) == []
    for typed in ("", "sdqs", "zzzz"):
        await home.get_by_role("combobox").first.fill(typed)
        await home.get_by_role("combobox").first.click()
        await expect(home.get_by_role("listbox")).to_be_visible()
        assert await violations(tab) == [], typed
