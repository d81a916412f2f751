"""Whatever stands in a facts file, there is a fact base or a list of what is wrong with it."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from aibot.core.facts import FactBase, FileText, parse_facts
from aibot.errors import FactsError

SOUND: dict[str, Any] = {
    "sources": [{"id": "a", "kind": "article", "title": {"en": "A", "zh": "甲"}}],
    "entries": [
        {
            "id": "rag", "kind": "technique", "name": {"en": "RAG", "zh": "检索增强"},
            "summary": {"en": "It reads.", "zh": "它会读。", "source": "a"},
        }
    ],
}  # fmt: skip
WORDS = (
    "sources",
    "entries",
    "packs",
    "id",
    "kind",
    "name",
    "en",
    "zh",
    "summary",
    "source",
    "facts",
    "rag",
    "a",
    "files",
)
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.dates()
    | st.text(max_size=10)
    | st.sampled_from(WORDS)
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS) | scalars, inner, max_size=4)
    ),
    max_leaves=10,
)


def told(text: str) -> None:
    """Parse it; it is right, or every problem has its sentence."""
    found: FactBase | FactsError
    try:
        found = parse_facts([FileText("p", "facts.yaml", text, is_entry_point=True)])
    except FactsError as error:
        found = error
    if isinstance(found, FactsError):
        assert found.problems
        assert all(str(problem).startswith("facts.yaml") for problem in found.problems)


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=80) | st.text(alphabet="{}[]:-&*!|>%@`'\"#, \n\tab<", max_size=60))
def test_any_text(text: str) -> None:
    told(text)


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_sound_file_with_one_thing_changed(data: st.DataObject) -> None:
    changed = yaml.safe_load(yaml.safe_dump(SOUND))
    place = changed
    while True:
        key = data.draw(st.sampled_from(sorted(place)))
        inner = place[key][0] if isinstance(place[key], list) else place[key]
        if not isinstance(inner, dict) or data.draw(st.booleans()):
            break
        place = inner
    place[key] = data.draw(values)
    told(yaml.safe_dump(changed, allow_unicode=True))


@pytest.mark.parametrize(
    "text",
    [
        "[" * 20_000,
        "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]",
        "!!python/object/apply:os.system [ls]",
        "entries: []\nentries: []",
        "? {a: b}\n: c",
        "%YAML 9.9\n---\na",
        "\ud800",
        "entries: [{<<: {id: rag}}]",
    ],
    ids=(
        "deep",
        "aliases",
        "a tag",
        "equal keys",
        "a key that is none",
        "a version",
        "half a character",
        "merged",
    ),
)
def test_known_troublemakers(text: str) -> None:
    told(text)
