"""A limit a minute: judged alone, and together with what other programs have counted."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from aibot.core.limits import Allowance

NOON = 1_795_446_000.0


def test_the_first_above_the_limit_is_told_and_the_rest_of_the_minute_is_quiet() -> None:
    allowance = Allowance(2)
    assert [allowance.spend("U1", NOON) for _ in range(5)] == ["go", "go", "tell", "quiet", "quiet"]
    assert allowance.spend("U2", NOON) == "go"
    assert allowance.spend("U1", NOON + 59) == "quiet"
    assert allowance.spend("U1", NOON + 60) == "go"


def test_zero_is_no_limit() -> None:
    allowance = Allowance(0)
    assert {allowance.spend("U1", NOON) for _ in range(1000)} == {"go"}
    assert allowance.unsent(NOON) == {}


def test_what_others_counted_is_added() -> None:
    allowance = Allowance(5)
    for _ in range(2):
        allowance.spend("U1", NOON)
    sent = allowance.unsent(NOON)
    assert list(sent.values()) == [2]
    (name,) = sent
    allowance.learn({name: 2 + 3}, NOON)  # three more, elsewhere
    assert [allowance.spend("U1", NOON) for _ in range(2)] == ["tell", "quiet"]
    assert allowance.unsent(NOON) == {name: 2}
    assert allowance.unsent(NOON) == {}


def test_what_is_learnt_of_a_minute_that_is_over_counts_no_more() -> None:
    allowance = Allowance(1)
    allowance.spend("U1", NOON)
    (name,) = allowance.unsent(NOON)
    allowance.learn({name: 100}, NOON + 60)
    assert allowance.spend("U1", NOON + 60) == "go"


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 200)), max_size=200), st.integers(1, 10))
def test_within_a_minute_no_more_go_than_the_limit_and_one_is_told(
    asked: list[tuple[int, int]], limit: int
) -> None:
    allowance = Allowance(limit)
    verdicts: Counter[tuple[int, int, str]] = Counter()
    for who, second in sorted(asked, key=lambda one: one[1]):
        verdicts[who, second // 60, allowance.spend(f"U{who}", 60.0 * 1000 + second)] += 1
    for (who, minute, verdict), count in verdicts.items():
        assert verdict == "quiet" or count <= (limit if verdict == "go" else 1)
        if verdict != "go":
            assert verdicts[who, minute, "go"] == limit
