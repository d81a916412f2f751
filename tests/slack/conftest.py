"""The phrases, the golden cards' switch, and the whole bot in front of a fake Slack."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aibot.load import load_phrases

if TYPE_CHECKING:
    from aibot.core.language import Phrases


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-cards", action="store_true", help="write tests/slack/cards/*.json anew instead of comparing"
    )


@pytest.fixture(scope="session")
def phrases() -> Phrases:
    return load_phrases()
