"""What messages in threads mean, with the real fact base. dialogues.tsv grows by one line with every reported miss."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.conversation.describing import told

from aibot.core.answers import FactAnswer, Knowledge, Listing, Question, Timeline, answer
from aibot.core.conversation import Answered, Heard, Silent, Thread, Told, after, understand
from aibot.core.conversation.thread import MOST_REMEMBERED

if TYPE_CHECKING:
    from aibot.core.facts import FactBase

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)

with (Path(__file__).parent / "dialogues.tsv").open(encoding="utf-8", newline="") as lines:
    ROWS = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
DIALOGUES = {name: list(turns) for name, turns in groupby(ROWS, key=lambda row: row["dialogue"])}

V3 = Thread(("deepseek-v3",), together=1)


def say(
    text: str, thread: Thread | None, knowledge: Knowledge, *, addressed: bool = False
) -> Answered | Told | Silent:
    return understand(Heard(text, addressed), thread, knowledge, NOW)


def test_there_are_six_dialogues_of_twelve_turns_in_each_language() -> None:
    long = [turns for turns in DIALOGUES.values() if len(turns) >= 12]
    chinese = [turns for turns in long if any("\u4e00" <= turns[1]["text"][-2] <= "\u9fff" for _ in turns)]
    assert len(long) - len(chinese) >= 6
    assert len(chinese) >= 6


@pytest.mark.parametrize("name", DIALOGUES)
def test_a_dialogue(knowledge: Knowledge, name: str) -> None:
    thread: Thread | None = None
    for row in DIALOGUES[name]:
        heard = Heard(row["text"], row["where"] != "thread", direct=row["where"] == "direct")
        reply = understand(heard, thread, knowledge, NOW)
        assert (row["text"], told(reply)) == (row["text"], row["reply"])
        match reply:
            case Answered():
                thread = after(thread, reply.answer, reply.language, knowledge.base)
            case Told():
                thread = replace(thread or Thread(), stopped=reply.stops)


def test_what_a_follow_up_leads_to_can_be_asked_again_without_its_thread(knowledge: Knowledge) -> None:
    without = []
    for turns in DIALOGUES.values():
        thread: Thread | None = None
        for row in turns:
            heard = Heard(row["text"], row["where"] != "thread", direct=row["where"] == "direct")
            match reply := understand(heard, thread, knowledge, NOW):
                case Answered():
                    if again := reply.again:
                        assert answer(Question(again, "en", NOW), knowledge) == reply.answer, row["text"]
                    elif not reply.question and not isinstance(reply.answer, FactAnswer):
                        without.append((row["text"], told(reply)))
                    thread = after(thread, reply.answer, reply.language, knowledge.base)
                case Told():
                    thread = replace(thread or Thread(), stopped=reply.stops)
    assert without == []


@pytest.mark.parametrize("text", ["context window?", "GPT-4o", "stop", "more", "who made Kimi?", "闭嘴"])
def test_outside_its_threads_it_is_silent(knowledge: Knowledge, text: str) -> None:
    assert say(text, None, knowledge) == Silent()


@pytest.mark.parametrize(
    "text",
    [
        "<@U2> context window?",
        "<!here> price?",
        "<!subteam^S1> price?",
        "@mei context window?",
        "Bob, context window?",
        "Kimi, what's the price?",
        "> context window?",
        "he asked “context window?”",
        "`context window?`",
        "see https://example.com, context window?",
        "context window?\nand the price?",
        "context window? " + "I mean it. " * 20,
        "<#C2> price?",
        "the price is too high",
        "the context window is great",
        "it was released yesterday",
        "I'd compare it with gpt-4o",
        "we should compare with gpt-4o",
        "GPT-4o is better",
        "Kimi",
        "and R1",
        "3.5?",
        "you can stop",
        "don't stop",
        "stop the deployment",
        "more coffee",
        "what happened in 2024?",
        "which models have 128k context?",
        "它很便宜",
        "上下文长度不够",
        "价格太高了",
        "小王，上下文长度呢?",
        "我们和GPT-4o比较过",
        "别停",
        "停车在哪?",
        "谁知道?",
        "Kimi不错",
    ],
)
def test_it_keeps_out_of_what_people_tell_each_other(knowledge: Knowledge, text: str) -> None:
    assert told(say(text, V3, knowledge)) == "-"


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("Context Window?", "deepseek-v3 context"),
        ("thanks, and the context window?", "deepseek-v3 context"),
        ("what about the price", "deepseek-v3 cost"),
        ("when?", "deepseek-v3 released"),
        ("who’s behind it?", "deepseek-v3 developer"),
        ("its context length, please", "deepseek-v3 context"),
        ("what is its price and context window?", "deepseek-v3 cost"),
        ("and R1?", "no version DeepSeek R1"),
        ("what about V2", "no version DeepSeek V2"),
        ("gpt-5?", "no version gpt-5"),
        ("compare with gpt-5", "not compared version"),
        ("compare with V3", "not compared itself"),
        ("compare it with OpenAI", "not compared kinds"),
        ("compare with Claude", "not compared unsure"),
        ("vs gpt-4o", "compare deepseek-v3 gpt-4o"),
        ("how does it compare to gpt-4o on context?", "compare deepseek-v3 gpt-4o: context"),
        ("which techniques does it use?", "deepseek-v3 uses"),
        ("does it use MoE?", "deepseek-v3 uses"),
        ("what else did they make?", "list made-by deepseek"),
        ("and its successor?", "line not-said-before-after deepseek-v3"),
        ("何时发布的", "deepseek-v3 released"),
        ("其上下文长度是多少?", "deepseek-v3 context"),
        ("训练成本", "deepseek-v3 cost"),
        ("那R1呢", "no version DeepSeek R1"),
        ("跟GPT-4o比呢", "compare deepseek-v3 gpt-4o"),
        ("它用了MoE吗?", "deepseek-v3 uses"),
        ("它的下一代是什么?", "line not-said-before-after deepseek-v3"),
    ],
)
def test_follow_ups(knowledge: Knowledge, text: str, reply: str) -> None:
    assert told(say(text, V3, knowledge)) == reply


@pytest.mark.parametrize(
    "word", ["stop", "Stop!", "please stop", "shut up", "be quiet", "闭嘴", "别说了", "停", "安静！"]
)
def test_it_is_told_to_stop(knowledge: Knowledge, word: str) -> None:
    reply = say(word, V3, knowledge)
    assert isinstance(reply, Told)
    assert (reply.phrase, reply.stops) == ("talk.stopped", True)
    assert say("context window?", replace(V3, stopped=True), knowledge) == Silent()
    assert say(word, replace(V3, stopped=True), knowledge) == Silent()
    assert isinstance(say("context window?", replace(V3, stopped=True), knowledge, addressed=True), Answered)


def test_a_text_without_a_language_goes_on_in_the_threads(knowledge: Knowledge) -> None:
    for language in ("en", "zh"):
        reply = say("GPT-4o?", replace(V3, language=language), knowledge)
        assert isinstance(reply, Answered)
        assert reply.language == language
    chosen = understand(Heard("GPT-4o?", addressed=True), V3, knowledge, NOW, chosen="zh")
    assert isinstance(chosen, Answered)
    assert chosen.language == "zh"


def test_words_around_a_name_are_in_a_language(knowledge: Knowledge) -> None:
    chinese = replace(V3, language="zh")
    for text, language in (("what about GPT-4o?", "en"), ("and GPT-4o?", "en"), ("那GPT-4o呢?", "zh")):
        reply = say(text, chinese, knowledge)
        assert isinstance(reply, Answered)
        assert reply.language == language


def test_after_several_things_all_of_them_are_meant_or_nobody(knowledge: Knowledge) -> None:
    both = Thread(("deepseek-v3", "gpt-4o"), together=2)
    assert told(say("who made it?", both, knowledge)) == "deepseek-v3 developer + gpt-4o developer"
    assert told(say("does it use MoE?", both, knowledge)) == "-"
    assert told(say("what did he say?", Thread(("openai",), together=1), knowledge)) == "-"
    assert told(say("context window?", both, knowledge)) == "deepseek-v3 context + gpt-4o context"


def test_more_goes_on_with_what_did_not_fit(knowledge: Knowledge) -> None:
    asked = say("timeline", None, knowledge, addressed=True)
    assert isinstance(asked, Answered)
    assert isinstance(asked.answer, Timeline)
    thread = after(None, asked.answer, "en", knowledge.base, left_out=3)
    assert thread.left == tuple(dict.fromkeys(item.entry for item in asked.answer.items[-3:]))
    rest = say("more", thread, knowledge)
    assert isinstance(rest, Answered)
    assert isinstance(rest.answer, Listing)
    assert tuple(item.entry for item in rest.answer.items) == thread.left
    assert all(item.fact is not None for item in rest.answer.items)
    assert after(thread, rest.answer, "en", knowledge.base).left == ()


def test_more_after_a_part_is_the_whole_card_and_then_there_is_no_more(knowledge: Knowledge) -> None:
    asked = replace(V3, asked=("cost",))
    assert told(say("more", asked, knowledge)) == "deepseek-v3"
    assert told(say("more", V3, knowledge)) == "line no-more deepseek-v3"
    assert told(say("go on", V3, knowledge)) == "-"
    assert told(say("more", Thread(), knowledge)) == "-"


def test_entries_that_are_gone_are_forgotten(knowledge: Knowledge) -> None:
    gone = Thread(("taken-out", "deepseek-v3"), together=1, left=("taken-out",))
    assert told(say("context window?", gone, knowledge)) == "-"
    assert gone.known_to(knowledge.base) == Thread(("deepseek-v3",))


def test_what_is_remembered_is_bounded(knowledge: Knowledge) -> None:
    thread: Thread | None = None
    for entry in list(knowledge.base.entries)[:40]:
        reply = say(knowledge.base[entry].name.en, None, knowledge, addressed=True)
        assert isinstance(reply, Answered)
        thread = after(thread, reply.answer, "en", knowledge.base)
    assert thread is not None
    assert len(thread.entries) == MOST_REMEMBERED
    assert set(thread.entries) <= set(knowledge.base.entries)


def test_every_name_that_is_filled_in_leads_back_to_its_entry(knowledge: Knowledge) -> None:
    for entry in knowledge.base.entries.values():
        matches = knowledge.matcher.match(entry.name.en)
        assert [match.entry for match in matches.sure] == [entry.id], entry.id


WORDS = st.sampled_from([
    "and", "what", "about", "who", "made", "it", "its", "they", "he", "compare", "with", "which", "is", "cheaper",
    "when", "context", "window", "price", "R1", "V3", "gpt-4o", "Kimi", "Claude", "3.5", "more", "stop", "?", "，",
    "它", "其", "那", "呢", "谁", "做的", "什么时候", "比", "跟", "他们", "多少", "上下文",
    "successor", "the", "<@U1>", "[[", "]]",
    "\ud800", "\x00", "🙂"
])  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=60), st.lists(WORDS, max_size=8).map(" ".join), st.lists(WORDS, max_size=8).map("".join)
)


@st.composite
def threads(draw: st.DrawFn, base: FactBase) -> Thread:
    entries = draw(st.lists(st.sampled_from([*base.entries, "taken-out"]), max_size=5, unique=True))
    return Thread(
        tuple(entries),
        together=draw(st.integers(0, len(entries))),
        compared=draw(st.booleans()),
        asked=draw(st.sampled_from([(), ("context",), ("released", "date"), ("uses",)])),
        left=tuple(draw(st.lists(st.sampled_from([*base.entries, "taken-out"]), max_size=2))),
    )


@given(data=st.data(), text=TEXTS, addressed=st.booleans())
@settings(max_examples=300)
def test_any_text_in_any_thread_gets_a_reply_or_silence(
    knowledge: Knowledge, *, data: st.DataObject, text: str, addressed: bool
) -> None:
    thread = data.draw(st.one_of(st.none(), threads(knowledge.base)))
    reply = say(text, thread, knowledge, addressed=addressed)
    assert not (addressed and isinstance(reply, Silent))
    if isinstance(reply, Answered):
        remembered = after(thread, reply.answer, reply.language, knowledge.base)
        assert set(remembered.subjects) <= set(knowledge.base.entries)
        assert remembered.together <= len(remembered.entries)
    if isinstance(reply, Told) and reply.entry:
        assert reply.entry in knowledge.base
