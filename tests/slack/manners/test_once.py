"""What Slack sends twice is acted on once: by one program after a restart, by several at the same time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from tests.slack.conftest import running

from aibot.slack.manners.arrivals import LEASE_SECONDS, Arrivals
from aibot.slack.manners.sharing import REST_SECONDS, Sharing
from aibot.slack.serving.background import Background
from aibot.slack.serving.metrics import Metrics
from aibot.storage import Memory

if TYPE_CHECKING:
    from tests.clock import Clock

    from aibot.playground.fake_slack import Exchange, FakeSlack
    from aibot.slack.bot import Bot

pytestmark = pytest.mark.anyio


async def test_an_event_is_answered_once_over_a_restart(bot: Bot, slack: FakeSlack, memory: Memory) -> None:
    metrics = Metrics()
    async with running(bot, slack, memory=memory):
        mention, direct = await slack.mention("RAG"), await slack.dm("RAG")
        for asked in (mention, direct):
            await slack.answer(asked)
    async with running(bot, slack, memory=memory, metrics=metrics):
        assert [(await slack.redeliver(asked)).status for asked in (mention, direct)] == [200, 200]
        await slack.settle()
    assert len(slack.calls("chat.postMessage")) == 2
    assert b'aibot_held_back_total{why="seen"} 2.0' in metrics.text(ready=True, restarts=0)


async def test_an_event_that_comes_to_two_programs_is_answered_once(
    bot: Bot, slack: FakeSlack, postgres_url: str
) -> None:
    memories = [Memory.open(postgres_url) for _ in range(2)]
    async with running(bot, slack, memory=memories[0]):
        first = slack.app_url or ""
        async with running(bot, slack, memory=memories[1]) as background:
            asked = await slack.mention("RAG")
            await slack.answer(asked)
            slack.app_url = first
            assert (
                await slack.redeliver(asked)
            ).status == 503  # nobody can tell yet whether it was acknowledged
            await background.finish()
            assert (await slack.redeliver(asked)).status == 200
            await slack.settle()
    assert len(slack.calls("chat.postMessage")) == 1
    for memory in memories:
        memory.close()


async def test_an_event_is_not_lost_with_a_program_that_ends_before_it_acknowledges_it(
    bot: Bot, slack: FakeSlack, memory: Memory, clock: Clock
) -> None:
    ended = Arrivals(Sharing(memory), Background())
    assert await ended.arrive("Ev1") == "first"
    assert await ended.arrive("Ev1") == "under way"
    mention = {"type": "app_mention", "user": "U1", "channel": "C1", "ts": "1.1", "text": "<@UBOT1> RAG"}
    async with running(bot, slack, memory=memory):
        asked = await slack.event(mention, event_id="Ev1")
        assert {attempt.status for attempt in asked.attempts} == {503}
        assert not slack.calls("chat.postMessage")
        clock.at += LEASE_SECONDS
        assert (await slack.redeliver(asked)).status == 200
        await slack.until(lambda: slack.calls("chat.postMessage"))
        assert (await slack.redeliver(asked)).status == 200
        await slack.settle()
    assert len(slack.calls("chat.postMessage")) == 1


async def test_an_event_that_failed_before_its_acknowledgement_may_come_again(
    bot: Bot, slack: FakeSlack, memory: Memory
) -> None:
    broken = b'{"type": "event_callback", "event_id": "Ev1"}'
    async with running(bot, slack, memory=memory):
        assert (await slack.send(broken, {"Content-Type": "application/json"})).status != 200
        mention = {"type": "app_mention", "user": "U1", "channel": "C1", "ts": "1.1", "text": "<@UBOT1> RAG"}
        assert (await slack.event(mention, event_id="Ev1")).status == 200
        await slack.until(lambda: slack.calls("chat.postMessage"))


async def sent_again(slack: FakeSlack, first: Exchange) -> int | None:
    """The status of the answer to the same form, signed the same."""
    names = ("content-type", "x-slack-request-timestamp", "x-slack-signature")
    headers = {name: value for name, value in first.headers.items() if name.lower() in names}
    return (await slack.send(first.body, headers)).status


@pytest.mark.parametrize("text", ["language chinese", "subscribe 9am", "inline on", "unanswered off"])
async def test_a_form_that_changes_something_counts_once_at_two_programs(
    text: str, bot: Bot, slack: FakeSlack, postgres_url: str
) -> None:
    memories = [Memory.open(postgres_url) for _ in range(2)]
    async with running(bot, slack, memory=memories[0]):
        first = slack.app_url or ""
        async with running(bot, slack, memory=memories[1]):
            changing, asked = await slack.command("/ai", text), await slack.command("/ai", "RAG")
            statuses = [await sent_again(slack, changing), await sent_again(slack, asked)]
            slack.app_url = first
            statuses += [await sent_again(slack, changing), await sent_again(slack, asked)]
            await slack.settle()
    assert (changing.status, asked.status) == (200, 200)
    assert statuses == [401, 401, 401, 200]  # a question changes nothing
    for memory in memories:
        memory.close()


async def test_a_pressed_button_counts_once_over_a_restart_and_without_a_database(
    bot: Bot, slack: FakeSlack, memory: Memory
) -> None:
    async with running(bot, slack, memory=memory):
        asked = (await slack.command("/ai", "模型 gpt-6")).message
        assert asked is not None
        pressed = await slack.press(asked, "GPT-4")
        assert await sent_again(slack, pressed) == 401
    async with running(bot, slack, memory=memory):
        assert await sent_again(slack, pressed) == 401
    async with running(bot, slack):
        assert [await sent_again(slack, pressed) for _ in range(2)] == [200, 401]


async def test_a_card_shared_at_two_programs_is_shared_once(
    bot: Bot, slack: FakeSlack, postgres_url: str
) -> None:
    memories = [Memory.open(postgres_url) for _ in range(2)]
    async with running(bot, slack, memory=memories[0]):
        first = slack.app_url or ""
        async with running(bot, slack, memory=memories[1]):
            asked = (await slack.command("/ai", "RAG")).message
            assert asked is not None
            before = list(asked.blocks)
            await slack.press(asked, "Share to channel")
            await slack.until(lambda: slack.messages("C1"))
            await slack.settle()
            slack.app_url, asked.blocks = first, before  # pressed again before the button was gone
            await slack.press(asked, "Share to channel")
            (told,) = await slack.until(lambda: [m for m in slack.ephemerals("U1") if m is not asked])
    assert told.text == "Shared to the channel."
    assert len(slack.messages("C1")) == 1
    for memory in memories:
        memory.close()


async def test_what_was_asked_is_not_kept_with_the_press_that_shared_it(
    bot: Bot, slack: FakeSlack, memory: Memory
) -> None:
    async with running(bot, slack, memory=memory) as background:
        asked = (await slack.command("/ai", "what did OpenAI release?")).message
        assert asked is not None
        await slack.press(asked, "Share to channel")
        await slack.until(lambda: slack.messages("C1"))
        await background.finish()
    with memory.database.reading() as connection:
        names = list(connection.execute(text("SELECT name FROM once")).scalars())
    assert sorted(name.partition(":")[0] for name in names) == ["form", "share"]
    assert "OpenAI" not in str(names)


async def test_talk_among_people_does_not_go_to_the_database(
    bot: Bot, slack: FakeSlack, memory: Memory
) -> None:
    event = {
        "type": "message",
        "channel": "C1",
        "channel_type": "channel",
        "user": "U1",
        "text": "RAG",
        "ts": "1.1",
    }
    async with running(bot, slack, memory=memory):
        before = memory.database.statements
        await slack.event(event)
        await slack.event({"type": "app_home_opened", "user": "U1", "tab": "messages", "channel": "D1"})
        assert memory.database.statements == before
        await slack.event({**event, "thread_ts": "1.0"})
        assert memory.database.statements > before


async def test_without_its_database_the_bot_goes_on_by_memory_and_says_so_once(
    bot: Bot, slack: FakeSlack, memory: Memory, caplog: pytest.LogCaptureFixture
) -> None:
    with memory.database.transaction() as connection:
        connection.execute(text("DROP TABLE once"))
    async with running(bot, slack, memory=memory):
        asked = await slack.mention("RAG")
        assert (await slack.answer(asked)).blocks
        await slack.redeliver(asked)
        assert (await slack.answer(await slack.mention("Sora"))).blocks
        await slack.settle()
    assert len(slack.calls("chat.postMessage")) == 2
    assert caplog.text.count("going on by memory alone") == 1


async def test_a_database_that_failed_is_left_alone_for_a_while_and_then_asked_again(
    memory: Memory, caplog: pytest.LogCaptureFixture
) -> None:
    now = [0.0]
    sharing = Sharing(memory, clock=lambda: now[0])

    def broken(memory: Memory) -> str:
        with memory.database.reading() as connection:
            return str(connection.execute(text("SELECT nothing FROM nowhere")).one())

    assert await sharing.ask(broken, otherwise="memory") == "memory"
    assert await sharing.ask(lambda _: "database", otherwise="memory") == "memory"
    now[0] += REST_SECONDS
    assert await sharing.ask(lambda _: "database", otherwise="memory") == "database"
    assert "the database answers again" in caplog.text
