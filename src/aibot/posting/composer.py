"""What a day's post says: the deck's choice, drawn; the same in a preview as in the post."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aibot.core.daily import Choice, Deck, Slot, Subscription
    from aibot.storage import Store


class Nothing(Exception):  # noqa: N818  # not an error: a topic whose facts have all been taken out of the base
    """There is no card to post."""


@dataclass(frozen=True, slots=True)
class Preview:
    """The next post."""

    slot: Slot
    card: str
    generation: int
    message: dict[str, Any]  # the arguments of chat.postMessage but for the channel and the delivery's key


class Composer:
    """Chooses and draws posts. `render` is pure: a choice, its subscription and the day, to a message's arguments."""

    def __init__(
        self, deck: Deck, store: Store, render: Callable[[Choice, Subscription, date], dict[str, Any]]
    ) -> None:
        self.deck, self._store, self._render = deck, store, render

    def preview(self, subscription: Subscription, now: datetime) -> Preview | None:
        """The next post exactly as it will be, and when; None where none is coming. Nothing is written.

        Raises:
            Nothing: where the subscription's topics have no card.
        """
        now = now.astimezone(UTC)
        slots = self._store.coming(subscription, now, 1)
        if not slots:
            return None
        dealt = self._store.dealt([subscription.id])[subscription.id]
        if put_off := self._store.put_off(subscription.id, slots[0].day):
            card, body = put_off
            return Preview(slots[0], card, dealt.get(card, 0), json.loads(body))
        choice, body = self.compose(subscription, slots[0].day, dealt)
        return Preview(slots[0], choice.card.id, choice.generation, json.loads(body))

    def compose(self, subscription: Subscription, day: date, dealt: Mapping[str, int]) -> tuple[Choice, str]:
        """A day's choice, and its message as it is kept.

        Raises:
            Nothing: where the subscription's topics have no card.
        """
        choice = self.deck.choose(
            seed=subscription.seed,
            day=day,
            topics=subscription.topics,
            posted=dealt,
        )
        if choice is None:
            raise Nothing
        return choice, frozen_text(self._render(choice, subscription, day))


def frozen_text(message: dict[str, Any]) -> str:
    """A message as it is kept: the same message is always the same text."""
    return json.dumps(message, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
