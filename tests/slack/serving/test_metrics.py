"""The counts are those that docs/operate.md tells of: their names and their labels."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from prometheus_client.parser import text_string_to_metric_families

from aibot.core.daily import GRACE
from aibot.core.daily.when import JITTER
from aibot.slack.serving.health import Health
from aibot.slack.serving.metrics import LAG_BUCKETS
from aibot.slack.serving.watching import Watch
from aibot.storage import Memory

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from aibot.slack.bot import Bot


def documented(root: Path) -> dict[str, set[str]]:
    """The metrics of the table in docs/operate.md, each with its labels."""
    text = (root / "docs" / "operate.md").read_text("utf-8")
    table = text.partition("\n## Counts")[2].partition("\n## ")[0]
    rows = [line.split("|")[1:3] for line in table.splitlines() if line.startswith("| `aibot_")]
    return {name.strip(" `"): set(re.findall(r"`([a-z]+)`", labels)) for name, labels in rows}


def counted(bot: Bot, memory: Memory) -> dict[str, set[str]]:
    """What /metrics says once something of each kind has happened: each metric with its labels."""
    health = Health()
    health.watch = Watch(memory)
    health.note_reply(bot.ask("RAG", via="command", private=True), "command", 0.001)
    health.note_refusal(401)
    health.metrics.count_opinion("right")
    health.metrics.count_held_back("person")
    health.metrics.count_call("chat.postMessage", "ok")
    health.metrics.count_posts("sent", 1, [61.0])
    found: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(health.counts().decode()):
        labels = {label for sample in family.samples for label in sample.labels} - {"le"}
        if family.type == "counter":
            found[f"{family.name}_total"] = labels
        elif not family.name.endswith(
            "_created"
        ):  # when the library began to count, beside each of its counts
            found[family.name] = labels
    return found


def test_every_count_is_in_the_table_and_the_table_names_no_other(
    bot: Bot, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    memory = Memory.open(f"sqlite:///{tmp_path}/aibot.db")
    assert documented(request.config.rootpath) == counted(bot, memory)
    memory.close()


def test_a_post_that_is_on_time_and_one_that_is_just_not_too_late_can_be_told_apart() -> None:
    assert sum(bucket <= JITTER for bucket in LAG_BUCKETS) >= 3
    assert GRACE.total_seconds() + JITTER < LAG_BUCKETS[-1]
    assert len(LAG_BUCKETS) < 15
