"""`aibot audit`: who changed what, when, from what to what."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from aibot.cli.environment import add_option
from aibot.cli.memory import opened
from aibot.errors import SettingsError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from aibot.storage import Audited


_DAY = 86_400.0


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare `aibot audit`."""
    audit = commands.add_parser("audit", help="who changed what: subscriptions, policies, installations")
    audit.add_argument("--team", metavar="TEAM", help="only this workspace: T0123456789")
    audit.add_argument("--channel", metavar="CHANNEL", help="only this channel: C0123456789")
    audit.add_argument(
        "--since", metavar="DAY", help="from this day on (UTC): 2026-12-24; default: all there is"
    )
    audit.add_argument("--until", metavar="DAY", help="up to this day and with it (UTC)")
    audit.add_argument("--json", action="store_true", dest="as_json", help="as JSON, one change a line")
    add_option(audit)
    audit.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from aibot.storage.audit import MOST_READ  # the database's libraries are slow to import

    since = _start_of(arguments.since) if arguments.since else 0.0
    before = _start_of(arguments.until) + _DAY if arguments.until else None
    with opened(arguments) as memory:
        found = memory.audit.read(team=arguments.team, channel=arguments.channel, since=since, before=before)
    for one in found:
        print(_as_json(one) if arguments.as_json else _as_line(one))
    if len(found) == MOST_READ:
        told = f"these are the latest {MOST_READ:,}; --until, --team and --channel lead to the others"
        print(f"aibot: {told}", file=sys.stderr)
    if not found and not arguments.as_json:
        print("nothing on record; changes are kept for 400 days")
    return 0


def _start_of(typed: str) -> float:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        raise SettingsError(f"'{typed}' is no date; it looks like 2026-12-24") from None
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()


def _as_json(one: Audited) -> str:
    row = {
        "at": _at(one).isoformat(), "team": one.team, "actor": one.actor, "channel": one.channel,
        "what": one.what, "before": one.before, "after": one.after,
    }  # fmt: skip
    return json.dumps(row, ensure_ascii=False)


def _as_line(one: Audited) -> str:
    """`2026-11-23 13:00:00 UTC  T1 C1  U1  subscription.changed  at: 09:00 → 10:00`."""
    where = f"{one.team} {one.channel or '-'}"
    changes = "; ".join(_changes(one))
    return f"{_at(one):%Y-%m-%d %H:%M:%S} UTC  {where}  {one.actor}  {one.what}  {changes}".rstrip()


def _changes(one: Audited) -> Iterator[str]:
    """Each thing that changed: from what to what; of what has begun or ended, what it was."""
    before, after = one.before or {}, one.after or {}
    for name in dict.fromkeys([*before, *after]):
        if one.before is None or one.after is None:
            yield f"{name}: {_said({**before, **after}[name])}"
        else:
            yield f"{name}: {_said(before.get(name))} → {_said(after.get(name))}"


def _said(value: Any) -> str:
    if value is None:
        return "none"
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def _at(one: Audited) -> datetime:
    return datetime.fromtimestamp(one.at, UTC).replace(microsecond=0)
