"""A million subscriptions on one weekday, worked out: how many workers it takes, and how late the last post is.

Slack's budget a workspace and the engine's speed are the two queues; what a worker does a second is measured by
benchmarks/delivery.py and given here with --per-worker.
"""

from __future__ import annotations

import argparse
from datetime import date, time

import numpy as np

from aibot.core.daily import slot_of

#  Shares of office workers by zone, roughly; what matters is that a third of the world's mornings are one instant
ZONES = {
    "America/Los_Angeles": 9, "America/Denver": 3, "America/Chicago": 10, "America/New_York": 18,
    "America/Sao_Paulo": 4,
    "Europe/London": 9, "Europe/Berlin": 18, "Europe/Helsinki": 4, "Asia/Dubai": 2, "Asia/Kolkata": 9,
    "Asia/Shanghai": 5, "Asia/Singapore": 3, "Asia/Tokyo": 4, "Australia/Sydney": 2,
}  # fmt: skip
TIMES = {
    "09:00": 55,
    "08:30": 8,
    "08:00": 8,
    "09:30": 8,
    "10:00": 12,
    "12:00": 3,
    "14:00": 2,
    "16:00": 2,
    "17:00": 2,
}


def queued(due: np.ndarray, rate: float) -> np.ndarray:
    """When each of some sorted arrivals is served, one after the other at a rate."""
    place = np.arange(len(due)) / rate
    served: np.ndarray = np.maximum.accumulate(due - place) + place
    return served


def simulate(  # noqa: PLR0913  # what it depends on
    count: int, workspaces: int, *, budget: float, per_worker: float, workers: int, seed: int
) -> dict[str, float]:
    chance = np.random.default_rng(seed)
    day = date(2026, 12, 2)
    slots, weights = [], []
    for zone, share in ZONES.items():
        for at, part in TIMES.items():
            slot = slot_of(day, time.fromisoformat(at), zone)
            assert slot is not None
            slots.append(slot.timestamp())
            weights.append(share * part)
    zone_of_team = chance.choice(
        len(ZONES), workspaces, p=np.array(list(ZONES.values())) / sum(ZONES.values())
    )
    sizes = chance.zipf(1.8, workspaces).clip(1, 4_000).astype(float)
    team = chance.choice(workspaces, count, p=sizes / sizes.sum())
    which = chance.choice(len(TIMES), count, p=np.array(list(TIMES.values())) / sum(TIMES.values()))
    due = np.array(slots)[zone_of_team[team] * len(TIMES) + which] + chance.integers(0, 121, count)
    order = np.lexsort((due, team))
    allowed = np.empty(count)
    edges = np.flatnonzero(np.diff(team[order])) + 1
    for rows in np.split(order, edges):
        allowed[rows] = queued(due[rows], budget)
    sequence = np.argsort(allowed, kind="stable")
    sent = np.empty(count)
    sent[sequence] = queued(allowed[sequence], per_worker * workers)
    by_slack, by_us, late = allowed - due, sent - allowed, sent - due
    return {
        "peak": float(np.bincount(((due - due.min()) // 60).astype(int)).max()),
        "biggest": float(np.bincount(team).max()),
        "slack_p99": float(np.percentile(by_slack, 99)), "slack_max": float(by_slack.max()),
        "us_p50": float(np.percentile(by_us, 50)), "us_p99": float(np.percentile(by_us, 99)),
        "us_max": float(by_us.max()),
        "late_max": float(late.max()), "too_late": float((late > 7_200).sum()),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--workspaces", type=int, default=100_000)
    parser.add_argument("--budget", type=float, default=5.0, help="posts a second and workspace")
    parser.add_argument("--per-worker", type=float, default=300.0, help="posts a second one worker makes")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    for workers in (1, 2, 3, 5, 10):
        found = simulate(
            arguments.count, arguments.workspaces, budget=arguments.budget, per_worker=arguments.per_worker,
            workers=workers, seed=arguments.seed,
        )  # fmt: skip
        if workers == 1:
            print(
                f"{arguments.count:,} subscriptions in {arguments.workspaces:,} workspaces (the largest has "
                f"{found['biggest']:,.0f}); {found['peak']:,.0f} in the busiest minute; Slack's budget alone makes "
                f"1 % later than {found['slack_p99']:.0f} s and the last {found['slack_max'] / 60:.0f} min late"
            )
        print(
            f"{workers} workers at {arguments.per_worker:.0f}/s: the engine adds {found['us_p50']:.0f} s at the "
            f"median, {found['us_p99'] / 60:.1f} min at the 99th percentile, {found['us_max'] / 60:.1f} min at most; "
            f"the last post is {found['late_max'] / 60:.1f} min late, {found['too_late']:,.0f} beyond the grace"
        )


if __name__ == "__main__":
    main()
