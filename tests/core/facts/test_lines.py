"""File and line of every entry, fact and attribute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aibot.core.facts.lines import lines_in
from aibot.core.facts.yaml_text import read_yaml
from aibot.load import default_facts_path, fact_lines

if TYPE_CHECKING:
    from aibot.core.facts import FactBase


def test_everything_with_a_name_has_its_line(facts_text: str) -> None:
    """
    entries:
      - id: acme
        facts:
          - id: F1-01
            also: [F1-02, F1-03]
            about: context
          - about: context
            value:
              list:
                - {id: F1-04, en: a}
                - {en: b}
          - about: use
            also: F1-05
      - id: other
      - id: acme
    """
    assert lines_in(
        [read_yaml(facts_text, "a.yaml"), read_yaml("entries: [{id: late}, {id: acme}]", "b.yaml")]
    ) == {
        "acme": ("a.yaml", 2),
        "F1-01": ("a.yaml", 4),
        "F1-02": ("a.yaml", 4),
        "F1-03": ("a.yaml", 4),
        "acme context": ("a.yaml", 4),
        "F1-04": ("a.yaml", 10),
        "acme use": ("a.yaml", 12),
        "F1-05": ("a.yaml", 12),
        "other": ("a.yaml", 14),
        "late": ("b.yaml", 1),
    }


def test_nonsense_has_no_lines() -> None:
    for text in ("", "entries: 5", "entries: [5, {id: [x]}]", "entries: [{facts: {a: b}}]", "- a", ":"):
        assert set(lines_in([read_yaml(text, "a.yaml")])) <= {"", " "}, text


def test_every_fact_of_the_real_base_is_found(base: FactBase) -> None:
    lines = fact_lines(default_facts_path())
    names = {*base.entries, *(fact.id for _, fact in base.all_facts() if fact.id)}
    assert names <= lines.keys()
    file, line = lines["deepseek-v3"]
    assert default_facts_path().parents[1].joinpath(file).read_text("utf-8").splitlines()[
        line - 1
    ].strip() == ("- id: deepseek-v3")
