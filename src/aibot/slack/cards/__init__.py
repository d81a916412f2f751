"""Answers as Slack shows them: `card_for` makes text and blocks; sends nothing and imports no Slack library."""

from aibot.slack.cards.card import SHARE_ACTION, Card, CardMaker, Recall, recall_from
from aibot.slack.cards.compose import HELP_ACTION, SHOW_ACTION

__all__ = ["HELP_ACTION", "SHARE_ACTION", "SHOW_ACTION", "Card", "CardMaker", "Recall", "recall_from"]
