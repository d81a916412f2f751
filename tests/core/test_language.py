"""The language of a question."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aibot.core.language import LANGUAGES, Language, language_of, of_locale, reply_language


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


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("zh-CN", "zh"),
        ("zh-TW", "zh"),
        ("en-US", "en"),
        ("en_GB", "en"),
        ("EN", "en"),
        ("ja-JP", None),
        ("", None),
    ],
)
def test_a_locale_is_one_of_our_languages_or_none(locale: str, language: Language | None) -> None:
    assert of_locale(locale) == language


@pytest.mark.parametrize(
    ("text", "chosen", "locale", "language"),
    [
        ("Sora", ("zh", "en", "en"), "en", "zh"),  # the person
        ("Sora", (None, "zh", "en"), "en", "zh"),  # the channel
        ("Sora", (None, None, "zh"), "en", "zh"),  # the workspace
        ("Sora 多少钱", (None, None, None), "en", "zh"),  # the question
        ("2024-12", (None, None, None), "zh", "zh"),  # the locale
        ("2024-12", (None, None, None), None, "en"),  # the default
    ],
)
def test_what_was_chosen_comes_first_then_the_question_then_the_locale(
    text: str, chosen: tuple[Language | None, ...], locale: Language | None, language: Language
) -> None:
    assert reply_language(text, chosen, locale, "en") == language
