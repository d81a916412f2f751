"""Which fact on which day: a deck of cards, dealt without repeats, the same for the same seed and history."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aibot.core.facts import DateValue, EntryValue, UrlValue, Verdict
from aibot.core.facts.alone import stands_alone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from aibot.core.facts import Entry, Fact, FactBase, Note

#  What these say is a line on an entry's card, not a thing to read on its own: "Sora was developed by OpenAI."
_DULL = frozenset(
    {
        "developer",
        "maker",
        "part of",
        "page",
        "name",
        "type",
        "event of",
        "example of",
        "published by",
        "works at",
        "led by",
    }
)
#  Without a value these say that something goes on, matters or will come: nothing to learn from
_VAGUE = frozenset({"outlook", "need", "trend", "basis", "status"})
#  A slip of print or an open reading is about the article's wording, which nobody in a channel asked for
_OF_WORDING = frozenset({Verdict.MISPRINT, Verdict.OPEN, "not stated"})
_NEVER = -1  # the round of a card that has not been posted


@dataclass(frozen=True, slots=True)
class Card:
    """One fact worth a post, with all that is said about it."""

    id: str  # stays the same when the sentence is reworded
    entry: str
    fact: Fact
    notes: tuple[Note, ...]  # a disputed fact never goes without its dispute

    @property
    def day(self) -> date | None:
        """The day it happened on, where that is known to the day and has happened."""
        value = self.fact.value
        if not isinstance(value, DateValue) or value.meaning == "outlook":
            return None
        span = value.span
        return span.first if span.precision == "day" else None


@dataclass(frozen=True, slots=True)
class Choice:
    """A day's card, and why it is this one."""

    card: Card
    generation: int  # the round of its topic, the first is 0
    on_this_day: bool = False  # it happened on today's month and day
    starts_again: bool = False  # every other card of the topic has been posted; the deck starts again


class Deck:
    """All cards of a fact base, and the topics they belong to."""

    def __init__(self, base: FactBase) -> None:
        self.base = base
        found = {card.id: card for card in _cards(base)}
        self.cards: dict[str, Card] = {id_: card for id_, card in found.items() if stands_alone(card.fact)}
        #  What would be a card, if it were clear to who has not seen where it comes from
        self.left_out: tuple[str, ...] = tuple(id_ for id_ in found if id_ not in self.cards)
        self._topics: dict[tuple[str, ...], tuple[str, ...]] = {}

    def of_topics(self, topics: Sequence[str]) -> tuple[str, ...]:
        """The ids of a topic's cards, in the order of the files: a kind's, an entry's with those around it, or all."""
        key = tuple(sorted(topics))
        if key not in self._topics:
            self._topics[key] = tuple(card.id for card in self.cards.values() if self._belongs(card, key))
        return self._topics[key]

    def _belongs(self, card: Card, topics: tuple[str, ...]) -> bool:
        if not topics:
            return True
        around = {card.entry, *card.fact.also_about}
        if isinstance(card.fact.value, EntryValue):
            around.update(card.fact.value.entry)
        around.update(relation.other for relation in self.base.relations_of(card.entry))
        return any(topic in around or topic == self.base[card.entry].kind for topic in topics)

    def as_posted(self, card: str, day: date) -> Choice | None:
        """A card that was posted on a day, as it is now; None where it was taken out."""
        return Choice(self.cards[card], 0, self.happened_on(card, day)) if card in self.cards else None

    def choose(
        self,
        *,
        seed: str,
        day: date,
        topics: Sequence[str] = (),
        posted: Mapping[str, int] | None = None,
    ) -> Choice | None:
        """The card of a day, given the round each card was last posted in; None where a topic has no cards.

        Rounds are the topic's own: whatever other topics the channel has had, no card comes again while one of this
        topic has not been posted, and those that were posted longest ago come first.
        """
        cards = self.of_topics(topics)
        if not cards:
            return None
        last = {card: (posted or {}).get(card, _NEVER) for card in cards}
        oldest, generation = min(last.values()), max(0, *last.values())
        starts_again = oldest == generation
        if starts_again:
            generation += 1
        left = [card for card in cards if last[card] == oldest]
        today = [card for card in left if self.happened_on(card, day)]
        chosen = min(today or left, key=lambda card: rank(seed, generation, card))
        return Choice(self.cards[chosen], generation, bool(today), starts_again)

    def happened_on(self, card: str, day: date) -> bool:
        """Whether what a card tells happened on a day's month and day, in an earlier year."""
        happened = self.cards[card].day
        return (
            happened is not None and (happened.month, happened.day) == (day.month, day.day) and happened < day
        )


def rank(seed: str, generation: int, card: str) -> bytes:
    """A card's place in one round: a shuffle that new cards join without moving the others."""
    return hashlib.blake2b(f"{seed} {generation} {card}".encode(), digest_size=8).digest()


def _cards(base: FactBase) -> Iterator[Card]:
    for entry in base.entries.values():
        for card_id, fact in _with_ids(entry):
            if base.status(fact) in _OF_WORDING or _is_dull(fact) or _is_twice(base, entry, fact):
                continue
            notes = (note for note in base.notes_on(fact) if note.verdict != Verdict.MISPRINT)
            yield Card(card_id, entry.id, fact, tuple(notes))


def _is_dull(fact: Fact) -> bool:
    vague = fact.about in _VAGUE and fact.value is None
    return vague or fact.about in _DULL or isinstance(fact.value, UrlValue)


def _is_twice(base: FactBase, entry: Entry, fact: Fact) -> bool:
    """Whether it is the date of a release that what was released has as well."""
    if entry.kind != "event" or not isinstance(fact.value, DateValue):
        return False
    others = {relation.other for relation in base.relations_of(entry.id)}
    return any(
        one.about == "released" and isinstance(one.value, DateValue) and one.value.date == fact.value.date
        for other in others
        for one in base[other].facts
    )


def _with_ids(entry: Entry) -> Iterable[tuple[str, Fact]]:
    """A fact's own id, else its entry and what it is about, numbered."""
    seen: Counter[str] = Counter()
    for fact in entry.facts:
        seen[fact.about] += 1
        yield fact.id or f"{entry.id}/{fact.about}/{seen[fact.about]}", fact
