"""The names in people's messages: as they are written, in their order, however long the message."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aibot.core.answers import Knowledge, entries_of, outcome_of
from aibot.core.answers.spotted import MOST_SPOTTED, spotted

if TYPE_CHECKING:
    from aibot.core.facts import FactBase


@pytest.fixture(scope="module")
def knowledge(base: FactBase) -> Knowledge:
    return Knowledge.of(base)


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("Has anyone compared DeepSeek-V3 with GPT-4o? Claude 3 might do.", ("deepseek-v3", "gpt-4o", "claude-3")),
        ("我们用DeepSeek-V3和Kimi做了对比，Sora的视频更好。", ("deepseek-v3", "kimi", "sora")),
        ("RAG\n\nRAG again, and <https://openai.com/sora|Sora>", ("rag", "sora")),
        ("x " * 3_000 + "then Sora came", ("sora",)),
        ("无" * 3_000 + "，然后是 Sora。", ("sora",)),
        ("The finance team meets at noon; bring the medical forms and the video.", ()),
        ("I was sore after the gym", ()),
        ("deapseek v3 is great", ()),  # in people's own words a near miss is a word of theirs
        ("gpt-6 will be out", ()),
        ("", ()),
        ("\n\n  \n", ()),
        ("<!channel> lunch", ()),
    ],
)  # fmt: skip
def test_names_as_written_in_their_order(text: str, entries: tuple[str, ...], knowledge: Knowledge) -> None:
    found = spotted(text, knowledge.matcher)
    assert found.entries == entries
    assert entries_of(found) == list(entries)
    assert outcome_of(found) == ("answer" if entries else "reject")


@pytest.mark.parametrize(
    ("text", "maybe", "missing"),
    [
        ("Phi, Sora and Gemini are nice", ("gemini-2.0", "gemini-1.5-pro"), ()),
        ("Has anyone tried Claude Sonnet and DeepSeek-V3?", ("claude-3.5-sonnet",), ()),
        ("We tried Claude Sonnet. Then gpt-4o mini.", ("claude-3.5-sonnet",), ("gpt-4o mini",)),
        ("deepseek r1 vs gpt-4o mini", (), ("deepseek r1", "gpt-4o mini")),
        ("deepseek r1. deepseek r1 again, and Kimi", (), ("deepseek r1",)),
        ("I was sore after the gym; room 4, version 2 of the plan is 50% done", (), ()),
        ("deapseek v3 is great", (), ()),
        ("我们下周上线 2.0 版本，苹果手机也要测", (), ()),
    ],
)
def test_what_is_doubtful_or_missing_is_told_apart(
    text: str, maybe: tuple[str, ...], missing: tuple[str, ...], knowledge: Knowledge
) -> None:
    found = spotted(text, knowledge.matcher)
    assert (found.maybe, found.missing) == (maybe, missing)


def test_at_most_five_and_the_others_counted(knowledge: Knowledge) -> None:
    found = spotted("GPT-4o, DeepSeek-V3, Sora, Kimi, Claude 3, GPT-4, Gemini 1.5 Pro", knowledge.matcher)
    assert (len(found.entries), found.more) == (MOST_SPOTTED, 2)


@pytest.mark.parametrize("before", range(40, 75))
def test_a_name_is_found_wherever_it_stands(before: int, knowledge: Knowledge) -> None:
    words = ["we", "spoke", "at", "length", "and", "then", "went", "on", "with", "other", "things"] * 20
    english = " ".join([*words[:before], "Gemini 1.5 Pro", *words[before:]])
    assert spotted(english, knowledge.matcher).entries == ("gemini-1.5-pro",)
    characters = "我们谈了很久然后又去吃了饭" * 10
    chinese = f"{characters[:before]}，深度求索，{characters[before:]}"
    assert spotted(chinese, knowledge.matcher).entries == ("deepseek",)
