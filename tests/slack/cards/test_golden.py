"""One card of each kind, in both languages, word for word: the diff of these files is the review of a card.

`make update-cards` writes them anew.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.slack.cards.kinds import NOON, QUESTIONS

from aibot.core.language import LANGUAGES
from aibot.slack.bot import Bot

if TYPE_CHECKING:
    from aibot.core.facts import FactBase
    from aibot.core.language import Language, Phrases
    from aibot.slack.bot import Reply

HERE = Path(__file__).parent
CASES: list[tuple[str, Language, str]] = [
    (kind, language, questions[LANGUAGES.index(language)])
    for kind, questions in QUESTIONS.items()
    for language in LANGUAGES
]


MESSAGES: dict[str, tuple[str, str]] = {
    "spotted": (
        "We moved from GPT-4o to DeepSeek-V3 with RAG, after Kimi and Sora; Claude 3 and Gemini 1.5 Pro are next.",
        "我们从 GPT-4o 换到 DeepSeek-V3，用了 RAG；Kimi 和 Sora 也试过，下一个是 Claude 3 和 Gemini 1.5 Pro。",
    ),
    "spotted-aside": (
        "Sora is fine. We tried Claude Sonnet. Then gpt-4o *mini*.",
        "Sora 不错。试过 Claude Sonnet。还有 gpt-4o *mini*。",
    ),
    "spotted-none": ("Lunch at noon?", "中午吃什么？"),
}


@pytest.fixture(scope="module")
def bot(base: FactBase, phrases: Phrases) -> Bot:
    return Bot(base, phrases, clock=lambda: NOON)


@pytest.mark.parametrize(
    ("kind", "language", "question"), CASES, ids=[f"{kind}.{language}" for kind, language, _ in CASES]
)
def test_card(kind: str, language: Language, question: str, bot: Bot, pytestconfig: pytest.Config) -> None:
    compare(kind, bot.ask(question, via="command", private=True, language=language), question, pytestconfig)


@pytest.mark.parametrize("kind", MESSAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_card_of_a_message(kind: str, language: Language, bot: Bot, pytestconfig: pytest.Config) -> None:
    message = MESSAGES[kind][LANGUAGES.index(language)]
    compare(kind, bot.look_into(message, language, via="shortcut"), message, pytestconfig)


def compare(kind: str, reply: Reply, question: str, pytestconfig: pytest.Config) -> None:
    card, language = reply.card, reply.language
    shown: dict[str, Any] = {"question": question, "text": card.text.splitlines(), "blocks": card.blocks}
    if card.rich is not None:
        shown["rich"] = card.rich
    golden = HERE / f"{kind}.{language}.json"
    if pytestconfig.getoption("--update-cards", default=False):
        golden.write_text(json.dumps(shown, ensure_ascii=False, indent=1) + "\n", "utf-8")
    assert json.loads(golden.read_text("utf-8")) == shown, (
        "if the change is meant: make update-cards, and read the diff"
    )


def test_no_card_is_left_over() -> None:
    assert {path.name for path in HERE.glob("*.json")} == {
        f"{kind}.{language}.json" for kind in (*QUESTIONS, *MESSAGES) for language in LANGUAGES
    }
