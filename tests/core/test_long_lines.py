"""Lines of 40,000 characters: whatever reads what people type takes a moment, since it stops the bot for all."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from aibot.core.answers.unanswered import switch_wanted
from aibot.core.conversation import inline_switch, named_inline
from aibot.core.daily import Deck
from aibot.core.daily.grammar import parse_request
from aibot.core.daily.topics import Topics
from aibot.core.language import language_of
from aibot.core.language_requests import parse_language
from aibot.core.politeness import without_last
from aibot.slack.places import typed_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from aibot.core.answers import Knowledge

LENGTH = 40_000
#  What grows with the square of the length took 30 seconds
MOST_SECONDS = 0.5
PIECES = (
    "!", ".", "。", " please", "please ", "我想", " ", "list ", "subscribe ", "9am and ", "monday ", ",rag", "skip ",
    "german ", "2026-12-24 ", "a ", "<", "<@U|", "<#C1|", "<http://a", "&", "[[", "[[a", "`", "```[[", "#a", "1.",
    "language ", "speak to me in ", "说", "语言", "daily policy ", "every ", "until ", "unanswered", "inline ", "吧",
)  # fmt: skip


@pytest.fixture(scope="module")
def readers(knowledge: Knowledge) -> tuple[Callable[[str], object], ...]:
    topics = Topics(knowledge.matcher, Deck(knowledge.base))
    return (
        lambda text: parse_request(text, topics), parse_language, inline_switch, switch_wanted, named_inline,
        language_of, lambda text: typed_in({"text": text}), lambda text: without_last(text, ("please", "吧")),
    )  # fmt: skip


@pytest.mark.parametrize("piece", PIECES)
def test_a_long_line_is_read_in_a_moment(piece: str, readers: tuple[Callable[[str], object], ...]) -> None:
    many = piece * (LENGTH // len(piece))
    for read in readers:
        for line in (many, f"speak {many}x", f"{many}x"):
            began = time.process_time()
            read(line)
            assert time.process_time() - began < MOST_SECONDS


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("subscribe 9am please!!", "subscribe 9am"),
        ("stop now, please", "stop now,"),
        ("stop now please . ", "stop"),
        ("订阅一下吧。谢谢！", "订阅"),
        ("please", "please"),
        ("snow", "snow"),
        ("!", ""),
    ],
)
def test_what_asks_for_nothing_is_left_out(line: str, left: str) -> None:
    assert without_last(line, ("please", "now", "吧", "一下", "谢谢")) == left
