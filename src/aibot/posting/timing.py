"""How long things take."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """How long things take, in seconds. Only a run that tries faults out has a reason to change more than `grace`."""

    grace: float = 7_200.0  # a post may come so late, and no later
    tick: float = 1.0
    start_within: float = 8.0  # after the claim; a worker that is slower gives the delivery back
    watch: float = (
        45.0  # an attempt that stands still so long is its worker's last; more than start + two timeouts
    )
    steady: float = 60.0  # the clock must have gone on so long without a step before a day is written off
    rate: float = 5.0  # posts a second and workspace; Slack takes "several hundred a minute"
    at_once: int = 48  # posts on their way from this program
    tell_within: float = 10.0
    #  Where several programs share a PostgreSQL
    batch: int = 16  # deliveries in one job
    sweep: float = 5.0  # between two looks for jobs and deliveries that nobody works on
    dead_after: float = 20.0  # a program that has not been heard of for so long is dead
    forgotten: float = 15.0  # a delivery that is overdue so long should be on its way, or waiting in a job


def running_clock() -> float:
    """Seconds by a clock that nobody sets, and that goes on while the machine sleeps where there is such a one."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if sys.platform == "linux" else time.monotonic()
