"""A card that stands in a channel is not posted there again within ten minutes; the second one links to the first."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from tests.slack.conftest import running

from aibot.slack.manners.manners import Manners
from aibot.slack.serving.metrics import Metrics
from aibot.storage import Memory
from aibot.storage.memory import SHOWN_SECONDS

if TYPE_CHECKING:
    from tests.clock import Clock

    from aibot.playground.fake_slack import Exchange, FakeSlack, Message
    from aibot.slack.bot import Bot
    from aibot.slack.serving.background import Background

pytestmark = pytest.mark.anyio

MANNERS = Manners(repeat_seconds=SHOWN_SECONDS)


async def answer(slack: FakeSlack, background: Background, asked: Exchange) -> Message:
    """The answer, once the bot has remembered it."""
    said = await slack.answer(asked)
    await background.finish()
    return said


def link_to(message: Message, label: str = "the same card") -> str:
    thread = f"?thread_ts={message.thread_ts}&amp;cid={message.channel}" if message.thread_ts else ""
    address = f"https://acme.slack.com/archives/{message.channel}/p{message.ts.replace('.', '')}{thread}"
    return f"<{address}|{label}>"


async def test_the_second_card_is_a_line_with_a_link_in_its_own_thread(
    bot: Bot, either_slack: FakeSlack, memory: Memory
) -> None:
    slack, metrics = either_slack, Metrics()
    async with running(bot, slack, memory=memory, manners=MANNERS, metrics=metrics) as background:
        first = await answer(slack, background, await slack.mention("model deepseek-v3"))
        asked = await slack.mention("deepseek v3", user="U2")  # in other words, the same card
        second = await answer(slack, background, asked)
        chinese = await answer(slack, background, await slack.mention("模型 deepseek-v3"))
        again = await answer(slack, background, await slack.mention("深度求索V3", user="U2"))
    assert first.blocks
    assert second.text == f"I answered that in this channel a few minutes ago: {link_to(first)}"
    assert (second.blocks, second.thread_ts) == ([], asked.ts)
    assert str(second.arguments["unfurl_links"]).lower() in ("false", "0")
    assert chinese.blocks  # another language is another card
    assert again.text == f"几分钟前我在本频道回答过：{link_to(chinese, '同一张卡片')}"
    assert b'aibot_held_back_total{why="shown"} 2.0' in metrics.text(ready=True, restarts=0)
    assert slack.refusals == []


async def test_who_asks_again_in_the_same_thread_gets_the_card(
    bot: Bot, slack: FakeSlack, memory: Memory
) -> None:
    async with running(bot, slack, memory=memory, manners=MANNERS) as background:
        asked = await slack.mention("model deepseek-v3")
        first = await answer(slack, background, asked)
        second = await answer(
            slack, background, await slack.mention("model deepseek-v3", thread_ts=asked.ts, user="U2")
        )
    assert first.blocks[0] | {"block_id": ""} == second.blocks[0] | {"block_id": ""}
    assert second.thread_ts == asked.ts


async def test_after_ten_minutes_and_in_other_channels_the_card_is_posted(
    bot: Bot, slack: FakeSlack, memory: Memory, clock: Clock
) -> None:
    async with running(bot, slack, memory=memory, manners=MANNERS) as background:
        await slack.invite("C2")
        cards = [await answer(slack, background, await slack.mention("RAG"))]
        cards.append(await answer(slack, background, await slack.mention("RAG", channel="C2")))
        clock.at += SHOWN_SECONDS
        cards.append(await answer(slack, background, await slack.mention("RAG")))
    assert [bool(card.blocks) for card in cards] == [True] * 3


async def test_a_first_card_that_was_deleted_is_posted_anew(
    bot: Bot, slack: FakeSlack, memory: Memory
) -> None:
    async with running(bot, slack, memory=memory, manners=MANNERS) as background:
        first = await answer(slack, background, await slack.mention("RAG"))
        first.deleted = True
        second = await answer(slack, background, await slack.mention("RAG"))
        third = await answer(slack, background, await slack.mention("RAG"))
    assert second.blocks
    assert link_to(second) in third.text


@pytest.mark.parametrize("kind", ["server_error", "garbage", "reset"])
async def test_where_slack_gives_no_link_the_card_is_posted(
    kind: str, bot: Bot, slack: FakeSlack, memory: Memory
) -> None:
    async with running(bot, slack, memory=memory, manners=MANNERS) as background:
        await answer(slack, background, await slack.mention("RAG"))
        slack.trouble("chat.getPermalink", kind, times=None)  # type: ignore[arg-type]
        second = await answer(slack, background, await slack.mention("RAG"))
    assert second.blocks


async def test_two_people_who_ask_at_the_same_moment(bot: Bot, slack: FakeSlack, memory: Memory) -> None:
    async with running(bot, slack, memory=memory, manners=MANNERS) as background:
        asked = await asyncio.gather(slack.mention("RAG"), slack.mention("RAG", user="U2"))
        said = [await answer(slack, background, one) for one in asked]
        await slack.until(lambda: len([m for m in slack.from_app() if m.thread_ts]) == 2)
    assert len(said) == 2
    assert sorted(bool(m.blocks) for m in slack.from_app()) == [False, True]


async def test_direct_messages_and_private_answers_are_never_held_back(
    bot: Bot, slack: FakeSlack, memory: Memory
) -> None:
    async with running(bot, slack, memory=memory, manners=MANNERS) as background:
        direct = [await answer(slack, background, await slack.dm("RAG")) for _ in range(2)]
        private = [(await slack.command("/ai", "RAG")).message for _ in range(2)]
        posted = await answer(slack, background, await slack.mention("RAG"))
        private.append((await slack.command("/ai", "RAG")).message)
    assert all(card is not None and card.blocks for card in (*direct, *private, posted))
    assert slack.calls("chat.getPermalink") == []


@pytest.mark.parametrize("question", ["what is the price of tea?", "help", "claude", "model gpt-6"])
async def test_what_is_no_answer_is_said_as_often_as_it_is_asked(
    question: str, bot: Bot, slack: FakeSlack, memory: Memory
) -> None:
    async with running(bot, slack, memory=memory, manners=MANNERS) as background:
        said = [await answer(slack, background, await slack.mention(question)) for _ in range(2)]
    assert all(one.blocks for one in said)


@pytest.mark.parametrize(("question", "share"), [("RAG", "Share to channel"), ("技术 RAG", "分享到频道")])
@pytest.mark.parametrize("channel", ["C1", "C2"])  # the bot is in C1 alone
async def test_a_card_that_stands_in_the_channel_is_not_shared_there_again(  # noqa: PLR0917
    channel: str, question: str, share: str, bot: Bot, slack: FakeSlack, memory: Memory, clock: Clock
) -> None:
    async with running(bot, slack, memory=memory, manners=MANNERS) as background:
        first, second = [(await slack.command("/ai", question, channel=channel)).message for _ in range(2)]
        assert first is not None
        assert second is not None
        await slack.press(first, share)
        (shared,) = await slack.until(lambda: slack.messages(channel))
        await background.finish()
        await slack.press(second, share)
        told = await slack.until(lambda: [m for m in slack.ephemerals("U1") if m not in (first, second)])
        if channel == "C1":
            label = "the same card" if question == "RAG" else "同一张卡片"
            assert told[0].text.endswith(link_to(shared, label))
        else:
            assert told[0].text in (
                "This card was shared to this channel a few minutes ago; it stands there already.",
                "几分钟前已有人把这张卡片分享到本频道。",
            )
        assert len(slack.messages(channel)) == 1
        clock.at += SHOWN_SECONDS
        await slack.press(second, share)  # its button still works
        await slack.until(lambda: len(slack.messages(channel)) == 2)


async def test_a_card_that_was_posted_is_linked_to_for_who_wants_to_share_it(
    bot: Bot, slack: FakeSlack, memory: Memory
) -> None:
    async with running(bot, slack, memory=memory, manners=MANNERS) as background:
        posted = await answer(slack, background, await slack.mention("RAG"))
        asked = (await slack.command("/ai", "RAG")).message
        assert asked is not None
        await slack.press(asked, "Share to channel")
        told = await slack.until(lambda: [m for m in slack.ephemerals("U1") if m is not asked])
        again = await answer(slack, background, await slack.mention("what is RAG?", user="U2"))
    assert link_to(posted) in told[0].text
    assert slack.messages("C1", team="T1")[0].bot_id is None
    assert link_to(posted) in again.text


async def test_after_a_share_a_mention_gets_a_link_to_it_and_its_thread_remembers(
    bot: Bot, either_slack: FakeSlack, memory: Memory
) -> None:
    slack = either_slack
    async with running(bot, slack, memory=memory, manners=MANNERS) as background:
        asked = (await slack.command("/ai", "DeepSeek-V3")).message
        assert asked is not None
        await slack.press(asked, "Share to channel")
        (shared,) = await slack.until(lambda: slack.messages("C1"))
        await background.finish()
        second = await answer(slack, background, await slack.mention("DeepSeek-V3", user="U2"))
        await slack.write("context window?", thread_ts=shared.ts, user="U2")
        await slack.until(lambda: len(slack.thread("C1", shared.ts)) == 3)
    assert link_to(shared) in second.text
    assert "128K" in slack.thread("C1", shared.ts)[-1].text
    assert slack.refusals == []


async def test_after_a_share_where_the_bot_may_not_post_a_mention_gets_the_card(
    bot: Bot, slack: FakeSlack, memory: Memory
) -> None:
    """Slack does not tell which message a response_url made, so there is nothing to link to."""
    async with running(bot, slack, memory=memory, manners=MANNERS) as background:
        asked = (await slack.command("/ai", "RAG")).message
        assert asked is not None
        slack.trouble("chat.postMessage", error="restricted_action")
        await slack.press(asked, "Share to channel")
        await slack.until(lambda: slack.messages("C1"))
        await background.finish()
        first = await answer(slack, background, await slack.mention("RAG"))
        second = await answer(slack, background, await slack.mention("RAG", user="U2"))
    assert first.blocks
    assert link_to(first) in second.text


async def test_a_share_that_may_have_failed_is_not_tried_in_another_way_and_may_be_pressed_again(
    bot: Bot, slack: FakeSlack, memory: Memory
) -> None:
    async with running(bot, slack, memory=memory, manners=MANNERS) as background:
        asked = (await slack.command("/ai", "RAG")).message
        assert asked is not None
        slack.trouble("chat.postMessage", error="fatal_error")
        await slack.press(asked, "Share to channel")
        await background.finish()
        assert slack.messages("C1") == []
        assert slack.ephemerals("U1")[-1].text.startswith("Something went wrong on my side.")
        await slack.press(asked, "Share to channel")
        await background.finish()
    assert len(slack.messages("C1")) == 1


async def test_another_program_on_the_database_knows_it(
    bot: Bot, slack: FakeSlack, postgres_url: str
) -> None:
    memories = [Memory.open(postgres_url) for _ in range(2)]
    async with running(bot, slack, memory=memories[0], manners=MANNERS) as background:
        first = await answer(slack, background, await slack.mention("RAG"))
    async with running(bot, slack, memory=memories[1], manners=MANNERS) as background:
        second = await answer(slack, background, await slack.mention("RAG"))
    assert link_to(first) in second.text
    for memory in memories:
        memory.close()


async def test_without_a_database_memory_is_enough(bot: Bot, slack: FakeSlack) -> None:
    async with running(bot, slack, manners=MANNERS) as background:
        first = await answer(slack, background, await slack.mention("RAG"))
        second = await answer(slack, background, await slack.mention("RAG"))
    assert link_to(first) in second.text
