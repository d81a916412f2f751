"""Who may import whom, what the core must not do, and how large a module may grow; read from the source itself."""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "aibot"
MODULES = sorted(PACKAGE.rglob("*.py"))
#  Libraries that only compute, and the parts of Python that do
COMPUTING = {"yaml", "pydantic", "pydantic_core", "rapidfuzz", "opencc", "numpy", "holidays"}
PURE = {
    "__future__", "abc", "bisect", "calendar", "collections", "dataclasses", "datetime", "decimal", "enum", "functools",
    "hashlib", "html", "heapq", "inspect", "itertools", "json", "math", "operator", "re", "string", "types", "typing",
    "unicodedata", "zoneinfo",
}  # fmt: skip
#  All that the core reads: the tables that are part of it, words and places
PACKAGE_DATA = {
    "aibot.core.matching": {"importlib", "gzip", "base64", "struct", "array", "zlib"},
    "aibot.core.daily.places": {"importlib"},
}
SLACK = {"slack_bolt", "slack_sdk"}
SERVING = {"starlette", "uvicorn", "uvloop", "httptools", "aiohttp"}
OUTSIDE = re.compile(r"\b(?:open|print|input|exec|eval|breakpoint|__import__)\Z")
CLOCKS = {
    ("time", "time"),
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("date", "today"),
    ("random", "random"),
}


def name_of(path: Path) -> str:
    """A module's dotted name."""
    parts = path.relative_to(ROOT / "src").with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path, *, at_run_time: bool = False) -> Iterator[str]:
    """The modules a module imports; with `at_run_time`, not those for the type checker alone."""
    tree = ast.parse(path.read_text("utf-8"))
    skipped = {
        id(inner)
        for node in ast.walk(tree)
        if at_run_time and isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    package = name_of(path) if path.name == "__init__.py" else name_of(path).rpartition(".")[0]
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                yield inner if _is_module(inner) else base


def _is_module(name: str) -> bool:
    path = ROOT / "src" / Path(*name.split("."))
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


def under(*folders: str) -> list[Path]:
    return [
        path for path in MODULES if name_of(path).startswith(tuple(f"aibot.{folder}" for folder in folders))
    ]


@pytest.mark.parametrize("path", under("core"), ids=name_of)
def test_the_core_imports_only_itself_and_what_computes(path: Path) -> None:
    allowed = COMPUTING | PURE
    for folder, more in PACKAGE_DATA.items():
        allowed = allowed | more if name_of(path).startswith(folder) else allowed
    for name in imports(path):
        ours = name.startswith("aibot.core") or name == "aibot.errors"
        assert ours or name.partition(".")[0] in allowed, f"{name_of(path)} imports {name}"


@pytest.mark.parametrize("path", under("core"), ids=name_of)
def test_the_core_opens_nothing_and_asks_no_clock(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Name):
                assert not OUTSIDE.match(called.id), f"{name_of(path)}:{node.lineno} calls {called.id}"
            if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
                pair = (called.value.id, called.attr)
                assert pair not in CLOCKS, f"{name_of(path)}:{node.lineno} calls {'.'.join(pair)}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_slack_is_spoken_to_in_its_own_folder(path: Path) -> None:
    name, used = name_of(path), {found.partition(".")[0] for found in imports(path)}
    if name.startswith(("aibot.playground", "aibot.slack")) and not name.startswith("aibot.slack.cards"):
        return
    assert not used & (SLACK | SERVING), f"{name} imports {used & (SLACK | SERVING)}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_the_playground_serves_nobody(path: Path) -> None:
    if not name_of(path).startswith(("aibot.playground", "aibot.cli")):
        assert not [name for name in imports(path) if name.startswith("aibot.playground")]


@pytest.mark.parametrize("path", under("playground.fake_slack"), ids=name_of)
def test_the_fake_slack_knows_nothing_of_the_bot(path: Path) -> None:
    ours = [name for name in imports(path) if name.startswith("aibot")]
    assert all(name.startswith("aibot.playground.fake_slack") for name in ours), ours


LAYERS = (
    "aibot.cli",
    "aibot.playground",
    "aibot.slack",
    "aibot.load",
    "aibot.settings",
    "aibot.core",
    "aibot.errors",
)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_point_down(path: Path) -> None:
    layer = next((number for number, prefix in enumerate(LAYERS) if name_of(path).startswith(prefix)), None)
    for name in imports(path):
        below = next((number for number, prefix in enumerate(LAYERS) if name.startswith(prefix)), None)
        if layer is not None and below is not None:
            assert below >= layer, f"{name_of(path)} imports {name}"


def test_there_are_no_cycles() -> None:
    graph = defaultdict(set)
    known = {name_of(path) for path in MODULES}
    for path in MODULES:
        # a package's __init__ gathers what lies below it: importing it is importing those
        graph[name_of(path)] = {name for name in imports(path, at_run_time=True) if name in known} - {
            name_of(path)
        }
    done: set[str] = set()

    def visit(name: str, above: tuple[str, ...]) -> None:
        assert name not in above, f"a cycle: {' → '.join([*above[above.index(name) :], name])}"
        if name not in done:
            for inner in sorted(graph[name]):
                visit(inner, (*above, name))
            done.add(name)

    for name in sorted(known):
        visit(name, ())


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_says_what_lives_in_it_and_stays_readable(path: Path) -> None:
    text = path.read_text("utf-8")
    docstring = ast.get_docstring(ast.parse(text))
    assert docstring, "every module opens with one sentence on what lives here"
    assert len(text.splitlines()) <= 300


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_nothing_happens_at_import_time(path: Path) -> None:
    if name_of(path) == "aibot.storage.migrations.env":
        return  # no module but a script: Alembic runs it for each of its commands
    for node in ast.parse(path.read_text("utf-8")).body:
        assert not isinstance(node, ast.For | ast.While | ast.With | ast.Try | ast.Await), (
            f"line {node.lineno}"
        )
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            if ast.unparse(node.value.func) == "Index":
                continue  # how SQLAlchemy declares one: it joins its table, and no database is touched
            pytest.fail(f"line {node.lineno} calls {ast.unparse(node.value.func)}")


def test_files_of_tests_lie_where_what_they_test_lies() -> None:
    for path in (ROOT / "tests").rglob("test_*.py"):
        folder = path.parent.relative_to(ROOT / "tests")
        #  fuzz/ tries every entrance at once
        assert not folder.parts or folder.name == "fuzz" or (PACKAGE / folder).is_dir(), (
            f"{path} tests no folder of aibot"
        )


def test_python_itself_is_the_only_other_thing_imported() -> None:
    """Every library imported is one that pyproject names."""
    known = (
        COMPUTING
        | SLACK
        | SERVING
        | {
            "websockets",
            "jsonschema_rs",
            "dotenv",
            "prometheus_client",
            "sqlalchemy",
            "psycopg",
            "procrastinate",
            "alembic",
            "cryptography",
            "opentelemetry",
            "filelock",
            "aibot",
        }
        | set(sys.stdlib_module_names)
    )
    found = {name.partition(".")[0] for path in MODULES for name in imports(path)}
    assert found <= known, found - known
