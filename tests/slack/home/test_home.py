"""The Home tab as people open and use it, over HTTP and Socket Mode; published only when it says something new."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.slack.conftest import running

from aibot.playground.fake_slack import BOT_SCOPES, FakeSlack, User, no_wait
from aibot.slack.cards.home import FORGET_ACTION, LANGUAGE_ACTION
from aibot.slack.cards.search import FIND_ACTION
from aibot.slack.manners.manners import Manners
from aibot.storage import Memory

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from aibot.playground.fake_slack import View
    from aibot.slack.bot import Bot
    from aibot.slack.serving.background import Background

pytestmark = pytest.mark.anyio


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    opened = Memory.open(f"sqlite:///{tmp_path}/aibot.db")
    yield opened
    opened.close()


async def opened(slack: FakeSlack, background: Background, user: str = "U1") -> View:
    """The Home somebody sees after opening it."""
    await slack.open_home(user=user)
    await background.finish()
    home = slack.home(user)
    assert home is not None
    return home


def said(view: View) -> str:
    return json.dumps(view.body["blocks"], ensure_ascii=False)


def published(slack: FakeSlack) -> list[str | None]:
    """What came of each publication."""
    return [call.error for call in slack.calls("views.publish")]


async def test_a_home_is_there_once_it_is_opened_and_says_what_there_is(
    bot: Bot, either_slack: FakeSlack, memory: Memory
) -> None:
    async with running(bot, either_slack, memory=memory, contact="U3") as background:
        home = await opened(either_slack, background)
        assert FIND_ACTION in [element["action_id"] for _, element in home.elements()]
        for part in (
            "Fact of the day",
            "What you can ask",
            "America/New_York",
            "<@U3>",
            "no language model",
        ):
            assert part in said(home)
        assert either_slack.home("U2") is None
    assert either_slack.refusals == []


async def test_the_same_home_is_not_published_twice(bot: Bot, slack: FakeSlack, memory: Memory) -> None:
    async with running(bot, slack, memory=memory) as background:
        for _ in range(3):
            await opened(slack, background)
        assert published(slack) == [None]
        await slack.command("/ai", "RAG")
        await opened(slack, background)
    assert published(slack) == [None, None]


async def test_another_process_sees_that_nothing_has_changed(bot: Bot, slack: FakeSlack) -> None:
    for _ in range(2):
        async with running(bot, slack) as background:
            await opened(slack, background)
    assert published(slack) == [None]


async def test_two_openings_at_once_are_one_publication(bot: Bot, slack: FakeSlack) -> None:
    async with running(bot, slack) as background:
        await slack.open_home()
        await slack.open_home()
        await background.finish()
    assert published(slack) == [None]


async def test_a_home_that_slack_does_not_have_any_more_comes_back_with_a_change(
    bot: Bot, slack: FakeSlack, memory: Memory
) -> None:
    async with running(bot, slack, memory=memory) as background:
        await opened(slack, background)
        del slack.workspace().homes["U1"]
        await slack.command("/ai", "RAG")
        assert "RAG" in said(await opened(slack, background))
    assert published(slack) == [None, None]


async def test_opening_the_messages_tab_publishes_nothing(bot: Bot, slack: FakeSlack) -> None:
    async with running(bot, slack) as background:
        await slack.open_home(tab="messages")
        await background.finish()
    assert slack.home() is None


async def test_a_stale_hash_is_published_over_once(bot: Bot, slack: FakeSlack, memory: Memory) -> None:
    async with running(bot, slack, memory=memory) as background:
        home = await opened(slack, background)
        slack.trouble("views.publish", error="hash_conflict")
        await slack.press(home, LANGUAGE_ACTION, "zh")
        await background.finish()
        assert "每日一条" in said(home)
    assert published(slack) == [None, "hash_conflict", None]
    assert [("hash" in call.arguments) for call in slack.calls("views.publish")] == [False, True, False]


async def test_a_slack_that_always_finds_the_hash_stale_is_asked_twice_and_no_more(
    bot: Bot, slack: FakeSlack, memory: Memory
) -> None:
    async with running(bot, slack, memory=memory) as background:
        await opened(slack, background)
        slack.trouble("views.publish", error="hash_conflict", times=None)
        await slack.command("/ai", "RAG")
        await slack.open_home()
        await background.finish()
    assert published(slack) == [None, "hash_conflict", "hash_conflict"]
    assert slack.dm_messages() == []  # nobody asked for anything: there is nothing to answer


async def test_what_was_asked_lately_is_shown_and_forgotten_on_request(
    bot: Bot, slack: FakeSlack, memory: Memory
) -> None:
    async with running(bot, slack, memory=memory) as background:
        await slack.command("/ai", "RAG")
        await slack.mention("compare GPT-4o and DeepSeek-V3")
        await slack.dm("Sora", user="U2")
        home = await opened(slack, background)
        shown = [
            e["text"]["text"] for _, e in home.elements() if e["action_id"].startswith("aibot_home_show")
        ]
        assert shown[2:5] == ["GPT-4o", "DeepSeek-V3", "Retrieval-augmented generation (RAG)"]
        assert memory.recent.of("T1", "U2") == ["sora"]
        await slack.press(home, FORGET_ACTION)
        await background.finish()
        assert "Forgotten" in said(home)
        assert "RAG)" not in said(home)
        assert "Forgotten" not in said(await opened(slack, background))  # said once
    assert memory.recent.of("T1", "U1") == []
    assert memory.recent.of("T1", "U2") == ["sora"]


async def test_the_fact_of_the_day_is_shown_in_the_other_language(
    bot: Bot, slack: FakeSlack, memory: Memory
) -> None:
    async with running(bot, slack, memory=memory) as background:
        home = await opened(slack, background)
        turn = next(e["action_id"] for _, e in home.elements() if e.get("text", {}).get("text") == "中文")
        await slack.press(home, turn)
        await background.finish()
        (shown,) = slack.views()
        assert "来源" in said(shown)
        assert "Sources" not in said(shown)
        assert "Fact of the day" in said(home)
    assert slack.refusals == []


async def test_the_language_is_chosen_and_the_home_and_replies_are_in_it(
    bot: Bot, either_slack: FakeSlack, memory: Memory
) -> None:
    async with running(bot, either_slack, memory=memory) as background:
        home = await opened(either_slack, background)
        await either_slack.press(home, LANGUAGE_ACTION, "zh")
        await background.finish()
        assert "每日一条" in said(home)
        answer = (await either_slack.command("/ai", "RAG")).message
        assert answer is not None
        assert "检索增强生成" in answer.text
        await either_slack.press(home, LANGUAGE_ACTION, "asked")
        await background.finish()
        assert "Fact of the day" in said(home)
    assert either_slack.refusals == []


async def test_a_home_speaks_the_language_of_its_persons_slack(bot: Bot, slack: FakeSlack) -> None:
    async with running(bot, slack) as background:
        assert "每日一条" in said(await opened(slack, background, "U2"))
        assert "Fact of the day" in said(await opened(slack, background, "U3"))


async def test_without_a_database_it_is_useful_all_the_same(bot: Bot, slack: FakeSlack) -> None:
    async with running(bot, slack) as background:
        home = await opened(slack, background)
        assert "Fact of the day" in said(home)
        assert LANGUAGE_ACTION not in said(home)
        assert "Daily facts in channels" not in said(home)
        assert "You asked for" not in said(home)
        await slack.press(home, "which models support 1M context?")
        await background.finish()
        assert len(slack.views()) == 1
    assert slack.refusals == []


async def test_without_users_read_it_counts_in_utc_and_says_so(bot: Bot) -> None:
    scopes = tuple(scope for scope in BOT_SCOPES if scope != "users:read")
    async with FakeSlack(sleep=no_wait, scopes=scopes) as slack, running(bot, slack) as background:
        assert "does not tell me your time zone" in said(await opened(slack, background))


@pytest.mark.parametrize("guest", ["of several channels", "of one"])
async def test_a_guest_and_somebody_of_another_organisation_have_one_as_well(
    guest: str, bot: Bot, slack: FakeSlack, memory: Memory
) -> None:
    slack.workspace().users["U9"] = User(
        "U9", "guest", is_restricted=True, is_ultra_restricted=guest == "of one"
    )
    slack.workspace().users["W8"] = User("W8", "stranger", tz="UTC")
    async with running(bot, slack, memory=memory) as background:
        for user in ("U9", "W8"):
            assert "Fact of the day" in said(await opened(slack, background, user))
    assert slack.refusals == []


async def test_somebody_slack_does_not_let_us_publish_for_breaks_nothing(bot: Bot, slack: FakeSlack) -> None:
    async with running(bot, slack) as background:
        slack.trouble("views.publish", error="user_not_found")
        await slack.open_home()
        await background.finish()
        assert "Fact of the day" in said(await opened(slack, background))
    assert slack.dm_messages() == []


async def test_a_button_of_an_older_home_draws_it_anew(bot: Bot, slack: FakeSlack, memory: Memory) -> None:
    async with running(bot, slack, memory=memory) as background:
        home = await opened(slack, background)
        old = {
            "type": "button",
            "action_id": "aibot_home_gone",
            "text": {"type": "plain_text", "text": "Old"},
        }
        home.body["blocks"].append({"type": "actions", "block_id": "old", "elements": [old]})
        home.body["private_metadata"] = ""
        await slack.press(home, "aibot_home_gone")
        await background.finish()
        assert "aibot_home_gone" not in said(home)
    assert slack.refusals == []


@pytest.mark.parametrize(("table", "action"), [("recent", FORGET_ACTION), ("preferences", LANGUAGE_ACTION)])
async def test_a_database_that_fails_is_told_in_the_home(
    table: str, action: str, bot: Bot, slack: FakeSlack, memory: Memory
) -> None:
    async with running(bot, slack, memory=memory) as background:
        await slack.command("/ai", "RAG")
        home = await opened(slack, background)
        with memory.database.engine.begin() as connection:
            connection.exec_driver_sql(f"DROP TABLE {table}")
        await slack.press(home, action, "zh" if action == LANGUAGE_ACTION else None)
        await background.finish()
        assert "cannot write to my memory" in said(home)
    assert slack.refusals == []


async def test_a_language_chosen_by_command_draws_an_open_home_anew(
    bot: Bot, slack: FakeSlack, memory: Memory
) -> None:
    async with running(bot, slack, memory=memory) as background:
        home = await opened(slack, background)
        await slack.command("/ai", "language chinese")
        await background.finish()
        assert "每日一条" in said(home)
        await slack.command("/ai", "language chinese", user="U3")
        await background.finish()
        assert slack.home("U3") is None


async def test_who_presses_too_much_in_a_home_is_told_in_a_direct_message(bot: Bot, slack: FakeSlack) -> None:
    async with running(bot, slack, manners=Manners(person=2)) as background:
        home = await opened(slack, background)
        for _ in range(4):
            await slack.press(home, "help")
        await background.finish()
    (told,) = slack.dm_messages()
    assert "more than 2 questions in a minute" in told.text
