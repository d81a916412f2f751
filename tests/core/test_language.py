"""The language of a question."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aibot.core.language import LANGUAGES, language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("when did Sora come out?", "en"),
        ("Sora 什么时候发布?", "zh"),
        ("DeepSeek-V3 多少钱", "zh"),
        ("who made 千影?", "en"),
        ("千影", "zh"),
        ("Sora", "en"),
        ("模型 sora", "zh"),
        ("tell me about 李开复", "en"),
        ("GPT-4 和 Claude 3 对比", "zh"),
        ("AI听说课堂", "zh"),
        ("qian ying", "en"),
        ("深度學習", "zh"),
    ],
)
def test_a_question_has_the_language_of_its_sentence(text: str, language: str) -> None:
    assert language_of(text) == language
    assert language_of(text, default="zh") == language


@pytest.mark.parametrize("text", ["", "2024-12-26", "???", "🤖", "12/10"])
def test_a_text_without_letters_takes_the_default(text: str) -> None:
    assert language_of(text) == "en"
    assert language_of(text, default="zh") == "zh"


@given(st.text())
def test_any_text_has_one_of_the_languages(text: str) -> None:
    assert language_of(text) in LANGUAGES
