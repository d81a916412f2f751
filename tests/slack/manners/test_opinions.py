"""Right, wrong, outdated: under every fact card, counted per fact, once a person and message, without who."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from tests.slack.conftest import running

from aibot.slack.bot import Bot
from aibot.slack.serving.metrics import Metrics

if TYPE_CHECKING:
    from tests.clock import Clock

    from aibot.core.facts import FactBase
    from aibot.core.language import Phrases
    from aibot.playground.fake_slack import FakeSlack, Message
    from aibot.storage import Memory

pytestmark = pytest.mark.anyio

OPINION = "aibot_opinion"


def menu(message: Message) -> list[str]:
    """What the menu under a card offers; nothing where it has none."""
    return [
        option["text"]["text"]
        for _, element in message.elements()
        if element["action_id"] == OPINION
        for option in element["options"]
    ]


def counted(memory: Memory) -> list[tuple[str, int, int, int]]:
    return [(one.subject, one.right, one.wrong, one.outdated) for one in memory.feedback.list()]


async def opine(slack: FakeSlack, message: Message, choice: str, *, user: str = "U1") -> str:
    """Choose; returns what the person is told."""
    before = len(slack.ephemerals(user))
    await slack.press(message, OPINION, choice, user=user)
    return (await slack.until(lambda: slack.ephemerals(user)[before:]))[0].text


def everything(memory: Memory) -> str:
    """All that the database holds of opinions."""
    with memory.database.reading() as connection:
        return str([list(connection.execute(text(f"SELECT * FROM {name}"))) for name in ("feedback", "once")])  # noqa: S608


@pytest.mark.parametrize(
    ("question", "choice", "told", "subject"),
    [
        ("model deepseek-v3", "It is wrong", "Thank you. Your answer is counted", ("deepseek-v3", 0, 1, 0)),
        ("模型 deepseek-v3", "已过时", "谢谢。已计入", ("deepseek-v3", 0, 0, 1)),
        ("when did Sora come out?", "It is right", "Thank you.", ("sora released", 1, 0, 0)),
        ("GPT-4o training cost", "It is outdated", "Thank you.", ("gpt-4o cost", 0, 0, 1)),
    ],
)
async def test_an_opinion_of_a_private_card_is_counted_and_thanked_for_once(  # noqa: PLR0917
    question: str,
    choice: str,
    told: str,
    subject: tuple[str, int, int, int],
    bot: Bot,
    slack: FakeSlack,
    memory: Memory,
) -> None:
    metrics = Metrics()
    async with running(bot, slack, memory=memory, metrics=metrics):
        card = (await slack.command("/ai", question)).message
        assert card is not None
        assert len(menu(card)) == 3
        thanks = await opine(slack, card, choice)
        again = await opine(slack, card, choice)
    assert thanks.startswith(told)
    assert again in (
        "You have told me about this card already. Thank you.",
        "您已经评价过这张卡片了，谢谢。",
    )
    assert counted(memory) == [subject]
    assert card.blocks  # the card stays as it is
    assert slack.messages("C1") == []
    assert b"aibot_opinions_total{verdict=" in metrics.text(ready=True, restarts=0)
    assert slack.refusals == []


async def test_a_public_card_is_judged_by_everybody_in_both_modes(
    bot: Bot, either_slack: FakeSlack, memory: Memory
) -> None:
    slack = either_slack
    async with running(bot, slack, memory=memory):
        said = await slack.answer(await slack.mention("model deepseek-v3"))
        for user, choice in (("U1", "It is right"), ("U2", "It is wrong"), ("U2", "It is outdated")):
            await opine(slack, said, choice, user=user)
        await slack.invite("C2")
        other = await slack.answer(await slack.mention("model deepseek-v3", channel="C2"))
        await opine(slack, other, "It is wrong", user="U2")
    assert counted(memory) == [("deepseek-v3", 1, 2, 0)]
    assert [m for m in slack.from_app() if m.ephemeral_to is None] == [said, other]


async def test_nobody_can_be_told_from_what_is_kept(bot: Bot, slack: FakeSlack, memory: Memory) -> None:
    async with running(bot, slack, memory=memory):
        said = await slack.answer(await slack.mention("model deepseek-v3"))
        await opine(slack, said, "It is wrong")
    kept = everything(memory)
    assert "deepseek-v3" in kept
    assert not [one for one in ("U1", "C1", "T1", said.ts) if f"'{one}'" in kept or f"{one} " in kept]


async def test_after_a_day_a_person_may_say_it_again(
    bot: Bot, slack: FakeSlack, memory: Memory, clock: Clock
) -> None:
    async with running(bot, slack, memory=memory):
        said = await slack.answer(await slack.mention("model deepseek-v3"))
        await opine(slack, said, "It is wrong")
        clock.at += 86_400
        await opine(slack, said, "It is right")
    assert counted(memory) == [("deepseek-v3", 1, 1, 0)]


async def test_a_shared_card_keeps_its_menu(bot: Bot, slack: FakeSlack, memory: Memory) -> None:
    async with running(bot, slack, memory=memory):
        asked = (await slack.command("/ai", "model deepseek-v3")).message
        assert asked is not None
        await slack.press(asked, "Share to channel")
        (shared,) = await slack.until(lambda: slack.messages("C1"))
        await opine(slack, shared, "It is wrong", user="U2")
    assert counted(memory) == [("deepseek-v3", 0, 1, 0)]


@pytest.mark.parametrize(
    "question",
    ["help", "claude", "model gpt-6", "compare deepseek-v3, gpt-4o", "list models", "what is tea?"],
)
async def test_what_says_no_single_thing_is_not_judged(question: str, bot: Bot, slack: FakeSlack) -> None:
    async with running(bot, slack):
        message = (await slack.command("/ai", question)).message
    assert message is not None
    assert menu(message) == []


async def test_where_nothing_is_remembered_nobody_is_asked(
    base: FactBase, phrases: Phrases, slack: FakeSlack
) -> None:
    async with running(Bot(base, phrases, with_opinions=False), slack):
        message = (await slack.command("/ai", "model deepseek-v3")).message
    assert message is not None
    assert menu(message) == []


async def test_a_menu_from_before_the_memory_was_taken_away_says_so(bot: Bot, slack: FakeSlack) -> None:
    async with running(bot, slack):
        said = await slack.answer(await slack.mention("model deepseek-v3"))
        assert "nothing is remembered here" in await opine(slack, said, "It is wrong")


@pytest.mark.parametrize("value", ["", "wrong", "wrong en ", "bad en sora", "wrong fr sora", "{}"])
async def test_a_menu_of_another_version_says_so(
    value: str, bot: Bot, slack: FakeSlack, memory: Memory
) -> None:
    async with running(bot, slack, memory=memory):
        message = slack.say("an old message")
        element = {
            "type": "static_select",
            "action_id": OPINION,
            "options": [{"text": {"type": "plain_text", "text": "x"}, "value": value}],
        }
        message.blocks = [{"type": "actions", "elements": [element]}]
        told = await opine(slack, message, "x")
    assert told.startswith("This button is from an older version of me.")
    assert counted(memory) == []


async def test_a_database_that_fails_is_owned_up_to(
    bot: Bot, slack: FakeSlack, memory: Memory, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(bot, slack, memory=memory):
        said = await slack.answer(await slack.mention("model deepseek-v3"))
        with memory.database.transaction() as connection:
            connection.execute(text("DROP TABLE once"))
        told = await opine(slack, said, "It is wrong")
    assert told.startswith("Something went wrong on my side.")
    assert "reference=" in caplog.text
    assert counted(memory) == []
