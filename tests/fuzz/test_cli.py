"""Whatever is typed after `aibot`, it ends with 0, 1 or 2: done, an error to act on, wrong usage. Never a traceback."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.fuzz.entrances import command_line

if TYPE_CHECKING:
    from pathlib import Path

#  `run` gets no settings anywhere, so it refuses before it connects; doctor and init have tests of their own
WORDS = (
    "ask", "facts", "check", "list", "schema", "manifest", "settings", "--json", "--language", "en", "zh", "--facts",
    "--http", "--command", "/ai", "https://bot.example.org", "help", "--help", "-h", "--", "-", "", "--color", "always",
    "rag", "模型", "\0", "\ud800", "--env-file", "x" * 5000, "--language=", "--facts=", "@x",
)  # fmt: skip
FACTS = """\
sources: [{id: a, kind: article, title: {en: A, zh: 甲}}]
entries:
  - {id: rag, kind: technique, name: {en: RAG, zh: 检索增强}, summary: {en: It reads., zh: 它会读。, source: a}}
"""


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    path = tmp_path / "facts.yaml"
    path.write_text(FACTS, "utf-8")
    return path


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(arguments=st.lists(st.sampled_from(WORDS) | st.text(max_size=6), max_size=6))
@example(arguments=["--facts", "\0", "ask"])
def test_any_arguments(facts: Path, arguments: list[str]) -> None:
    with contextlib.chdir(facts.parent):
        code, said = command_line(["--facts", str(facts), *arguments])

    assert code in (0, 1, 2), said
    assert "Traceback" not in said


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=st.text(max_size=200) | st.characters())
def test_any_question(facts: Path, question: str) -> None:
    code, said = command_line(["--facts", str(facts), "ask", "--json", "--", question])

    assert code == 0, said


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.binary(max_size=200))
def test_any_bytes_a_line_at_a_time(facts: Path, typed: bytes) -> None:
    code, said = command_line(["--facts", str(facts), "ask", "--jsonl"], typed)

    assert code == 0, said
    *lines, after = said.split("\n")
    assert all(json.loads(line)["text"] for line in lines)
    assert after == ""
    assert len(lines) == len(typed.split(b"\n")) - (typed.endswith(b"\n") or not typed)
