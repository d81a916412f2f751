"""The audit log: every change with who made it, both or neither, found again, and forgotten in time."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

import pytest
from tests.posting.kit import Time

from aibot.errors import ConflictError
from aibot.storage import OPERATOR, SLACK, Audited, Policy, Store, new_subscription, remembering

if TYPE_CHECKING:
    from pathlib import Path

    from aibot.core.daily import Subscription

NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)
DAY = 86_400.0


def wanted(channel: str = "C1", **more: Any) -> Subscription:
    fields = {
        "team": "T1",
        "channel": channel,
        "creator": "U1",
        "at": time(9),
        "zone": "Asia/Shanghai",
        "now": NOW,
    }
    return new_subscription(**{**fields, **more})


def said(store: Store, **filters: Any) -> list[tuple[str, str, str | None]]:
    return [(one.actor, one.what, one.channel) for one in store.audit.read(**filters)]


def test_every_change_of_a_subscription_is_on_record_with_who_made_it(store: Store) -> None:
    made = store.subscribe(wanted(topics=("model",)), by="U1").subscription
    store.change(made.id, NOW, by="U2", at=time(10), skip_dates=frozenset({date(2026, 12, 24)}))
    store.swap(made.id, "some-fact", 0, by="U2")
    store.pause_channel("T1", "C1", "is_archived")
    store.change(made.id, NOW, by=SLACK, paused=False)
    store.move_channel("T1", "C1", "C9")
    store.subscribe(wanted("C9", at=time(11)), by="U3")
    store.remove(made.id, by="U1")
    assert said(store) == [
        ("U1", "subscription.begun", "C1"),
        ("U2", "subscription.changed", "C1"),
        ("U2", "subscription.swapped", "C1"),
        (SLACK, "subscription.paused", "C1"),
        (SLACK, "subscription.changed", "C1"),
        (SLACK, "subscription.moved", "C9"),
        ("U3", "subscription.changed", "C9"),
        ("U1", "subscription.ended", "C9"),
    ]
    begun, changed, swapped, paused, resumed, moved, again, ended = store.audit.read()
    settings = {
        "creator": "U1", "at": "09:00", "zone": "Asia/Shanghai", "days": "1234567", "topics": ["model"],
        "language": "en",
    }  # fmt: skip
    assert (begun.before, begun.after) == (None, settings)
    assert changed.before == {"at": "09:00", "skip_dates": None}
    assert changed.after == {"at": "10:00", "skip_dates": ["2026-12-24"]}
    assert (swapped.before, paused.after) == ({"card": "some-fact"}, {"problem": "is_archived"})
    assert resumed.before == {"paused": True, "problem": "is_archived"}
    assert (moved.before, moved.after) == ({"channel": "C1"}, {"channel": "C9"})
    assert again.after == {"at": "11:00", "topics": None, "skip_dates": None}
    left = {name: value for name, value in settings.items() if name != "topics"}
    assert (ended.before, ended.after) == ({**left, "at": "11:00"}, None)


def test_stopping_everything_is_a_line_for_each_channel(store: Store) -> None:
    for channel in ("C1", "C2"):
        store.subscribe(wanted(channel), by="U1")
    store.remove_all("T1", "U1", by="U1")
    assert said(store)[2:] == [("U1", "subscription.ended", "C1"), ("U1", "subscription.ended", "C2")]


def test_a_workspaces_own_are_on_record_only_when_they_change(store: Store) -> None:
    store.set_policy("T1", Policy("members"), by="U3")
    store.set_policy("T1", Policy("members"), by="U3")
    store.set_policy("T1", Policy("members", "repost"))
    store.start_team("T1")  # as at every start of the bot
    for _ in range(3):  # as at every post that fails
        store.stop_team("T1", "token_revoked")
    store.start_team("T1")
    found = [(one.actor, one.what, one.before, one.after) for one in store.audit.read()]
    assert found == [
        ("U3", "policy.changed", {"who": "anyone"}, {"who": "members"}),
        (OPERATOR, "policy.changed", {"on_unknown": "leave"}, {"on_unknown": "repost"}),
        (SLACK, "workspace.stopped", None, {"stopped": "token_revoked"}),
        (SLACK, "workspace.started", {"stopped": "token_revoked"}, None),
    ]
    assert store.policy("T1") == Policy("members", "repost")


def test_what_was_not_changed_is_not_on_record(store: Store) -> None:
    made = store.subscribe(wanted(), by="U1").subscription
    with pytest.raises(ConflictError):
        store.change(made.id, NOW, if_version=7, by="U2", at=time(10))
    store.change(made.id, NOW, by="U2", at=time(9))
    assert not store.remove("T1.C9", by="U2")
    assert not store.move_channel("T1", "C7", "C8")
    assert said(store) == [("U1", "subscription.begun", "C1")]


def test_a_change_and_its_record_stand_or_fall_together(store: Store) -> None:
    def fail() -> None:
        with store.database.transaction() as connection:
            store.audit.record(connection, "key.rotated", team="T1", actor=OPERATOR)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert store.audit.read() == []


def test_others_note_what_they_change_and_all_of_it_is_found_by_team_channel_and_day(url: str) -> None:
    clock = Time(NOW)
    store = Store.open(url, clock=clock)
    store.audit.note("installation.begun", team="T1", actor="U1", after={"scopes": ["chat:write", "命令"]})
    clock.forward(days=1)
    store.audit.note("keys.rotated", team="T2", actor=OPERATOR)
    store.audit.note(
        "language.changed", team="T1", actor="U2", channel="C1", before={"to": "en"}, after={"to": "zh"}
    )
    last = Audited(NOW.timestamp() + DAY, "T1", "U2", "C1", "language.changed", {"to": "en"}, {"to": "zh"})
    assert store.audit.read(channel="C1") == [last]
    assert store.audit.read(limit=1) == [last]
    assert said(store, team="T2") == [(OPERATOR, "keys.rotated", None)]
    assert len(store.audit.read(since=NOW.timestamp() + DAY)) == 2
    assert store.audit.read()[0].after == {"scopes": ["chat:write", "命令"]}
    store.close()


def test_what_is_older_than_400_days_is_forgotten(url: str) -> None:
    clock = Time(NOW)
    store = Store.open(url, clock=clock)
    store.audit.note("keys.rotated", team="T1", actor=OPERATOR)
    clock.forward(days=399)
    store.audit.note("policy.changed", team="T1", actor="U1")
    assert store.audit.tidy() == 0
    clock.forward(days=2)
    assert store.audit.tidy() == 1
    assert said(store) == [("U1", "policy.changed", None)]
    store.close()


@pytest.mark.anyio
async def test_old_changes_are_forgotten_while_a_bot_runs(tmp_path: Path) -> None:
    url, clock = f"sqlite:///{tmp_path}/aibot.db", Time(NOW)
    store = Store.open(url, clock=clock)
    store.audit.note("policy.changed", team="T1", actor="U1")
    clock.forward(days=401)
    async with remembering(url, clock=clock), asyncio.timeout(20):
        while store.audit.read():  # noqa: ASYNC110  # another thread forgets, and tells nobody
            await asyncio.sleep(0.01)
    store.close()
