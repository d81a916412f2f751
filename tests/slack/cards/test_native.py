"""Slack's own tables and bar charts say what the text says, and never more."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.slack.cards.kinds import NOON
from tests.slack.cards.reading import bars

from aibot.core.answers import Comparison, Dated, Question, Timeline, answer
from aibot.core.answers.timelines import timeline_about
from aibot.core.facts import DateValue, QuantityValue
from aibot.core.language import LANGUAGES, language_of
from aibot.slack.cards import CardMaker, native
from aibot.slack.cards.charts import dates_counted, evenly
from aibot.slack.cards.draft import Chart, Compare, Draft, Line, Point, Section, Table
from aibot.slack.cards.limits import MAX_CHART_LABEL, MAX_CHARTS, MAX_POINTS
from aibot.slack.cards.values import Values

if TYPE_CHECKING:
    from aibot.core.answers import Knowledge
    from aibot.core.facts import FactBase
    from aibot.core.language import Language, Phrases
    from aibot.slack.cards import Card

COMPARED = ["deepseek-v3", "gpt-4o", "gpt-4", "o1", "claude-3", "kimi", "qwen", "llama-3", "gemini-1.5-pro"]


def card(text: str, knowledge: Knowledge, phrases: Phrases) -> Card:
    language = language_of(text)
    found = answer(Question(text, language, NOON), knowledge)
    return CardMaker(knowledge.base, phrases).card_for(found, language)


def lines(count: int) -> list[Line]:
    return [Line(f"line {number}", (f"source {number}",)) for number in range(count)]


def chart(said: list[Line]) -> Chart:
    return Chart("Figures", "tokens", tuple(Point(f"name {at}", at, line) for at, line in enumerate(said)))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("other", COMPARED[1:])
def test_every_value_of_both_stands_in_the_text_with_its_sources(
    other: str, language: Language, knowledge: Knowledge, phrases: Phrases
) -> None:
    base, values = knowledge.base, Values(knowledge.base, phrases, language)
    names = [base[entry].name.in_(language) for entry in (COMPARED[0], other)]
    found = answer(Question(f"compare {', '.join(names)}", language, NOON), knowledge)
    assert isinstance(found, Comparison)
    drawn = CardMaker(base, phrases).card_for(found, language)
    assert drawn.rich is not None
    (table,) = [block for block in drawn.rich if block["type"] == "data_table"]
    cells = [cell["text"] for row in table["rows"] for cell in row]
    for entry in found.entries:
        for fact in base[entry].facts:
            if getattr(fact.value, "of", None) not in (None, *found.entries):
                assert values.of(fact) not in drawn.plain  # measured by what is not compared
            elif isinstance(fact.value, QuantityValue | DateValue):
                assert values.of(fact) in drawn.plain
                assert any(values.of(fact) in cell and "[" in cell for cell in cells)
                if base.status(fact) in ("disputed", "unverified", "misprint"):
                    verdict = phrases.say(f"verdict.{base.status(fact)}", language)
                    assert any(values.of(fact) in cell and verdict in cell for cell in cells)


def test_a_table_has_a_caption_and_its_rows_have_headers(knowledge: Knowledge, phrases: Phrases) -> None:
    drawn = card("compare o1, gpt-4 turbo", knowledge, phrases)
    (table,) = [block for block in drawn.rich or [] if block["type"] == "data_table"]

    assert table["caption"] in drawn.plain
    assert table["row_header_column_index"] == 0
    assert [cell["text"] for cell in table["rows"][0]] == ["Attribute", "OpenAI o1", "GPT-4 Turbo"]
    assert "Developer (the same)" in [row[0]["text"] for row in table["rows"]]
    assert table["page_size"] == len(table["rows"]) - 1


def test_what_one_alone_has_stands_in_one_row(knowledge: Knowledge, phrases: Phrases) -> None:
    drawn = card("compare DeepSeek-V3, GPT-4o", knowledge, phrases)
    (table,) = [block for block in drawn.rich or [] if block["type"] == "data_table"]
    labels = [row[0]["text"] for row in table["rows"]]
    said = {row[0]["text"]: [cell["text"] for cell in row[1:]] for row in table["rows"]}

    assert labels[-1] == "Said of one only"
    assert "Parameters" not in labels
    assert said["Said of one only"][0].startswith("Parameters: 671B")
    assert said["Said of one only"][1] == "the fact base does not say"
    assert drawn.plain.count("the fact base does not say") == 1


def test_what_is_asked_is_not_folded_away(knowledge: Knowledge, phrases: Phrases) -> None:
    drawn = card("compare DeepSeek-V3, GPT-4o cost", knowledge, phrases)
    (table,) = [block for block in drawn.rich or [] if block["type"] == "data_table"]

    assert [row[0]["text"] for row in table["rows"]][1] == "Training cost"
    assert [row[2]["text"] for row in table["rows"]][1] == "the fact base does not say"


def test_tokens_and_characters_share_no_chart(knowledge: Knowledge, phrases: Phrases) -> None:
    drawn = card("compare kimi, qwen, claude 3, ernie bot", knowledge, phrases)
    charts = [block for block in drawn.rich or [] if block["type"] == "data_visualization"]

    titles = [block["title"] for block in charts]
    assert titles == ["Context length (characters)", "Context length (tokens)"]
    characters, tokens = (
        {label.split(" [")[0].strip("⚖️≤ ") for label, _ in bars([block])} for block in charts
    )
    assert {name.partition(" ")[0] for name in characters} == {"Kimi", "Qwen", "ERNIE"}
    assert {name.partition(" ")[0] for name in tokens} == {"Qwen-Long", "Claude"}
    assert "Context length: the figures are in different units" in drawn.plain


def test_a_bar_says_its_bound_and_its_doubt(knowledge: Knowledge, phrases: Phrases) -> None:
    drawn = card("compare gpt-4o, claude 3", knowledge, phrases)
    found = dict(bars(drawn.rich or []))

    assert [label.rpartition(" [")[0] for label in found] == ["GPT-4o", "⚖️ ≤ Claude 3", "Claude 3"]
    assert list(found.values()) == [128_000, 1_000_000, 200_000]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (
            "which is newer, gpt-4 or gpt-4o?",
            "GPT-4o is newer: 13 May 2024 (US Pacific time). GPT-4: 14 March 2023",
        ),
        (
            "gpt-4o 和 deepseek-v3 哪个更新",
            "DeepSeek-V3 较新：2024年12月26日（北京时间）、2024年12月26日（论文）。GPT-4o：",
        ),
        (
            "which is older, gpt-4o, gpt-4 or claude 3 opus?",
            "earliest first: GPT-4, then Claude 3 Opus, then GPT-4o.",
        ),
        (
            "which is newer, o1 or Sora?",
            "I name none of them first, because the dates are of different things",
        ),
    ],
)
def test_which_is_newer_is_said_in_words(
    question: str, said: str, knowledge: Knowledge, phrases: Phrases
) -> None:
    assert said in card(question, knowledge, phrases).plain


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("compare gpt-4, o1", ["GPT-4 (standard)", "GPT-4 (32K)", "o1-preview", "full o1"]),
        ("对比 gpt-4, o1", ["GPT-4（标准）", "GPT-4（32K）", "o1-preview", "o1 正式版"]),
    ],
)
def test_a_bar_says_whose_figure_it_is(
    question: str, named: list[str], knowledge: Knowledge, phrases: Phrases
) -> None:
    found = dict(bars(card(question, knowledge, phrases).rich or []))

    assert [label.rpartition(" [")[0] for label in found] == named


def test_the_10_million_of_a_variant_stand_under_its_name(knowledge: Knowledge, phrases: Phrases) -> None:
    found = dict(bars(card("which models support 1M context?", knowledge, phrases).rich or []))

    assert [label.rpartition(" [")[0] for label, count in found.items() if count == 10_000_000] == [
        "≤ Qwen-Long"
    ]


def test_a_bar_goes_with_its_line() -> None:
    said = lines(3)
    draft = Draft("A list", sections=(Section("", tuple(said)),), charts=(chart(said),))

    assert native.drawn(draft) == [chart(said)]
    assert native.drawn(replace(draft, sections=(Section("", tuple(said[:2])),))) == []


def test_a_bar_of_a_table_goes_with_its_row() -> None:
    said = lines(2)
    rows = (Compare("one", ((said[0],), (said[1],))), Compare("two", ((Line("x"),), (Line("y"),))))
    draft = Draft("A table", table=Table("caption", "corner", ("a", "b"), rows), charts=(chart(said),))

    assert native.drawn(draft.shorter()) == [chart(said)]
    turned = replace(draft, table=Table("caption", "corner", ("a", "b"), rows[::-1]))
    assert native.drawn(turned.shorter()) == []
    assert turned.shorter().left_out == 1


@pytest.mark.parametrize(
    ("count", "drawn"), [(1, False), (2, True), (MAX_POINTS, True), (MAX_POINTS + 1, False)]
)
def test_one_bar_is_no_chart_and_neither_are_too_many(count: int, drawn: bool) -> None:  # noqa: FBT001
    said = lines(count)
    draft = Draft("A list", sections=(Section("", tuple(said)),), charts=(chart(said),))

    assert bool(native.drawn(draft)) is drawn


def test_two_charts_a_message_at_most() -> None:
    said = lines(2)
    draft = Draft("A list", sections=(Section("", tuple(said)),), charts=(chart(said),) * 5)

    assert len(native.charts(draft, {})) == MAX_CHARTS


@given(
    names=st.lists(st.text(min_size=1, max_size=40), min_size=2, max_size=MAX_POINTS),
    same=st.booleans(),
    cited=st.integers(0, 12345),
)
def test_labels_are_short_and_no_two_are_the_same(names: list[str], same: bool, cited: int) -> None:  # noqa: FBT001
    said = [Line(name, ("a",) if cited else ()) for name in (names[:1] * len(names) if same else names)]
    points = tuple(Point(line.text, at, line) for at, line in enumerate(said))
    draft = Draft("t", sections=(Section("", tuple(said)),), charts=(Chart("c", "tokens", points),))
    (block,) = native.charts(draft, {"a": cited} if cited else {})
    labels = block["chart"]["axis_config"]["categories"]

    assert len(set(labels)) == len(names)
    assert all(0 < len(label) <= MAX_CHART_LABEL for label in labels)


@pytest.mark.parametrize(
    ("asked", "grain", "twice"),
    [("2024-12", "day", 1), ("2024", "month", 2), ("openai", "year", 2), ("", "year", 2)],
)
def test_how_many_happened_when(asked: str, grain: str, twice: int, knowledge: Knowledge) -> None:
    """`twice` have two dates, of one evening in California that is a morning in China: they are counted once."""
    found = timeline_about(asked, knowledge.base, knowledge.matcher)
    assert isinstance(found, Timeline)
    counted, counts = dates_counted(found.items)

    assert counted == grain
    assert sum(count for _, count in counts) == len(found.items) - twice
    assert counts == sorted(counts)


def test_a_date_known_less_exactly_is_counted_as_it_is_known(base: FactBase) -> None:
    dated = [
        Dated(entry.id, fact)
        for entry, fact in base.all_facts()
        if isinstance(fact.value, DateValue)
        and fact.value.span.first.year == 2024
        and fact.value.meaning != "outlook"
    ]
    _, counts = dates_counted(dated)

    years = sum(isinstance(d.fact.value, DateValue) and d.fact.value.span.precision == "year" for d in dated)
    assert dict(counts).get("2024", 0) == years


@pytest.mark.parametrize(
    ("grain", "dates", "axis"),
    [
        ("month", ["2023-11", "2024-02"], ["2023-11", "2023-12", "2024-01", "2024-02"]),
        ("month", ["2024", "2024-02", "2024-03"], ["2024-02", "2024-03"]),
        ("year", ["2021", "2024"], ["2021", "2022", "2023", "2024"]),
        ("day", ["2024-12-04", "2024-12-09"], ["2024-12-04", "2024-12-09"]),
        ("month", [], []),
    ],
)
def test_months_and_years_stand_evenly(grain: str, dates: list[str], axis: list[str]) -> None:
    assert evenly(grain, dates) == axis


def test_the_counts_of_a_timeline_stand_in_its_text(knowledge: Knowledge, phrases: Phrases) -> None:
    for text in ("timeline openai", "timeline video", "时间线 2024"):
        drawn = card(text, knowledge, phrases)
        for label, count in bars(drawn.rich or []):
            if not count:
                assert ("其间各期：0" if language_of(text) == "zh" else "In between: 0") in drawn.plain
                continue
            assert f"{label}{'：' if language_of(text) == 'zh' else ': '}{count}" in drawn.plain
