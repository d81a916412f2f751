"""One card as `blocks.validate` takes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from aibot.slack.cards import Card


@dataclass(frozen=True, slots=True)
class Sample:
    """A message's blocks or a whole view; `rich` is the same with Slack's own tables and charts, where it has any."""

    sort: Literal["blocks", "view"]
    content: Any
    rich: list[dict[str, Any]] | None = None


def of_card(card: Card) -> Sample:
    """A card as it is posted."""
    return Sample("blocks", card.blocks, card.rich)


def of_view(view: dict[str, Any]) -> Sample:
    """A modal or a Home tab as it is opened."""
    return Sample("view", view)
