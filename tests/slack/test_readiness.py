"""A workspace that refuses tables and charts is spared them for a day."""

from __future__ import annotations

from aibot.slack.readiness import NOT_READY_SECONDS, Readiness


def test_a_refusal_is_remembered_for_a_day_in_its_workspace() -> None:
    now = [1000.0]
    readiness = Readiness(clock=lambda: now[0])
    assert readiness.is_ready("T1")
    readiness.refused("T1")
    assert not readiness.is_ready("T1")
    assert readiness.is_ready("T2")
    now[0] += NOT_READY_SECONDS - 1
    assert not readiness.is_ready("T1")
    now[0] += 1
    assert readiness.is_ready("T1")
    assert readiness.is_ready("T1")
