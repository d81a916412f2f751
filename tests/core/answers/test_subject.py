"""What an opinion of a card is about."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from aibot.core.answers import FactAnswer, Knowledge, Question, answer
from aibot.core.answers.subject import subject_of

if TYPE_CHECKING:
    from aibot.core.facts import FactBase


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("acme tea", "acme-tea"),
        ("acme tea languages", "F1.1-01"),
        ("acme tea context", "acme-tea context"),
        ("acme tea cost", "acme-tea cost"),
    ],
    ids=["the entry", "its fact", "one of two facts", "no fact"],
)
def test_the_fact_that_was_asked_about_or_the_entry(question: str, subject: str, facts_doc: FactBase) -> None:
    """
    entries:
      - id: acme-tea
        kind: model
        name: {en: Acme Tea, zh: 顶峰茶}
        summary: {en: A model., zh: 模型。, source: article 1}
        facts:
          - {id: F1.1-01, about: languages, en: It speaks two., zh: 两种语言。, source: article 1}
          - {id: F1.2, about: context, en: 8K., zh: 有 8K。, source: article 1, value: {quantity: 8000, unit: tokens}}
          - {about: context, en: 16K., zh: 有 16K。, source: article 2, value: {quantity: 16384, unit: tokens}}
    """
    found = answer(Question(question, "en", datetime(2026, 11, 23, tzinfo=UTC)), Knowledge.of(facts_doc))
    assert isinstance(found, FactAnswer)
    assert subject_of(found) == subject
