"""One slip in the word that asks is put right; a word of English, or two slips, are left as they were typed."""

from __future__ import annotations

import pytest

from aibot.core.conversation.spelling import respelled


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("contxt window?", "context window?"),
        ("contetx length", "context length"),
        ("who made ti?", "who made it?"),
        ("how mcuh did it cost", "how much did it cost"),
        ("when was it relased", "when was it released"),
        ("prcie", "price"),
        ("shangxiawen", "上下文"),
        ("duo shao qian?", "多少钱"),
    ],
)
def test_one_slip_is_put_right(typed: str, meant: str) -> None:
    assert respelled(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "contest length",  # a word of its own
        "content window",
        "form",
        "hwo made it",  # how, or who
        "prcie and contxt",  # two
        "contxxt wndow",
        "kubernetes?",
        "ai",
        "shangxia",
        "",
    ],
)
def test_what_may_mean_something_else_is_left_alone(typed: str) -> None:
    assert respelled(typed) == ""
