"""What several programs share: what happens once, what was shown where, what was spent; on both databases."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from sqlalchemy import select

from aibot.core.conversation import Thread
from aibot.storage import Memory, tables

if TYPE_CHECKING:
    from tests.clock import Clock

DAY = 86_400.0


def test_a_name_is_taken_once_until_its_time_is_over(memory: Memory, clock: Clock) -> None:
    assert [memory.once.take("event:1", 60), memory.once.take("event:1", 60)] == [True, False]
    clock.at += 60
    assert memory.once.take("event:1", 60)


def test_a_name_can_be_given_back(memory: Memory) -> None:
    memory.once.take("share:1", 60)
    assert [memory.once.free("share:1"), memory.once.free("share:1")] == [True, False]
    assert memory.once.take("share:1", 60)


def test_of_two_programs_only_one_takes_a_name(url: str) -> None:
    first, second = Memory.open(url), Memory.open(url)
    taken: list[bool] = []
    start = threading.Barrier(2)

    def race(memory: Memory) -> None:
        start.wait()
        taken.extend(memory.once.take(f"event:{number}", 60) for number in range(50))

    threads = [threading.Thread(target=race, args=(memory,)) for memory in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(taken), sum(taken)) == (100, 50)
    first.close()
    second.close()


def test_where_a_card_stands_is_known_for_a_while(memory: Memory, clock: Clock) -> None:
    memory.shown.put("T1", "C1", "card", "1.1")
    clock.at += 599
    assert memory.shown.find("T1", "C1", "card", 600) == "1.1"
    assert memory.shown.find("T1", "C2", "card", 600) is None
    assert memory.shown.find("T2", "C1", "card", 600) is None
    memory.shown.put("T1", "C1", "card", "2.2")
    clock.at += 599
    assert memory.shown.find("T1", "C1", "card", 600) == "2.2"
    clock.at += 1
    assert memory.shown.find("T1", "C1", "card", 600) is None


def test_what_two_programs_spend_is_added_up(url: str) -> None:
    first, second = Memory.open(url), Memory.open(url)
    assert first.spent.add({"T1 U1 9": 3, "T1 C1 9": 1}, 60) == {"T1 U1 9": 3, "T1 C1 9": 1}
    assert second.spent.add({"T1 U1 9": 2, "T1 U2 9": 1}, 60) == {"T1 U1 9": 5, "T1 U2 9": 1}
    assert first.spent.add({"T1 U1 9": 0}, 60) == {"T1 U1 9": 5}
    many = {f"T1 U{number} 9": 1 for number in range(1, 1_202)}
    assert sum(second.spent.add(many, 60).values()) == 1_201 + 5 + 1
    assert first.spent.add({}, 60) == {}
    first.close()
    second.close()


def test_what_has_served_its_time_is_forgotten(memory: Memory, clock: Clock) -> None:
    memory.once.take("event:1", 60)
    memory.once.take("share:1", DAY)
    memory.spent.add({"T1 U1 9": 1}, 60)
    memory.shown.put("T1", "C1", "card", "1.1")
    clock.at += 600
    assert (memory.once.tidy(), memory.spent.tidy(), memory.shown.tidy(600)) == (1, 1, 1)
    memory.tidy()
    assert not memory.once.take("share:1", DAY)


def test_all_that_has_an_end_is_swept_whether_or_not_anybody_asks(memory: Memory, clock: Clock) -> None:
    memory.recent.add([("T1", "U1", "rag", clock.at)])
    memory.threads.put("T1", "C1", "1.1", Thread(("rag",), together=1))
    states = Memory(memory.database, ["0" * 43 + "="]).oauth_states
    assert states.use(states.issue())
    memory.audit.note("policy.changed", team="T1", actor="U1")
    memory.tidy()
    assert _rows(memory) == {"recent": 1, "threads": 1, "oauth_states": 1, "audit": 1}
    clock.at += 91 * DAY
    memory.tidy()
    assert _rows(memory) == {"recent": 0, "threads": 0, "oauth_states": 0, "audit": 1}
    clock.at += 310 * DAY
    memory.tidy()
    assert _rows(memory)["audit"] == 0


def _rows(memory: Memory) -> dict[str, int]:
    with memory.database.reading() as connection:
        return {
            table.name: len(connection.execute(select(table)).all())
            for table in (tables.recent, tables.threads, tables.oauth_states, tables.audit)
        }


def test_a_workspace_without_tables_and_charts_is_remembered_for_all_programs(url: str, clock: Clock) -> None:
    first, second = Memory.open(url, clock=clock), Memory.open(url, clock=clock)
    first.daily.stop_team("T1", "account_inactive")
    first.daily.set_classic("T1", clock.at + DAY)
    first.daily.set_classic("T2", clock.at + 10)
    assert second.daily.classic() == {"T1": clock.at + DAY, "T2": clock.at + 10}
    clock.at += 10
    assert second.daily.classic() == {"T1": clock.at - 10 + DAY}
    assert second.daily.stopped() == [("T1", "account_inactive")]
    first.close()
    second.close()
