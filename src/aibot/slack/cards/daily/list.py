"""Lists of subscriptions: as a card, as CSV, as JSON. Channels are told by id, and by link to those who are in them."""

from __future__ import annotations

import html
from bisect import bisect_right
from typing import TYPE_CHECKING

from aibot.slack.cards.card import Card
from aibot.slack.cards.daily.parts import card_of, section
from aibot.slack.cards.limits import MAX_SECTION
from aibot.slack.cards.markup import chunks, escape
from aibot.storage.listed import file_of, rows

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from aibot.slack.cards.daily.words import DailyWords
    from aibot.storage import FileForm, Listed, Report

#  A list longer than this is for a terminal: https://docs.slack.dev/reference/block-kit/blocks, 50 blocks a message
MOST_CHARACTERS = 9_000


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


def list_file(items: Sequence[Listed], words: DailyWords, form: FileForm, now: datetime) -> Card:
    """The list for programs, in a block of text to copy: as many whole rows as fit, and how many are left."""
    told = rows(items, now)
    counts = range(len(told) + 1)
    kept = bisect_right(counts, MOST_CHARACTERS, key=lambda count: len(file_of(told[:count], form))) - 1
    shown = file_of(told[:kept], form)
    blocks = [
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_preformatted", "elements": [{"type": "text", "text": piece}]}],
        }
        for piece in chunks(shown.splitlines(), MAX_SECTION)
    ]
    left = words.say("list.file-cut", left=len(told) - kept, form=form) if kept < len(told) else ""
    cut = [section(left)] if left else []
    end = f"\n{left}" if left else ""
    return Card(f"```\n{html.escape(shown, quote=False)}\n```{end}", [*blocks, *cut], shown + end)
