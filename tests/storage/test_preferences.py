"""What was chosen, kept: one value for each who and what, both databases alike."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from aibot.storage import Memory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aibot.storage import Preferences


@pytest.fixture
def memory(url: str) -> Iterator[Memory]:
    opened = Memory.open(url)
    yield opened
    opened.close()


@pytest.fixture
def preferences(memory: Memory) -> Preferences:
    return memory.preferences


def test_what_was_chosen_last_holds_and_can_be_taken_back(preferences: Preferences) -> None:
    assert preferences.get("T1", "U1", "language") is None
    preferences.set("T1", "U1", "language", "zh")
    preferences.set("T1", "U1", "language", "en")
    assert preferences.get("T1", "U1", "language") == "en"
    preferences.set("T1", "U1", "language", None)
    preferences.set("T1", "U1", "language", None)
    assert preferences.get("T1", "U1", "language") is None


def test_everyone_has_their_own_and_one_look_finds_them_all(preferences: Preferences) -> None:
    preferences.set("T1", "U1", "language", "zh")
    preferences.set("T1", "C1", "language", "en")
    preferences.set("T1", "U1", "zone", "Asia/Shanghai")
    preferences.set("T2", "T2", "language", "en")
    assert preferences.of("T1", ("U1", "C1", "T1"), "language") == {"U1": "zh", "C1": "en"}
    assert preferences.of("T2", ["U1", "T2"], "language") == {"T2": "en"}
    assert preferences.of("T1", (), "language") == {}


def test_choosing_at_once_leaves_one_of_the_choices(preferences: Preferences) -> None:
    threads = [
        threading.Thread(target=preferences.set, args=("T1", "U1", "language", f"{number}"))
        for number in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert preferences.get("T1", "U1", "language") in {str(number) for number in range(8)}


def test_a_choice_outlives_the_program(url: str) -> None:
    memory = Memory.open(url)
    memory.preferences.set("T1", "C1", "language", "zh")
    memory.close()
    again = Memory.open(url)
    assert again.preferences.get("T1", "C1", "language") == "zh"
    again.close()


def test_what_is_chosen_for_others_stands_in_the_audit_log(memory: Memory) -> None:
    for owner, value in (("U1", "zh"), ("C1", "zh"), ("C1", None), ("T1", "en")):
        memory.preferences.set("T1", owner, "language", value, actor="U1")
    assert [(one.what, one.actor, one.channel, one.before, one.after) for one in memory.audit.read()] == [
        ("language.changed", "U1", "C1", {"language": None}, {"language": "zh"}),
        ("language.changed", "U1", "C1", {"language": "zh"}, {"language": None}),
        ("language.changed", "U1", None, {"language": None}, {"language": "en"}),
    ]
