"""Subscriptions on a list, and as plain values for programs: CSV and JSON. Ids and dates only, no names."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from aibot.core.daily import today_in

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from aibot.core.daily import Slot, Subscription

FileForm: TypeAlias = Literal["csv", "json"]
COLUMNS = (
    "team", "channel", "creator", "time", "zone", "days", "topics", "language", "state", "paused_until", "skip_dates",
    "holidays", "next", "last", "last_state", "last_error", "sent", "skipped", "failed", "unknown",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a subscription's posts so far."""

    last_day: date | None = None
    last_state: str = ""
    last_ts: str = ""
    last_error: str = ""
    sent: int = 0
    failed: int = 0
    skipped: int = 0
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class Listed:
    """A subscription on a list, with what is coming and what became of its posts."""

    subscription: Subscription
    slots: tuple[Slot, ...]
    report: Report

    @property
    def next(self) -> Slot | None:
        """The next post, if one is coming."""
        return self.slots[0] if self.slots else None


def rows(items: Sequence[Listed], now: datetime) -> list[dict[str, str | int]]:
    """Each subscription as plain values; days are counted from 1, Monday."""
    return [_row(item.subscription, item.next, item.report, now) for item in items]


def _row(one: Subscription, coming: Slot | None, report: Report, now: datetime) -> dict[str, str | int]:
    until = one.paused_until
    waiting = not one.paused and until is not None and until > today_in(one.zone, now)
    return {
        "team": one.team,
        "channel": one.channel,
        "creator": one.creator,
        "time": f"{one.at:%H:%M}",
        "zone": one.zone,
        "days": "".join(str(day + 1) for day in sorted(one.days)),
        "topics": " ".join(one.topics),
        "language": one.language,
        "state": one.problem or ("paused" if one.paused or waiting else "on"),
        "paused_until": str(one.paused_until) if waiting else "",
        "skip_dates": " ".join(sorted(day.isoformat() for day in one.skip_dates)),
        "holidays": one.holidays or "",
        "next": coming.local(one.zone).isoformat(timespec="minutes") if coming else "",
        "last": report.last_day.isoformat() if report.last_day else "",
        "last_state": report.last_state,
        "last_error": report.last_error,
        "sent": report.sent,
        "skipped": report.skipped,
        "failed": report.failed,
        "unknown": report.unknown,
    }


def file_of(items: Sequence[dict[str, str | int]], form: FileForm) -> str:
    """Rows as a whole file, one a line."""
    if form == "json":
        lines = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in items)
        return f"[\n{lines}\n]"
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(items)
    return out.getvalue().rstrip("\n")
