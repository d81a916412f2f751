"""A short load run with every fault but a full disk; `make load` is the long one."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from benchmarks import load
from benchmarks.load_report import MOST_MB, Phase, problems
from benchmarks.load_traffic import SORRY, UNSURE, Asked
from tests.postgres import postgres

if TYPE_CHECKING:
    from pathlib import Path


def test_under_load_and_faults_every_question_is_accounted_for(tmp_path: Path) -> None:
    with postgres() as server:
        phases, most_mb, strays = asyncio.run(
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
    assert (strays, 0 < most_mb < MOST_MB) == ([], True)
    assert sum(len(phase.flow) for phase in phases) > 90


def asked(
    *answers: float, said: str = "Sora (model)", acknowledged: float | None = 0.1, **more: Any
) -> Asked:
    return Asked(
        1, "mention", 0.0, acknowledged=acknowledged, reason="x", answers=list(answers), begins="Sora (",
        said=[said] * len(answers), **{"status": 200, "tries": 1, **more},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("one", "outcome"),
    [
        (asked(0.2), "in time"),
        (asked(3.5), "late"),
        (asked(0.2, acknowledged=3.2), "late"),
        (asked(3.5, tries=2), "answered when it was sent again"),
        (asked(90, in_outage=True), "answered once Slack was back"),
        (asked(0.2, 0.3), "answered twice: a mention"),
        (replace(asked(0.2, 0.3), said=["Sora (model)", UNSURE[0]]), "told to look, and to ask again"),
        (replace(asked(0.2, 0.3, 0.4), said=["Sora (", "Sora (", UNSURE[0]]), "answered twice: a mention"),
        (replace(asked(0.2, 0.3), said=["Sora (model)", SORRY[0]]), "answered twice: a mention"),
        (asked(0.2, said=SORRY[1]), "told that it failed"),
        (asked(0.2, said="Kimi (model)"), "answered with another's answer: Kimi (model)"),
        (replace(asked(0.2), wrong="C2"), "answered elsewhere: C2"),
        (asked(), "acknowledged, not answered"),
        (asked(status=401), "refused: 401 x"),
        (asked(status=0, acknowledged=None), "no connection: x"),
        (asked(0.2, status=0, acknowledged=None), "answered, its acknowledgement lost"),
    ],
)
def test_each_outcome_has_its_name(one: Asked, outcome: str) -> None:
    assert one.outcome == outcome


@pytest.mark.parametrize("outcome", ["answered twice", "answered with another's", "late", "refused: 500"])
def test_what_must_not_be_is_said(outcome: str) -> None:
    wrong = {
        "answered twice": asked(0.1, 0.2),
        "answered with another's": asked(0.1, said="Kimi"),
        "late": asked(9.0),
        "refused: 500": asked(status=500),
    }[outcome]

    [fault] = Phase("nothing wrong", [asked(0.1), wrong]).faults
    assert outcome in fault
    tolerant = Phase("killed", [wrong], allowed=("answered", "late", "refused")).faults
    assert bool(tolerant) is outcome.startswith("answered")


def test_a_slow_worker_a_fat_one_and_a_stray_answer_are_said() -> None:
    good, slow = Phase("nothing wrong", [asked(0.1, acknowledged=0.05)]), Phase("nothing wrong", [asked(0.3)])
    assert problems([good], MOST_MB) == []
    assert problems([slow], MOST_MB) == ["p99 is 100 ms, and should be under 100"]
    assert problems([good], MOST_MB + 1) == ["a worker took 769 MB of the 768 that it may"]
    assert problems([good], 1.0, ["C9 9: hi"]) == ["said to nobody who had asked: C9 9: hi"]
