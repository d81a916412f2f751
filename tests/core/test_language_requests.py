"""Lines about the language, and the questions that only sound like them."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aibot.core.language_requests import (
    ChooseLanguage,
    LanguageRequest,
    ShowLanguage,
    UnclearLanguage,
    parse_language,
)

if TYPE_CHECKING:
    from aibot.core.facts import FactBase

EN, ZH, AUTO = (ChooseLanguage(language) for language in ("en", "zh", None))
LINES: list[tuple[str, LanguageRequest]] = [
    ("language chinese", ZH),
    ("Language: English", EN),
    ("lang zh", ZH),
    ("language 中文", ZH),
    ("语言 中文", ZH),
    ("语言：英文", EN),
    ("语言设为英语", EN),
    ("切换语言 中文", ZH),
    ("set language to chinese", ZH),
    ("set my language to English please", EN),
    ("change the language to 中文", ZH),
    ("language auto", AUTO),
    ("language: default", AUTO),
    ("语言 自动", AUTO),
    ("語言 自動", AUTO),
    ("language english here", ChooseLanguage("en", "channel")),
    ("language here english", ChooseLanguage("en", "channel")),
    ("language chinese for this channel", ChooseLanguage("zh", "channel")),
    ("语言 中文 本频道", ChooseLanguage("zh", "channel")),
    ("语言 英文 这里", ChooseLanguage("en", "channel")),
    ("language auto here", ChooseLanguage(None, "channel")),
    ("language 中文 everywhere", ChooseLanguage("zh", "workspace")),
    ("language english for the whole workspace", ChooseLanguage("en", "workspace")),
    ("语言 中文 工作区", ChooseLanguage("zh", "workspace")),
    ("language english for me", EN),
    ("language", ShowLanguage()),
    ("lang?", ShowLanguage()),
    ("语言", ShowLanguage()),
    ("language here", ShowLanguage()),
    ("speak chinese", ZH),
    ("reply in English", EN),
    ("please answer in chinese here", ChooseLanguage("zh", "channel")),
    ("switch to english", EN),
    ("请用中文回答", ZH),
    ("说英文吧", EN),
    ("改用中文", ZH),
    ("language french", UnclearLanguage("french")),
    ("语言 日语", UnclearLanguage("日语")),
    ("language chinse", UnclearLanguage("chinse")),
    ("language englsih here", UnclearLanguage("englsih")),
]  # fmt: skip
QUESTIONS = (
    "language models", "language model", "语言模型", "large language model", "大语言模型",
    "what language models are there?",
    "languages", "languages of Whisper", "which languages does Whisper support?", "language gpt-4", "Chinese", "中文",
    "english", "chinese models", "speak", "who speaks Chinese?", "language processing", "natural language processing",
    "自然语言处理", "speak to me about RAG", "说说 RAG", "用什么训练的", "讲讲 Sora", "reply", "switch transformer",
    "write code", "语言学习", "GPT-4 支持中文吗", "programming language", "语言大模型有哪些", "", "   ", "🙂",
    "language " * 40, "language of the future",
)  # fmt: skip


@pytest.mark.parametrize(("line", "meant"), LINES, ids=[line for line, _ in LINES])
def test_lines_that_are_requests(line: str, meant: LanguageRequest) -> None:
    assert parse_language(line) == meant
    assert parse_language(f"  {line.upper()} ") == meant


@pytest.mark.parametrize("line", QUESTIONS)
def test_questions_stay_questions(line: str) -> None:
    assert parse_language(line) is None


def test_no_name_and_no_question_of_the_benchmark_is_taken_for_a_request(base: FactBase) -> None:
    questions = Path(__file__).parents[2] / "benchmarks" / "questions.tsv"
    rows = csv.DictReader(questions.read_text("utf-8").splitlines(), delimiter="\t")
    asked = [cell for row in rows for cell in row.values() if isinstance(cell, str)]
    assert len(asked) > 500
    assert [text for text in (*asked, *(name.text for name in base.names)) if parse_language(text)] == []
