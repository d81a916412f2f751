"""YAML's traps: everything stays the text that was written, and what is dangerous is refused."""

from __future__ import annotations

import time

import pytest

from aibot.core.facts.yaml_text import MAX_BYTES, Document, read_yaml


def whats(document: Document) -> list[str]:
    return [f"{problem.line}: {problem.what}" for problem in document.problems]


@pytest.mark.parametrize(
    "written",
    ["yes", "No", "on", "true", "3.10", "1e3", "12:30", "0o7", "0x1F", "010", "1_000", ".inf", "2024-12-26",
     "2024", "NULL", "Null", "=", "-1"],
)  # fmt: skip
def test_every_scalar_stays_the_text_it_was_written_as(written: str) -> None:
    document = read_yaml(f"a: {written}\n{written}: b\n", "f")

    assert document.data == {"a": written, written: "b"}
    assert not document.problems


@pytest.mark.parametrize("written", ["~", "null", "", "# only a comment"])
def test_nothing_is_nothing(written: str) -> None:
    assert read_yaml(f"a: {written}\n", "f").data == {"a": None}


@pytest.mark.parametrize("written", ["'~'", '"null"', "''"])
def test_quotes_make_a_text_of_anything(written: str) -> None:
    assert read_yaml(f"a: {written}\n", "f").data == {"a": written.strip("'\"")}


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n", "\ufeff"])
def test_an_empty_file_is_empty(text: str) -> None:
    document = read_yaml(text, "f")

    assert document.data is None
    assert not document.problems


@pytest.mark.parametrize(
    "text", ["\ufeffa: b\n", "a: b\r\n", "a: b\r", "a: b", "---\na: b\n...\n", "%YAML 1.1\n---\na: b\n"]
)
def test_byte_order_mark_and_line_ends_do_not_matter(text: str) -> None:
    assert read_yaml(text, "f").data == {"a": "b"}


def test_lines_are_counted_with_windows_line_ends() -> None:
    document = read_yaml("a: 1\r\nb:\r\n  - c: 2\r\n", "f")

    assert document.line(("b", 0, "c")) == 3


def test_a_place_without_a_line_has_its_parents() -> None:
    document = read_yaml("a:\n  b: c\n", "f")

    assert document.line(("a", "b", "no", 7)) == 2
    assert document.line(("no",)) == document.line(())


def test_a_key_that_stands_twice_is_a_problem_each_time() -> None:
    document = read_yaml("a: 1\nb: {c: 1, c: 2}\na: 3\n", "f")

    assert whats(document) == [
        "2: the key 'c' stands here a second time (first on line 2)",
        "3: the key 'a' stands here a second time (first on line 1)",
    ]


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("a: 1\nb: &x 2\n", 2, "anchors"),
        ("a: *x\n", 1, "anchors"),
        ("a: &x [1]\nb: [*x, *x]\n", 1, "anchors"),
        ("&x a: 1\n", 1, "plain text"),
        ("a: !!python/object/apply:os.system [ls]\n", 1, "the tag"),
        ("a: !!int 3\n", 1, "the tag"),
        ("a: !secret x\n", 1, "the tag"),
        ("!!str a: x\n", 1, "plain text"),
        ("? [a, b]\n: c\n", 1, "plain text"),
        ("? {a: b}\n: c\n", 1, "plain text"),
        ("a: 1\n---\nb: 2\n", 2, "a second document"),
        ("a: 1\n...\nb: 2\n", 3, "document"),
        ("a: [" * 20 + "]" * 20, 1, "nested more than"),
        ("a: 1\n\tb: 2\n", 2, "not YAML"),
        ("a: [1, 2\nb: 3\n", 2, "not YAML"),
        ("a: b: c\n", 1, "not YAML"),
        ("a: 'open\n", 2, "not YAML"),
        ("a: \x07\n", 1, "not YAML"),
        ("a: @b\n", 1, "not YAML"),
    ],
)  # fmt: skip
def test_what_is_dangerous_or_broken_is_refused_with_its_line(text: str, line: int, what: str) -> None:
    document = read_yaml(text, "f")

    assert document.stopped
    assert [problem.line for problem in document.problems] in ([line], [0]), whats(document)
    assert what in document.problems[0].what
    assert document.problems[0].fix


def test_a_merge_key_is_a_key_like_any_other() -> None:
    assert read_yaml("<<: {a: b}\n", "f").data == {"<<": {"a": "b"}}


def test_a_bomb_of_aliases_is_refused_at_its_first_anchor() -> None:
    lines = ["a0: &a0 [x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]

    document = read_yaml("\n".join(lines), "f")

    assert whats(document) == ["1: anchors (&) and aliases (*) are not allowed"]


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_depth_without_end_is_refused_quickly(opening: str) -> None:
    started = time.perf_counter()

    document = read_yaml(opening * 100_000, "f")

    assert document.stopped
    assert len(document.problems) == 1
    assert time.perf_counter() - started < 5


def test_a_file_of_fifty_megabytes_is_refused_without_parsing() -> None:
    started = time.perf_counter()

    document = read_yaml("a: b\n" * 10_000_000, "f")

    assert document.problems[0].what == f"the file is larger than {MAX_BYTES // 1_000_000} MB"
    assert time.perf_counter() - started < 2


def test_halves_of_characters_are_told_not_raised() -> None:
    document = read_yaml("a: \ud800\n", "f")

    assert document.stopped
    assert document.problems
