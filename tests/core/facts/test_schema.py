"""The JSON Schema that editors complete from: fresh, named by every file, and neither too strict nor too lax."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, get_args

import jsonschema_rs
import pytest
import yaml

from aibot.cli.schema import json_schema
from aibot.core.facts import ATTRIBUTES
from aibot.core.facts.attributes import AttributeName

DATA = Path(__file__).parents[3] / "data"
FILES = [DATA / "facts.yaml", *sorted(path for path in DATA.glob("*/*.yaml"))]


class Yaml12(yaml.SafeLoader):
    """YAML 1.2's core schema, as editors read it: numbers, true, false and null; no dates, no `yes`, no 12:30."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  # PyYAML's own way


for tag, pattern, first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
     "-+0123456789."),
    ("null", r"null|Null|NULL|~|", ["n", "N", "~", ""]),
):  # fmt: skip
    Yaml12.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), list(first))


def as_an_editor_sees(text: str) -> Any:
    return yaml.load(text, Yaml12)  # noqa: S506  # a SafeLoader


@pytest.fixture(scope="module")
def schema() -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for(json.loads((DATA / "facts.schema.json").read_text("utf-8")))


def test_the_committed_schema_is_fresh() -> None:
    committed = json.loads((DATA / "facts.schema.json").read_text("utf-8"))

    assert committed == json_schema(), "run: aibot facts schema > data/facts.schema.json"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_file_names_the_schema_on_its_first_line(path: Path) -> None:
    first = path.read_text("utf-8").splitlines()[0]
    named = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)

    assert named, first
    assert (path.parent / named[1]).resolve() == DATA / "facts.schema.json"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_an_editor_marks_nothing_in_the_real_files(schema: jsonschema_rs.Validator, path: Path) -> None:
    seen = as_an_editor_sees(path.read_text("utf-8"))

    assert [f"{error.instance_path}: {error.message}" for error in schema.iter_errors(seen)] == []


ENTRY = """
entries:
  - id: one
    kind: model
    name: {en: One, zh: 一}
    summary: {en: First., zh: 第一。, source: article 1}
    facts: [{about: released, en: Out., zh: 发布。, value: {date: 2024}, source: article 1, as_of: 2024}]
"""


def test_an_editor_takes_a_year_without_quotes(schema: jsonschema_rs.Validator) -> None:
    assert schema.is_valid(as_an_editor_sees(ENTRY))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("kind: model", "kind: modell"),
        ("id: one", "id: One Two"),
        ("id: one", "ids: one"),
        (", zh: 一", ""),
        (", source: article 1}", "}"),
        ("about: released", "about: launch"),
        ("date: 2024}", "date: 24}"),
        ("date: 2024}", "date: 2024-1-1}"),
        ("date: 2024}", "date: true}"),
        ("date: 2024}", "day: 2024}"),
        ("date: 2024}", "date: 2024, zone: Beijing}"),
        ("as_of: 2024", "as_of: last year"),
    ],
)
def test_an_editor_marks_a_slip(schema: jsonschema_rs.Validator, right: str, wrong: str) -> None:
    assert not schema.is_valid(as_an_editor_sees(ENTRY.replace(right, wrong, 1)))


def test_every_field_that_is_explained_is_explained_to_editors() -> None:
    definitions = json_schema()["$defs"]

    assert (
        definitions["Aliases"]["properties"]["misprint"]["description"]
        == "Wrong in print, but people will copy it."
    )
    assert definitions["Fact"]["properties"]["quote"]["description"].startswith("The source's own words")
    assert sum("description" in form for form in definitions["Fact"]["properties"].values()) >= 12


def test_the_type_of_attributes_names_all_of_them() -> None:
    assert list(get_args(AttributeName)) == list(ATTRIBUTES)


def test_the_readme_lists_every_attribute() -> None:
    readme = (DATA / "README.md").read_text("utf-8")
    listed = readme.split("## What a fact can be about")[1].split("## Sources")[0]

    assert [name for name in ATTRIBUTES if not re.search(rf"\b{name}\b", listed)] == []
