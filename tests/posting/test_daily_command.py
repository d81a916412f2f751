"""`aibot daily`: how things stand, and every step of one post."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import update

from aibot.posting import plan_due
from aibot.storage import Settled, Store, new_subscription
from aibot.storage.tables import subscriptions

if TYPE_CHECKING:
    from pathlib import Path


def aibot(*arguments: str, database: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "AIBOT_DATABASE": database, "PYTHONPATH": "src"}
    return subprocess.run(
        [sys.executable, "-m", "aibot", "daily", *arguments],
        check=False,
        capture_output=True,
        text=True,
        env=environment,
    )


def test_status_and_explain_say_what_happened(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'aibot.db'}"
    store = Store.open(url)
    now = datetime.now(UTC)
    slot = now - timedelta(minutes=10)
    begun = now - timedelta(days=1)
    for channel in ("C1", "C2"):
        wanted = new_subscription(
            team="T1", channel=channel, creator="U1", at=time(slot.hour, slot.minute), zone="UTC", now=begun
        )
        store.subscribe(wanted)
    day = slot.date().isoformat()
    plan_due(store.deliveries, now.timestamp(), 7_200)
    [claimed], _ = store.deliveries.claim("w1", now.timestamp(), [("T1.C1", day)])
    store.deliveries.settle(
        [Settled(claimed.subscription, day, claimed.attempt, "sent", "posted: 1.2", ts="1.2")],
        now.timestamp(),
    )
    store.pause_channel("T1", "C2", "is_archived")
    status = aibot("status", database=url)
    assert status.returncode == 0, status.stderr
    assert "2 subscriptions, 1 active, 1 paused" in status.stdout
    assert "1 paused for is_archived" in status.stdout
    assert "1 sent" in status.stdout
    assert "1 of them late" in status.stdout
    explained = aibot("explain", "C1", day, database=url).stdout
    assert [word in explained for word in ("planned", "attempt 1 by w1", "posted: 1.2")] == [True] * 3
    store.close()


def test_the_list_has_everything_as_lines_csv_and_json(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'aibot.db'}"
    store = Store.open(url)
    now = datetime.now(UTC)
    for number in range(1_100):
        store.subscribe(
            new_subscription(
                team="T1", channel=f"C{number:04}", creator="U1", at=time(9), zone="Asia/Tokyo", now=now
            )
        )
    later = (now + timedelta(days=30)).date()
    store.change("T1.C0000", now, paused_until=later, holidays="DE")
    store.change("T1.C0001", now, paused=True, skip_dates=frozenset({later}))
    store.pause_channel("T1", "C0002", "is_archived")
    store.close()
    listed = json.loads(aibot("list", "--json", database=url).stdout)
    assert list(csv.DictReader(aibot("list", "--csv", database=url).stdout.splitlines())) == [
        {name: str(value) for name, value in row.items()} for row in listed
    ]
    assert len(listed) == 1_100
    assert [row["state"] for row in listed[:4]] == ["paused", "paused", "is_archived", "on"]
    assert (listed[0]["paused_until"], listed[0]["holidays"]) == (str(later), "DE")
    assert listed[0]["next"][:10] >= str(later)
    assert (listed[1]["paused_until"], listed[1]["skip_dates"], listed[1]["next"]) == ("", str(later), "")
    lines = aibot("list", database=url).stdout.splitlines()
    assert lines[0].startswith(f"T1 C0000 09:00 Asia/Tokyo: paused until {later}; next ")
    assert lines[3].endswith("; last none yet; 0 sent, 0 skipped, 0 failed, 0 unknown")


def test_what_cannot_be_said_is_told(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'aibot.db'}"
    missing = aibot("status", database=url)
    assert (missing.returncode, "There is no" in missing.stderr) == (2, True)
    Store.open(url).close()
    assert aibot("list", database=url).stdout == "No channel is subscribed.\n"
    nothing = aibot("explain", "C1", "2026-12-24", database=url)
    assert (nothing.returncode, "has no subscription" in nothing.stderr) == (1, True)
    wrong = aibot("explain", "C1", "yesterday", database=url)
    assert (wrong.returncode, "is no date" in wrong.stderr) == (2, True)


def test_status_counts_everything_and_shows_the_newest_of_its_days(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'aibot.db'}"
    store = Store.open(url)
    now = datetime.now(UTC)
    slot = now - timedelta(minutes=10)
    for number in range(1_100):
        wanted = new_subscription(
            team="T1" if number else "T2", channel=f"C{number}", creator="U1", at=time(slot.hour, slot.minute),
            zone="UTC", now=now - timedelta(days=1),
        )  # fmt: skip
        store.subscribe(wanted)
    plan_due(store.deliveries, now.timestamp(), 7_200)
    day = slot.date().isoformat()
    [claimed], _ = store.deliveries.claim("w1", now.timestamp(), [("T2.C0", day)])
    store.deliveries.settle(
        [Settled(claimed.subscription, day, claimed.attempt, "failed", "refused", error="is_archived")],
        now.timestamp(),
    )
    status = aibot("status", database=url).stdout
    assert "now: 1099 due, 1099 of them late" in status
    assert "  … and 1079 more" in status
    assert f"  C0 {day} failed: is_archived" in status
    assert "is_archived" not in aibot("status", "--days", "0", database=url).stdout
    store.close()


def test_status_names_the_channels_that_cannot_be_planned(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'aibot.db'}"
    store = Store.open(url)
    for channel, zone in (("C1", "UTC"), ("C2", "Asia/Nowhere")):
        wanted = new_subscription(
            team="T1", channel=channel, creator="U1", at=time(9), zone="UTC", now=datetime.now(UTC)
        )
        store.subscribe(wanted)
        with store.database.transaction() as connection:
            here = subscriptions.c.channel == channel
            connection.execute(update(subscriptions).where(here).values(zone=zone))
    store.close()
    status = aibot("status", database=url).stdout
    assert "1 paused for no_zone" in status
    assert "  C2 in T1 cannot be planned: its time zone is unknown to this machine's tzdata" in status
