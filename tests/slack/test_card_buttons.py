"""The buttons of cards: the other language, the link, and presses that come late, from others, or twice at once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from tests.slack.conftest import running

from aibot.core.answers import Knowledge
from aibot.core.facts import FactBase
from aibot.core.facts.base import PackContents
from aibot.playground.fake_slack import FakeSlack, MovableClock, no_wait
from aibot.slack.bot import Bot
from aibot.slack.cards import ALWAYS_ACTION, LINK_ACTION, TURN_ACTION, CardMaker
from aibot.storage import Memory

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from aibot.core.language import Phrases
    from aibot.playground.fake_slack import Message

pytestmark = pytest.mark.anyio

MONTH = 31 * 24 * 3600.0


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    opened = Memory.open(f"sqlite:///{tmp_path / 'aibot.db'}")
    yield opened
    opened.close()


def labels(message: Message) -> list[str]:
    return [one["text"]["text"] for _, one in message.elements() if one["type"] == "button"]


async def asked(slack: FakeSlack, question: str, *, user: str = "U1") -> Message:
    message = (await slack.command("/ai", question, user=user)).message
    assert message is not None
    return message


async def only_seen_by(slack: FakeSlack, user: str, *, but: Message | None = None) -> Message:
    """What somebody alone is told."""
    return (await slack.until(lambda: [m for m in slack.ephemerals(user) if m is not but]))[-1]


async def test_a_private_card_is_turned_in_place_and_back(
    bot: Bot, either_slack: FakeSlack, memory: Memory
) -> None:
    slack = either_slack
    async with running(bot, slack, memory=memory):
        card = await asked(slack, "when did Sora come out?")
        assert labels(card) == ["Share to channel", "中文"]
        await slack.press(card, "中文")
        await slack.until(lambda: "\n来源：" in card.text)
        assert labels(card) == ["分享到频道", "English", "以后都用中文"]
        assert card.text.splitlines()[1].startswith(
            "OpenAI 于 2024"
        )  # what was asked stands first, in it too
        await slack.press(card, "English")
        await slack.until(lambda: "\nSources:" in card.text)
        assert slack.ephemerals("U1") == [card]
        again = await asked(slack, "Sora")
    assert "\nSources:" in again.text  # turning a card changes no preference
    assert slack.refusals == []


@pytest.mark.parametrize(
    "question",
    [
        "help",
        "about",
        "compare gpt-4o, gpt-4",
        "timeline openai",
        "list models",
        "model gpt-6",
        "tea?",
        "date 2024-12-26",
    ],
)
async def test_every_kind_of_card_can_be_turned(question: str, bot: Bot, slack: FakeSlack) -> None:
    async with running(bot, slack):
        card = await asked(slack, question)
        before = card.text
        await slack.press(card, "中文")
        await slack.until(lambda: card.text != before)
        assert "English" in labels(card)
        assert "以后都用中文" not in labels(card)  # nothing is remembered here: nothing to offer
        await slack.press(card, "English")
        await slack.until(lambda: card.text == before)
    assert slack.refusals == []


async def test_in_a_channel_who_presses_gets_a_copy_in_the_thread_and_nobody_else_sees_it(
    bot: Bot, slack: FakeSlack, memory: Memory
) -> None:
    async with running(bot, slack, memory=memory):
        question = await slack.mention("who made Sora?")
        card = await slack.answer(question)
        before = card.text
        await slack.press(card, "中文", user="U2")
        copy = await only_seen_by(slack, "U2")
        assert copy.thread_ts == question.ts
        assert "\n来源：" in copy.text
        assert labels(copy) == ["分享到频道", "English", "以后都用中文"]
        await slack.press(copy, "English", user="U2")
        await slack.until(lambda: "\nSources:" in copy.text)
    assert (card.text, slack.ephemerals("U2")) == (before, [copy])


async def test_in_a_direct_message_the_card_is_turned_in_place(bot: Bot, slack: FakeSlack) -> None:
    async with running(bot, slack):
        card = await slack.answer(await slack.dm("RAG"))
        assert labels(card) == ["中文"]
        await slack.press(card, "中文")
        await slack.until(lambda: "\n来源：" in card.text)
    assert card.ephemeral_to is None
    assert slack.ephemerals("U1") == []


async def test_always_is_one_press_further_and_for_who_presses_alone(
    bot: Bot, slack: FakeSlack, memory: Memory
) -> None:
    async with running(bot, slack, memory=memory):
        card = await asked(slack, "RAG")
        await slack.press(card, "中文")
        await slack.until(lambda: "以后都用中文" in labels(card))
        await asyncio.gather(slack.press(card, "以后都用中文"), slack.press(card, "以后都用中文"))
        told = await only_seen_by(slack, "U1", but=card)
        assert told.text == "以后不管在哪里提问，我都用中文回答您。撤销：/ai 语言 自动"
        assert "\n来源：" in (await asked(slack, "Sora")).text
        assert "\nSources:" in (await asked(slack, "Sora", user="U2")).text
        turned = await asked(slack, "Kimi")
        await slack.press(turned, "English")
        await slack.until(lambda: "Always in English" in labels(turned))
        await slack.press(turned, "中文")
        await slack.until(
            lambda: labels(turned) == ["分享到频道", "English"]
        )  # it is the person's own already
    assert memory.preferences.of("T1", ("U1", "U2"), "language") == {"U1": "zh"}


async def test_a_card_in_a_channel_gives_its_link_to_who_asks(bot: Bot, either_slack: FakeSlack) -> None:
    slack = either_slack
    async with running(bot, slack):
        question = await slack.mention("RAG")
        card = await slack.answer(question)
        await slack.press(card, "Link", user="U2")
        told = await only_seen_by(slack, "U2")
    address = f"https://acme.slack.com/archives/C1/p{card.ts.replace('.', '')}"
    assert f"<{address}?thread_ts={question.ts}&amp;cid=C1>" in told.text
    assert told.thread_ts == question.ts
    assert slack.refusals == []


async def test_a_private_card_is_shared_first_and_the_shared_one_has_its_link(
    bot: Bot, slack: FakeSlack
) -> None:
    async with running(bot, slack):
        card = await asked(slack, "RAG")
        assert "Link" not in labels(card)
        await slack.press(card, "Share to channel")
        (shared,) = await slack.until(lambda: [m for m in slack.messages("C1") if m.blocks])
        assert labels(shared) == ["中文", "Link"]
        await slack.until(lambda: labels(card) == ["中文"])
        await slack.press(shared, "Link", user="U2")
        told = await only_seen_by(slack, "U2")
    assert f"/archives/C1/p{shared.ts.replace('.', '')}>" in told.text


async def test_where_slack_gives_no_link_it_says_why_and_what_to_do(bot: Bot, slack: FakeSlack) -> None:
    async with running(bot, slack):
        card = await slack.answer(await slack.mention("RAG"))
        slack.trouble("chat.getPermalink", "error", error="channel_not_found")
        await slack.press(card, "Link")
        told = await only_seen_by(slack, "U1")
    assert "Slack does not give me this link (channel_not_found)." in told.text
    assert "“Copy link” does the same" in told.text


@pytest.fixture
def changed(base: FactBase) -> FactBase:
    """The fact base a month later: one entry is gone, another has a new name."""
    renamed = base["sora"].model_copy(
        update={"name": base["sora"].name.model_copy(update={"en": "Sora Turbo"})}
    )
    entries = [
        renamed if entry.id == "sora" else entry for entry in base.entries.values() if entry.id != "kimi"
    ]
    return FactBase([PackContents("curated", list(base.sources.values()), entries)])


async def test_a_button_pressed_a_month_later_answers_from_the_fact_base_of_that_day(
    base: FactBase, phrases: Phrases, changed: FactBase
) -> None:
    bot, clock = Bot(base, phrases), MovableClock(1_795_446_000.0, running=False)
    async with FakeSlack(sleep=no_wait, clock=clock) as slack, running(bot, slack):
        offered = await slack.answer(await slack.mention("sorra or kimmi"))
        kept, gone, turned = [await asked(slack, name) for name in ("Sora", "Kimi", "Kimi")]
        in_channel = await slack.answer(await slack.mention("Kimi"))
        clock.advance(MONTH)
        bot.knowledge, bot.cards = Knowledge.of(changed), CardMaker(changed, phrases)

        await slack.press(kept, "中文")
        await slack.until(lambda: "\n来源：" in kept.text)
        await slack.press(kept, "English")
        await slack.until(lambda: kept.text.startswith("Sora Turbo"))

        for card, button in ((gone, "Share to channel"), (turned, "中文"), (in_channel, "中文")):
            pressed = await slack.press(card, button)
            told = (await slack.until(lambda pressed=pressed: [m.text for m in pressed.messages]))[-1]  # type: ignore[misc]
            assert told in ("This card is no longer in the fact base.", "这张卡片已不在知识库中。")
        assert offered.blocks
        assert [m for m in slack.messages("C1") if m.blocks and not m.thread_ts] == []  # nothing was shared


async def test_a_share_button_pressed_twice_at_once_shares_once(bot: Bot, slack: FakeSlack) -> None:
    async with running(bot, slack):
        card = await asked(slack, "RAG")
        await asyncio.gather(slack.press(card, "Share to channel"), slack.press(card, "Share to channel"))
        told = await only_seen_by(slack, "U1", but=card)
        await slack.until(lambda: labels(card) == ["中文"])
    assert told.text == "Shared to the channel."
    assert len([m for m in slack.messages("C1") if m.blocks]) == 1


async def test_of_two_people_who_choose_at_once_the_first_is_served_and_the_other_told(
    bot: Bot, either_slack: FakeSlack
) -> None:
    slack = either_slack
    async with running(bot, slack):
        offer = await slack.answer(await slack.mention("model gpt-6"))
        first, second = slack.press(offer, "GPT-4o", user="U1"), slack.press(offer, "GPT-4", user="U2")
        await first
        await second
        told = await only_seen_by(slack, "U2")
        await slack.until(lambda: offer.text.startswith("GPT-4o ("))
    assert told.text.startswith("Somebody else has just chosen here")
    assert told.thread_ts == offer.thread_ts
    assert offer.ephemeral_to is None


async def test_a_button_pressed_twice_at_once_by_one_person_acts_once(bot: Bot, slack: FakeSlack) -> None:
    async with running(bot, slack):
        offer = await slack.answer(await slack.mention("model gpt-6"))
        await asyncio.gather(slack.press(offer, "GPT-4o"), slack.press(offer, "GPT-4o"))
        await slack.until(lambda: offer.text.startswith("GPT-4o ("))
        await slack.settle()
    assert len(slack.calls("response_url")) == 1
    assert slack.ephemerals("U1") == []


async def test_a_press_that_slack_refused_may_be_made_again(bot: Bot, slack: FakeSlack) -> None:
    async with running(bot, slack):
        offer = await slack.answer(await slack.mention("model gpt-6"))
        slack.trouble("response_url", "error", error="invalid_payload")
        await slack.press(offer, "GPT-4o")
        await only_seen_by(slack, "U1")  # owned up to
        await slack.press(offer, "GPT-4o")
        await slack.until(lambda: offer.text.startswith("GPT-4o ("))


@pytest.mark.parametrize("action", [TURN_ACTION, LINK_ACTION, ALWAYS_ACTION])
@pytest.mark.parametrize("value", ["", "{}", "[]", "v1:sora", '{"l": 1}', "[" * 1900])
async def test_a_button_of_another_version_does_no_harm_and_is_answered(
    action: str, value: str, bot: Bot, slack: FakeSlack
) -> None:
    label = {"type": "plain_text", "text": "x"}
    button = {"type": "button", "action_id": action, "value": value, "text": label}
    async with running(bot, slack):
        message = slack.say("an old message")
        message.blocks = [{"type": "actions", "elements": [button]}]
        await slack.press(message, action)
        assert (await only_seen_by(slack, "U1")).text
    assert message.text == "an old message"
