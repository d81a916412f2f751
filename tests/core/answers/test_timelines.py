"""Timelines of everything, of dates, of entries and what belongs to them, and of words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from aibot.core.answers import Answer, Knowledge, Question, Timeline, answer
from aibot.core.facts import DateValue
from aibot.core.language import language_of

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def ask(knowledge: Knowledge, text: str) -> Answer:
    return answer(Question(text, language_of(text), NOW), knowledge)


@pytest.mark.parametrize(
    ("text", "about", "topic", "date", "entries"),
    [
        ("timeline openai", ("openai",), "", "", {"gpt-4", "gpt-4-turbo", "gpt-4o", "o1", "sora"}),
        ("时间线 OpenAI", ("openai",), "", "", {"gpt-4", "gpt-4-turbo", "gpt-4o", "o1", "sora"}),
        ("timeline of OpenAI", ("openai",), "", "", {"gpt-4", "gpt-4-turbo", "gpt-4o", "o1", "sora"}),
        ("timeline openai 2023", ("openai",), "", "2023", {"gpt-4", "gpt-4-turbo"}),
        ("timeline gpt-4o", ("gpt-4o",), "", "", {"gpt-4o"}),
        ("timeline 2024-12-10", (), "", "2024-12-10", {"sora"}),
        ("timeline 26 December 2024", (), "", "2024-12-26", {"deepseek-v3"}),
        ("timeline video", (), "video", "", {"sora"}),
        ("时间线 视频", (), "视频", "", {"sora"}),
        ("大事记 视频", (), "视频", "", {"sora"}),
    ],
)
def test_whose_timeline(  # noqa: PLR0917
    knowledge: Knowledge, text: str, about: tuple[str, ...], topic: str, date: str, entries: set[str]
) -> None:
    found = ask(knowledge, text)

    assert isinstance(found, Timeline)
    assert (found.about, found.topic) == (about, topic)
    assert (found.date.label if found.date else "") == date
    assert entries == {item.entry for item in found.items}


def test_alone_it_is_everything_in_order(knowledge: Knowledge) -> None:
    found = ask(knowledge, "timeline")

    assert isinstance(found, Timeline)
    days = [item.fact.value.span.first for item in found.items if isinstance(item.fact.value, DateValue)]
    assert len(days) == len(found.items) > 40
    assert days == sorted(days)


@pytest.mark.parametrize(
    ("text", "kind", "detail"),
    [
        ("timeline zorblax", "NotFound", "nothing-dated"),
        ("timeline a", "NotFound", "nothing-dated"),
        ("timeline 1999", "NotFound", "nothing-on-date"),
        ("timeline 2024-02-30", "NotFound", "no-such-date"),
        ("timeline gpt-6", "NoSuchVersion", ""),
        ("timeline huiyun fada", "Suggestions", ""),
        ("时间线 佐尔布拉克斯", "NotFound", "nothing-dated"),
    ],
)
def test_where_there_is_none_it_says_why(knowledge: Knowledge, text: str, kind: str, detail: str) -> None:
    found = ask(knowledge, text)

    assert type(found).__name__ == kind
    assert getattr(found, "reason", "") == detail
