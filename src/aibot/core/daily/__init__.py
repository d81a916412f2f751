"""The daily post, decided: when it is due, and which fact it is. Time, data and history are arguments."""

from aibot.core.daily.deck import Card, Choice, Deck
from aibot.core.daily.subscription import (
    ALL_DAYS,
    SCHEDULE,
    WEEKDAYS,
    DailyLanguage,
    Subscription,
    subscription_id,
)
from aibot.core.daily.when import (
    GRACE,
    JITTER,
    Slot,
    due_slots,
    has_calendar,
    is_posted_on,
    is_zone,
    jitter,
    next_instant,
    next_slots,
    slot_of,
    today_in,
)

__all__ = [
    "ALL_DAYS",
    "GRACE",
    "JITTER",
    "SCHEDULE",
    "WEEKDAYS",
    "Card",
    "Choice",
    "DailyLanguage",
    "Deck",
    "Slot",
    "Subscription",
    "due_slots",
    "has_calendar",
    "is_posted_on",
    "is_zone",
    "jitter",
    "next_instant",
    "next_slots",
    "slot_of",
    "subscription_id",
    "today_in",
]
