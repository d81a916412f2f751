"""The fact of a day without a memory: deterministic, no repeats within a round, anniversaries first."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from aibot.core.daily import Deck
from aibot.core.daily.today import fact_of_day
from aibot.core.facts.base import FactBase

if TYPE_CHECKING:
    from aibot.core.daily import Card

MONDAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def deck(base: FactBase) -> Deck:
    return Deck(base)


def card(deck: Deck, day: date, seed: str = "T1") -> Card:
    choice = fact_of_day(deck, seed, day)
    assert choice is not None
    return choice.card


def test_the_same_seed_and_day_give_the_same_fact_and_other_days_others(deck: Deck, base: FactBase) -> None:
    month = [card(deck, MONDAY + timedelta(days)).id for days in range(30)]
    assert month == [card(Deck(base), MONDAY + timedelta(days)).id for days in range(30)]
    assert month != [card(deck, MONDAY + timedelta(days), "T2").id for days in range(30)]


def test_nothing_comes_twice_within_a_round(deck: Deck) -> None:
    count = len(deck.cards)
    first = date.fromordinal((MONDAY.toordinal() // count + 1) * count)
    choices = [fact_of_day(deck, "T1", first + timedelta(days)) for days in range(count)]
    shuffled = [choice.card.id for choice in choices if choice is not None and not choice.on_this_day]
    assert len(shuffled) == len(set(shuffled)) > count // 2


def test_what_happened_on_this_day_comes_first(deck: Deck) -> None:
    happened = next(one.day for one in deck.cards.values() if one.day is not None)
    choice = fact_of_day(deck, "T1", happened.replace(year=happened.year + 1))
    assert choice is not None
    assert choice.on_this_day
    assert choice.card.day is not None
    assert (choice.card.day.month, choice.card.day.day) == (happened.month, happened.day)


def test_a_base_without_facts_has_none() -> None:
    assert fact_of_day(Deck(FactBase([])), "T1", MONDAY) is None
