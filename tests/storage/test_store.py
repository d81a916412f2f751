"""Subscriptions in the database: one a channel, every change whole or not at all, both databases alike."""

from __future__ import annotations

import sqlite3
import threading
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

import pytest

from aibot.errors import ConflictError, StorageError
from aibot.storage import Policy, Store, new_subscription

if TYPE_CHECKING:
    from pathlib import Path

    from aibot.core.daily import Subscription

NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)


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


def test_what_is_kept_comes_back_as_it_was(store: Store) -> None:
    made = wanted(days=frozenset({0, 6}), topics=("model", "openai"), language="both", holidays="CN")
    assert store.subscribe(made).before is None
    assert store.get("T1", "C1") == made
    full = store.change(
        made.id, NOW, skip_dates=frozenset({date(2026, 12, 24)}), paused_until=date(2027, 1, 12)
    )
    assert store.by_id(made.id) == full
    assert full.skip_dates == {date(2026, 12, 24)}


def test_subscribing_again_changes_and_never_doubles(store: Store) -> None:
    first = store.subscribe(wanted()).subscription
    again = store.subscribe(wanted(at=time(17), creator="U2"))
    assert again.before == first
    assert (again.subscription.at, again.subscription.creator, again.subscription.seed) == (
        time(17),
        "U1",
        first.seed,
    )
    assert len(store.list()) == 1


def test_the_round_that_a_card_was_last_dealt_in_is_kept_through_another_topic(store: Store) -> None:
    made = store.subscribe(wanted(topics=("model",))).subscription
    for card, generation in [("a", 0), ("b", 0), ("a", 1), ("b", 0)]:
        store.swap(made.id, card, generation)
    store.change(made.id, NOW, topics=("finance",))
    assert store.dealt([made.id, "T1.C2"]) == {made.id: {"a": 1, "b": 0}, "T1.C2": {}}
    store.remove(made.id)
    store.subscribe(wanted())
    assert store.dealt([made.id])[made.id] == {"a": 1, "b": 0}


def test_two_people_cannot_overwrite_each_other_unseen(store: Store) -> None:
    made = store.subscribe(wanted()).subscription
    store.change(made.id, NOW, if_version=made.version, language="zh")
    with pytest.raises(ConflictError, match="Somebody else"):
        store.change(made.id, NOW, if_version=made.version, language="en")
    assert store.by_id(made.id).language == "zh"  # type: ignore[union-attr]


def test_many_at_once_lose_nothing(store: Store) -> None:
    def subscribe(number: int) -> None:
        store.subscribe(wanted(f"C{number % 4}", at=time(number % 24)))

    threads = [threading.Thread(target=subscribe, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.list()) == 4
    assert sorted(one.version for one in store.list()) == [3, 3, 3, 3]


def test_unsubscribing_one_mine_or_all(store: Store) -> None:
    for channel, creator in (("C1", "U1"), ("C2", "U2"), ("C3", "U2")):
        store.subscribe(wanted(channel, creator=creator))
    assert store.remove("T1.C1")
    assert not store.remove("T1.C1")
    assert [one.channel for one in store.remove_all("T1", "U2", channels={"C3", "C9"})] == ["C3"]
    assert [one.channel for one in store.remove_all("T1", "U2")] == ["C2"]
    assert store.remove_all("T1", "U2") == []
    with pytest.raises(ConflictError, match="no longer"):
        store.change("T1.C1", NOW, language="zh")


def test_a_channel_is_paused_for_a_problem_once_and_resumed_by_a_person(store: Store) -> None:
    made = store.subscribe(wanted()).subscription
    paused = store.pause_channel("T1", "C1", "is_archived")
    assert paused is not None
    assert paused.paused
    assert store.pause_channel("T1", "C1", "is_archived") is None
    resumed = store.change(made.id, NOW, paused=False)
    assert (resumed.paused, resumed.problem) == (False, "")


def test_a_channel_whose_id_changes_keeps_its_subscription(store: Store) -> None:
    made = store.subscribe(wanted()).subscription
    assert store.move_channel("T1", "C1", "C9")
    moved = store.get("T1", "C9")
    assert moved is not None
    assert moved.id == made.id
    assert store.get("T1", "C1") is None
    store.subscribe(wanted("C2"))
    assert not store.move_channel("T1", "C2", "C9")


def test_policy_is_a_workspaces_own(store: Store) -> None:
    assert store.policy("T1") == Policy()
    store.set_policy("T1", Policy("admins", "repost"))
    assert (store.policy("T1"), store.policy("T2")) == (Policy("admins", "repost"), Policy())
    store.stop_team("T1", "account_inactive")
    assert store.stopped() == [("T1", "account_inactive")]
    assert (store.why_stopped("T1"), store.why_stopped("T2")) == ("account_inactive", None)
    store.start_team("T1")
    assert store.why_stopped("T1") is None
    assert store.stopped() == []
    assert store.policy("T1") == Policy("admins", "repost")


def test_two_bots_cannot_post_from_one_file(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'aibot.db'}"
    first = Store.open(url, exclusive=True)
    with pytest.raises(StorageError, match="Another aibot posts from"):
        Store.open(url, exclusive=True)
    reader = Store.open(url)  # `aibot daily status` beside a running bot
    assert reader.list() == []
    reader.close()
    first.close()
    Store.open(url, exclusive=True).close()


def test_a_locked_file_is_told_and_nothing_is_changed(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'aibot.db'}")
    other = sqlite3.connect(tmp_path / "aibot.db", isolation_level=None)
    with store.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=50")
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match="Another program holds the database; nothing was changed"):
        store.subscribe(wanted())
    assert store.list() == []
    other.execute("ROLLBACK")
    other.close()
    store.subscribe(wanted())
    store.close()


def test_a_full_disk_is_told_and_nothing_is_changed(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'aibot.db'}")
    with store.database.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    def fill() -> None:
        for number in range(500):
            store.subscribe(wanted(f"C{number}"))

    with pytest.raises(StorageError, match="disk under the database is full"):
        fill()
    before = len(store.list())
    with pytest.raises(StorageError, match="full"):
        store.subscribe(wanted("C-one-more", topics=("x" * 5_000,)))
    assert len(store.list()) == before
    store.close()


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("nonsense", "no database address"),
        ("mysql://host/name", "neither sqlite|no database address"),
        ("sqlite://", "names no file"),
        ("sqlite:////no/such/folder/aibot.db", "There is no folder"),
        ("postgresql://aibot:secret@127.0.0.1:1/none", "cannot be reached"),
        ("postgresql://aibot@host:5x/none", "its port is a number"),
        ("postgresql://aibot:a@b:secret@host/none", "%40 stands for @"),
        ("postgresql://aibot:a@secret@host/none", "%40 stands for @"),
    ],
)
def test_an_address_that_leads_nowhere_is_told_without_its_password(url: str, told: str) -> None:
    with pytest.raises(StorageError, match=told) as failed:
        Store.open(url)
    assert "secret" not in str(failed.value)


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "aibot.db").write_text("this is a shopping list, not a database\n" * 40)
    with pytest.raises(StorageError, match="damaged or no SQLite database"):
        Store.open(f"sqlite:///{tmp_path / 'aibot.db'}")
