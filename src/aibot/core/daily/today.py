"""The fact of a day where nothing is remembered: every card once a round, the same for the same seed and day."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from aibot.core.daily.deck import Choice

if TYPE_CHECKING:
    from datetime import date

    from aibot.core.daily.deck import Deck


def fact_of_day(deck: Deck, seed: str, day: date) -> Choice | None:
    """A day's card: one that happened on its month and day, else the next of a shuffled round; None without cards."""
    cards = deck.cards.values()
    if not cards:
        return None
    today = [
        card
        for card in cards
        if card.day and (card.day.month, card.day.day) == (day.month, day.day) and card.day < day
    ]
    generation, place = divmod(day.toordinal(), len(cards))

    def rank(card_id: str) -> bytes:
        return hashlib.blake2b(f"{seed} {generation} {card_id}".encode(), digest_size=8).digest()

    if today:
        return Choice(min(today, key=lambda card: rank(card.id)), generation, on_this_day=True)
    shuffled = sorted(cards, key=lambda card: rank(card.id))
    return Choice(shuffled[place], generation)
