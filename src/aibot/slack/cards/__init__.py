"""Answers as Slack shows them: `card_for` makes text and blocks; sends nothing and imports no Slack library."""

from aibot.slack.cards.card import SHARE_ACTION, Card, CardMaker, Recall, recall_from
from aibot.slack.cards.compose import HELP_ACTION, SHOW_ACTION
from aibot.slack.cards.opinion import OPINION_ACTION, opinion_from

__all__ = [
    "HELP_ACTION",
    "OPINION_ACTION",
    "SHARE_ACTION",
    "SHOW_ACTION",
    "Card",
    "CardMaker",
    "Recall",
    "opinion_from",
    "recall_from",
]
