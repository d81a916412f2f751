"""What every test can ask for. A test of the fact base carries the YAML under test as its docstring."""

from __future__ import annotations

import inspect
import secrets
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from tests.postgres import Server, postgres

from aibot.core.answers import Knowledge
from aibot.core.facts import FactBase, FileText, parse_facts
from aibot.errors import FactsError, Problem
from aibot.load import load_facts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# A busy machine is no reason to fail: how fast things are is measured in benchmarks/.
settings.register_profile("aibot", deadline=None)
settings.load_profile("aibot")

# What the docstrings lean on: a source of each kind they cite, and an entry to relate to.
GROUND = """\
sources:
  - {id: article, kind: article, title: {en: The article, zh: 文章}}
  - {id: search, kind: search, title: {en: A search, zh: 检索}}
entries:
  - id: acme
    kind: organisation
    name: {en: Acme, zh: 顶峰公司}
    summary: {en: Acme makes things., zh: 顶峰公司制造各种东西。, source: article 1}
"""


@pytest.fixture
def anyio_backend() -> str:
    """Asynchronous tests run on asyncio, as the bot does."""
    return "asyncio"


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server of our own, started for the first test that wants one."""
    with postgres("-c fsync=off") as running:  # nobody cuts the power here
        yield running


@pytest.fixture
def postgres_url(server: Server) -> str:
    """A fresh PostgreSQL database, which several programs may share."""
    return server.create(f"t{secrets.token_hex(4)}")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A fresh database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'aibot.db'}"
    created: str = request.getfixturevalue("postgres_url")
    return created


@pytest.fixture
def facts_text(request: pytest.FixtureRequest) -> str:
    """The test's docstring."""
    return dedent(inspect.getdoc(request.function) or "")


@pytest.fixture
def facts_doc(facts_text: str) -> FactBase:
    """The fact base in the test's docstring."""
    return parse_facts([FileText("pack", "facts.yaml", facts_text), FileText("pack", "ground.yaml", GROUND)])


@pytest.fixture
def problems(facts_text: str) -> tuple[Problem, ...]:
    """Everything wrong with the fact base in the test's docstring."""
    with pytest.raises(FactsError) as caught:
        parse_facts([FileText("pack", "facts.yaml", facts_text), FileText("pack", "ground.yaml", GROUND)])
    return caught.value.problems


@pytest.fixture(scope="session")
def base() -> FactBase:
    """The real fact base."""
    return load_facts()


@pytest.fixture(scope="session")
def knowledge(base: FactBase) -> Knowledge:
    """The real fact base with its matcher."""
    return Knowledge.of(base)
