"""A file of facts, or everything wrong with it at once: file, line, entry, what, and what to do."""

from __future__ import annotations

from decimal import Decimal

import pytest

from aibot.core.facts import FactBase, FileText, parse_facts
from aibot.core.facts.values import DateValue, QuantityValue
from aibot.errors import FactsError, Problem

ARTICLE = FileText(
    "pack",
    "sources.yaml",
    "sources:\n  - {id: article, kind: article, title: {en: The article, zh: 文章}}\n"
    "  - {id: search, kind: search, title: {en: A search, zh: 检索}}\n",
)
ENTRY = """\
entries:
  - id: rag
    kind: technique
    name: {en: RAG, zh: 检索增强生成}
    summary: {en: RAG retrieves first., zh: 先检索再生成。, source: article 1}
    facts:
      - about: FACT
"""


def shown(problems: tuple[Problem, ...]) -> list[str]:
    return [str(problem) for problem in problems]


def problems_of(*files: FileText) -> list[str]:
    with pytest.raises(FactsError) as caught:
        parse_facts(files)
    return shown(caught.value.problems)


def wrong_with(fact: str) -> str:
    """The one problem of a fact, written as `about` and the rest in one line."""
    about, _, rest = fact.partition(", ")
    lines = f"      - {{about: {about}, {rest}}}\n"
    text = ENTRY.replace("      - about: FACT\n", lines)
    found = problems_of(FileText("pack", "f.yaml", text), ARTICLE)
    assert len(found) == 1, found
    return found[0]


def test_a_fact_says_what_it_says(facts_doc: FactBase) -> None:
    """
    entries:
      - id: gpt-x
        kind: model
        name: {en: GPT-X, zh: GPT-X}
        aliases: {short: ["3.10", yes, 12:30]}
        summary: {en: A model., zh: 一个模型。, source: article 1}
        facts:
          - about: context
            en: It reads 128,000 tokens.
            zh: 上下文 128000 token。
            value: {quantity: "128,000", unit: tokens}
            source: [article 1, article 2]
          - about: released
            en: It came out on 26 December 2024.
            zh: 2024 年 12 月 26 日发布。
            value: {date: 2024-12-26, zone: Asia/Shanghai}
            source: article 2
    """
    entry = facts_doc["gpt-x"]
    context, released = entry.facts

    assert isinstance(context.value, QuantityValue)
    assert context.value.quantity == Decimal(128_000)
    assert context.source == ("article 1", "article 2")
    assert isinstance(released.value, DateValue)
    assert released.value.span.first.isoformat() == "2024-12-26"
    assert entry.aliases.short == ("3.10", "yes", "12:30")


def test_all_problems_of_all_entries_come_at_once(problems: tuple[Problem, ...]) -> None:
    """
    entries:
      - id: one
        kind: modell
        name: {en: One, zh: 一}
        summary: {en: First., zh: 第一。, source: article 1}
        colour: red
      - id: two
        kind: model
        name: {en: Two}
        summary: {en: Second., zh: Second., source: artikel 1}
        facts:
          - {about: developer, en: Acme made it., zh: 顶峰公司开发。, value: {entry: acne}, source: article 1}
          - {about: cost, en: It was dear., zh: 很贵。, value: {quantity: lots, unit: USD}, source: article 1}
      - id: three
        kind: model
        name: {en: Acme!, zh: 三}
        summary: {en: Third., zh: 第三。, source: article 1}
        facts:
          - {about: released, en: Out in 2024., zh: 2024 年发布。, value: {date: 2024-02-30}, source: article 1}
    """
    assert shown(problems) == [
        "facts.yaml:3: entry 'one': 'kind: modell' is not on the list. Did you mean 'model'?",
        (
            "facts.yaml:6: entry 'one': 'colour' is not a key that belongs here."
            " Remove it, or see data/README.md for the keys."
        ),
        "facts.yaml:9: entry 'two': 'zh' is missing. Add 'zh:' here.",
        (
            "facts.yaml:13: entry 'two': 'lots' is not a number; write digits such as 2000000 or 5.58."
            " Correct it; data/README.md has examples."
        ),
        (
            "facts.yaml:19: entry 'three': '2024-02-30' is no date: day is out of range for month."
            " Correct it; data/README.md has examples."
        ),
    ]


def test_a_broken_entry_does_not_hide_what_is_wrong_elsewhere(problems: tuple[Problem, ...]) -> None:
    """
    entries:
      - id: one
        kind: modell
        name: {en: One, zh: 一}
        summary: {en: First., zh: 第一。, source: article 1}
      - id: two
        kind: model
        name: {en: Two, zh: 二}
        summary: {en: Second., zh: Second., source: artikel 1}
        facts:
          - {about: part of, en: A part of One., zh: 属于一。, value: {entry: one}, source: article 1}
          - {about: developer, en: Acme made it., zh: 顶峰公司开发。, value: {entry: acne}, source: article 1}
    """
    assert [(problem.line, problem.what) for problem in problems] == [
        (3, "'kind: modell' is not on the list"),
        (9, "there is no source 'artikel'"),
        (9, "the Chinese text has no Chinese in it"),
        (12, "there is no entry 'acne'"),
    ]


def test_one_unreadable_file_does_not_make_the_others_dangle() -> None:
    dangling = "{about: part of, en: A part of X., zh: 属于它。, value: {entry: elsewhere}, source: gone 1}"
    text = ENTRY.replace("about: FACT", dangling)

    assert problems_of(FileText("pack", "a.yaml", "entries: [\n"), FileText("pack", "f.yaml", text)) == [
        (
            "a.yaml:2: this is not YAML: did not find expected node content. Look at the indentation and quotes here"
            " and one line up; text with ': ' or ' #' inside, or starting with any of [ ] { } ! & * ? | > @ ` % needs"
            " quotes."
        )
    ]


def test_a_repeated_key_is_told_beside_other_problems(problems: tuple[Problem, ...]) -> None:
    """
    entries:
      - id: one
        id: uno
        kind: model
        name: {en: One, zh: 一}
        summary: {en: First., zh: 第一。}
    """
    assert [(problem.line, problem.what) for problem in problems] == [
        (3, "the key 'id' stands here a second time (first on line 2)"),
        (6, "'source' is missing"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("entires: []\n", "f.yaml:1: 'entires' is not a key that belongs here. Did you mean 'entries'?"),
        ("just text\n", "f.yaml:1: 'the file': "),
        ("- a\n- b\n", "f.yaml:1: 'the file': "),
        ("entries: text\n", "f.yaml:1: 'entries': "),
        ("entries: [text]\n", "f.yaml:1: entry 'number 1': "),
        ("entries:\n  - kind: model\n", "f.yaml:2: entry 'number 1': 'id' is missing. Add 'id:' here."),
        ("entries: [~]\n", "f.yaml:1: entry 'number 1': "),
    ],
)
def test_a_file_of_the_wrong_shape_is_told(text: str, expected: str) -> None:
    assert problems_of(FileText("pack", "f.yaml", text))[0].startswith(expected)


SENTENCES = "en: Something., zh: 某事。"


@pytest.mark.parametrize(
    ("fact", "what"),
    [
        (f"use, {SENTENCES}", "'source' is missing. Add 'source:' here."),
        (f"use, {SENTENCES}, source: []", "'source' is empty. Write at least one."),
        (f"use, {SENTENCES}, source: ~", "source"),
        ("use, en: Something., source: article 1", "'zh' is missing"),
        ("use, en: Something., zh: ~, source: article 1", "'zh' is empty. Write its text"),
        ("use, en: Something., zh: Something., source: article 1", "the Chinese text has no Chinese in it"),
        ("use, en: 某事, zh: 某事, source: article 1", "the English text has no English in it"),
        (f"uses, {SENTENCES}, source: article 1", "'about: uses' needs a value of entry"),
        (f"usse, {SENTENCES}, source: article 1", "'about: usse' is not on the list. Did you mean 'use'?"),
        (f"xyzzy, {SENTENCES}, source: article 1", "'about: xyzzy' is not on the list. Use one of:"),
        (f"use, {SENTENCES}, source: article 1, sauce: x", "Did you mean 'source'?"),
        (f"use, {SENTENCES}, source: article 1, quote: {'长' * 26}", "longer than 25 characters"),
        (f"use, {SENTENCES}, source: article 1, as_of: 2024-13", "'2024-13' is no date"),
        (f"use, {SENTENCES}, source: article 1, not_stated: yes", "'yes' is neither true nor false"),
        (f"use, {SENTENCES}, source: search", "a search that found nothing cannot carry a fact"),
        (f"use, {SENTENCES}, source: serch", "there is no source 'serch'. Did you mean 'search'?"),
        (f"use, {SENTENCES}, source: article 1, also_about: rag", "the fact is about this entry anyway"),
        (f"use, {SENTENCES}, source: article 1, said_by: nobody", "there is no entry 'nobody'"),
        (f"uses, {SENTENCES}, source: article 1, value: {{entry: rag}}", "relates the entry to itself"),
        (f"uses, {SENTENCES}, source: article 1, value: {{entry: rog}}", "no entry 'rog'. Did you mean 'rag'?"),
        (f"uses, {SENTENCES}, source: article 1, value: rag", "a value is one of: date, quantity, entry, list"),
        (f"uses, {SENTENCES}, source: article 1, value: {{}}", "a value is one of"),
        (f"uses, {SENTENCES}, source: article 1, value: {{date: 2024}}", "takes a value of entry, not date"),
        (f"page, {SENTENCES}, source: article 1, value: {{url: ftp://x}}", "has the wrong form"),
        (f"date, {SENTENCES}, source: article 1, value: {{date: 2024-12-26}}", "has no zone. Add 'zone:"),
        (f"date, {SENTENCES}, source: article 1, value: {{date: 2024-12-26, zone: Beijing}}", "has the wrong form"),
        (f"date, {SENTENCES}, source: article 1, value: {{date: 26.12.2024}}", "has the wrong form"),
        (f"date, {SENTENCES}, source: article 1, value: {{date: 2024-02-30, zone: UTC}}", "'2024-02-30' is no date"),
        (f"date, {SENTENCES}, source: article 1, value: {{date: 2024-00}}", "'2024-00' is no date"),
        (f"date, {SENTENCES}, source: article 1, value: {{date: 2024-11-12..2024-11-11, zone: UTC}}", "ends before"),
        (f"date, {SENTENCES}, source: article 1, value: {{date: 2024, meaning: relase}}", "Did you mean 'release'?"),
        (f"cost, {SENTENCES}, source: article 1, value: {{quantity: 5}}", "'unit' is missing"),
        (f"cost, {SENTENCES}, source: article 1, value: {{quantity: 5, unit: dollars}}", "is not on the list"),
        (f"cost, {SENTENCES}, source: article 1, value: {{quantity: 5, unit: USD, of: gpt}}", "no entry 'gpt'"),
        (f"cost, {SENTENCES}, source: article 1, not_stated: true, value: {{quantity: 5, unit: USD}}",
         "a fact that is not stated cannot have a value"),
        (f"step, {SENTENCES}, source: article 1, value: {{count: 2, list: [{{en: a, zh: 甲}}]}}",
         "the list says count 2 but has 1 items"),
        (f"step, {SENTENCES}, source: article 1, value: {{list: [{{en: a, zh: 甲}}]}}", "'count' is missing"),
        (f"step, {SENTENCES}, source: article 1, value: {{count: 1, list: [{{en: a}}]}}", "'zh' is missing"),
        (f"step, {SENTENCES}, source: article 1, value: {{count: 1, list: [{{en: a, zh: 甲, entry: b}}]}}",
         "there is no entry 'b'"),
        (f"step, {SENTENCES}, source: article 1, value: {{count: one, list: []}}", "'one' is not a whole number"),
    ],
)  # fmt: skip
def test_each_slip_in_a_fact_is_told_with_its_place(fact: str, what: str) -> None:
    found = wrong_with(fact) if "count: one" not in fact else problems_of_all(fact)

    assert found.startswith("f.yaml:7: entry 'rag': ")
    assert what in found


def problems_of_all(fact: str) -> str:
    about, _, rest = fact.partition(", ")
    text = ENTRY.replace("about: FACT", f"{{about: {about}, {rest}}}")
    return problems_of(FileText("pack", "f.yaml", text), ARTICLE)[0]


def test_ids_and_names_belong_to_one(problems: tuple[Problem, ...]) -> None:
    """
    sources:
      - {id: article, kind: article, title: {en: Again, zh: 又一篇}}
    entries:
      - id: acme
        kind: model
        name: {en: ACME, zh: 顶 峰}
        summary: {en: A model., zh: 模型。, source: article 1}
        facts:
          - {id: F1, about: use, en: Used., zh: 使用。, source: article 1}
      - id: twin
        kind: model
        name: {en: Twin, zh: 顶峰公司}
        aliases: {spelling: [a-c-m-e, "!!"]}
        summary: {en: Another., zh: 另一个。, source: article 1}
        facts:
          - {id: F2, also: F1, about: use, en: Used., zh: 使用。, source: article 1}
        notes:
          - {id: N1, verdict: open, on: F9, en: Why?, zh: 为何？, source: article 1}
          - {id: N1, verdict: confirmed, en: So., zh: 是。, source: search}
    """
    assert [(problem.file, problem.line, problem.what) for problem in problems] == [
        ("facts.yaml", 13, "the name 'a-c-m-e' is the same to the matcher as 'ACME' of entry 'acme' (facts.yaml:4)"),
        ("facts.yaml", 13, "the name '!!' has no letter or digit"),
        ("facts.yaml", 16, "the fact id 'F1' is taken already (facts.yaml:9)"),
        ("facts.yaml", 18, "there is no fact 'F9'"),
        ("facts.yaml", 19, "the note id 'N1' is taken already (facts.yaml:18)"),
        ("facts.yaml", 19, "a search that found nothing cannot make a fact 'confirmed'"),
        ("ground.yaml", 2, "the source id 'article' is taken already (facts.yaml:2)"),
        ("ground.yaml", 5, "the entry id 'acme' is taken already (facts.yaml:4)"),
        ("ground.yaml", 7,
         "the name '顶峰公司' is the same to the matcher as '顶峰公司' of entry 'twin' (facts.yaml:10)"),
    ]  # fmt: skip


def test_words_are_names_and_related_things_are_not(problems: tuple[Problem, ...]) -> None:
    """
    entries:
      - id: spark
        kind: model
        name: {en: Spark, zh: 星火}
        aliases:
          related: [Spark Lite, spark, Sparkle]
          word: [SPARK, sparkle, flame]
        summary: {en: A model., zh: 模型。, source: article 1}
    """
    assert [(problem.line, problem.what) for problem in problems] == [
        (6, "'spark' is both a name of the entry and related to it"),
        (7, "the word 'flame' is not one of the entry's names"),
        (7, "'SPARK' is related to the entry, so it cannot be its word"),
        (7, "'sparkle' is related to the entry, so it cannot be its word"),
    ]


def test_a_page_is_one_source_unless_its_title_tells_the_parts_apart(problems: tuple[Problem, ...]) -> None:
    """
    sources:
      - {id: page, kind: primary, url: "https://example.org/a", title: {en: A page, zh: 一页}}
      - {id: part, kind: primary, url: "https://example.org/a", title: {en: "A page: its table", zh: 一页：表格}}
      - {id: same, kind: primary, url: "https://example.org/a", title: {en: A page, zh: 一页}}
    """
    assert [(problem.line, problem.what) for problem in problems] == [
        (4, "this page is the source 'page' already (facts.yaml:2)")
    ]


def test_packs_are_listed_in_one_place(problems: tuple[Problem, ...]) -> None:
    """
    packs: [{id: more, title: {en: More, zh: 更多}, files: [more.yaml]}]
    """
    assert [(problem.line, problem.what) for problem in problems] == [
        (1, "packs are listed in facts.yaml only")
    ]


def test_a_pack_id_is_given_once() -> None:
    pack = "{id: a, title: {en: A, zh: 甲}, files: [a.yaml]}"
    text = f"packs:\n  - {pack}\n  - {pack}\n"

    assert problems_of(FileText("a", "facts.yaml", text, is_entry_point=True)) == [
        "facts.yaml:3: the pack id 'a' is taken already (facts.yaml:2). Give one of them another id."
    ]


def test_a_page_needs_its_address(problems: tuple[Problem, ...]) -> None:
    """
    sources:
      - {id: page, kind: primary, title: {en: A page, zh: 网页}, read: 2026-02-30}
      - {id: blog, kind: secondary, title: {en: A blog, zh: 博客}}
    """
    assert [(problem.line, problem.what) for problem in problems] == [
        (2, "'2026-02-30' is no date: day is out of range for month"),
        (3, "a secondary source needs its url"),
    ]


def test_the_error_lists_every_problem_on_a_line_of_its_own() -> None:
    with pytest.raises(FactsError) as caught:
        parse_facts([FileText("pack", "f.yaml", "a: 1\nb: 2\n")])

    assert str(caught.value).splitlines() == [
        "The fact base has 2 problems:",
        "  f.yaml:1: 'a' is not a key that belongs here. Remove it, or see data/README.md for the keys.",
        "  f.yaml:2: 'b' is not a key that belongs here. Remove it, or see data/README.md for the keys.",
    ]
