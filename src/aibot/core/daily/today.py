"""The fact of a day where nothing is remembered: every card once a round, the same for the same seed and day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aibot.core.daily.deck import Choice, rank

if TYPE_CHECKING:
    from datetime import date

    from aibot.core.daily.deck import Deck


def fact_of_day(deck: Deck, seed: str, day: date) -> Choice | None:
    """A day's card: one that happened on its month and day, else the next of a shuffled round; None without cards."""
    if not deck.cards:
        return None
    generation, place = divmod(day.toordinal(), len(deck.cards))
    shuffled = sorted(deck.cards, key=lambda card: rank(seed, generation, card))
    today = next((card for card in shuffled if deck.happened_on(card, day)), None)
    return Choice(deck.cards[today or shuffled[place]], generation, on_this_day=today is not None)
