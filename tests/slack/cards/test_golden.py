"""One card of each kind, in both languages, word for word: the diff of these files is the review of a card.

`make update-cards` writes them anew.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.slack.cards.kinds import NOON, QUESTIONS

from aibot.core.answers import Knowledge, Question, answer
from aibot.core.language import LANGUAGES
from aibot.slack.cards import CardMaker

if TYPE_CHECKING:
    from aibot.core.facts import FactBase
    from aibot.core.language import Language, Phrases

HERE = Path(__file__).parent
CASES: list[tuple[str, Language, str]] = [
    (kind, language, questions[LANGUAGES.index(language)])
    for kind, questions in QUESTIONS.items()
    for language in LANGUAGES
]


@pytest.fixture(scope="module")
def knowledge(base: FactBase) -> Knowledge:
    return Knowledge.of(base)


@pytest.mark.parametrize(
    ("kind", "language", "question"), CASES, ids=[f"{kind}.{language}" for kind, language, _ in CASES]
)
def test_card(  # noqa: PLR0917
    kind: str,
    language: Language,
    question: str,
    knowledge: Knowledge,
    phrases: Phrases,
    pytestconfig: pytest.Config,
) -> None:
    card = CardMaker(knowledge.base, phrases).card_for(
        answer(Question(question, language, NOON), knowledge), language
    )
    shown = {"question": question, "text": card.text.splitlines(), "blocks": card.blocks}
    golden = HERE / f"{kind}.{language}.json"
    if pytestconfig.getoption("--update-cards", default=False):
        golden.write_text(json.dumps(shown, ensure_ascii=False, indent=1) + "\n", "utf-8")
    assert json.loads(golden.read_text("utf-8")) == shown, (
        "if the change is meant: make update-cards, and read the diff"
    )


def test_no_card_is_left_over() -> None:
    assert {path.name for path in HERE.glob("*.json")} == {
        f"{kind}.{language}.json" for kind, language, _ in CASES
    }
