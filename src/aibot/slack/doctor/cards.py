"""One card of every kind over whatever fact base there is, the fullest of its kind."""

from __future__ import annotations

from collections import Counter
from itertools import cycle
from typing import TYPE_CHECKING

from aibot.core.answers import (
    FactAnswer,
    Help,
    Knowledge,
    NotFound,
    Question,
    SeveralAnswers,
    Suggestions,
    answer,
)
from aibot.core.answers.answer import NoSuchVersion
from aibot.core.language import LANGUAGES
from aibot.slack.cards import CardMaker, Recall

if TYPE_CHECKING:
    from datetime import datetime

    from aibot.core.answers import Answer
    from aibot.core.facts import FactBase
    from aibot.core.language import Phrases
    from aibot.slack.cards import Card


def sample_cards(base: FactBase, phrases: Phrases, command: str, now: datetime) -> dict[str, Card]:
    """Cards by the name of their kind, with the share button that most of them have."""
    maker = CardMaker(base, phrases, command)
    cards = {}
    # the languages in turn: a card differs in its words alone, and Slack counts these calls
    for (kind, found), language in zip(_answers(base, now).items(), cycle(LANGUAGES), strict=False):
        recall = Recall(language, question="help", time=now.isoformat(timespec="seconds"))
        cards[f"{kind} ({language})"] = maker.card_for(found, language, recall=recall)
    return cards


def _answers(base: FactBase, now: datetime) -> dict[str, Answer]:
    knowledge = Knowledge.of(base)
    fullest = {
        str(entry.kind): entry.id
        for entry in sorted(base.entries.values(), key=lambda entry: len(base.facts_of(entry.id)))
    }
    entries = list(fullest.values())
    found: dict[str, Answer] = {kind: FactAnswer(entry) for kind, entry in fullest.items()}
    if entries:
        found["several"] = SeveralAnswers(tuple(FactAnswer(entry) for entry in entries[:5]))
        found["suggestions"] = Suggestions("tea", tuple(entries[:5]))
        found["no such version"] = NoSuchVersion("tea-6", tuple(entries[:5]), entries[0])
    asked = {"list": "list", "timeline": "2024", "about": "about", "comparison": _comparison(base)}
    found |= {kind: answer(Question(text, "en", now), knowledge) for kind, text in asked.items()}
    return {**found, "not found": NotFound("tea", "unknown"), "help": Help()}


def _comparison(base: FactBase) -> str:
    """A question that compares the two fullest entries of the commonest kind."""
    counts = Counter(entry.kind for entry in base.entries.values())
    kind = max(counts, key=lambda one: counts[one], default=None)
    alike = [entry for entry in base.entries.values() if entry.kind == kind]
    alike.sort(key=lambda entry: -len(base.facts_of(entry.id)))
    return f"compare {', '.join(entry.name.en for entry in alike[:2])}"
