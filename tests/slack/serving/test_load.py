"""A short load run with every fault but a full disk; `make load` is the long one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from benchmarks import load
from benchmarks.load_report import Phase
from benchmarks.load_traffic import Asked
from tests.postgres import postgres

if TYPE_CHECKING:
    from pathlib import Path


def test_under_load_and_faults_every_question_is_accounted_for(tmp_path: Path) -> None:
    with postgres() as server:
        phases, _ = asyncio.run(
            load.measure(
                server,
                tmp_path,
                seconds=0.6,
                fault_seconds=0.6,
                slack_seconds=0.6,
                rate=30,
                installed=100,
                patience=0.5,
            )
        )

    assert [fault for phase in phases for fault in phase.faults] == []
    assert sum(len(phase.flow) for phase in phases) > 90


def asked(*answers: float, status: int = 200, acknowledged: float | None = 0.1) -> Asked:
    return Asked(
        1, "mention", 0.0, acknowledged=acknowledged, status=status, reason="x", answers=list(answers)
    )


@pytest.mark.parametrize(
    ("one", "outcome"),
    [
        (asked(0.2), "in time"),
        (asked(3.5), "late"),
        (asked(0.2, acknowledged=3.2), "late"),
        (asked(0.2, 0.3), "answered twice: a mention"),
        (asked(), "acknowledged, not answered"),
        (asked(status=401), "refused: 401 x"),
        (asked(status=0, acknowledged=None), "no connection: x"),
        (asked(0.2, status=0, acknowledged=None), "answered, its acknowledgement lost"),
    ],
)
def test_each_outcome_has_its_name(one: Asked, outcome: str) -> None:
    assert one.outcome == outcome


@pytest.mark.parametrize("outcome", ["answered twice", "late", "refused: 500"])
def test_what_must_not_be_is_said(outcome: str) -> None:
    wrong = {"answered twice": asked(0.1, 0.2), "late": asked(9.0), "refused: 500": asked(status=500)}[
        outcome
    ]

    [fault] = Phase("nothing wrong", [asked(0.1), wrong]).faults
    assert outcome in fault
    tolerant = Phase("killed", [wrong], allowed=("answered", "late", "refused")).faults
    assert bool(tolerant) is (outcome == "answered twice")
