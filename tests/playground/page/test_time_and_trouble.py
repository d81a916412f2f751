"""Under the hood: the clock, trouble with Slack, crashes, the wire, recorded tests."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect
from tests.playground.page.steps import act_as, last, type_in, under_the_hood

if TYPE_CHECKING:
    from playwright.async_api import Page

    from aibot.playground.server import PageServer

pytestmark = pytest.mark.anyio


async def test_tomorrow_morning_comes_for_slack_and_for_the_bot(server: PageServer, tab: Page) -> None:
    await under_the_hood(tab, "Clock")
    await tab.get_by_role("button", name="Tomorrow morning").click()
    await expect(tab.locator("#clock")).to_contain_text("9:00")
    await type_in(tab, "good morning")
    await expect(last(tab).locator("time")).to_contain_text("9:00 AM")
    told = await server.stage.bot.order("clock", offset=server.stage.offset)
    assert told["now"][:13] == await tab.evaluate(
        "([at]) => new Date(at * 1000).toISOString().slice(0, 13)", [server.stage.clock()]
    )
    await tab.get_by_role("button", name="Back to now").click()
    await expect(tab.locator("#clock:not(.moved)")).to_be_visible()


async def test_the_clocks_change_where_they_do(tab: Page) -> None:
    await under_the_hood(tab, "Clock")
    before = (await tab.locator("#clock").inner_text())[-3:]
    await tab.get_by_role("button", name="Just before the clocks change").click()
    await expect(tab.locator("#clock")).to_contain_text(":59")
    await expect(tab.locator("#clock")).to_contain_text(before)
    moment = await tab.input_value("#moment")
    await tab.fill("#moment", moment[:14] + "59")
    await tab.get_by_role("button", name="A month ahead").click()
    await expect(tab.locator("#clock")).not_to_contain_text(before)
    await act_as(tab, "Mei")
    await tab.get_by_role("button", name="Just before the clocks change").click()
    await expect(tab.locator("#panel")).to_contain_text("The clocks do not change in Asia/Shanghai")


async def test_slack_says_429_and_the_bot_tries_again(tab: Page) -> None:
    await under_the_hood(tab, "Trouble")
    await tab.select_option("#trouble", "429")
    await tab.get_by_role("button", name="Switch on").click()
    await expect(tab.locator("#panel")).to_contain_text("On: rate_limit")
    await type_in(tab, "@aibot what is RAG?")
    await expect(last(tab)).to_contain_text("1 reply")
    wire = tab.locator("#panel .wire li", has_text="chat.postMessage")
    await expect(wire).to_have_count(2)
    await expect(wire.last).to_contain_text("ratelimited")
    await expect(tab.locator("#panel")).to_contain_text("No trouble at the moment")


@pytest.mark.parametrize(
    ("kind", "shown"), [("is_archived", "is_archived"), ("500", "500"), ("invalid_blocks", "invalid_blocks")]
)
async def test_a_refusal_is_seen_on_the_wire_and_the_bot_goes_on(tab: Page, kind: str, shown: str) -> None:
    await under_the_hood(tab, "Trouble")
    await tab.select_option("#trouble", kind)
    await tab.get_by_role("button", name="Switch on").click()
    await expect(tab.locator("#panel")).to_contain_text("On:")
    await type_in(tab, "@aibot what is RAG?")
    await expect(tab.locator("#panel .wire .bad", has_text=shown)).to_be_visible()
    await expect(last(tab)).to_contain_text("1 reply")
    await type_in(tab, "/ai what is RAG?")
    await expect(last(tab)).to_contain_text("Retrieval-augmented")


async def test_an_event_that_comes_twice_is_answered_once(tab: Page) -> None:
    await type_in(tab, "@aibot what is RAG?")
    await expect(last(tab)).to_contain_text("1 reply")
    await under_the_hood(tab, "Trouble")
    await tab.get_by_role("button", name="Slack retries the last event").click()
    await expect(tab.locator("#panel .wire li", has_text="retry 1")).to_contain_text("200")
    await type_in(tab, "@aibot who made Genie 2?")
    await expect(tab.locator(".message", has_text="Genie 2?")).to_contain_text("1 reply")
    await expect(tab.locator(".message", has_text="what is RAG?")).to_contain_text("1 reply")


async def test_the_bot_crashes_and_comes_back(server: PageServer, tab: Page) -> None:
    first = server.stage.bot.pid
    await under_the_hood(tab, "Trouble")
    await tab.get_by_role("button", name="Crash now and restart").click()
    await expect(tab.locator("#panel")).to_contain_text("1 crash.")
    await expect(tab.locator("#state")).to_have_attribute("aria-label", "Bot running")
    assert server.stage.bot.pid not in {None, first}
    await type_in(tab, "/ai model genie 2")
    await expect(last(tab).locator(".b-header")).to_have_text("Genie 2")


async def test_a_bot_that_is_down_is_said_to_be(server: PageServer, tab: Page) -> None:
    await server.stage.crash()
    await expect(tab.locator("#state")).to_have_attribute("aria-label", "Bot down")
    await type_in(tab, "/ai model genie 2")
    await expect(last(tab)).to_contain_text("/ai failed with the error “dispatch_failed”")
    await under_the_hood(tab, "Trouble")
    await tab.get_by_role("button", name="Start again").click()
    await expect(tab.locator("#state")).to_have_attribute("aria-label", "Bot running")


async def test_the_wire_is_shown_with_its_secrets_masked(tab: Page) -> None:
    await type_in(tab, "@aibot what is RAG?")
    await under_the_hood(tab, "Inspector")
    await tab.locator("#panel .wire button", has_text="chat.postMessage").click()
    await expect(tab.locator("#panel .detail")).to_contain_text("authorization: Bearer xoxb-…")
    await tab.locator("#panel .wire button", has_text="event").filter(has_text="app_mention").click()
    await expect(tab.locator("#panel .detail")).to_contain_text("X-Slack-Signature: v0=…")
    await expect(tab.locator("#panel .detail")).to_contain_text("app_mention")
    assert "fake-verification-token" not in await tab.locator("#panel").inner_text()
    await tab.get_by_role("tab", name="Bot's log").click()
    await expect(tab.locator("#panel pre")).to_contain_text("via=mention")


async def test_a_cards_json_goes_to_the_block_kit_builder(tab: Page) -> None:
    await tab.locator(".message").hover()
    await tab.locator(".message .tools summary").click()
    await expect(tab.get_by_role("link", name="Open in Block Kit Builder")).to_have_attribute(
        "href", re.compile(r"^https://app\.slack\.com/block-kit-builder/#%7B%22blocks%22%3A%5B%7B")
    )
    await tab.get_by_role("button", name="Show JSON").click()
    await expect(tab.locator("#panel pre").first).to_contain_text('"type": "header"')
    await tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await tab.get_by_role("button", name="Copy", exact=True).click()
    assert '"DeepSeek-V3"' in await tab.evaluate("navigator.clipboard.readText()")


async def test_what_was_done_becomes_a_test_that_passes(server: PageServer, tab: Page) -> None:
    await type_in(tab, "/ai model gpt-6")
    await expect(last(tab)).to_contain_text("No such version")
    await last(tab).locator(".b-actions button").nth(1).click()
    await expect(last(tab)).not_to_contain_text("No such version")
    await tab.get_by_role("button", name="A mention, in a thread").click()
    await expect(last(tab, "#thread")).to_contain_text("A context of 1M or more")
    await type_in(tab, "@aibot what is RAG?", box="#reply")
    await expect(last(tab, "#thread")).to_contain_text("Retrieval-augmented generation")
    await tab.locator(".message").first.get_by_role("button", name="Share to channel").click()
    await expect(last(tab)).to_contain_text("Shared by @Ada")
    await expect(tab.locator(".message").first.get_by_role("button", name="Share to channel")).to_have_count(
        0
    )
    await under_the_hood(tab, "Inspector")
    await tab.get_by_role("button", name="Record as test").click()
    await expect(tab.locator("#panel")).to_contain_text("test_recorded_1.py")
    recorded = server.recorder.folder / "test_recorded_1.py"
    done = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(recorded)],
        env={**os.environ, "PYTEST_ADDOPTS": ""}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, recorded.read_text("utf-8") + done.stdout
