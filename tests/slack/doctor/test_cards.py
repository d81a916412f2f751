"""What doctor has Slack look at: every kind of card, post and view there is, over any fact base."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from tests.blocks.build import build
from tests.slack.cards.kinds import QUESTIONS
from tests.slack.cards.test_daily_cards import NAMES as DAILY
from tests.slack.cards.test_golden import MESSAGES
from tests.slack.cards.test_home import NAMES as HOME
from tests.slack.doctor.test_doctor import doctor

from aibot.core.answers import Comparison, Listing, Timeline
from aibot.core.facts import FactBase, parse_facts
from aibot.playground.fake_slack import BlocksCheck, FakeSlack
from aibot.slack.doctor.cards import sample_answers, sample_cards

if TYPE_CHECKING:
    from pathlib import Path

    from aibot.core.language import Phrases
    from aibot.slack.doctor.sample import Sample

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
OPTIONS = {"typed", "untyped"}  # what the search offers: blocks.validate takes messages and views alone


def kinds(samples: dict[str, Sample]) -> set[str]:
    return {name.rpartition(" (")[0] for name in samples}


def refused(samples: dict[str, Sample]) -> dict[str, object]:
    checks = BlocksCheck(build())
    found: dict[str, object] = {
        name: checks.view(one.content) if one.sort == "view" else checks.message(one.content)
        for name, one in samples.items()
    }
    return {name: problems for name, problems in found.items() if problems}


def test_every_kind_that_is_kept_word_for_word_is_among_them(base: FactBase, phrases: Phrases) -> None:
    samples = sample_cards(base, phrases, "/ai", NOW)

    golden = {"model" if name == "entry" else name for name in (*QUESTIONS, *MESSAGES)}
    golden |= {f"daily {name}" for name in DAILY} | {f"home {name}" for name in HOME if name not in OPTIONS}
    assert golden - kinds(samples) == set()
    assert {name.rpartition(" (")[0] for name, one in samples.items() if one.sort == "view"} == {
        "daily form", "home full", "home bare", "home told", "home search", "home found",
    }  # fmt: skip
    assert refused(samples) == {}


def test_the_real_base_has_an_answer_of_each_kind(base: FactBase) -> None:
    found = dict(sample_answers(base, NOW))

    for kind in ("list", "list-kinds", "list-made-by", "list-context"):
        assert isinstance(found[kind], Listing), kind
    for kind in ("timeline", "timeline-of"):
        assert isinstance(found[kind], Timeline), kind
    for kind in ("comparison", "comparison-asked", "comparison-units"):
        assert isinstance(found[kind], Comparison), kind


def test_a_small_base_has_them_too(facts_doc: FactBase, phrases: Phrases) -> None:
    """
    sources:
      - {id: news, kind: article, title: {en: News, zh: 新闻}}
    """
    samples = sample_cards(facts_doc, phrases, "/ai", NOW)

    assert {"organisation", "not-compared", "daily form", "home full"} <= kinds(samples)
    assert refused(samples) == {}


def test_so_has_an_empty_one(phrases: Phrases) -> None:
    samples = sample_cards(parse_facts([]), phrases, "/ai", NOW)

    assert {"not-found", "help", "daily subscribed", "home bare"} <= kinds(samples)
    assert refused(samples) == {}


@pytest.mark.anyio
async def test_a_view_that_slack_refuses(base: FactBase, phrases: Phrases, tmp_path: Path) -> None:
    async with FakeSlack(schemas=None) as slack:
        for one in sample_cards(base, phrases, "/ai", NOW).values():
            if one.sort == "view":
                break
            for _ in range(1 if one.rich is None else 2):
                slack.trouble("blocks.validate", error="invalid_blocks", extra={"ok": True})
        problem = {"errors": [{"pointer": "/title", "message": "too long", "code": "failed_constraint"}]}
        slack.trouble("blocks.validate", error="invalid_view", extra=problem)

        report = await doctor(tmp_path, slack)

    assert (report.code, report.wrong) == (1, ["cards"])
    assert "daily form" in report["cards"]["what"]
    assert "/title too long" in report["cards"]["what"]
