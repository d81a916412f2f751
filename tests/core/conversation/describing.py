"""An answer in a few words, for the tables: `deepseek-v3 context`, `compare deepseek-v3 gpt-4o`, `version GPT-5`."""

from __future__ import annotations

from aibot.core.answers import (
    Answer,
    Comparison,
    FactAnswer,
    Listing,
    NoSuchVersion,
    NotCompared,
    NotFound,
    SeveralAnswers,
    Suggestions,
)
from aibot.core.conversation import Answered, Silent, Told


def described(answer: Answer) -> str:
    match answer:
        case FactAnswer():
            unsaid = "?" if answer.asked and not answer.found else ""
            return " ".join([answer.entry, *answer.asked[:1]]) + unsaid
        case SeveralAnswers():
            return " + ".join(map(described, answer.answers))
        case Comparison():
            asked = f": {answer.asked[0]}" if answer.asked else ""
            return f"compare {' '.join(answer.entries)}{asked}"
        case NotCompared():
            return f"not compared {answer.reason}"
        case NoSuchVersion():
            return f"no version {answer.asked}"
        case Suggestions():
            return f"maybe {' '.join(answer.entries)}"
        case Listing():
            return f"list {answer.title} {' '.join(answer.about)}".strip()
        case NotFound():
            return "not found"
        case _:
            return type(answer).__name__.lower()


def told(reply: Answered | Told | Silent) -> str:
    match reply:
        case Answered():
            return described(reply.answer)
        case Told():
            return f"line {reply.phrase.removeprefix('talk.')} {reply.entry}".strip()
        case Silent():
            return "-"
