"""What people asked for last: eight a person, the newest first, forgotten on request and after 90 days."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aibot.storage.database import Database
from aibot.storage.recent import KEPT_SECONDS, Recent

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = 1_795_446_000.0


class Clock:
    now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def recent(url: str, clock: Clock) -> Iterator[Recent]:
    database = Database(url, clock=clock)
    yield Recent(database)
    database.close()


def test_the_newest_first_and_each_once(recent: Recent) -> None:
    recent.add([("T1", "U1", "rag", NOW), ("T1", "U1", "sora", NOW + 1)])
    recent.add([("T1", "U1", "rag", NOW + 2)])
    assert recent.of("T1", "U1") == ["rag", "sora"]


def test_eight_are_kept_of_each_person(recent: Recent) -> None:
    recent.add(("T1", user, f"entry-{number}", NOW + number) for number in range(12) for user in ("U1", "U2"))
    recent.add([("T1", "U1", "rag", NOW + 99)])
    assert recent.of("T1", "U1") == ["rag", *(f"entry-{number}" for number in range(11, 4, -1))]
    assert recent.of("T1", "U2") == [f"entry-{number}" for number in range(11, 3, -1)]


def test_people_and_workspaces_are_apart(recent: Recent) -> None:
    recent.add([("T1", "U1", "rag", NOW), ("T2", "U1", "sora", NOW), ("T1", "U2", "o1", NOW)])
    assert recent.forget("T1", "U1") == 1
    assert [recent.of("T1", "U1"), recent.of("T2", "U1"), recent.of("T1", "U2")] == [[], ["sora"], ["o1"]]
    recent.add([("T1", "U1", "rag", NOW)])
    assert recent.forget("T1") == 2
    assert recent.of("T2", "U1") == ["sora"]


def test_after_90_days_it_is_gone_from_sight_and_then_from_the_table(recent: Recent, clock: Clock) -> None:
    recent.add([("T1", "U1", "rag", NOW)])
    clock.now += KEPT_SECONDS + 1
    assert recent.of("T1", "U1") == []
    recent.tidy()
    clock.now -= KEPT_SECONDS
    assert recent.of("T1", "U1") == []


def test_nothing_to_write_writes_nothing(recent: Recent) -> None:
    before = recent.database.statements
    recent.add([])
    assert recent.database.statements == before
