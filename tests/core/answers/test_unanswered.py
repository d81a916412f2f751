"""Which questions are noted as asked in vain, and what of their text is kept."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from aibot.core.answers import Question, answer
from aibot.core.answers.unanswered import is_unanswered, kept_form, switch_wanted

if TYPE_CHECKING:
    from aibot.core.answers import Knowledge
    from aibot.core.language import Language

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("question", "language", "expected"),
    [
        ("what is the price of tea?", "en", True),
        ("今天午饭吃什么？", "zh", True),
        ("claude", "en", True),  # did you mean …?
        ("model gpt-6", "en", True),
        ("gpt-6 and Sora", "en", True),
        ("gpt-6 vs gpt-4o", "en", True),
        ("GPT-4o training cost", "en", True),  # the entry is there, and does not say it
        ("timeline zorblax", "en", True),
        ("o1-preview price", "en", True),
        ("o1-preview context", "en", False),  # o1's entry says it
        ("deepseek-v3", "en", False),
        ("DeepSeek-V3 训练花了多少钱？", "zh", False),
        ("compare gpt-4o, gpt-4o", "en", False),
        ("help", "en", False),
        ("", "en", False),
        ("!!!", "en", False),
        ("date 1999-01-01", "en", False),
        ("30 February", "en", False),
    ],
)
def test_what_the_fact_base_lacks(
    question: str,
    language: Language,
    expected: bool,  # noqa: FBT001
    knowledge: Knowledge,
) -> None:
    assert is_unanswered(answer(Question(question, language, NOON), knowledge)) is expected


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("What is the price of tea?", "what is the price of tea"),
        ("  what is   the PRICE of tea ?! ", "what is the price of tea"),
        ("今天午饭吃什么？", "今天午饭吃什么"),
        ("今天午飯吃什麼", "今天午饭吃什么"),
        ("ＧＰＴ－９", "gpt-9"),
        ("model gpt-6", "model gpt-6"),
        ("gpt-4.5 in 2025", "gpt-4.5 in 2025"),
        ("models with 1000000 tokens", ""),  # seven digits may be anything
        ("who is <@U123>", ""),
        ("what did @ada say", ""),
        ("mail ada@example.org", ""),
        ("see https://example.org", ""),
        ("see <https://example.org|here>", ""),
        ("www.example.org", ""),
        ("<tel:123|call>", ""),
        ("call 030 123 45 67", ""),
        ("+86 138-0013-8000", ""),
        ("(555) 123.4567", ""),
        ("４１１１ １１１１ １１１１ １１１１", ""),
        ("what is xoxb-123456-abcdefghijklmnop", ""),
        ("5f4dcc3b5aa765d61d8327deb882cf99", ""),
        ("x" * 81, ""),
        ("x " * 40 + "y", ""),
        ("a question of " + "words " * 11, "a question of " + ("words " * 11).strip()),
        ("half a character \ud800", ""),
        ("a private one \ue000", ""),
        ("?!", ""),
        ("", ""),
    ],
)
def test_what_of_a_question_is_kept(typed: str, kept: str) -> None:
    assert kept_form(typed) == kept


@pytest.mark.parametrize(
    ("line", "wish"),
    [
        ("unanswered", ""), ("Unanswered OFF", "off"), (" unanswered  on ", "on"), ("未答问题", ""),
        ("未答问题 关闭", "off"), ("未答问题开启", "on"), ("unanswered questions", None), ("turn off", None),
        ("unanswered off please", None), ("", None),
    ],
)  # fmt: skip
def test_the_line_that_switches_it(line: str, wish: str | None) -> None:
    assert switch_wanted(line) == wish
