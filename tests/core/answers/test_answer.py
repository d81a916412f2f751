"""From a question to an answer, with the real fact base. questions.tsv grows by one line with every reported miss."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aibot.core.answers import (
    Answer,
    FactAnswer,
    Help,
    Knowledge,
    Listing,
    NoSuchVersion,
    NotFound,
    Question,
    SeveralAnswers,
    Suggestions,
    Timeline,
    answer,
    entries_of,
    outcome_of,
)
from aibot.core.answers.decide import intent_name
from aibot.core.answers.entries import entry_answer
from aibot.core.facts import DateValue, QuantityValue
from aibot.core.language import language_of

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)

with (Path(__file__).parent / "questions.tsv").open(encoding="utf-8", newline="") as lines:
    ROWS = list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]


def ask(knowledge: Knowledge, text: str, now: datetime = NOW) -> Answer:
    return answer(Question(text, language_of(text), now), knowledge)


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_a_question_is_answered_as_a_colleague_would(knowledge: Knowledge, row: list[str]) -> None:
    text, language, kind, first, intent = row
    found = ask(knowledge, text)
    expected = first.split("|") if first else []

    assert language_of(text) == language
    assert type(found).__name__ == kind
    assert entries_of(found)[: len(expected)] == expected
    assert intent_name(found) == intent


def test_the_table_asks_enough_in_both_languages() -> None:
    languages = [row[1] for row in ROWS]

    assert len(ROWS) >= 200
    assert languages.count("zh") >= 100
    assert len({row[0] for row in ROWS}) == len(ROWS)
    assert len({row[4] for row in ROWS}) >= 40


VALUES = [
    ("how much did DeepSeek-V3 cost to train?", "US$5.58 million"),
    ("DeepSeek-V3 训练花了多少钱?", "558 万美元"),
    ("is DeepSeek-V3 cheaper than GPT-4?", "5.58"),
    ("how long are Sora's videos?", "20 seconds"),
    ("Sora 视频最长多少秒", "20 秒"),
    ("when did Sora come out?", "10 December 2024"),
    ("o1 什么时候发布的", "2024 年 9 月 13 日"),
    ("who made Genie 2?", "DeepMind"),
    ("who made 千影?", "Giant Network"),
    ("how many programming languages does DeepSeek-Coder-V2 support", "338"),
    ("Kimi 上下文多长", "200 万字"),
    ("accuracy of ShukunGPT", "98%"),
    ("Llama 3 parameters", "8 billion"),
    ("is gpt-4o open source?", "closed-source"),
    ("李开复在哪家公司", "零一万物"),
    ("CEO of 01.AI", "Kai-Fu Lee"),
    ("RAG有几个步骤", "三个基本步骤"),
    ("responsible AI: which principles?", "ethical"),
    ("who proposed Quiet-STaR", "Stanford"),
    ("摩斯团队 名次", "没有说明"),
    ("who partners with Baidu AI Cloud", "China Southern Power Grid"),
    ("万钢调研了哪些公司", "零一万物"),
    ("what did Kai-Fu Lee say", "multimodal"),
    ("pangu: drug design efficiency", "33%"),
]


@pytest.mark.parametrize(("text", "value"), VALUES)
def test_the_value_asked_for_comes_first_in_one_sentence(knowledge: Knowledge, text: str, value: str) -> None:
    found = ask(knowledge, text)
    first = found.answers[0] if isinstance(found, SeveralAnswers) else found

    assert isinstance(first, FactAnswer)
    sentence = first.found[0].zh if language_of(text) == "zh" else first.found[0].en
    assert value in sentence


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("o1-preview context", ["o1-preview has a context of 128K tokens."]),
        (
            "when was Sora Turbo launched",
            ["Sora opened to paying ChatGPT users as Sora Turbo on 9 December 2024"],
        ),
        (
            "Qwen-Long",
            ["Qwen-Long, a later model of Alibaba's Qwen family, offers a context of 10 million tokens."],
        ),
        ("Qwen-Long 的上下文", ["Qwen-Long, a later model of Alibaba's Qwen family"]),
        ("deepseek v2 parameters", ["DeepSeek-V2 has 236 billion", "DeepSeek-V2 activates 21 billion"]),
        ("o1-preview price", []),  # no fact of it says that
        ("o1-mini context", []),  # nor is o1-preview's told for it
        ("Genie", []),  # Genie 2 is another
        ("Google Pixel", []),
        ("Qwen1.5", []),  # nor is Qwen1.5-MoE-A2.7B this
        ("deepseek-v2.5", []),
    ],
)
def test_a_version_without_an_entry_is_answered_with_the_facts_that_name_it(
    knowledge: Knowledge, text: str, said: list[str]
) -> None:
    found = ask(knowledge, text)

    assert isinstance(found, NoSuchVersion)
    facts = [item.fact.en for item in found.said if item.fact is not None]
    assert len(facts) == len(said)
    assert all(fact.startswith(start) for fact, start in zip(facts, said, strict=True))


@pytest.mark.parametrize("text", ["gpt-5", "gpt 6", "GPT-7是什么"])
def test_a_missing_version_keeps_to_the_family_that_was_named(knowledge: Knowledge, text: str) -> None:
    found = ask(knowledge, text)

    assert isinstance(found, NoSuchVersion)
    assert set(found.family) == {"gpt-4", "gpt-4-turbo", "gpt-4o"}
    assert found.newest == "gpt-4o"


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("gemini 1.5", "Gemini 1.5"),
        ("claude 3.5 context", "Claude 3.5"),
        ("gemini 1.5 pro", ""),
        ("gpt-4t", ""),
    ],
)
def test_a_name_that_leaves_open_which_one_is_meant_is_told_apart(
    knowledge: Knowledge, text: str, called: str
) -> None:
    found = ask(knowledge, text)

    assert isinstance(found, FactAnswer)
    assert found.called == called


def test_a_context_in_tokens_is_never_compared_with_one_in_characters(knowledge: Knowledge) -> None:
    for text, unit, least in (
        ("which models support 1M context", "tokens", 1_000_000),
        ("哪些模型支持200万字?", "characters", 2_000_000),
        ("models with 128k tokens", "tokens", 128_000),
    ):
        found = ask(knowledge, text)
        assert isinstance(found, Listing)
        values = [item.fact.value for item in found.items if item.fact]
        assert values
        assert all(isinstance(value, QuantityValue) and value.unit == unit for value in values)
        assert all(
            isinstance(value, QuantityValue) and (value.to or value.quantity) >= least for value in values
        )


@pytest.mark.parametrize("text", ["which models support 1M context", "哪些模型支持 1M 上下文"])
def test_a_list_shows_the_greatest_figure_of_each(knowledge: Knowledge, text: str) -> None:
    found = ask(knowledge, text)
    assert isinstance(found, Listing)
    shown = next(item.fact for item in found.items if item.entry == "gemini-1.5-pro")

    assert shown is not None
    assert isinstance(shown.value, QuantityValue)
    assert (shown.value.to or shown.value.quantity) == 2_000_000


def test_a_disputed_context_is_listed_as_disputed(knowledge: Knowledge) -> None:
    found = ask(knowledge, "which models support 1M context")

    assert isinstance(found, Listing)
    status = {item.entry: knowledge.base.status(item.fact) for item in found.items if item.fact}
    assert status["claude-3"] == "disputed"
    assert "kimi" not in status


def test_both_ends_of_a_relation_answer(knowledge: Knowledge) -> None:
    assert entries_of(ask(knowledge, "who developed Sora?"))[0] == "sora"
    assert "sora" in entries_of(ask(knowledge, "what did OpenAI develop?"))
    assert "deepseek-v3" in entries_of(ask(knowledge, "which models use MoE?"))
    assert "mixture-of-experts" in entries_of(ask(knowledge, "which techniques does DeepSeek use?"))


def test_a_yes_or_no_question_about_two_is_answered_by_what_links_them(knowledge: Knowledge) -> None:
    found = ask(knowledge, "does DeepSeek-V3 use MoE?")

    assert isinstance(found, FactAnswer)
    assert (found.entry, found.asked) == ("deepseek-v3", ("uses",))


def test_a_card_shown_again_says_the_same(knowledge: Knowledge) -> None:
    for text in (
        "does DeepSeek-V3 use MoE?",
        "Sora price",
        "o1 什么时候发布的",
        "what are the steps of RAG",
        "sora",
    ):
        found = ask(knowledge, text)
        assert isinstance(found, FactAnswer)
        assert entry_answer(found.entry, ", ".join(found.asked), knowledge.base) == found
    assert entry_answer("gone", "cost", knowledge.base) == FactAnswer("gone")


def test_the_same_question_has_the_same_answer_whatever_was_asked_before(knowledge: Knowledge) -> None:
    texts = [row[0] for row in ROWS]
    first = [ask(knowledge, text) for text in texts]

    fresh = Knowledge.of(knowledge.base)
    assert [ask(fresh, text, NOW + timedelta(days=400)) for text in reversed(texts)] == first[::-1]


def test_random_depends_on_the_time_alone(knowledge: Knowledge) -> None:
    found = [ask(knowledge, "random", NOW + timedelta(seconds=second)) for second in range(50)]

    assert found == [ask(knowledge, "随机", NOW + timedelta(seconds=second)) for second in range(50)]
    assert len({entries_of(one)[0] for one in found}) > 20
    assert all(
        knowledge.base[entries_of(ask(knowledge, "random people", NOW + timedelta(seconds=second)))[0]].kind
        == "person"
        for second in range(20)
    )


@pytest.mark.parametrize("text", ["", " ", "\n\t "])
def test_nothing_asked_is_answered_with_help(knowledge: Knowledge, text: str) -> None:
    assert ask(knowledge, text) == Help()


@pytest.mark.parametrize(
    "text",
    ["🤖", "😀😀😀 🎉", ":robot_face:", "!!!", "…", "。，、", "?!", "\x00\x07\x1b", "\u200b\u200d\ufeff",
     "\u202e\u2066",
     "<@U012AB3CD>", "---", "***", "``` ```", "((()))", "&amp;", "\\"],
)  # fmt: skip
def test_what_has_no_word_in_it_is_told_so(knowledge: Knowledge, text: str) -> None:
    found = ask(knowledge, text)

    assert isinstance(found, NotFound)
    assert found.reason == "no-words"


@pytest.mark.parametrize(
    "text",
    ["'; DROP TABLE facts; --", "SELECT * FROM users WHERE 1=1", "!!python/object/apply:os.system ['ls']",
     "a: &a [*a, *a]", "*bold* _it_ ~no~", "<script>alert(1)</script>", "<!channel> <!here>", "${jndi:ldap://x}",
     "../../etc/passwd", "{{7*7}}", "%s%s%s%n", "مرحبا بالعالم", "Привет, мир", "こんにちは世界", "안녕하세요",
     "ｈｅｌｌｏ", "z̷̢a̴l̵g̸o̶", "1234567890", "3.14159", "A" * 40_000, "模" * 40_000, "ha " * 13_000,
     "no " * 20_000 + "sora", "(" * 40_000, "\u202eretsilgnik", "🤖" * 20_000],
    ids=lambda text: text[:20],
)  # fmt: skip
def test_what_is_no_question_on_ai_is_refused(knowledge: Knowledge, text: str) -> None:
    assert outcome_of(ask(knowledge, text)) == "reject"


@pytest.mark.parametrize(
    "text",
    ["<@U012AB3CD> when did Sora come out?", "when did <http://Sora|Sora> come out?", "WHEN DID SORA COME OUT",
     "when  did\nSora\tcome out???", "“when did Sora come out”", "when did Sora come out \u200b?",
     "ｗｈｅｎ ｄｉｄ Ｓｏｒａ ｃｏｍｅ ｏｕｔ",
     "*when did Sora come out?*", "\u202dwhen did Sora come out\u202c"],
)  # fmt: skip
def test_looks_never_matter(knowledge: Knowledge, text: str) -> None:
    found = ask(knowledge, text)

    assert isinstance(found, FactAnswer)
    assert (found.entry, intent_name(found)) == ("sora", "when")


@pytest.mark.parametrize(
    "keyword", ["model", "模型", "technique", "技术", "org", "机构", "person", "人物", "trend", "趋势"]
)
def test_a_keyword_with_the_wrong_kind_still_answers(knowledge: Knowledge, keyword: str) -> None:
    assert entries_of(ask(knowledge, f"{keyword} kimi")) == ["kimi"]


@pytest.mark.parametrize(
    "text", ["date 2024-02-30", "2023-02-29", "2024年13月", "what happened on 31 April 2024", "12月32日"]
)
def test_a_day_that_does_not_exist_is_named(knowledge: Knowledge, text: str) -> None:
    found = ask(knowledge, text)

    assert isinstance(found, NotFound)
    assert found.reason == "no-such-date"
    assert found.asked in text


@pytest.mark.parametrize(
    ("text", "entry"),
    [("2024-12-26", "deepseek-v3"), ("26 Dec 2024", "deepseek-v3"), ("December 26th, 2024", "deepseek-v3"),
     ("2024/12/26", "deepseek-v3"), ("2024.12.26", "deepseek-v3"), ("12/26/2024", "deepseek-v3"),
     ("26/12/2024", "deepseek-v3"), ("2024年12月26日", "deepseek-v3"), ("12月26号", "deepseek-v3"),
     ("十二月二十六日", "deepseek-v3"), ("Dec 26", "deepseek-v3"), ("2024-11-12", "wan-gang-survey")],
)  # fmt: skip
def test_a_day_in_any_form_gives_what_happened(knowledge: Knowledge, text: str, entry: str) -> None:
    for asked in (text, f"date {text}", f"日期 {text}", f"what happened on {text}?"):
        found = ask(knowledge, asked)
        assert isinstance(found, Timeline), asked
        assert [item.entry for item in found.items] == [entry]


@pytest.mark.parametrize(
    ("text", "entry", "asked", "facts"),
    [
        ("when was OpenAI founded", "openai", "founded", []),
        ("OpenAI 什么时候成立", "openai", "founded", []),
        ("谷歌是什么时候成立的", "google", "founded", []),
        ("who founded Meta", "meta", "founder", []),
        ("谁创立了 OpenAI", "openai", "founder", []),
        ("when was DeepSeek founded", "deepseek", "founded", ["R.deepseek.founded"]),
        ("深度求索是什么时候成立的", "deepseek", "founded", ["R.deepseek.founded"]),
        ("who founded DeepSeek", "deepseek", "founder", ["R.deepseek.founded"]),
        ("when was Kai-Fu Lee born", "kai-fu-lee", "born", []),
        ("李开复哪年出生", "kai-fu-lee", "born", []),
    ],
)
def test_a_founding_is_never_told_by_what_was_made_since(
    knowledge: Knowledge, text: str, entry: str, asked: str, facts: list[str]
) -> None:
    found = ask(knowledge, text)

    assert isinstance(found, FactAnswer)
    assert (found.entry, found.asked[0], [fact.id for fact in found.found]) == (entry, asked, facts)


def test_a_date_that_has_a_name_of_its_own_is_filed_under_it(knowledge: Knowledge) -> None:
    dated = [
        (fact.about, fact.value.meaning)
        for _, fact in knowledge.base.all_facts()
        if isinstance(fact.value, DateValue)
    ]

    assert {about for about, meaning in dated if meaning == "founding"} == {"founded"}


def test_a_founder_is_no_version_of_the_company(knowledge: Knowledge) -> None:
    assert isinstance(ask(knowledge, "who is Liang Wenfeng"), Suggestions)


@settings(max_examples=200)
@given(st.text(max_size=200))
def test_any_text_gets_an_answer(knowledge: Knowledge, text: str) -> None:
    found = ask(knowledge, text)

    assert found == ask(knowledge, text)
    assert all(entry in knowledge.base for entry in entries_of(found))
    assert outcome_of(found) in {"answer", "suggest", "reject"}
