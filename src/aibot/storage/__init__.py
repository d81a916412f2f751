"""Remembers subscriptions and what became of every day's post, in SQLite or PostgreSQL. Knows nothing of Slack."""

from aibot.storage.database import Database
from aibot.storage.deliveries import Around, Claimed, Deliveries, Delivery, Frozen, Planned, Seen, Settled
from aibot.storage.store import Policy, Report, Store, Subscribed, new_subscription

__all__ = [
    "Around",
    "Claimed",
    "Database",
    "Deliveries",
    "Delivery",
    "Frozen",
    "Planned",
    "Policy",
    "Report",
    "Seen",
    "Settled",
    "Store",
    "Subscribed",
    "new_subscription",
]
