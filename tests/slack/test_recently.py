"""Notes of what was asked: many in one transaction, in nobody's way, gone when somebody says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aibot.core.answers import Comparison, FactAnswer, Help, SeveralAnswers
from aibot.slack.recently import Recently
from aibot.slack.serving.background import Background
from aibot.storage import Memory

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.anyio
RAG = FactAnswer("rag")


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    opened = Memory.open(f"sqlite:///{tmp_path}/aibot.db")
    yield opened
    opened.close()


async def test_many_answers_are_one_transaction_that_the_end_does_not_wait_for(memory: Memory) -> None:
    background = Background()
    recently = Recently(memory.recent, background)
    begun = []
    before = memory.database.statements
    for number in range(200):
        recently.note("T1", f"U{number % 4}", FactAnswer(f"entry-{number}"))
        begun.append(memory.database.statements)
    assert set(begun) == {before}  # nothing is written while somebody waits
    await background.finish()
    assert memory.recent.of("T1", "U3")[0] == "entry-199"
    assert memory.database.statements - before < 220  # a row each, and trimming once a person


async def test_what_is_not_written_yet_is_there_all_the_same_and_can_be_forgotten(memory: Memory) -> None:
    background = Background()
    recently = Recently(memory.recent, background)
    recently.note("T1", "U1", RAG)
    recently.note("T1", "U1", Comparison(("gpt-4o", "deepseek-v3"), ()))
    recently.note("T1", "U2", SeveralAnswers((FactAnswer("sora"), RAG)))
    recently.note("T1", "U2", Help())
    assert await recently.of("T1", "U1") == ["gpt-4o", "deepseek-v3", "rag"]
    await recently.forget("T1", "U1")
    await background.finish()
    assert await recently.of("T1", "U1") == []
    assert await recently.of("T1", "U2") == ["sora", "rag"]


async def test_without_a_database_nothing_is_noted() -> None:
    background = Background()
    recently = Recently(None, background)
    recently.note("T1", "U1", RAG)
    await recently.forget("T1", "U1")
    assert await recently.of("T1", "U1") == ()


async def test_a_database_that_fails_is_in_nobodys_way(
    memory: Memory, caplog: pytest.LogCaptureFixture
) -> None:
    with memory.database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE recent")
    background = Background()
    recently = Recently(memory.recent, background)
    recently.note("T1", "U1", RAG)
    assert await recently.of("T1", "U1") == ["rag"]
    await background.finish()
    assert await recently.of("T1", "U1") == []
    assert "cannot be written down" in caplog.text
    assert "rag" not in caplog.text
