"""Typing, clicking, threads, people: what a newcomer does first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect
from tests.playground.page.steps import act_as, last, type_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from playwright.async_api import Page

    OpenTab = Callable[..., AbstractAsyncContextManager[Page]]

pytestmark = pytest.mark.anyio


async def test_the_first_card_is_there(tab: Page) -> None:
    card = tab.locator(".message")
    await expect(card).to_have_count(1)
    await expect(card.locator(".b-header")).to_have_text("DeepSeek-V3")
    await expect(card.locator(".only")).to_contain_text("Only visible to you")
    await expect(card.get_by_role("link", name="DeepSeek-V3 README")).to_have_attribute(
        "rel", "noopener noreferrer"
    )
    await expect(tab.get_by_role("button", name="A typo")).to_be_visible()


async def test_a_typed_command_completes_itself_and_is_answered(tab: Page) -> None:
    await tab.locator("#composer").press_sequentially("/ai mo")
    await expect(tab.get_by_role("option", name="/ai model")).to_be_visible()
    await tab.press("#composer", "Tab")
    await expect(tab.locator("#composer")).to_have_value("/ai model ")
    await tab.locator("#composer").press_sequentially("genie 2")
    await tab.press("#composer", "Enter")
    await expect(last(tab).locator(".b-header")).to_have_text("Genie 2")
    await expect(tab.locator("#composer")).to_have_value("")
    await tab.press("#composer", "ArrowUp")
    await expect(tab.locator("#composer")).to_have_value("/ai model genie 2")


@pytest.mark.parametrize(
    ("chip", "answer"),
    [
        ("A typo", "Gemini 1.5 Pro"),
        ("A version that does not exist", "No such version"),
        ("A question in Chinese", "558 万美元"),
    ],
)
async def test_a_chip_asks_the_bot(tab: Page, chip: str, answer: str) -> None:
    await tab.get_by_role("button", name=chip).click()
    await expect(last(tab)).to_contain_text(answer)


async def test_a_mention_is_answered_in_its_thread(tab: Page) -> None:
    await tab.get_by_role("button", name="A mention, in a thread").click()
    await expect(last(tab, "#thread")).to_contain_text("A context of 1M or more")
    await expect(last(tab)).to_contain_text("1 reply")
    await type_in(tab, "@aibot what is RAG?", box="#reply")
    await expect(last(tab, "#thread")).to_contain_text("Retrieval-augmented generation")
    await type_in(tab, "/ai help", box="#reply")
    await expect(last(tab, "#thread")).to_contain_text("/ai is not supported in threads")
    await tab.press("#reply", "Escape")
    await expect(tab.locator("#thread")).to_be_hidden()
    await expect(last(tab)).to_contain_text("3 replies")


async def test_sharing_shows_the_card_to_everyone_once(tab: Page) -> None:
    await tab.get_by_role("button", name="Share to channel").click()
    await expect(last(tab)).to_contain_text("Shared by @Ada")
    await expect(tab.get_by_role("button", name="Share to channel")).to_have_count(0)
    await act_as(tab, "Mei")
    await expect(tab.locator(".message")).to_have_count(1)
    await expect(last(tab)).to_contain_text("Shared by @Ada")


async def test_a_suggestion_takes_the_place_of_its_question(tab: Page) -> None:
    await type_in(tab, "/ai model gpt-6")
    await expect(last(tab)).to_contain_text("No such version")
    before = await tab.locator(".message").count()
    button = last(tab).locator(".b-actions button").nth(1)
    name = await button.text_content()
    await button.click()
    await expect(last(tab).locator(".b-header")).to_have_text(str(name))
    assert await tab.locator(".message").count() == before


async def test_what_only_one_person_sees_is_gone_after_a_reload(tab: Page, open_tab: OpenTab) -> None:
    await type_in(tab, "hello everyone")
    async with open_tab() as second:
        await expect(second.locator(".message")).to_have_count(1)
    await expect(tab.locator(".message")).to_have_count(2)
    await tab.reload()
    await expect(tab.locator(".message")).to_have_count(1)
    await expect(last(tab)).to_contain_text("hello everyone")
    await expect(tab.locator("#messages")).to_contain_text("gone after a reload")


async def test_a_second_tab_sees_what_everyone_sees_at_once(tab: Page, open_tab: OpenTab) -> None:
    async with open_tab() as second:
        await act_as(second, "Jonas")
        await type_in(tab, "@aibot who made Genie 2?")
        await expect(last(second)).to_contain_text("1 reply")
        await type_in(second, "/ai model genie 2")
        await expect(last(second)).to_contain_text("Only visible to you")
        await expect(last(tab)).to_contain_text("1 reply")


async def test_a_chinese_speaker_reads_slack_in_chinese(tab: Page) -> None:
    await act_as(tab, "Mei")
    await type_in(tab, "/ai 模型 deepseek-v3")
    await expect(last(tab)).to_contain_text("仅对你可见")
    await expect(last(tab)).to_contain_text("开发者")
    assert await tab.evaluate("document.documentElement.lang") == "zh-CN"


async def test_direct_messages_need_no_command(tab: Page) -> None:
    await tab.locator("#sidebar").get_by_role("button", name="aibot").click()
    await type_in(tab, "who made Genie 2?")
    await expect(last(tab).locator(".b-header")).to_have_text("Genie 2")
    await tab.get_by_role("tab", name="Home").click()
    await expect(tab.locator("#messages .home")).to_be_visible()


async def test_the_bot_must_be_in_the_channel_it_is_mentioned_in(tab: Page) -> None:
    await tab.locator("#sidebar").get_by_role("button", name="random").click()
    await expect(tab.locator("#heading")).to_contain_text("aibot is not in this channel")
    await type_in(tab, "@aibot what is RAG?")
    await expect(last(tab)).to_contain_text("/invite @aibot")
    await type_in(tab, "/invite @aibot")
    await expect(last(tab)).to_contain_text("done")
    await type_in(tab, "hey @aibot what is RAG?")
    await expect(tab.locator(".message", has_text="hey")).to_contain_text("1 reply")


async def test_everything_works_from_the_keyboard(tab: Page) -> None:
    await tab.keyboard.press("Tab")
    await expect(tab.locator(".skip")).to_be_focused()
    await tab.keyboard.press("Enter")
    await expect(tab.locator("#composer")).to_be_focused()
    await tab.keyboard.type("@ai")
    await tab.keyboard.press("Tab")
    await tab.keyboard.type("what is RAG?")
    await tab.keyboard.press("Enter")
    replies = last(tab).locator(".replies")
    await expect(replies).to_be_visible()
    while not await replies.evaluate("node => node === document.activeElement"):
        await tab.keyboard.press("Shift+Tab")
    assert await replies.evaluate("node => getComputedStyle(node).outlineStyle") == "solid"
    await tab.keyboard.press("Enter")
    await expect(tab.locator("#reply")).to_be_focused()
    await tab.keyboard.press("Escape")
    await expect(tab.locator("#composer")).to_be_focused()


async def test_a_message_is_looked_up_from_its_menu(tab: Page) -> None:
    await type_in(tab, "is Sora better than Kimi for this?")
    message = last(tab)
    await expect(message).to_contain_text("is Sora better")
    await message.hover()
    await message.get_by_label("More").click()
    await message.get_by_role("button", name="Look up in aibot").click()
    await expect(last(tab).locator(".only")).to_be_visible()
    await expect(last(tab).locator(".b-header")).to_have_text("Named in this message")
    await last(tab).get_by_role("button", name="中文").click()
    await expect(last(tab).locator(".b-header")).to_have_text("这条消息里提到的")
