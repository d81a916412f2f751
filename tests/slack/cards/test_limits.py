"""Every card stays inside Slack's limits, and its plain text says all that its blocks say."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.blocks.build import build
from tests.slack.cards.kinds import comparisons, entry_answers, laid, largest, other_answers
from tests.slack.cards.reading import lines, texts

from aibot.core.answers import (
    FactAnswer,
    NoSuchVersion,
    NotCompared,
    NotFound,
    SeveralAnswers,
    Suggestions,
    Timeline,
)
from aibot.core.answers.intents import INTENTS
from aibot.core.language import LANGUAGES, Language
from aibot.load import load_facts, load_phrases
from aibot.playground.fake_slack import BlocksCheck
from aibot.slack.cards import CardMaker, Recall, Standing
from aibot.slack.cards.limits import MAX_BLOCKS, MAX_BLOCKS_JSON

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aibot.core.answers import Answer
    from aibot.slack.cards import Card

HOSTILE = [
    "<!channel>", "<!here|here>", "<!subteam^S1>", "<@U1>", "<#C1>", "<http://evil.example|the docs>",
    "http://evil.example", "*bold* _it_ ~no~ `code`", "```\nblock\n```", "&lt;!channel&gt;", "> quote", ":tada:",
    "\u202eevil\u202c", "a\u200bb\u2066c", "{count} {asked} {0}", "\x00\x07", "\ud800", "\n\n\n", "😀" * 200,
    "x" * 40_000, "'; DROP TABLE facts; --", "!!python/object:x", "%s %(x)s",
]  # fmt: skip


@cache
def slack() -> BlocksCheck:
    """What Slack would say to blocks, its own types included."""
    found = BlocksCheck(build())
    assert found.has_schema
    return found


@cache
def maker() -> CardMaker:
    return CardMaker(load_facts(), load_phrases())


@cache
def entries() -> list[str]:
    return sorted(maker().base.entries)


def problems(card: Card) -> list[str]:
    """What Slack would refuse, and what the plain text lacks."""
    found = _problems(card.blocks, card.plain)
    if card.rich is not None:
        found += [f"with tables and charts: {problem}" for problem in _problems(card.rich, card.plain)]
    buttons = [
        button["action_id"]
        for block in card.blocks
        for button in block.get("elements", [])
        if "action_id" in button
    ]
    if len(buttons) != len(set(buttons)):
        found.append(f"an action twice: {buttons}")
    if not 0 < len(card.text) <= 40_000:
        found.append(f"a text of {len(card.text)} characters")
    return found


def _problems(blocks: list[dict[str, Any]], plain: str) -> list[str]:
    found = [str(problem) for problem in slack().message(blocks)]
    if len(blocks) > MAX_BLOCKS or _size(blocks) > MAX_BLOCKS_JSON:
        found.append(f"{len(blocks)} blocks of {_size(blocks)} characters")
    return found + [f"the plain text lacks: {line}" for line in lines(blocks) if line not in plain]


def _size(blocks: list[dict[str, Any]]) -> int:
    return len(json.dumps(blocks, ensure_ascii=False))


def all_problems(answers: Iterable[Answer]) -> dict[str, list[str]]:
    recall = Recall("zh", question="问" * 600, time="2026-11-23T12:00:00+00:00")
    standing = Standing(recall, turned=True)  # with all the buttons that a card can have
    return {
        f"{answer!r:.200} {language}": found
        for answer in answers
        for language in LANGUAGES
        if (found := problems(maker().card_for(answer, language, standing=standing)))
    }


def test_every_entry_and_every_attribute_asked_of_it() -> None:
    assert all_problems(entry_answers(maker().base)) == {}


def test_every_other_kind_of_answer() -> None:
    assert all_problems(other_answers(maker().base)) == {}


def test_every_comparison() -> None:
    assert all_problems(comparisons(maker().base)) == {}


@settings(max_examples=60, deadline=None)
@given(
    compared=st.lists(
        st.deferred(lambda: st.sampled_from(entries())), min_size=2, max_size=4, unique=True
    ).map(tuple),
    asked=st.sampled_from([(), *(intent.attributes for intent in INTENTS)]),
    language=st.sampled_from(get_args(Language)),
)
def test_any_entries_side_by_side(
    compared: tuple[str, ...], asked: tuple[str, ...], language: Language
) -> None:
    comparison = laid(compared, maker().base, asked)
    assert comparison is not None
    assert problems(maker().card_for(comparison, language)) == []


@pytest.mark.parametrize("count", [2, 3, 4, 6])
def test_the_longest_cards_together_still_say_what_each_is(count: int) -> None:
    together = largest(maker().base, count)
    assert all_problems([together]) == {}
    for language in LANGUAGES:
        card = maker().card_for(together, language)
        for part in together.answers:
            assert isinstance(part, FactAnswer)
            assert maker().base[part.entry].summary.in_(language) in card.plain


@settings(max_examples=60, deadline=None)
@given(
    parts=st.lists(
        st.deferred(lambda: st.sampled_from(entries())).map(FactAnswer)
        | st.builds(
            NoSuchVersion,
            st.sampled_from(HOSTILE),
            st.lists(st.deferred(lambda: st.sampled_from(entries())), min_size=1, max_size=5).map(tuple),
        ),
        min_size=2,
        max_size=6,
    ),
    language=st.sampled_from(get_args(Language)),
)
def test_any_cards_together(parts: list[FactAnswer | NoSuchVersion], language: Language) -> None:
    card = maker().card_for(SeveralAnswers(tuple(parts)), language)
    assert problems(card) == []


@settings(max_examples=150, deadline=None)
@given(
    typed=st.sampled_from(HOSTILE)
    | st.text(max_size=300)
    | st.builds("{} {}".format, st.text(), st.sampled_from(HOSTILE)),
    kind=st.sampled_from(
        ["suggestions", "no such version", "not found", "nothing on date", "not compared", "timeline"]
    ),
    language=st.sampled_from(get_args(Language)),
)
def test_what_people_type_is_shown_as_it_is_and_does_nothing(
    typed: str, kind: str, language: Language
) -> None:
    answers: dict[str, Answer] = {
        "suggestions": Suggestions(typed, (entries()[0],)),
        "no such version": NoSuchVersion(typed, (entries()[0],)),
        "not found": NotFound(typed),
        "nothing on date": NotFound(typed, "nothing-on-date"),
        "not compared": NotCompared("unknown", (entries()[0],), (typed, typed)),
        "timeline": Timeline(None, (), topic=typed),
    }
    card = maker().card_for(answers[kind], language)
    assert problems(card) == []
    clean = maker().card_for(NotFound("tea"), language)
    for text in texts(card.blocks):
        if text["type"] == "mrkdwn":  # ours alone: no typed text is ever formatted
            assert "evil" not in text["text"]
    for sent in (card.text, card.plain):
        assert not set(sent) & set("\u202e\u202c\u200b\u2066\x00\x07\ud800")
    assert "<" not in card.text
    assert "<" not in clean.text
    body = card.ephemeral_json.encode()
    assert b'"unfurl_links": false' in body
    assert b'"unfurl_media": false' in body
