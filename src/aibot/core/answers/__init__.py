"""From a question to an answer."""

from aibot.core.answers.answer import (
    About,
    Answer,
    Dated,
    FactAnswer,
    Help,
    Listed,
    Listing,
    NoSuchVersion,
    NotFound,
    Question,
    SeveralAnswers,
    Suggestions,
    Timeline,
    entries_of,
    outcome_of,
)
from aibot.core.answers.decide import Knowledge, answer

__all__ = [
    "About",
    "Answer",
    "Dated",
    "FactAnswer",
    "Help",
    "Knowledge",
    "Listed",
    "Listing",
    "NoSuchVersion",
    "NotFound",
    "Question",
    "SeveralAnswers",
    "Suggestions",
    "Timeline",
    "answer",
    "entries_of",
    "outcome_of",
]
