"""What people think of facts, and what they ask in vain; on both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.clock import Clock

    from aibot.storage import Memory

DAY = 86_400.0


def test_opinions_are_counted_and_the_worst_come_first(memory: Memory, clock: Clock) -> None:
    for subject, verdict in (
        ("sora", "right"), ("sora", "right"), ("F1.1-02", "wrong"), ("sora", "wrong"),
        ("F1.1-02", "outdated"), ("rag", "right"),
    ):  # fmt: skip
        clock.at += 1
        memory.feedback.add(subject, verdict)
    found = [(one.subject, one.right, one.wrong, one.outdated) for one in memory.feedback.list()]
    assert found == [("F1.1-02", 0, 1, 1), ("sora", 2, 1, 0), ("rag", 1, 0, 0)]
    assert memory.feedback.list()[2].last_at == clock.at


def test_a_question_is_written_down_with_its_second_time(memory: Memory, clock: Clock) -> None:
    start = clock.at
    memory.unanswered.add("gpt-9", "en")
    clock.at += 5
    memory.unanswered.add("gpt-9", "en")
    memory.unanswered.add("茶的价格", "zh")
    found = [
        (one.question, one.language, one.count, one.first_at, one.last_at) for one in memory.unanswered.list()
    ]
    assert found == [("gpt-9", "en", 3, start, start + 5), ("茶的价格", "zh", 2, start + 5, start + 5)]


def test_a_question_that_found_its_answer_is_counted_once_less(memory: Memory) -> None:
    memory.unanswered.add("claud", "en")
    memory.unanswered.add("claud", "en")
    assert memory.unanswered.take_back("claud")
    assert [one.count for one in memory.unanswered.list()] == [2]
    assert memory.unanswered.take_back("claud")
    assert memory.unanswered.list() == []
    assert not memory.unanswered.take_back("claud")


def test_questions_are_forgotten_at_once_in_time_and_when_they_are_too_many(
    memory: Memory, clock: Clock
) -> None:
    for number in range(5):
        clock.at += DAY
        memory.unanswered.add(f"question {number}", "en")
    memory.unanswered.add("question 0", "en")
    assert memory.unanswered.tidy(most=3) == 2
    assert [one.question for one in memory.unanswered.list()] == ["question 0", "question 4", "question 3"]
    clock.at += 179 * DAY
    assert memory.unanswered.tidy() == 1
    assert memory.unanswered.clear() == 2
    assert memory.unanswered.list() == []
