"""Block Kit and Slack's markup as the page draws them; colours, widths, accessibility."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from playwright.async_api import expect
from slack_sdk.web.async_client import AsyncWebClient
from tests.playground.page.gallery import LINES, MESSAGE_BLOCKS, MODAL, MORE_BLOCKS
from tests.playground.page.install_axe import axe_script
from tests.playground.page.steps import act_as, last, type_in, under_the_hood

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from playwright.async_api import Page

    from aibot.playground.server import PageServer

    OpenTab = Callable[..., AbstractAsyncContextManager[Page]]

pytestmark = pytest.mark.anyio

MARKUP = [
    ("*bold* _italic_ ~struck~ `code`", "<b>bold</b> <i>italic</i> <s>struck</s> <code>code</code>"),
    ("*bold _both_*", "<b>bold <i>both</i></b>"),
    ("2*3*4 snake_case_name a~b~c", "2*3*4 snake_case_name a~b~c"),
    ("中*文*字", "中*文*字"),
    ("* not bold * and *not\nbold*", "* not bold * and *not<br>bold*"),
    ("`*as it is*` &lt;b&gt; &amp;amp;", "<code>*as it is*</code> &lt;b&gt; &amp;amp;"),
    ("<@U2> <#C2|random>", '<span class="mention">@Mei</span> <span class="mention">#random</span>'),
    ("<!here>", '<span class="mention self">@here</span>'),
    (
        "<https://a.com/?b&amp;c|it &amp; more>",
(
        '<a href="https://a.com/?b&amp;c" target="_blank" rel="noopener noreferrer" '
        'title="https://a.com/?b&amp;c">it &amp; more</a>'
),
    ),
    ("<javascript:alert(1)|x>", "<span>x</span>"),
    ("&gt; quoted\nnot", "<blockquote>quoted</blockquote>not"),
    ("```a *b*\n  c```", "<pre>a *b*\n  c</pre>"),
    (":tada: :no_such_emoji: 12:30:45", "🎉 :no_such_emoji: 12:30:45"),
    ("<!date^1790000000^{date_num} {time}|once>", "<time>09/21/2026 10:13 AM</time>"),
]  # fmt: skip


async def test_mrkdwn_is_drawn_as_slack_draws_it(tab: Page) -> None:
    drawn = await tab.evaluate(
        """async (texts) => {
            const { mrkdwn } = await import("./mrkdwn.js");
            return texts.map((typed) => {
                const node = document.createElement("div");
                node.append(...mrkdwn(typed, { verbatim: true }));
                node.normalize();
                return [typed, node.innerHTML.replace(/\\u202f/g, " ")];
            });
        }""",
        [typed for typed, _ in MARKUP],
    )
    assert [tuple(pair) for pair in drawn] == MARKUP


async def test_bare_addresses_become_links_unless_verbatim(tab: Page) -> None:
    count = """async ([verbatim]) => {
        const { mrkdwn } = await import("./mrkdwn.js");
        return mrkdwn("see https://example.com/a.", { verbatim }).filter((node) => node.href === "https://example.com/a").length;
    }"""
    assert [await tab.evaluate(count, [True]), await tab.evaluate(count, [False])] == [0, 1]


async def post(server: PageServer, blocks: list[dict[str, Any]]) -> None:
    """Have the app post blocks, checked as Slack checks them."""
    slack = server.stage.slack
    await AsyncWebClient(slack.bot_token, base_url=slack.api_url).chat_postMessage(
        channel="C1", text="gallery", blocks=blocks
    )


@pytest.mark.parametrize("blocks", [MESSAGE_BLOCKS, MORE_BLOCKS, LINES], ids=["classic", "newer", "lines"])
async def test_every_block_is_drawn(server: PageServer, tab: Page, blocks: list[dict[str, Any]]) -> None:
    await post(server, blocks)
    await expect(last(tab).locator(".kit > *")).to_have_count(len(blocks))
    await expect(tab.locator(".b-unknown")).to_have_count(0)
    for task in await tab.locator(".b-task").all():
        await expect(task).to_be_visible()


async def test_an_unknown_block_is_shown_as_it_is(server: PageServer, tab: Page) -> None:
    slack = server.stage.slack
    block = {"type": "hologram", "text": "<b>new</b>"}
    slack.state.post(
        slack.workspace(), slack.workspace().channels["C1"], user="UBOT", text="x", blocks=[block]
    )
    slack.record.changed()
    await expect(last(tab).locator(".b-unknown summary")).to_have_text(
        "The playground does not draw “hologram”"
    )


async def test_a_data_table_is_sorted_filtered_and_paged(server: PageServer, tab: Page) -> None:
    await post(server, [MORE_BLOCKS[2]])
    table = last(tab).locator(".b-data-table")
    await expect(table.locator("tbody tr")).to_have_count(2)
    await table.get_by_role("button", name="Next").click()
    await expect(table.locator("tbody tr").first).to_contain_text("Model 2")
    await table.get_by_role("button", name="Context").click()
    await table.get_by_role("button", name="Context").click()
    await expect(table.locator("th[aria-sort=descending]")).to_contain_text("Context")
    await table.get_by_role("searchbox").fill("model 4")
    await expect(table.locator("tbody tr")).to_have_count(1)


async def test_elements_tell_the_app_what_was_chosen(server: PageServer, tab: Page) -> None:
    await post(server, MESSAGE_BLOCKS)

    def sent() -> list[dict[str, Any]]:
        found = [e for e in server.stage.slack.exchanges if e.name == "block_actions"]
        return [json.loads(e.arguments["payload"])["actions"][0] for e in found]

    card = tab.locator(".message", has_text="A header")
    await card.get_by_role("button", name="Press me").first.click()
    await card.locator("select").first.select_option("second")
    await card.get_by_role("button", name="Delete").click()
    await tab.get_by_role("button", name="Keep it").click()
    await card.get_by_role("button", name="Delete").click()
    await tab.get_by_role("button", name="Delete it").click()
    await server.stage.slack.until(lambda: len(sent()) == 3)
    assert [action["action_id"] for action in sent()] == ["b2", "s1", "b3"]
    assert sent()[1]["selected_option"]["value"] == "second"


async def test_a_modal_keeps_what_is_typed_and_sends_it(server: PageServer, tab: Page) -> None:
    slack = server.stage.slack
    view = slack.state.new_view(slack.workspace(), "U1", MODAL)
    slack.workspace().views[view.id] = view
    slack.record.changed()
    modal = tab.get_by_role("dialog", name="Every input")
    await expect(modal).to_be_visible()
    await modal.get_by_label("Name").fill("Ada <b>")
    await modal.get_by_label("How many").fill("3")
    await modal.get_by_label("Second").nth(0).check()
    await modal.get_by_role("radio", name="Third").check()
    view.body = {**view.body, "title": {"type": "plain_text", "text": "Every input"}}
    view.hash = "another"
    slack.record.changed()
    await expect(modal.get_by_label("Name")).to_have_value("Ada <b>")
    await modal.get_by_role("button", name="Save").click()
    await slack.until(lambda: [e for e in slack.exchanges if e.name == "view_submission"])
    sent = next(e for e in slack.exchanges if e.name == "view_submission")
    values = json.loads(sent.arguments["payload"])["view"]["state"]["values"]
    assert values["in-name"]["name"]["value"] == "Ada <b>"
    assert values["in-many"]["many"]["value"] == "3"
    assert [one["value"] for one in values["in-days"]["days"]["selected_options"]] == ["first", "second"]
    assert values["in-how"]["how"]["selected_option"]["value"] == "third"
    assert values["in-language"]["language"]["selected_option"]["value"] == "second"
    above = slack.state.new_view(
        slack.workspace(), "U1", {**MODAL, "title": {"type": "plain_text", "text": "On top"}}
    )
    slack.workspace().views[above.id] = above
    slack.record.changed()
    await expect(tab.get_by_role("dialog")).to_have_accessible_name("On top")
    await tab.keyboard.press("Escape")
    await expect(tab.get_by_role("dialog")).to_have_accessible_name("Every input")
    await tab.keyboard.press("Escape")
    await expect(tab.get_by_role("dialog")).to_have_count(0)


async def test_dark_is_dark_and_can_be_switched(open_tab: OpenTab) -> None:
    background = "getComputedStyle(document.body).backgroundColor"
    async with open_tab(dark=True) as tab:
        assert await tab.evaluate(background) == "rgb(26, 29, 33)"
        await tab.get_by_role("button", name="Light colours").click()
        assert await tab.evaluate(background) == "rgb(255, 255, 255)"
    async with open_tab() as tab:
        assert await tab.evaluate(background) == "rgb(255, 255, 255)"


async def test_a_phones_width_is_enough(open_tab: OpenTab, server: PageServer) -> None:
    async with open_tab(width=390, height=844) as tab:
        await post(server, MESSAGE_BLOCKS)
        await expect(tab.locator(".message")).to_have_count(2)
        assert await tab.evaluate("document.documentElement.scrollWidth") <= 390
        assert await tab.evaluate("document.querySelector('#messages').scrollWidth") <= 390
        await expect(tab.locator("#sidebar")).not_to_be_visible()
        await tab.get_by_role("button", name="Channels").click()
        await tab.locator("#sidebar").get_by_role("button", name="random").click()
        await expect(tab.locator("#heading")).to_contain_text("#random")
        await expect(tab.locator("#sidebar")).not_to_be_visible()
        await tab.locator("#hood").click()
        await expect(tab.locator("#panel")).to_be_visible()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
async def test_axe_finds_nothing_wrong(
    server: PageServer, open_tab: OpenTab, *, dark: bool, width: int
) -> None:
    script = await asyncio.to_thread(axe_script)
    async with open_tab(dark=dark, width=width) as tab:
        await post(server, MESSAGE_BLOCKS)
        await post(server, MORE_BLOCKS)
        await type_in(tab, "@aibot what is RAG?")
        await expect(last(tab)).to_contain_text("1 reply")
        await tab.evaluate(script)
        assert await violations(tab) == []
        await tab.fill("#composer", "/ai ")
        assert await violations(tab) == []
        await tab.fill("#composer", "")
        await last(tab).locator(".replies").click()
        await expect(last(tab, "#thread")).to_contain_text("Retrieval")
        assert await violations(tab) == []
        await tab.keyboard.press("Escape")
        for name in ("Inspector", "Clock", "Trouble", "Bot's log"):
            await under_the_hood(tab, name)
            assert await violations(tab) == [], name
        await tab.get_by_role("button", name="Close the panel").click()
        await act_as(tab, "Mei")
        slack = server.stage.slack
        view = slack.state.new_view(slack.workspace(), "U2", MODAL)
        slack.workspace().views[view.id] = view
        slack.record.changed()
        await expect(tab.get_by_role("dialog")).to_be_visible()
        assert await violations(tab) == []


async def violations(tab: Page) -> list[str]:
    """What axe finds against WCAG 2.2 A and AA and its best practices, each with its place."""
    found = await tab.evaluate(
        """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations
            .map(({ id, nodes }) => [id, ...nodes.slice(0, 3).map((node) => `${node.target} ${node.failureSummary}`)])
            .map((parts) => parts.join(" | "))"""
    )
    return list(found)


async def test_less_motion_for_those_who_ask_for_it(tab: Page) -> None:
    await tab.emulate_media(reduced_motion="reduce")
    moving = """[...document.querySelectorAll("*")]
        .filter((node) => parseFloat(getComputedStyle(node).transitionDuration) > 0).length"""
    assert await tab.evaluate(moving) == 0
