"""The account of a load run: what came of what was asked while something was wrong, and whether that may be."""

from __future__ import annotations

import os
import platform
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from benchmarks.load_traffic import outcomes, quantiles

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from benchmarks.load_traffic import Asked

P99_MS = 100.0
#  What compose.yaml and deploy/ allow a bot
MOST_MB = 768.0
#  Nobody's question may come to this, whatever breaks
NEVER = ("answered twice", "answered elsewhere", "answered with another's")


@dataclass
class Phase:
    """What was asked while one thing was wrong, and what came of it."""

    name: str
    flow: Sequence[Asked]
    notes: list[str] = field(default_factory=list)
    allowed: tuple[str, ...] = ()  # how outcomes other than "in time" may begin

    @property
    def faults(self) -> list[str]:
        """What must not be."""
        found = [
            f"{self.name}: {count} {outcome}"
            for outcome, count in outcomes(self.flow).items()
            if outcome.startswith(NEVER)
            or (outcome != "in time" and not outcome.startswith(self.allowed or ("\0",)))
        ]
        return [*found, *(f"{self.name}: {note}" for note in self.notes if note.startswith("NOT"))]

    def row(self) -> str:
        """A line of the report's table."""
        p50, p99, most = self.acknowledged
        median, slow, slowest = quantiles(asked.answers[0] if asked.answers else None for asked in self.flow)
        came = outcomes(self.flow)
        rest = "; ".join(
            f"{count:,} {outcome}" for outcome, count in came.most_common() if outcome != "in time"
        )
        return (
            f"| {self.name} | {len(self.flow):,} | {came['in time']:,} | {rest or '–'} "
            f"| {p50:.1f} | {p99:.1f} | {most:.0f} | {median:,.1f} | {slow:,.1f} | {slowest:,.0f} |"
        )

    @property
    def acknowledged(self) -> tuple[float, float, float]:
        """The median, the 99th percentile and the longest of the milliseconds to the acknowledgements."""
        return quantiles(asked.acknowledged for asked in self.flow)


def problems(phases: Sequence[Phase], most_mb: float, strays: Sequence[str] = ()) -> list[str]:
    """Everything that is not as it should be."""
    found = [fault for phase in phases for fault in phase.faults]
    if (p99 := phases[0].acknowledged[1]) >= P99_MS:
        found.append(f"p99 is {p99:.0f} ms, and should be under {P99_MS:.0f}")
    if most_mb > MOST_MB:
        found.append(f"a worker took {most_mb:.0f} MB of the {MOST_MB:.0f} that it may")
    return [*found, *(f"said to nobody who had asked: {stray}" for stray in strays[:5])]


def told(
    phases: Sequence[Phase], most_mb: float, arguments: argparse.Namespace, strays: Sequence[str] = ()
) -> str:
    """The report."""
    wrong = problems(phases, most_mb, strays)
    everything: Counter[str] = Counter()
    for phase in phases:
        everything += outcomes(phase.flow)
    twice = sum(count for name, count in everything.items() if name.startswith("answered twice"))
    elsewhere = len(strays) + sum(count for name, count in everything.items() if name.startswith(NEVER[1:]))
    how = (
        f"{datetime.now(UTC):%Y-%m-%d}, `{arguments.shown}`, Python {platform.python_version()}, "
        f"{os.cpu_count()} cores: {arguments.rate:.0f} requests a second, {arguments.seconds:.0f} seconds with nothing "
        f"wrong, {arguments.installed:,} installations in the table, at most {most_mb:.0f} MB a worker."
    )
    lines = [
        how, "",
        "| | asked | in time | else | acknowledged, ms: p50 | p99 | longest | answered, ms: p50 | p99 | longest |",
        "|---|---|---|---|---|---|---|---|---|---|",
        *(phase.row() for phase in phases), "",
        *(f"- {phase.name}: {note}" for phase in phases for note in phase.notes),
        f"- of {everything.total():,} requests {twice:,} answered twice, {elsewhere:,} elsewhere or with another's",
        f"- **{'everything as it should be' if not wrong else 'not as it should be: ' + '; '.join(wrong)}**",
    ]  # fmt: skip
    return "\n".join(lines)
