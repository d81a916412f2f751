"""A limit a minute: judged alone, and together with what other programs have counted."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from aibot.core.limits import Allowance

NOON = 1_795_446_000.0


def test_above_the_limit_the_rest_of_the_minute_is_too_much() -> None:
    allowance = Allowance(2)
    assert [allowance.spend("U1", NOON) for _ in range(4)] == [True, True, False, False]
    assert allowance.spend("U2", NOON)
    assert not allowance.spend("U1", NOON + 59)
    assert allowance.spend("U1", NOON + 60)


def test_zero_is_no_limit() -> None:
    allowance = Allowance(0)
    assert all(allowance.spend("U1", NOON) for _ in range(1000))
    assert allowance.unsent(NOON) == {}


def test_what_others_counted_is_added() -> None:
    allowance = Allowance(5)
    for _ in range(2):
        allowance.spend("U1", NOON)
    sent = allowance.unsent(NOON)
    assert list(sent.values()) == [2]
    (name,) = sent
    allowance.learn({name: 2 + 3}, NOON)  # three more, elsewhere
    assert not allowance.spend("U1", NOON)
    assert allowance.unsent(NOON) == {name: 1}
    assert allowance.unsent(NOON) == {}


def test_what_is_learnt_of_a_minute_that_is_over_counts_no_more() -> None:
    allowance = Allowance(1)
    allowance.spend("U1", NOON)
    (name,) = allowance.unsent(NOON)
    allowance.learn({name: 100}, NOON + 60)
    assert allowance.spend("U1", NOON + 60)


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 200)), max_size=200), st.integers(1, 10))
def test_within_a_minute_as_many_are_within_the_limit_as_it_says(
    asked: list[tuple[int, int]], limit: int
) -> None:
    allowance = Allowance(limit)
    within: Counter[tuple[int, int]] = Counter()
    spent: Counter[tuple[int, int]] = Counter()
    for who, second in sorted(asked, key=lambda one: one[1]):
        spent[who, second // 60] += 1
        within[who, second // 60] += allowance.spend(f"U{who}", 60.0 * 1000 + second)
    assert all(within[place] == min(count, limit) for place, count in spent.items())
