"""What people's opinion of a card is about: the fact that was asked for, an attribute of an entry, or an entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aibot.core.answers.answer import FactAnswer
    from aibot.core.facts import Fact

VERDICTS = ("right", "wrong", "outdated")


def subject_of(answer: FactAnswer) -> str:
    """A fact's id; `gpt-4 context` where several facts, or none, say what was asked; or the entry's id.

    Of several facts nobody can tell which one was meant, and blaming the first would send the editor astray.
    """
    if not answer.asked:
        return answer.entry
    if len(answer.found) == 1:
        return subject_of_fact(answer.found[0], answer.entry)
    return f"{answer.entry} {answer.found[0].about if answer.found else answer.asked[0]}"


def subject_of_fact(fact: Fact, entry: str) -> str:
    """A fact's id, or, where it has none, its entry and what it is about."""
    return fact.id if fact.id is not None else f"{entry} {fact.about}"
