"""What is offered while somebody types: both languages, pinyin, slips; in the same order every time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aibot.core.answers import Knowledge
from aibot.core.matching import Matcher, Name, Typeahead
from aibot.core.matching.typeahead import MOST
from aibot.load import load_facts

if TYPE_CHECKING:
    from aibot.core.facts import FactBase

BASE = load_facts()
TYPEAHEAD = Typeahead(BASE.names, Knowledge.of(BASE).matcher)


@pytest.mark.parametrize(
    ("typed", "entry"),
    [
        ("DeepSeek-V3", "deepseek-v3"),  # a whole name before those that begin with it
        ("deepseek v", "deepseek-v3"),  # the mark of a version, its number still to be typed
        ("sonnet", "claude-3.5-sonnet"),  # a later word
        ("pro gemini", "gemini-1.5-pro"),  # words in another order
        ("深度", "deepseek"),
        ("求索", "deepseek"),  # from the middle of a Chinese name
        ("訊飛", "iflytek"),  # traditional characters
        ("shenduqiu", "deepseek"),  # pinyin, half a syllable still to come
        ("sdqs", "deepseek"),  # its initials
        ("文新一", "ernie-bot"),  # other characters of the same sound
        ("ｔｒａｎｓｆ", "transformer"),  # full width
        ("transfrom", "transformer"),  # a slip in what is only begun
        ("rtansformer", "transformer"),  # the first two letters swapped
        ("claud sonet", "claude-3.5-sonnet"),  # a slip in each word
        ("eepseek", "deepseek"),  # the very first letter lost
        ("who made sora?", "sora"),  # a whole question
        ("gpt-6", "gpt-4"),  # a version that does not exist: its family
    ],
)
def test_what_was_meant_is_among_the_first_three(typed: str, entry: str) -> None:
    offered = [one.entry for one in TYPEAHEAD.suggest(typed)]
    assert entry in offered[:3]


def test_every_entry_is_found_by_its_names_however_far_they_are_typed(base: FactBase) -> None:
    for entry in base.entries.values():
        for name in (entry.name.en, entry.name.zh):
            assert TYPEAHEAD.suggest(name)[0].entry in {
                other.id for other in base.entries.values() if name in {other.name.en, other.name.zh}
            }, name
            assert entry.id in {one.entry for one in TYPEAHEAD.suggest(name[: max(3, len(name) // 2)])}, name


def test_a_slip_never_turns_one_version_into_another() -> None:
    typeahead = _of("Nova 4", "Nova 5")
    assert [one.name for one in typeahead.suggest("nvoa 4")] == ["Nova 4"]


def test_a_name_that_is_only_the_nearest_thing_is_not_shown_as_the_entrys_own() -> None:
    names = [
        Name("Nova 4", "nova-4", "model", "title"),
        Name("Nova 9", "nova-4", "model", "related"),
        Name("Nova 9 Lite", "nova-9-lite", "model", "title"),
    ]
    found = Typeahead(names, Matcher(names)).suggest("nova 9")
    assert [(one.entry, one.name) for one in found] == [("nova-9-lite", "Nova 9 Lite"), ("nova-4", "")]


def test_nothing_typed_offers_nothing() -> None:
    assert [TYPEAHEAD.suggest(typed) for typed in ("", "  ", "?!", "\u200b")] == [()] * 4


@given(st.text(max_size=60))
def test_anything_typed_is_answered_within_the_limit_and_each_entry_once(typed: str) -> None:
    offered = [one.entry for one in TYPEAHEAD.suggest(typed)]
    assert len(offered) == len(set(offered)) <= MOST
    assert all(entry in BASE for entry in offered)
    assert offered == [one.entry for one in TYPEAHEAD.suggest(typed)]


def test_a_hundred_at_most() -> None:
    names = [Name(f"Nova {number}", f"nova-{number}", "model", "title") for number in range(300)]
    assert len(Typeahead(names, Matcher(names)).suggest("n")) == MOST


def _of(*texts: str) -> Typeahead:
    names = [Name(text, text, "model", "title") for text in texts]
    return Typeahead(names, Matcher(names))
