"""A short chaos run; `make chaos` is the long one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from benchmarks import chaos

if TYPE_CHECKING:
    from pathlib import Path

    from tests.postgres import Server


@pytest.mark.parametrize("workers", [1, 2])
def test_nothing_is_doubled_or_lost(tmp_path: Path, server: Server, workers: int) -> None:
    """One process on SQLite, two on PostgreSQL; killed, troubled by Slack, and with a clock that jumps."""
    url = f"sqlite:///{tmp_path}/aibot.db" if workers == 1 else server.create("short_chaos")
    result = chaos.run("short", url, tmp_path, workers=workers, channels=40, days=1, kills=3, trouble=0.2)
    assert result.kills.total() >= 1  # how many of the three come before all is posted is a matter of luck
    assert result.is_good, chaos.told(result)
    assert result.states.get("sent") == 40


def test_where_nobody_may_look_nothing_is_doubled_and_only_what_may_stand_there_is_unknown(
    tmp_path: Path, server: Server
) -> None:
    url = server.create("blind_chaos")
    result = chaos.run(
        "blind", url, tmp_path, workers=2, channels=40, days=1, kills=3, trouble=0.2, blind=True
    )
    assert result.is_good, chaos.told(result)
    assert result.states.get("sent", 0) + result.states.get("unknown", 0) == 40
