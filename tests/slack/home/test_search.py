"""The search: what is offered while somebody types, what choosing shows, and how it gets to others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.slack.conftest import running
from tests.slack.home.test_home import memory, opened, said

from aibot.slack.cards.compose import OPEN_ACTION
from aibot.slack.cards.search import FIND_ACTION, POST_TO
from aibot.slack.manners.manners import Manners
from aibot.storage.memory import SHOWN_SECONDS

if TYPE_CHECKING:
    from aibot.playground.fake_slack import Exchange, FakeSlack, View
    from aibot.slack.bot import Bot
    from aibot.slack.serving.background import Background
    from aibot.storage import Memory

pytestmark = pytest.mark.anyio
__all__ = ["memory"]


def values(exchange: Exchange) -> list[str]:
    assert exchange.seen is None, exchange.problems
    return [option["value"] for option in exchange.json["options"]]


@pytest.mark.parametrize(
    ("typed", "entry"),
    [("deeps", "deepseek"), ("深度", "deepseek"), ("shendu", "deepseek"), ("transfrom", "transformer")],
)
async def test_typing_offers_entries_in_both_languages_pinyin_and_with_slips(
    typed: str, entry: str, bot: Bot, either_slack: FakeSlack
) -> None:
    async with running(bot, either_slack) as background:
        home = await opened(either_slack, background)
        assert values(await either_slack.suggest(home, FIND_ACTION, typed))[0] == entry


async def test_nothing_typed_offers_what_was_asked_lately_and_something_of_every_kind(
    bot: Bot, slack: FakeSlack, memory: Memory
) -> None:
    async with running(bot, slack, memory=memory) as background:
        await slack.command("/ai", "RAG")
        home = await opened(slack, background)
        offered = await slack.suggest(home, FIND_ACTION, "")
        assert offered.seen is None
        groups = offered.json["option_groups"]
        assert groups[0]["label"]["text"] == "You asked for"
        assert [option["value"] for option in groups[0]["options"]] == ["rag"]
        assert len(groups) > 5
        assert values(await slack.suggest(home, FIND_ACTION, "zzzzzz")) == []


async def test_a_field_that_is_not_ours_gets_no_options(bot: Bot, slack: FakeSlack) -> None:
    async with running(bot, slack) as background:
        home = await opened(slack, background)
        home.body["blocks"][0]["block_id"] = "find.fr.x"
        assert values(await slack.suggest(home, FIND_ACTION, "rag")) == []


async def test_choosing_shows_the_card_above_the_home_and_empties_the_field(
    bot: Bot, either_slack: FakeSlack, memory: Memory
) -> None:
    async with running(bot, either_slack, memory=memory) as background:
        home = await opened(either_slack, background)
        before = home.body["blocks"][0]["block_id"]
        await either_slack.press(home, FIND_ACTION, "rag")
        await background.finish()
        (found,) = either_slack.views()
        assert "Retrieval-augmented generation (RAG)" in said(found)
        assert "Retrieval-augmented generation (RAG)" in said(home)  # asked lately
        assert home.body["blocks"][0]["block_id"] != before
    assert either_slack.refusals == []


async def test_the_search_goes_on_in_its_own_view(bot: Bot, slack: FakeSlack) -> None:
    async with running(bot, slack) as background:
        found = await searching(slack)
        assert "submit" not in found.body
        for entry, name in (("rag", "(RAG)"), ("sora", "Sora")):
            await slack.press(found, FIND_ACTION, entry)
            await background.finish()
            assert name in said(found)
        assert "(RAG)" not in said(found)
        assert len(slack.views()) == 1
    assert slack.refusals == []


async def searching(slack: FakeSlack) -> View:
    """The search's view, opened by the button of the help card."""
    helped = (await slack.command("/ai", "help")).message
    assert helped is not None
    await slack.press(helped, OPEN_ACTION)
    (found,) = await slack.until(slack.views)
    return found


async def test_a_card_that_was_found_is_posted_where_it_is_wanted(bot: Bot, either_slack: FakeSlack) -> None:
    async with running(bot, either_slack) as background:
        found = await searching(either_slack)
        await either_slack.press(found, FIND_ACTION, "rag")
        await background.finish()
        await either_slack.submit(found, {POST_TO: "C2"})  # the bot is not in C2, and need not be
        await background.finish()
        (posted,) = either_slack.messages("C2")
        assert posted.text.startswith("Shared by <@U1>")
        assert "RAG" in posted.text
        assert either_slack.views() == []
    assert [call.json["error"] for call in either_slack.refusals] == ["not_in_channel"]


async def posting(slack: FakeSlack, background: Background, entry: str = "rag") -> View:
    """The search's view with a card that can be posted."""
    found = await searching(slack)
    await slack.press(found, FIND_ACTION, entry)
    await background.finish()
    return found


async def test_pressing_post_twice_posts_once(bot: Bot, slack: FakeSlack, memory: Memory) -> None:
    async with running(bot, slack, memory=memory) as background:
        found = await posting(slack, background)
        await slack.submit(found, {POST_TO: "C2"})
        found.open = True
        await slack.submit(found, {POST_TO: "C2"})
        await background.finish()
        assert len(slack.messages("C2")) == 1
        assert slack.dm_messages()[-1].text == "Shared to the channel."


async def test_a_card_that_stands_there_already_is_not_posted_again(
    bot: Bot, slack: FakeSlack, memory: Memory
) -> None:
    manners = Manners(repeat_seconds=SHOWN_SECONDS)
    async with running(bot, slack, memory=memory, manners=manners) as background:
        card = await slack.answer(await slack.mention("RAG"))
        assert card.thread_ts is not None
        await background.finish()
        await slack.submit(await posting(slack, background), {POST_TO: "C1"})
        await background.finish()
        assert [one.ts for one in slack.thread("C1", card.thread_ts) if one.bot_id] == [card.ts]
        assert [one for one in slack.messages("C1") if one.bot_id] == []
        assert f"/p{card.ts.replace('.', '')}" in slack.dm_messages()[-1].text


async def test_what_cannot_be_posted_is_said_at_the_field(bot: Bot, slack: FakeSlack) -> None:
    async with running(bot, slack) as background:
        found = await posting(slack, background)
        made = found.body["private_metadata"]
        for metadata, said in (
            (made.replace('"rag"', '"no-longer-there"'), "This card is no longer in the fact base."),
            ("{", "This was found by an older version of me."),
        ):
            found.body["private_metadata"] = metadata
            submitted = await slack.submit(found, {POST_TO: "C2"})
            assert said in submitted.json["errors"][POST_TO]
        found.body["private_metadata"] = made
        found.body["blocks"][-1]["element"]["response_url_enabled"] = False
        submitted = await slack.submit(found, {POST_TO: "C2"})
        assert "no way to post there" in submitted.json["errors"][POST_TO]
        assert slack.messages("C2") == []
    assert slack.refusals == []


async def test_posting_counts_as_asking(bot: Bot, slack: FakeSlack, memory: Memory) -> None:
    async with running(bot, slack, memory=memory, manners=Manners(person=3)) as background:
        found = await posting(slack, background)  # help, a button, the field
        submitted = await slack.submit(found, {POST_TO: "C2"})
        await background.finish()
        assert "3" in submitted.json["errors"][POST_TO]
        assert slack.messages("C2") == []


async def test_posting_that_slack_refuses_is_told(bot: Bot, slack: FakeSlack) -> None:
    async with running(bot, slack) as background:
        found = await searching(slack)
        await slack.press(found, FIND_ACTION, "rag")
        await background.finish()
        slack.trouble("response_url", error="channel_not_found")
        await slack.submit(found, {POST_TO: "C2"})
        await background.finish()
        assert slack.messages("C2") == []
        assert "I could not share it" in slack.dm_messages()[-1].text
        found.open = True
        await slack.submit(found, {POST_TO: "C2"})  # it may be tried again
        await background.finish()
        assert len(slack.messages("C2")) == 1


async def test_an_example_is_answered_and_what_is_offered_in_it_can_be_chosen(
    bot: Bot, slack: FakeSlack
) -> None:
    async with running(bot, slack) as background:
        home = await opened(slack, background)
        await slack.press(home, "compare DeepSeek-V3, GPT-4o")
        await background.finish()
        (found,) = slack.views()
        assert "side by side" in said(found)
        await slack.press(found, FIND_ACTION, "claude-3")
        await background.finish()
        assert "Claude 3" in said(found)
    assert slack.refusals == []


async def test_help_in_the_home_leads_on(bot: Bot, slack: FakeSlack) -> None:
    async with running(bot, slack) as background:
        home = await opened(slack, background)
        await slack.press(home, "help")
        await background.finish()
        (found,) = slack.views()
        assert "What you can ask me" in said(found)
        assert "submit" not in found.body  # help is not worth posting


async def test_an_entry_that_is_gone_meanwhile_says_so(bot: Bot, slack: FakeSlack) -> None:
    async with running(bot, slack) as background:
        found = await searching(slack)
        await slack.press(found, FIND_ACTION, "no-longer-there")
        await background.finish()
        assert "no longer in the fact base" in said(found)
        assert "submit" not in found.body


async def test_a_button_of_an_older_view_says_that_it_is_too_old(bot: Bot, slack: FakeSlack) -> None:
    async with running(bot, slack) as background:
        found = await searching(slack)
        old = {"type": "button", "action_id": "aibot_gone", "text": {"type": "plain_text", "text": "Old"}}
        found.body["blocks"].append({"type": "actions", "block_id": "old", "elements": [old]})
        await slack.press(found, "aibot_gone")
        await background.finish()
        assert "older version of me" in said(found)
    assert slack.refusals == []


async def test_a_view_that_is_closed_or_changed_meanwhile_is_left_alone(bot: Bot, slack: FakeSlack) -> None:
    async with running(bot, slack) as background:
        found = await searching(slack)
        slack.trouble("views.update", error="hash_conflict")
        await slack.press(found, FIND_ACTION, "rag")
        await background.finish()
        found.open = False
        await slack.press(found, FIND_ACTION, "rag")
        await background.finish()
    assert [call.error for call in slack.calls("views.update")] == ["hash_conflict", "not_found"]
    assert slack.dm_messages() == []


async def test_who_types_deletes_and_types_the_same_is_answered_twice(bot: Bot, slack: FakeSlack) -> None:
    async with running(bot, slack) as background:
        first = await slack.suggest(await opened(slack, background), FIND_ACTION, "rag")
        again = await slack.send(
            first.body, first.headers, sign=False
        )  # the same signature in the same second
    assert again.status == 200
    assert again.json == first.json != {}
