"""Every line that the documentation and the bot's own phrases tell people to type is understood."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aibot.core.daily import Deck
from aibot.core.daily.grammar import parse_request
from aibot.core.daily.requests import Unclear
from aibot.core.daily.topics import Topics
from aibot.load import load_phrases

if TYPE_CHECKING:
    from aibot.core.answers import Knowledge

PAGE = (Path(__file__).parents[3] / "docs" / "daily-subscribing.md").read_text("utf-8")
LINES = re.findall(r"^(?:/ai|@aibot) (.*?)(?:  .*)?$", PAGE, re.MULTILINE)
ROWS = [row for row in PAGE.splitlines() if row.startswith("| ") and "`" in row]
SAID = [code for row in ROWS for code in re.findall(r"`([^`]+)`", row) if code != "json"]


def offered() -> list[str]:
    """The lines in phrases, as `{command} subscribe 10am sun-thu Dubai.`, without the end of the sentence."""
    found = []
    for language in ("en", "zh"):
        for name, phrase in load_phrases().all(language).items():
            if name.startswith("daily."):
                found += re.findall(r"\{command\} ([^,，.。;；:：`）)“”]+)", phrase)
    return found


@pytest.fixture(scope="module")
def topics(knowledge: Knowledge) -> Topics:
    return Topics(knowledge.matcher, Deck(knowledge.base))


@pytest.mark.parametrize("line", [*LINES, *SAID])
def test_a_line_of_the_documentation(line: str, topics: Topics) -> None:
    found = parse_request(line, topics) or parse_request(f"subscribe {line}", topics)
    assert found is not None
    assert not isinstance(found, Unclear)


def test_there_are_lines() -> None:
    assert len(LINES) == 4
    assert len(SAID) > 20


@pytest.mark.parametrize("line", ["subscribe 9am weekdays Tokyo", "订阅 工作日 上午9点 北京时间"])
def test_the_examples_of_the_help(line: str, topics: Topics) -> None:
    assert not isinstance(parse_request(line, topics), Unclear | None)


@pytest.mark.parametrize("line", sorted(set(offered())))
def test_a_line_that_the_bot_offers_begins_as_one_of_ours(line: str, topics: Topics) -> None:
    words = line.split()
    lengths = range(len(words), 0, -1)
    readings = [parse_request(" ".join(words[:length]), topics) for length in lengths]
    assert any(found is not None and not isinstance(found, Unclear) for found in readings), line
