"""Lists of subscriptions: as a card, as CSV, as JSON. Channels are told by id, and by link to those who are in them."""

from __future__ import annotations

import csv
import html
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aibot.slack.cards.card import Card
from aibot.slack.cards.daily.parts import card_of, section
from aibot.slack.cards.limits import MAX_SECTION
from aibot.slack.cards.markup import chunks, escape

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from aibot.core.daily import Slot, Subscription
    from aibot.slack.cards.daily.words import DailyWords
    from aibot.storage import Report

#  A list longer than this is for a terminal: https://docs.slack.dev/reference/block-kit/blocks, 50 blocks a message
MOST_CHARACTERS = 9_000
COLUMNS = (
    "channel", "creator", "time", "zone", "days", "topics", "language", "state", "next", "last", "last_state",
    "last_error", "sent", "failed", "unknown",
)  # fmt: skip


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


def list_card(  # noqa: PLR0913  # what a list consists of
    items: Sequence[Listed],
    words: DailyWords,
    *,
    scope: str,
    visible: Collection[str],
    now: datetime,
    note: str = "",
) -> Card:
    """The list for people; `visible` are the channels whose link may be shown."""
    title = words.say(
        {"here": "title.list", "own": "title.list-own"}.get(scope, "title.list-workspace"), count=len(items)
    )
    notes = [note] if note else []
    if not items:
        return card_of(title, [words.say("list.none")], notes=notes)
    lines = [f"• {_line(item, words, visible, now)}" for item in items]
    return card_of(title, lines, notes=notes, more=words.say("list.cut"))


def _line(item: Listed, words: DailyWords, visible: Collection[str], now: datetime) -> str:
    subscription, report = item.subscription, item.report
    shown = f"<#{escape(subscription.channel)}>"
    if subscription.channel not in visible:
        shown = words.say("list.hidden", channel=escape(subscription.channel))
    line = words.say(
        "list.line",
        channel=shown,
        schedule=words.schedule(subscription, now),
        creator=f"<@{escape(subscription.creator)}>",
        next=words.slot(item.next, subscription.zone) if item.next else words.say("list.no-next"),
        last=last_post(report, words),
    )
    line += failures(report, words)
    if subscription.problem:
        line += f". {words.problem(subscription.problem)}"
    elif subscription.paused:
        line += f". {words.say('state.paused')}"
    return line


def failures(report: Report, words: DailyWords) -> str:
    """How many days failed or are unknown, where there are any, to go on a line with."""
    if not (report.failed or report.unknown):
        return ""
    return words.say("list.failures", failed=report.failed, unknown=report.unknown)


def last_post(report: Report, words: DailyWords) -> str:
    """What became of the last post."""
    if report.last_day is None:
        return words.say("list.never")
    phrase = f"last.{report.last_state}"
    day = words.day(report.last_day)
    return words.say(phrase, day=day, error=escape(report.last_error)) if words.has(phrase) else day


def list_file(items: Sequence[Listed], words: DailyWords, form: str) -> Card:
    """The list for programs, in a block of text to copy."""
    text, whole = _as_json(items) if form == "json" else _as_csv(items), True
    lines = text.splitlines()
    while sum(len(line) + 1 for line in lines) > MOST_CHARACTERS:
        lines, whole = lines[:-1], False
    blocks = [
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_preformatted", "elements": [{"type": "text", "text": piece}]}],
        }
        for piece in chunks(lines, MAX_SECTION)
    ]
    shown = "\n".join(lines)
    cut = [] if whole else [section(words.say("list.cut"))]
    end = "" if whole else f"\n{words.say('list.cut')}"
    return Card(f"```\n{html.escape(shown, quote=False)}\n```{end}", [*blocks, *cut], shown + end)


def rows(items: Sequence[Listed]) -> list[dict[str, str | int]]:
    """Each subscription as plain values: ids and dates, no names."""
    return [
        {
            "channel": item.subscription.channel,
            "creator": item.subscription.creator,
            "time": f"{item.subscription.at:%H:%M}",
            "zone": item.subscription.zone,
            "days": "".join(str(day + 1) for day in sorted(item.subscription.days)),
            "topics": " ".join(item.subscription.topics),
            "language": item.subscription.language,
            "state": item.subscription.problem or ("paused" if item.subscription.paused else "on"),
            "next": item.next.local(item.subscription.zone).isoformat(timespec="minutes")
            if item.next
            else "",
            "last": item.report.last_day.isoformat() if item.report.last_day else "",
            "last_state": item.report.last_state,
            "last_error": item.report.last_error,
            "sent": item.report.sent,
            "failed": item.report.failed,
            "unknown": item.report.unknown,
        }
        for item in items
    ]


def _as_csv(items: Sequence[Listed]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows(items))
    return out.getvalue()


def _as_json(items: Sequence[Listed]) -> str:
    return "[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows(items)) + "\n]"
