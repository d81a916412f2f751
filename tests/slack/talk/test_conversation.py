"""Threads that remember, as people see them: the real app over HTTP and Socket Mode, with a real database."""

from __future__ import annotations

import csv
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, select
from tests.blocks.build import build
from tests.core.conversation.describing import described
from tests.slack.conftest import running

from aibot.core.answers import entries_of
from aibot.core.conversation import Thread
from aibot.playground.fake_slack import BOT_SCOPES, FakeSlack, no_wait
from aibot.slack.bot import Bot
from aibot.slack.manners.manners import Manners
from aibot.storage import Memory
from aibot.storage.tables import threads

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from aibot.core.facts import FactBase
    from aibot.core.language import Phrases
    from aibot.playground.fake_slack import Message
    from aibot.slack.bot import Reply
    from aibot.slack.serving.background import Background

pytestmark = pytest.mark.anyio

PEOPLE = {"ada": "U1", "mei": "U2", "jonas": "U3"}
TABLE = Path(__file__).parents[2] / "core" / "conversation" / "dialogues.tsv"
with TABLE.open(encoding="utf-8", newline="") as lines:
    ROWS = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
DIALOGUES = {name: list(turns) for name, turns in groupby(ROWS, key=lambda row: row["dialogue"])}


@dataclass
class Talk:
    """A running bot in a workspace, and what was said."""

    slack: FakeSlack
    background: Background
    memory: Memory | None
    phrases: Phrases
    replies: list[Reply] = field(default_factory=list)
    thread: str | None = None

    async def say(
        self, where: str, text: str, *, user: str = "U1", channel: str = "C1", thread: str | None = None
    ) -> list[Message]:
        """Say something; returns what the bot says to it."""
        before = len(self.from_bot())
        self.replies.clear()
        thread = thread or self.thread
        if where == "direct":
            await self.slack.dm(text, user=user)
        elif where == "mention":
            asked = await self.slack.mention(text, user=user, channel=channel, thread_ts=thread)
            self.thread = self.thread or asked.ts
        else:
            await self.slack.write(text, user=user, channel=channel, thread_ts=thread, raw="<" in text)
        await self.settle()
        return self.from_bot()[before:]

    async def settle(self) -> None:
        await self.slack.settle()
        await self.background.finish()
        await self.slack.settle()

    def from_bot(self) -> list[Message]:
        return [message for message in self.slack.workspace().messages if message.bot_id]

    def line(self, phrase: str, message: Message) -> bool:
        """Whether a message is a phrase of the bot's own, in either language."""
        starts = (self.phrases.all(language)[phrase].partition("{")[0] for language in ("en", "zh"))
        return any(message.text.startswith(start) for start in starts)


@asynccontextmanager
async def talking(
    slack: FakeSlack,
    base: FactBase,
    phrases: Phrases,
    memory: Memory | None,
    *,
    manners: Manners | None = None,
) -> AsyncIterator[Talk]:
    replies: list[Reply] = []
    bot = Bot(base, phrases, on_reply=lambda reply, _via, _seconds: replies.append(reply))
    async with running(bot, slack, memory=memory, manners=manners) as background:
        yield Talk(slack, background, memory, phrases, replies)


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    opened = Memory.open(f"sqlite:///{tmp_path}/aibot.db")
    yield opened
    opened.close()


@pytest.fixture
async def talk(slack: FakeSlack, base: FactBase, phrases: Phrases, memory: Memory) -> AsyncIterator[Talk]:
    async with talking(slack, base, phrases, memory) as running_talk:
        yield running_talk


@pytest.mark.parametrize("name", DIALOGUES)
async def test_a_dialogue(
    name: str, either_slack: FakeSlack, base: FactBase, phrases: Phrases, memory: Memory
) -> None:
    async with talking(either_slack, base, phrases, memory) as talk:
        for row in DIALOGUES[name]:
            said = await talk.say(row["where"], row["text"], user=PEOPLE[row["who"]])
            expected = row["reply"]
            assert len(said) == (expected != "-"), (row, [message.text for message in said])
            if expected.startswith("line "):
                assert talk.line(f"talk.{expected.split()[1]}", said[0]), said[0].text
            elif said:
                assert [described(reply.answer) for reply in talk.replies] == [expected]
                assert said[0].thread_ts == (None if row["where"] == "direct" else talk.thread)
    assert either_slack.refusals == []


async def test_in_a_private_channel_as_well(talk: Talk) -> None:
    await talk.slack.invite("G1")
    await talk.say("mention", "DeepSeek-V3", channel="G1")
    (said,) = await talk.say("thread", "context window?", channel="G1")
    assert "128" in said.text


async def test_threads_know_nothing_of_each_other(talk: Talk) -> None:
    await talk.say("mention", "DeepSeek-V3")
    other = talk.slack.say("lunch?")
    assert await talk.say("thread", "context window?", thread=other.ts) == []
    assert await talk.say("thread", "context window?", channel="C1", thread=talk.thread) != []
    await talk.slack.invite("C2")
    assert await talk.say("thread", "context window?", channel="C2", thread=talk.thread) == []


async def test_outside_threads_it_is_silent_unless_mentioned(talk: Talk) -> None:
    await talk.say("mention", "DeepSeek-V3")
    talk.thread = None
    assert await talk.say("thread", "context window?") == []
    assert await talk.say("thread", "GPT-4o?") == []


async def test_a_mention_that_comes_as_a_message_too_is_answered_once(talk: Talk) -> None:
    await talk.say("mention", "DeepSeek-V3")
    events = [e.payload["event"]["type"] for e in talk.slack.exchanges if e.name == "event" and e.body]
    assert events[:2] == ["app_mention", "message"]
    assert len(await talk.say("mention", "context window?")) == 1
    labelled = await talk.slack.write("<@UBOT|aibot> price?", thread_ts=talk.thread, raw=True)
    await talk.settle()
    assert [m for m in talk.from_bot() if m.ts > labelled.ts] == []


async def test_a_message_that_is_delivered_twice_is_answered_once(talk: Talk) -> None:
    await talk.say("mention", "DeepSeek-V3")
    written = {
        "type": "message", "channel": "C1", "channel_type": "channel", "user": "U1", "text": "price?",
        "ts": "9.9", "thread_ts": talk.thread,
    }  # fmt: skip
    first = await talk.slack.event(written)
    await talk.slack.redeliver(first)
    await talk.settle()
    assert len(talk.from_bot()) == 2


@pytest.mark.parametrize(
    "fields", [{"bot_id": "B9"}, {"subtype": "channel_join"}, {"edited": {"user": "U1", "ts": "1"}}], ids=str
)
async def test_what_no_person_wrote_now_is_no_follow_up(fields: dict[str, Any], talk: Talk) -> None:
    await talk.say("mention", "DeepSeek-V3")
    await talk.slack.write("context window?", thread_ts=talk.thread, **fields)
    await talk.settle()
    assert len(talk.from_bot()) == 1


@pytest.mark.parametrize(
    ("text", "count"), [("context window?", 0), ("上下文多长？", 0), ("I think we should take V3", 1)]
)
async def test_a_follow_up_that_an_edit_makes_a_mention_of_is_answered_once(
    text: str, count: int, talk: Talk
) -> None:
    """What was no question to us before the edit is one after it."""
    await talk.say("mention", "DeepSeek-V3")
    written = await talk.slack.write(text, thread_ts=talk.thread)
    await talk.settle()
    before = len(talk.from_bot())
    assert before == 2 - count
    edited = {
        "type": "app_mention", "channel": "C1", "user": "U1", "ts": written.ts, "thread_ts": talk.thread,
        "edited": {"user": "U1", "ts": f"{float(written.ts) + 60:.6f}"},
    }  # fmt: skip
    await talk.slack.event({**edited, "text": f"<@UBOT> {text}"})
    await talk.settle()
    assert len(talk.from_bot()) == before + count


async def test_follow_ups_that_come_at_once_are_taken_one_after_the_other(talk: Talk) -> None:
    await talk.say("mention", "DeepSeek-V3")
    talk.replies.clear()
    for text in ("context window?", "and GPT-4o?", "and Kimi?"):
        await talk.slack.write(text, thread_ts=talk.thread)
    await talk.settle()
    assert [described(reply.answer) for reply in talk.replies] == [
        "deepseek-v3 context",
        "gpt-4o context",
        "kimi context",
    ]


async def test_a_follow_up_may_come_as_soon_as_the_answer_stands_there(talk: Talk) -> None:
    asked = await talk.slack.mention("DeepSeek-V3")
    await talk.slack.answer(asked)
    await talk.slack.write("context window?", thread_ts=asked.ts)
    await talk.settle()
    assert [described(reply.answer) for reply in talk.replies] == ["deepseek-v3", "deepseek-v3 context"]


async def test_without_the_optional_scopes_a_follow_up_needs_a_mention(
    base: FactBase, phrases: Phrases, memory: Memory
) -> None:
    scopes = tuple(scope for scope in BOT_SCOPES if not scope.startswith(("channels:h", "groups:h")))
    async with (
        FakeSlack(scopes=scopes, sleep=no_wait, schemas=build()) as slack,
        talking(slack, base, phrases, memory) as talk,
    ):
        await talk.say("mention", "DeepSeek-V3")
        assert await talk.say("thread", "context window?") == []
        (said,) = await talk.say("mention", "context window?")
    assert "128" in said.text


async def test_without_a_memory_every_question_stands_alone(
    slack: FakeSlack, base: FactBase, phrases: Phrases
) -> None:
    async with talking(slack, base, phrases, None) as talk:
        await talk.say("mention", "DeepSeek-V3")
        assert await talk.say("thread", "context window?") == []
        await talk.say("mention", "context window?")
        assert [described(reply.answer) for reply in talk.replies] == ["not found"]
        (said,) = await talk.say("mention", "context window of DeepSeek-V3?")
        (off,) = await talk.say("mention", "inline on")
    assert "128" in said.text
    assert "AIBOT_DATABASE=off" in off.text


async def test_a_restarted_bot_remembers(
    slack: FakeSlack, base: FactBase, phrases: Phrases, tmp_path: Path
) -> None:
    url, thread = f"sqlite:///{tmp_path}/kept.db", None
    for where, text in (("mention", "DeepSeek-V3"), ("thread", "context window?")):
        memory = Memory.open(url)
        async with talking(slack, base, phrases, memory) as talk:
            talk.thread = thread
            assert len(await talk.say(where, text)) == 1
            thread = talk.thread
        memory.close()


async def test_no_word_anybody_wrote_is_kept(talk: Talk) -> None:
    await talk.say("mention", "DeepSeek-V3")
    await talk.say("mention", "what is the unicorn price, zebra?")
    await talk.say("thread", "context window?")
    assert talk.memory is not None
    with talk.memory.database.reading() as connection:
        kept = str(connection.execute(select(threads)).all())
    assert "deepseek-v3" in kept
    assert not any(word in kept for word in ("unicorn", "zebra", "window"))


async def test_a_button_in_a_thread_changes_what_it_is_about(talk: Talk) -> None:
    (offered,) = await talk.say("mention", "model gpt-6")
    await talk.slack.press(offered, "GPT-4o")
    await talk.slack.until(lambda: offered.blocks[0]["text"]["text"] == "GPT-4o")
    await talk.settle()
    await talk.say("thread", "context window?")
    assert [described(reply.answer) for reply in talk.replies] == ["gpt-4o context"]


async def test_what_follows_says_what_was_asked_and_more_brings_the_rest(talk: Talk) -> None:
    (whole,) = await talk.say("mention", "DeepSeek-V3")
    (follows,) = await talk.say("thread", "context window?")
    assert follows.text.splitlines()[1] == "DeepSeek-V3 has a context of 128K tokens. [1]"
    assert "Say “more” for the whole card." in follows.text
    assert len(follows.text) < len(whole.text) / 4
    (more,) = await talk.say("thread", "more")
    assert "Training cost" in more.text


def rows_of(message: Message) -> int:
    """How many attributes a comparison tells, each of them of both."""
    return message.text.count("• GPT-4o")


@pytest.mark.parametrize(
    ("texts", "said", "more"),
    [
        (
            ("GPT-4o vs DeepSeek-V3", "which is cheaper?"),
            "say “more” to see everything side by side.",
            "more",
        ),
        (("GPT-4o vs DeepSeek-V3", "它们什么时候发布的？"), "说“更多”看全部对比。", "更多"),
    ],
)
async def test_a_comparison_that_follows_has_what_was_asked_and_more_brings_the_rest(
    texts: tuple[str, str], said: str, more: str, talk: Talk
) -> None:
    (whole,) = await talk.say("mention", texts[0])
    (follows,) = await talk.say("thread", texts[1])
    assert said in follows.text
    assert rows_of(follows) < rows_of(whole) / 2
    assert len(follows.text) < len(whole.text)
    assert "MIT" not in follows.text
    (rest,) = await talk.say("thread", more)
    assert said not in rest.text
    assert "MIT" in rest.text
    turned = [element["action_id"] for _, element in rest.elements()]
    assert "aibot_turn" in turned  # its buttons know what it answers
    assert "aibot_turn" in [element["action_id"] for _, element in follows.elements()]
    assert talk.slack.refusals == []


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("DeepSeek-V3", "compare with gpt-4o"),
        ("timeline", "more"),
        ("DeepSeek-V3 and GPT-4o", "context window?"),
    ],
)
async def test_a_follow_up_of_several_entries_has_the_buttons_of_any_card(
    first: str, then: str, talk: Talk
) -> None:
    await talk.say("mention", first)
    (said,) = await talk.say("thread", then)
    labels = [one["text"]["text"] for _, one in said.elements() if one["type"] == "button"]
    assert labels[-2:] == ["中文", "Link"]
    (answered,) = talk.replies
    await talk.slack.press(said, "中文", user="U2")
    await talk.settle()
    (turned,) = talk.slack.ephemerals("U2")
    again = talk.replies[-1]
    assert again.language == "zh"
    assert entries_of(again.answer)[-2:] == entries_of(answered.answer)[-2:]
    assert type(again.answer) is type(answered.answer)
    assert turned.thread_ts == talk.thread
    await talk.slack.press(said, "Link", user="U3")
    await talk.settle()
    (link,) = talk.slack.ephemerals("U3")
    assert f"p{said.ts.replace('.', '')}" in link.text
    assert talk.slack.refusals == []


async def test_an_answer_that_was_held_back_is_not_what_a_thread_is_about(
    slack: FakeSlack, base: FactBase, phrases: Phrases, memory: Memory
) -> None:
    async with talking(slack, base, phrases, memory, manners=Manners(channel=2)) as talk:
        await talk.say("mention", "DeepSeek-V3")
        asked = talk.thread
        await talk.say("mention", "Kimi", thread=asked)
        assert len(await talk.say("mention", "Sora", thread=asked)) == 1  # a line: the channel has had enough
        assert await talk.say("mention", "GPT-4o", thread=asked) == []
        assert asked is not None
        known = memory.threads.get("T1", "C1", asked)
    assert known is not None
    assert known.entries[0] == "kimi"


async def test_what_did_not_fit_comes_with_more(talk: Talk) -> None:
    (first,) = await talk.say("mention", "timeline")
    (rest,) = await talk.say("thread", "more")
    left = int(first.text.split("… and ")[1].split()[0])
    assert left > 1
    shown = [line for line in rest.text.splitlines() if line.startswith("• ")]
    assert 1 <= len(shown) <= left
    assert not any(line.split(":")[0] in first.text for line in shown)
    assert await talk.say("thread", "more") == []
    (none,) = await talk.say("mention", "more")
    assert talk.line("talk.no-more-here", none)


@pytest.mark.parametrize("with_replies", [True, False])
async def test_a_thread_whose_parent_was_deleted_is_forgotten(*, with_replies: bool, talk: Talk) -> None:
    await talk.say("mention", "DeepSeek-V3")
    workspace = talk.slack.workspace()
    parent = workspace.message("C1", str(talk.thread))
    assert parent is not None
    if not with_replies:
        talk.from_bot()[0].deleted = True
    await talk.slack.delete(parent)
    assert await talk.say("thread", "context window?") == []
    await talk.say("mention", "context window?")
    assert [described(reply.answer) for reply in talk.replies] == ["not found"]


async def test_where_slack_refuses_the_thread_only_who_asked_sees_the_answer(talk: Talk) -> None:
    await talk.say("mention", "DeepSeek-V3")
    talk.slack.trouble("chat.postMessage", "error", error="thread_not_found", times=1)
    (said,) = await talk.say("mention", "context window?")
    assert said.ephemeral_to == "U1"
    assert said.thread_ts is None
    assert "128" in said.text
    talk.thread = None
    await talk.say("mention", "DeepSeek-V3")
    talk.slack.trouble("chat.postMessage", "error", error="thread_not_found", times=1)
    assert await talk.say("thread", "context window?") == []
    assert await talk.say("thread", "context window?") == []


async def test_a_follow_up_that_fails_says_nothing_into_the_channel(talk: Talk) -> None:
    await talk.say("mention", "DeepSeek-V3")
    talk.slack.trouble("chat.postMessage", "error", error="msg_too_long", times=1)
    assert await talk.say("thread", "context window?") == []
    assert len(await talk.say("thread", "context window?")) == 1


async def test_a_database_that_fails_costs_the_memory_and_not_the_answer(talk: Talk) -> None:
    await talk.say("mention", "DeepSeek-V3")
    assert talk.memory is not None
    with talk.memory.database.transaction() as connection:
        threads.drop(connection)
    assert len(await talk.say("thread", "context window?")) == 1  # from memory
    (said,) = await talk.say("direct", "RAG")
    assert "RAG" in said.text


async def test_a_message_in_an_unknown_thread_costs_one_look(talk: Talk) -> None:
    other = talk.slack.say("lunch?")
    await talk.say("thread", "pizza?", thread=other.ts)
    assert talk.memory is not None
    asked: list[str] = []
    event.listen(
        talk.memory.database.engine,
        "before_cursor_execute",
        lambda *given: asked.append(given[2]) if " threads" in given[2] else None,
    )
    for _ in range(5):
        await talk.say("thread", "or sushi?", thread=other.ts)
        await talk.slack.write("a message outside threads")
    await talk.settle()
    assert asked == []


async def test_two_programs_share_what_threads_are_about(talk: Talk) -> None:
    await talk.say("mention", "DeepSeek-V3")
    assert talk.memory is not None
    other = Memory(talk.memory.database)
    assert other.threads.get("T1", "C1", str(talk.thread)) == Thread(("deepseek-v3",), together=1)
