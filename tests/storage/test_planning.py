"""Planning beside people who change their minds: what was read is written only while it still holds."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from aibot.storage import Move, Planned, new_subscription
from aibot.storage.tables import subscriptions

if TYPE_CHECKING:
    from collections.abc import Callable

    from aibot.core.daily import Subscription
    from aibot.storage import Store

NINE = datetime(2026, 12, 1, 9, tzinfo=UTC)
TEN = NINE + timedelta(hours=1)


def subscribe(store: Store, channel: str = "C1", at: time = time(10)) -> Subscription:
    wanted = new_subscription(team="T1", channel=channel, creator="U1", at=at, zone="UTC", now=NINE)
    return store.subscribe(wanted).subscription


def read(store: Store) -> tuple[list[Planned], list[Move]]:
    """The first half of planning: what is due at ten, and when to look again."""
    slot, moves, new = TEN.timestamp(), [], []
    for one, was in store.deliveries.to_plan(slot):
        new.append(Planned(one, "2026-12-01", slot, slot, slot + 7_200, missed=False))
        moves.append(Move(one, was, slot + 86_400))
    return new, moves


def next_slot(store: Store) -> datetime | None:
    [(_, next_at)] = store.deliveries.everyone()
    return datetime.fromtimestamp(next_at, UTC) if next_at is not None else None


def change_the_time(store: Store) -> None:
    store.change("T1.C1", TEN, at=time(8))


def unsubscribe(store: Store) -> None:
    store.remove("T1.C1")


def subscribe_anew(store: Store) -> None:
    store.remove("T1.C1")
    wanted = new_subscription(team="T1", channel="C1", creator="U2", at=time(8), zone="UTC", now=TEN)
    store.subscribe(wanted)


@pytest.mark.parametrize("meanwhile", [change_the_time, unsubscribe, subscribe_anew])
def test_what_somebody_changes_while_it_is_planned_stays_as_they_want_it(
    store: Store, meanwhile: Callable[[Store], None]
) -> None:
    subscribe(store)
    subscribe(store, "C2")
    new, moves = read(store)
    meanwhile(store)
    assert store.deliveries.plan(new, moves, TEN.timestamp()) == 0
    assert store.deliveries.of_channel("C1", "2026-12-01") == []
    assert [one.state for one in store.deliveries.of_channel("C2", "2026-12-01")] == ["due"]
    store.remove("T1.C2")
    if store.get("T1", "C1") is not None:
        assert next_slot(store) == datetime(2026, 12, 2, 8, tzinfo=UTC)


def test_a_change_on_its_way_is_waited_for(store: Store) -> None:
    subscribe(store)
    new, moves = read(store)
    later = TEN + timedelta(hours=5)
    planner = threading.Thread(target=store.deliveries.plan, args=(new, moves, TEN.timestamp()))
    with store.database.transaction() as connection:
        connection.execute(
            update(subscriptions).values(version=subscriptions.c.version + 1, next_at=later.timestamp())
        )
        planner.start()
    planner.join()
    assert store.deliveries.of_channel("C1", "2026-12-01") == []
    assert next_slot(store) == later


def test_a_change_after_planning_takes_the_days_post_with_it(store: Store) -> None:
    subscribe(store)
    store.deliveries.plan(*read(store), TEN.timestamp())
    assert [one.state for one in store.deliveries.of_channel("C1", "2026-12-01")] == ["due"]
    change_the_time(store)
    assert store.deliveries.of_channel("C1", "2026-12-01") == []


def test_two_programs_that_read_the_same_plan_it_once(store: Store) -> None:
    subscribe(store)
    first, second = read(store), read(store)
    store.deliveries.plan(*first, TEN.timestamp())
    assert next_slot(store) == TEN + timedelta(days=1)
    assert store.deliveries.plan(*second, TEN.timestamp()) == 0
    assert len(store.deliveries.of_channel("C1", "2026-12-01")) == 1


def test_one_without_a_next_slot_is_given_one(store: Store) -> None:
    made = subscribe(store)
    with store.database.transaction() as connection:
        connection.execute(update(subscriptions).values(next_at=None))
    store.deliveries.plan([], [Move(made, None, TEN.timestamp())], NINE.timestamp())
    assert next_slot(store) == TEN
