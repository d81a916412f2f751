"""Comparing, with the real fact base. comparisons.tsv grows by one line with every reported miss."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aibot.core.answers import Comparison, Knowledge, NotCompared, Question, answer, entries_of, outcome_of
from aibot.core.answers.comparing import MOST_COMPARED, compare
from aibot.core.answers.side_by_side import ranked, side_by_side
from aibot.core.facts import FileText, parse_facts
from aibot.core.language import language_of
from aibot.load import load_facts

if TYPE_CHECKING:
    from aibot.core.answers import Answer
    from aibot.core.facts import FactBase

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)

with (Path(__file__).parent / "comparisons.tsv").open(encoding="utf-8", newline="") as lines:
    ROWS = list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]


def ask(knowledge: Knowledge, text: str) -> Answer:
    return answer(Question(text, language_of(text), NOW), knowledge)


def detail(found: Comparison | NotCompared) -> str:
    """What the table says of an answer: the asked attribute and the order, or the reason and what is offered."""
    if isinstance(found, Comparison):
        order = " > ".join(found.order) or found.unranked
        return "; ".join([*found.asked[:1], *([order] if order else [])])
    offers = " + ".join("|".join(offer) for offer in found.offers)
    return f"{found.reason}; {offers}" if offers else found.reason


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_what_is_compared(knowledge: Knowledge, row: list[str]) -> None:
    text, language, kind, entries, expected = row
    found = ask(knowledge, text)

    assert language_of(text) == language
    assert type(found).__name__ == kind
    assert isinstance(found, Comparison | NotCompared)
    assert list(found.entries) == entries.split("|") * bool(entries)
    assert detail(found) == expected


@pytest.mark.parametrize(
    "text",
    [
        "比较好的模型有哪些",
        "what does vs mean",
        "GPT-4o 性能对比",
        "what was DeepSeek-V3 compared with",
        "哪个公司开发了 GPT-4o 和 Sora",
        "哪个模型最好",
        "is DeepSeek-V3 better than GPT-4o?",
        "which is the best model",
        "GPT-4o, Claude 3",
    ],
)
def test_what_is_no_comparison(knowledge: Knowledge, text: str) -> None:
    assert not isinstance(ask(knowledge, text), Comparison | NotCompared)


def test_a_comparison_answers_and_what_cannot_be_compared_offers(knowledge: Knowledge) -> None:
    outcomes = [
        outcome_of(ask(knowledge, text)) for text in ("o1 vs gpt-4o", "compare gpt-4o", "compare foo, bar")
    ]

    assert outcomes == ["answer", "suggest", "reject"]
    assert entries_of(ask(knowledge, "gpt-6 vs gpt-4o"))[:2] == ["gpt-4o", "gpt-4"]


def test_what_differs_comes_first_then_what_is_the_same_then_what_one_of_them_has(
    knowledge: Knowledge,
) -> None:
    found = ask(knowledge, "compare o1 and gpt-4 turbo")
    assert isinstance(found, Comparison)
    told = [sum(map(bool, row.cells)) for row in found.rows]
    places = [3 if count == 1 else 2 if row.same else 1 for count, row in zip(told, found.rows, strict=True)]

    assert places == sorted(places)
    assert {1, 2, 3} == set(places)


def test_the_articles_value_and_the_public_records_are_both_kept(knowledge: Knowledge) -> None:
    found = ask(knowledge, "compare the context of claude 3 and gpt-4o")
    assert isinstance(found, Comparison)
    sources = [part.fact.source[0].partition(" ")[0] for part in found.rows[0].cells[0]]

    assert found.rows[0].attribute == "context"
    assert sources == ["article", "claude-3-family"]


def test_an_asked_attribute_that_none_has_is_a_row_of_its_own(knowledge: Knowledge) -> None:
    found = ask(knowledge, "compare the cost of gpt-4o and claude 3 opus")
    assert isinstance(found, Comparison)

    assert (found.rows[0].attribute, found.rows[0].cells) == ("cost", ((), ()))
    assert found.unranked == "missing"


@pytest.mark.parametrize("text", ["compare gpt-4, deepseek-v3", "比较 GPT-4、DeepSeek-V3"])
def test_what_is_told_of_another_beside_it_is_not_its_own_value(knowledge: Knowledge, text: str) -> None:
    found = ask(knowledge, text)
    assert isinstance(found, Comparison)
    ratio = next(row for row in found.rows if row.attribute == "cost ratio")

    assert [[part.fact.id for part in cell] for cell in ratio.cells] == [[], ["F1.5-14"]]


def test_no_entry_has_a_cell_with_anothers_value_or_a_sentence_that_leaves_it_out(
    knowledge: Knowledge,
) -> None:
    base = knowledge.base
    foreign = [
        (entry.id, part.fact)
        for entry in base.entries.values()
        for row in side_by_side([entry.id], (), base)
        for part in row.cells[0]
        if not part.other and not base.owns(entry.id, part.fact)
    ]

    assert [(entry, fact.id) for entry, fact in foreign if fact.value is not None] == []
    assert ("pruning", "F1.10-07") in {(entry, fact.id) for entry, fact in foreign}
    assert "ferret" not in {entry for entry, _ in foreign}


ENTRY = (
    "  - {{id: {id}, kind: model, name: {{en: {id}, zh: {id}}}, facts: [{facts}], notes: [{notes}],"
    " summary: {{en: A model., zh: 模型。, source: article 1}}}}\n"
)
FACT = "{{about: {about}, en: It is so., zh: 如此。, source: article 1, id: {id}, value: {{{value}}}}}"


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("quantity: 5, unit: tokens", "quantity: 7, unit: tokens", "b > a"),
        ("quantity: 7, unit: tokens", "quantity: 5, unit: tokens", "a > b"),
        ("quantity: 7, to: 9, unit: tokens", "quantity: 5, unit: tokens", "a > b"),
        ("quantity: 7, to: 9, unit: tokens", "quantity: 8, unit: tokens", "overlap"),
        ("quantity: 5, unit: tokens", "quantity: 5, unit: tokens", "equal"),
        ("quantity: 5, unit: tokens", "quantity: 7, unit: characters", "units"),
        ("quantity: 5, unit: tokens, bound: at most", "quantity: 7, unit: tokens", "bounds"),
        ("quantity: 5, unit: tokens", "quantity: 7, unit: tokens, bound: about", "bounds"),
        ("quantity: 5, unit: tokens, variant: {en: pro, zh: 专业版}", "quantity: 7, unit: tokens", "bounds"),
        ("text: {en: long, zh: 长}", "quantity: 7, unit: tokens", ""),
        ("date: 2024-05", "date: 2024-04-03, zone: UTC", "b > a"),
        ("date: 2023", "date: 2024", "a > b"),
        ("date: 2024", "date: 2024-04-03, zone: UTC", "overlap"),
        ("date: 2024-04-03, zone: UTC", "date: 2024-04-03, zone: UTC", "equal"),
        ("date: 2024-04-03, zone: UTC", "date: 2024-04-04, zone: UTC", "a > b"),
        ("date: 2024-04-03, zone: America/Los_Angeles", "date: 2024-04-04, zone: Asia/Shanghai", "overlap"),
        ("date: 2024-04-03, zone: America/Los_Angeles", "date: 2024-04-05, zone: Asia/Shanghai", "a > b"),
        ("date: 2024-04-03, zone: UTC, meaning: preview", "date: 2024-05-03, zone: UTC", "a > b"),
        ("date: 2024-05, meaning: preview", "date: 2024-05-03, zone: UTC", "meanings"),
        ("date: 2024-04-03, zone: UTC, variant: {en: mini, zh: 迷你版}", "date: 2024-05", "bounds"),
    ],
)
def test_an_order_is_given_only_where_there_is_one(left: str, right: str, expected: str) -> None:
    about = "released" if left.startswith("date") else "context"
    base = facts_from(about, left, right)
    (row,) = side_by_side(("a", "b"), (about,), base)
    order, unranked = ranked(row, base, ("a", "b"))

    assert (" > ".join(order) or unranked) == expected


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        ("confirmed", "b > a"), ("refined", "b > a"),
        ("misprint", "doubted"), ("open", "doubted"), ("unverified", "doubted"), ("disputed", "doubted"),
    ],
)  # fmt: skip
def test_a_doubted_figure_decides_nothing(verdict: str, expected: str) -> None:
    note = f"{{id: n, on: F1, verdict: {verdict}, en: So., zh: 是。, source: article 1}}"
    base = facts_from("context", "quantity: 5, unit: tokens", "quantity: 7, unit: tokens", notes=note)
    (row,) = side_by_side(("a", "b"), ("context",), base)
    order, unranked = ranked(row, base, ("a", "b"))

    assert (" > ".join(order) or unranked) == expected


def facts_from(about: str, left: str, right: str, *, notes: str = "") -> FactBase:
    """Two models with a fact each."""
    text = "sources:\n  - {id: article, kind: article, title: {en: The article, zh: 文章}}\nentries:\n"
    text += ENTRY.format(id="a", facts=FACT.format(about=about, id="F1", value=left), notes=notes)
    text += ENTRY.format(id="b", facts=FACT.format(about=about, id="F2", value=right), notes="")
    return parse_facts([FileText("pack", "facts.yaml", text)])


ENTRIES = sorted(load_facts().entries)


@settings(max_examples=80, deadline=None)
@given(
    entries=st.lists(st.sampled_from(ENTRIES), max_size=6),
    separator=st.sampled_from([", ", " and ", "、", " vs "]),
)
def test_whatever_is_compared_has_an_outcome(
    entries: list[str], separator: str, knowledge: Knowledge
) -> None:
    base = knowledge.base
    found = compare(separator.join(base[entry].name.en for entry in entries), base, knowledge.matcher)

    if isinstance(found, Comparison):
        assert 2 <= len(found.entries) <= MOST_COMPARED
        assert all(len(row.cells) == len(found.entries) for row in found.rows)
    else:
        assert all(2 <= len(set(offer)) <= MOST_COMPARED for offer in found.offers)


def test_every_offer_can_be_taken(knowledge: Knowledge) -> None:
    """A button asks "compare A, B" by name: each name must lead back to its entry."""
    base = knowledge.base
    for language in ("en", "zh"):
        for row in ROWS:
            found = ask(knowledge, row[0])
            for offer in found.offers if isinstance(found, NotCompared) else ():
                names = ", ".join(base[entry].name.in_(language) for entry in offer)
                taken = compare(names, base, knowledge.matcher)
                assert isinstance(taken, Comparison), names
                assert taken.entries == offer


def test_every_entry_offers_something_to_compare_it_with(knowledge: Knowledge) -> None:
    for entry in knowledge.base.entries.values():
        found = compare(entry.name.en, knowledge.base, knowledge.matcher)
        assert isinstance(found, NotCompared), entry.name.en
        assert found.offers, entry.name.en
