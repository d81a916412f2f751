"""Remembers subscriptions and what became of every day's post, in SQLite or PostgreSQL. Knows nothing of Slack."""

from aibot.storage.audit import OPERATOR, SLACK, Audit, Audited
from aibot.storage.claiming import AHEAD, LONGEST_WAIT
from aibot.storage.database import Database
from aibot.storage.deliveries import Deliveries
from aibot.storage.departures import Departure
from aibot.storage.installations import Installation, Installations
from aibot.storage.listed import FileForm, Listed, Report, file_of, rows
from aibot.storage.memory import Memory, remembering
from aibot.storage.preferences import Preferences
from aibot.storage.recent import Recent
from aibot.storage.record import Around, Claimed, Delivery, Denied, Frozen, Move, Planned, Seen, Settled
from aibot.storage.rows import NOT_PLANNED, UNPLANNABLE
from aibot.storage.sealing import SealError
from aibot.storage.store import Store, Subscribed, new_subscription
from aibot.storage.workspaces import Policy

__all__ = [
    "AHEAD",
    "LONGEST_WAIT",
    "NOT_PLANNED",
    "OPERATOR",
    "SLACK",
    "UNPLANNABLE",
    "Around",
    "Audit",
    "Audited",
    "Claimed",
    "Database",
    "Deliveries",
    "Delivery",
    "Denied",
    "Departure",
    "FileForm",
    "Frozen",
    "Installation",
    "Installations",
    "Listed",
    "Memory",
    "Move",
    "Planned",
    "Policy",
    "Preferences",
    "Recent",
    "Report",
    "SealError",
    "Seen",
    "Settled",
    "Store",
    "Subscribed",
    "file_of",
    "new_subscription",
    "remembering",
    "rows",
]
