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
from aibot.slack.cards.opinion import OPINION_ACTION, opinion_from

__all__ = [
    "ALWAYS_ACTION",
    "HELP_ACTION",
    "LINK_ACTION",
    "OPINION_ACTION",
    "SHARE_ACTION",
    "SHOW_ACTION",
    "TURN_ACTION",
    "Card",
    "CardMaker",
    "Recall",
    "Standing",
    "Where",
    "opinion_from",
    "recall_from",
]
