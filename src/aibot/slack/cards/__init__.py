"""Answers as Slack shows them: `card_for` makes text and blocks; sends nothing and imports no Slack library."""

from aibot.slack.cards.around import (
    ALWAYS_ACTION,
    LINK_ACTION,
    SHARE_ACTION,
    TURN_ACTION,
    Recall,
    Standing,
    Where,
    recall_from,
)
from aibot.slack.cards.card import Card, CardMaker
from aibot.slack.cards.compose import HELP_ACTION, SHOW_ACTION

__all__ = [
    "ALWAYS_ACTION",
    "HELP_ACTION",
    "LINK_ACTION",
    "SHARE_ACTION",
    "SHOW_ACTION",
    "TURN_ACTION",
    "Card",
    "CardMaker",
    "Recall",
    "Standing",
    "Where",
    "recall_from",
]
