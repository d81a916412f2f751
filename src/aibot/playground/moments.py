"""Times worth travelling to: tomorrow morning, the next change of the clocks, a month ahead. Pure."""

from __future__ import annotations

import calendar
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

MORNING = 9
DAYS_AHEAD = 400


def tomorrow_morning(now: float, zone: str) -> float:
    """Nine o'clock of the next day there."""
    local = datetime.fromtimestamp(now, ZoneInfo(zone)) + timedelta(days=1)
    return local.replace(hour=MORNING, minute=0, second=0, microsecond=0).timestamp()


def month_ahead(now: float, zone: str) -> float:
    """The same time of day on the same day of the next month, or on its last day."""
    local = datetime.fromtimestamp(now, ZoneInfo(zone))
    year, month = (local.year + 1, 1) if local.month == 12 else (local.year, local.month + 1)
    day = min(local.day, calendar.monthrange(year, month)[1])
    return local.replace(year=year, month=month, day=day).timestamp()


def next_clock_change(now: float, zone: str) -> float | None:
    """The moment the clocks change next there; None where they do not within a year or so."""
    local = ZoneInfo(zone)

    def shift(at: float) -> timedelta | None:
        return datetime.fromtimestamp(at, UTC).astimezone(local).utcoffset()

    day = 86_400.0
    for days in range(DAYS_AHEAD):
        low, high = now + days * day, now + (days + 1) * day
        if shift(low) != shift(high):
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (low, middle) if shift(low) != shift(middle) else (middle, high)
            return high // 60 * 60 if high % 60 < 2 else high
    return None
