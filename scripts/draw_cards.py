"""Draws every kind of card, in both languages, and the playground itself, into docs/cards/ (`make cards`)."""

from __future__ import annotations

import asyncio
import io
import sys
import tempfile
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from playwright.async_api import async_playwright, expect
from tests.playground.page.browsers import FLAGS, MISSING, chromium
from tests.playground.page.steps import act_as, last, type_in

from aibot.playground.run import playground

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, Page

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "cards"
MOST_BYTES = 3_000_000
MORNING = 1_795_446_000.0  # 23 November 2026, 10 in the morning in New York

CARDS: dict[str, tuple[str, str]] = {
    "model": ("/ai model deepseek-v3", "/ai 模型 deepseek-v3"),
    "figure": ("/ai how much did DeepSeek-V3 cost to train?", "/ai DeepSeek-V3 训练花了多少钱？"),
    "date": ("/ai date 2024-12", "/ai 日期 2024-12"),
    "domain": ("/ai domain medical", "/ai 领域 医疗"),
    "technique": ("/ai technique RAG", "/ai 技术 RAG"),
    "organisation": ("/ai org DeepSeek", "/ai 机构 深度求索"),
    "person": ("/ai person Kai-Fu Lee", "/ai 人物 李开复"),
    "trend": ("/ai trend embodied AI", "/ai 趋势 具身智能"),
    "list": ("/ai which models support 1M context?", "/ai 哪些模型支持100万上下文？"),
    "comparison": ("/ai compare deepseek-v3, gpt-4o", "/ai 比较 deepseek-v3、gpt-4o"),
    "timeline": ("/ai timeline openai", "/ai 时间线 openai"),
    "kinds": ("/ai list", "/ai 列表"),
    "version": ("/ai model gpt-6", "/ai 模型 gpt-6"),
    "suggestions": ("/ai claude", "/ai gemini"),
    "unknown": ("/ai what is the weather?", "/ai 今天天气怎么样？"),
    "help": ("/ai help", "/ai 帮助"),
    "about": ("/ai about", "/ai 关于"),
}


async def main() -> int:
    """Draw them all; fails where they grow too heavy."""
    path = chromium()
    if not path:
        print(MISSING)
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        for language, person in enumerate(("Ada", "Mei")):
            await draw_cards(browser, person, language)
            await draw_home(browser, person, language)
            await draw_talk(browser, person, language)
            await draw_manners(browser, person, language)
        await draw_page(browser)
        await browser.close()
    size = sum(file.stat().st_size for file in FOLDER.glob("*.png"))
    print(f"{len(list(FOLDER.glob('*.png')))} pictures, {size / 1e6:.2f} MB, in {FOLDER}")
    return 0 if size <= MOST_BYTES else 1


@asynccontextmanager
async def opened(browser: Browser, width: int, height: int, person: str) -> AsyncIterator[Page]:
    """The playground in a tab of its own, with somebody before it."""
    with tempfile.TemporaryDirectory() as folder:
        async with playground(recordings=Path(folder), at=MORNING) as server:
            tab = await browser.new_page(viewport={"width": width, "height": height})
            await tab.goto(server.url)
            await tab.wait_for_selector("body[data-ready]")
            await act_as(tab, person)
            yield tab
            await tab.close()


async def draw_cards(browser: Browser, person: str, language: int) -> None:
    """One picture for each kind of card."""
    suffix = ("en", "zh")[language]
    async with opened(browser, 960, 2600, person) as tab:
        for name, texts in CARDS.items():
            count = await tab.locator("#messages .message").count()
            await type_in(tab, texts[language])
            await expect(tab.locator("#messages .message")).to_have_count(count + 1)
            await picture(tab, f"{name}.{suffix}")
        share = ("Share to channel", "分享到频道")[language]
        await tab.get_by_role("button", name=share).first.click()
        await expect(last(tab).locator(".only")).to_have_count(0)
        await picture(tab, f"shared.{suffix}")
        await draw_turned(tab, language)
        await draw_looked_up(tab, language)


async def draw_home(browser: Browser, person: str, language: int) -> None:
    """The Home tab of somebody who has asked and has set up a daily fact, and its search while they type."""
    suffix = ("en", "zh")[language]
    async with opened(browser, 960, 1400, person) as tab:
        for text in ("/ai rag", "/ai deepseek-v3", ("/ai subscribe 9am", "/ai 订阅 9点")[language]):
            count = await tab.locator("#messages .message").count()
            await type_in(tab, text)
            await expect(tab.locator("#messages .message").nth(count)).to_be_visible()
        await tab.locator("#sidebar").get_by_role("button", name="aibot").click()
        await tab.get_by_role("tab", name=("Home", "主页")[language]).click()
        home = tab.locator(".home")
        await expect(home).to_contain_text("#general")
        await tab.mouse.move(0, 0)
        save(await home.screenshot(), f"home.{suffix}")
        await home.get_by_role("combobox").first.press_sequentially(("deepsek", "shendu")[language])
        await expect(home.get_by_role("option").first).to_be_visible()
        box = await home.bounding_box()
        assert box is not None
        shown = {"x": box["x"], "y": box["y"], "width": box["width"], "height": 400}
        save(await tab.screenshot(clip=shown), f"search.{suffix}")  # type: ignore[arg-type]


async def draw_talk(browser: Browser, person: str, language: int) -> None:
    """A thread that remembers, a name in double brackets, an opinion, and a fact a day."""
    suffix = ("en", "zh")[language]
    async with opened(browser, 1600, 2200, person) as tab:
        await in_a_thread(tab, language)
        await picture_of_thread(tab, f"thread.{suffix}")
        await tab.get_by_role("button", name="Close the thread").click()
        await type_in(tab, ("/ai inline on", "/ai 行内 开")[language])
        named = ("is [[Genie 2]] any good for that?", "[[Genie 2]] 适合做这个吗？")[language]
        await type_in(tab, named)
        await expect(tab.locator("#messages .message", has_text=named).locator(".replies")).to_be_visible()
        await open_thread(tab)
        await expect(last(tab, "#thread")).to_contain_text("Genie 2")
        await picture_of_thread(tab, f"inline.{suffix}")
        await tab.get_by_role("button", name="Close the thread").click()
        await type_in(tab, ("/ai subscribe 9am weekdays", "/ai 订阅 工作日 9点")[language])
        await expect(last(tab).locator(".only")).to_be_visible()
        await picture(tab, f"subscribed.{suffix}")
        await type_in(tab, ("/ai preview", "/ai 预览")[language])
        await expect(last(tab)).to_contain_text(("The next post", "下一条推送的样子")[language])
        await picture(tab, f"daily.{suffix}")
        other = last(tab).get_by_role("button", name=("中文", "English")[language], exact=True)
        await other.click()
        await expect(last(tab)).to_contain_text(("以后都用中文", "Always in English")[language])
        await picture(tab, f"daily-turned.{suffix}")


async def draw_manners(browser: Browser, person: str, language: int) -> None:
    """What stands in place of a card that is there already, and above what one person and one channel may ask."""
    suffix = ("en", "zh")[language]
    async with opened(browser, 960, 2200, person) as tab:
        replies, asked = tab.locator("#messages .replies"), ("@aibot RAG", "@aibot 什么是 RAG？")[language]
        await ask_often(tab, asked, 2)
        await replies.last.click()
        await expect(tab.locator("#thread .message")).to_have_count(2)
        await picture_of_thread(tab, f"shown.{suffix}")
        await tab.get_by_role("button", name="Close the thread").click()
        for name, count in ((person, 18), ("Jonas", 20), (("Mei", "Ada")[language], 20)):
            await act_as(tab, name)
            await ask_often(tab, asked, count)
        await act_as(tab, person)
        await type_in(tab, asked)
        await expect(last(tab).locator(".only")).to_be_visible()
        await picture(tab, f"limit-channel.{suffix}")
        for _ in range(10):  # the rest of what one person may ask in a minute
            await type_in(tab, ("/ai RAG", "/ai 技术 RAG")[language])
        await expect(last(tab)).to_contain_text(("more than 30", "超过了 30 次")[language])
        await picture(tab, f"limit-person.{suffix}")


async def ask_often(tab: Page, text: str, count: int) -> None:
    """Mention the bot until it has replied so often."""
    replies = tab.locator("#messages .replies")
    before = await replies.count()
    for number in range(count):
        await type_in(tab, text)
        await expect(replies).to_have_count(before + number + 1)


async def in_a_thread(tab: Page, language: int) -> None:
    """A mention, and what is asked after it without naming anything again."""
    await type_in(tab, ("@aibot what is Kimi?", "@aibot Kimi 是什么？")[language])
    await open_thread(tab)
    count = tab.locator("#thread .message")
    asked = (("who made it?", "and Sora?"), ("谁做的？", "那Sora呢？"))[language]
    await expect(count).to_have_count(2)
    for number, text in enumerate(asked):
        await type_in(tab, text, box="#reply")
        await expect(count).to_have_count(4 + 2 * number)


async def open_thread(tab: Page) -> None:
    """The thread of the newest message that has one."""
    replies = tab.locator("#messages .replies").last
    await expect(replies).to_be_visible()
    await replies.click()


async def draw_turned(tab: Page, language: int) -> None:
    """A card that was asked for in this language and turned into the other one."""
    await type_in(tab, ("/ai who made Genie 2?", "/ai Genie 2 是谁做的？")[language])
    await expect(last(tab)).to_contain_text("Genie 2")
    await last(tab).get_by_role("button", name=("中文", "English")[language], exact=True).click()
    await expect(last(tab)).to_contain_text(("以后都用中文", "Always in English")[language])
    await picture(tab, f"turned.{('en', 'zh')[language]}")


async def draw_looked_up(tab: Page, language: int) -> None:
    """What the message shortcut finds."""
    said = (
        "Kimi read the whole report, but OpenAI o1 reasoned better. RAG next?",
        "Kimi 把整份报告读完了，可 o1 推理更好，下次试试 RAG？",
    )
    await type_in(tab, said[language])
    message = last(tab)
    await expect(message).to_contain_text(said[language][:12])
    await message.hover()
    await message.get_by_label("More").click()
    await message.get_by_role("button", name="Look up in aibot").click()
    await expect(last(tab).locator(".only")).to_be_visible()
    await picture(tab, f"look-up.{('en', 'zh')[language]}")


async def picture(tab: Page, name: str) -> None:
    """The newest message."""
    await tab.mouse.move(0, 0)
    save(await last(tab).screenshot(), name)


async def picture_of_thread(tab: Page, name: str) -> None:
    """A thread, from its first message to its last."""
    await tab.mouse.move(0, 0)
    first = await tab.locator("#thread .message").first.bounding_box()
    newest = await last(tab, "#thread").bounding_box()
    assert first is not None
    assert newest is not None
    height = newest["y"] + newest["height"] - first["y"]
    clip = {"x": first["x"], "y": first["y"], "width": first["width"], "height": height}
    save(await tab.screenshot(clip=clip), name)  # type: ignore[arg-type]


def save(png: bytes, name: str) -> None:
    """Text on a plain ground needs no more than a palette."""
    drawn = Image.open(io.BytesIO(png)).convert("RGB").quantize(160, dither=Image.Dither.NONE)
    drawn.save(FOLDER / f"{name}.png", optimize=True)


async def draw_page(browser: Browser) -> None:
    """The playground: light, dark with a thread, and on a phone."""
    with tempfile.TemporaryDirectory() as folder:
        async with playground(recordings=Path(folder), at=MORNING) as server:
            tab = await browser.new_page(viewport={"width": 1280, "height": 800})
            await tab.goto(server.url)
            await expect(tab.locator("#messages .message")).to_have_count(1)
            save(await tab.screenshot(), "playground")
            await tab.emulate_media(color_scheme="dark")
            await tab.get_by_role("button", name="A mention, in a thread").click()
            await expect(last(tab, "#thread")).to_contain_text("A context of")
            save(await tab.screenshot(), "playground.dark")
            await tab.set_viewport_size({"width": 390, "height": 780})
            await tab.emulate_media(color_scheme="light")
            await tab.get_by_role("button", name="Close the thread").click()
            await type_in(tab, "/ai claude")
            await expect(last(tab).locator(".only")).to_be_visible()
            save(await tab.screenshot(), "playground.phone")


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
