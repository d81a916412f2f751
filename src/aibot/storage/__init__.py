"""Remembers subscriptions and what became of every day's post, in SQLite or PostgreSQL. Knows nothing of Slack."""

from aibot.storage.database import Database
from aibot.storage.deliveries import Deliveries
from aibot.storage.memory import Memory, remembering
from aibot.storage.preferences import Preferences
from aibot.storage.record import Around, Claimed, Delivery, Frozen, Planned, Seen, Settled
from aibot.storage.store import Report, Store, Subscribed, new_subscription
from aibot.storage.workspaces import Policy

__all__ = [
    "Around",
    "Claimed",
    "Database",
    "Deliveries",
    "Delivery",
    "Frozen",
    "Memory",
    "Planned",
    "Policy",
    "Preferences",
    "Report",
    "Seen",
    "Settled",
    "Store",
    "Subscribed",
    "new_subscription",
    "remembering",
]
