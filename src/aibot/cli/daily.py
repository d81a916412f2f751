"""`aibot daily …`: how the daily posts stand, and every step of one."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from aibot.cli.environment import add_option
from aibot.cli.memory import opened
from aibot.errors import AibotError, SettingsError
from aibot.storage import UNPLANNABLE

if TYPE_CHECKING:
    import argparse

    from aibot.storage import Delivery, Store

_SHOWN = 20  # of the late, and of those that went wrong
#  Why a subscription cannot be planned; its people are told what to do about it
_CANNOT = {
    "no_zone": "its time zone is unknown to this machine's tzdata",
    "no_calendar": "the `holidays` library has no calendar of its country any more",
    "unreadable": "its row holds what this version of aibot cannot read",
    "not_planned": "a bug; the log has it",
}
_LATE = 180.0  # seconds after its slot, jitter included


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare `aibot daily` and its subcommands."""
    daily = commands.add_parser("daily", help="how the daily posts stand").add_subparsers(
        dest="daily_command", required=True, metavar="COMMAND"
    )
    status = daily.add_parser("status", help="what is due, late, failed or unknown, and the next hour's load")
    status.add_argument("--days", type=int, default=7, metavar="N", help="how far to look back (7)")
    add_option(status)
    status.set_defaults(run=_status)
    listed = daily.add_parser("list", help="every subscription, with its next and last post")
    form = listed.add_mutually_exclusive_group()
    form.add_argument(
        "--csv", dest="form", action="store_const", const="csv", help="one line each, for a table"
    )
    form.add_argument("--json", dest="form", action="store_const", const="json", help="one JSON document")
    add_option(listed)
    listed.set_defaults(run=_list)
    explain = daily.add_parser("explain", help="every step of one post")
    explain.add_argument("channel", metavar="CHANNEL", help="the channel's id: C0123456789")
    explain.add_argument("day", metavar="DAY", help="the local date: 2026-12-24")
    add_option(explain)
    explain.set_defaults(run=_explain)


def _status(arguments: argparse.Namespace) -> int:
    with opened(arguments) as memory:
        store = memory.daily
        now = store.database.now()
        subscriptions = store.list()
        since = now - arguments.days * 86_400
        counts = store.deliveries.counts(since)
        due = store.deliveries.count("due", "sending")
        late = store.deliveries.count("due", "sending", before=now - _LATE)
        active = sum(1 for one in subscriptions if not one.paused)
        problems = Counter(one.problem for one in subscriptions if one.problem)
        print(f"{store.database.name}, {_at(now)}")
        print(f"{len(subscriptions)} subscriptions, {active} active, {len(subscriptions) - active} paused")
        for problem, count in problems.most_common():
            print(f"  {count} paused for {problem}")
        cannot = [one for one in subscriptions if one.problem in UNPLANNABLE]
        for one in cannot[:_SHOWN]:
            print(f"  {one.channel} in {one.team} cannot be planned: {_CANNOT[one.problem]}")
        if len(cannot) > _SHOWN:
            print(f"  … and {len(cannot) - _SHOWN} more")
        for team, reason in store.stopped():
            print(f"  {team}: nothing can be posted there ({reason}); install the app again")
        found = ", ".join(
            f"{counts.get(state, 0)} {state}" for state in ("sent", "skipped", "failed", "unknown")
        )
        print(f"last {arguments.days} days: {found}")
        print(f"now: {due} due, {late} of them late")
        _print_some(store.deliveries.in_state("due", "sending", before=now - _LATE, limit=_SHOWN), late)
        bad = counts.get("failed", 0) + counts.get("unknown", 0)
        _print_some(store.deliveries.in_state("failed", "unknown", since=since, limit=_SHOWN), bad)
        _print_load(store.deliveries.coming(now, now + 3_600), now)
    return 0


def _list(arguments: argparse.Namespace) -> int:
    from aibot.storage import file_of, rows  # the database's libraries are slow to import

    with opened(arguments) as memory:
        store, now = memory.daily, datetime.fromtimestamp(memory.daily.database.now(), UTC)
        told = rows(store.listed(store.list(), now), now)
    if arguments.form:
        print(file_of(told, arguments.form))
        return 0
    if not told:
        print("No channel is subscribed.")
    for one in told:
        state = f"paused until {one['paused_until']}" if one["paused_until"] else one["state"]
        went = ", ".join(f"{one[name]} {name}" for name in ("sent", "skipped", "failed", "unknown"))
        last = f"{one['last']} {one['last_state']}".strip()
        print(
            f"{one['team']} {one['channel']} {one['time']} {one['zone']}: {state};"
            f" next {one['next'] or 'none'}; last {last or 'none yet'}; {went}"
        )
    return 0


def _print_some(some: list[Delivery], count: int) -> None:
    """The newest, a line each, and how many there are besides."""
    for one in some:
        print(f"  {one.channel} {one.day} {one.state}: {one.error or 'on its way'}")
    if count > len(some):
        print(f"  … and {count - len(some)} more")


def _print_load(slots: list[float], now: float) -> None:
    """The next hour, ten minutes a line."""
    print(f"next hour: {len(slots)} posts")
    for start in range(0, 60, 10):
        count = sum(1 for slot in slots if start * 60 <= slot - now < (start + 10) * 60)
        if count:
            print(f"  in {start}-{start + 10} minutes: {count}")


def _explain(arguments: argparse.Namespace) -> int:
    try:
        day = date.fromisoformat(arguments.day)
    except ValueError:
        raise SettingsError(f"'{arguments.day}' is no date; it looks like 2026-12-24") from None
    with opened(arguments) as memory:
        store = memory.daily
        found = store.deliveries.of_channel(arguments.channel, day.isoformat())
        if not found:
            raise AibotError(_why_nothing(store, arguments.channel, day))
        for one in found:
            _print_steps(one)
    return 0


def _print_steps(one: Delivery) -> None:
    print(f"{one.channel} {one.day} in {one.team}: {one.state}{f' ({one.error})' if one.error else ''}")
    print(
        f"  slot {_at(one.slot)}; may be posted until {_at(one.give_up_at)}; card {one.card or 'not chosen'}"
    )
    for line in one.steps.splitlines():
        at, _, step = line.partition(" ")
        print(f"  {_at(float(at))}  {step}")


def _why_nothing(store: Store, channel: str, day: date) -> str:
    """Why a channel has no delivery of a day."""
    from aibot.core.daily import is_posted_on, next_slots

    subscription = next((one for one in store.list() if one.channel == channel), None)
    if subscription is None:
        return f"{channel} has no subscription, and none of its posts is on record for {day}."
    if not is_posted_on(subscription, day):
        return f"{channel} has no post on {day}: the day is left out, paused, skipped or a holiday."
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    slots = next_slots(subscription, midnight - timedelta(days=2), 5)
    slot = next((one for one in slots if one.day == day), None)
    if slot is None:
        return f"{channel} has no post on {day}: it was subscribed, or its schedule changed, after that day's time."
    when = f"{_at(slot.at.timestamp())} ({slot.local(subscription.zone):%H:%M} in {subscription.zone})"
    if slot.at.timestamp() > store.database.now():
        return f"{channel}'s post of {day} is due {when}."
    return f"{channel}'s post of {day} was due {when}, and no program has planned it: is `aibot run` running?"


def _at(moment: float) -> str:
    return f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%d %H:%M:%S} UTC"
