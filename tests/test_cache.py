"""The fact base kept between two runs: the same base, or none; never in the way."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from aibot.cache import FILE, cache_folder
from aibot.core.facts.export import exported
from aibot.errors import FactsError
from aibot.load import default_facts_path, load_facts


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    """A copy of the real fact base that a test may spoil."""
    shutil.copytree(default_facts_path().parent, tmp_path / "data")
    return tmp_path / "data" / "facts.yaml"


def test_the_kept_base_is_the_base(tmp_path: Path) -> None:
    plain = load_facts()
    load_facts(cache=tmp_path)
    again = load_facts(cache=tmp_path)

    assert exported(again) == exported(plain)
    assert list(again.names) == list(plain.names)
    assert again.entries == plain.entries


def test_a_kept_base_is_used(facts: Path, tmp_path: Path) -> None:
    load_facts(facts, cache=tmp_path)
    file = tmp_path / FILE
    file.write_text(file.read_text("utf-8").replace("Sora is OpenAI's model", "Sora is our model"), "utf-8")

    assert "our model" in load_facts(facts, cache=tmp_path)["sora"].summary.en


def test_a_change_in_any_file_is_seen_at_once(facts: Path, tmp_path: Path) -> None:
    load_facts(facts, cache=tmp_path)
    models = facts.parent / "curated" / "models.yaml"
    models.write_text(models.read_text("utf-8").replace("Sora is OpenAI's model", "Sora is a model"), "utf-8")

    assert "Sora is a model" in load_facts(facts, cache=tmp_path)["sora"].summary.en

    models.write_text(models.read_text("utf-8").replace("kind: model", "kind: modell"), "utf-8")
    with pytest.raises(FactsError):
        load_facts(facts, cache=tmp_path)


@pytest.mark.parametrize(
    "damage",
    [b"", b"\x00\xff", b"{}", b"[]", b"[[1, 2]]", b'[["curated", "{}"', b'[["curated", "{\\"x\\": 1}"]]'],
)
def test_a_broken_file_is_passed_over(tmp_path: Path, damage: bytes) -> None:
    plain = exported(load_facts(cache=tmp_path))
    key = (tmp_path / FILE).read_bytes().partition(b"\n")[0]
    (tmp_path / FILE).write_bytes(key + b"\n" + damage)

    assert exported(load_facts(cache=tmp_path)) == plain
    assert (tmp_path / FILE).stat().st_size > 100_000  # and mended


def test_a_folder_that_cannot_be_made_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", "utf-8")

    assert len(load_facts(cache=tmp_path / "file" / "aibot")) > 100


def test_a_folder_in_the_place_of_the_file_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()

    assert len(load_facts(cache=tmp_path)) > 100
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_nothing_wrong_is_ever_kept(facts: Path, tmp_path: Path) -> None:
    models = facts.parent / "curated" / "models.yaml"
    models.write_text("entries: [", "utf-8")
    with pytest.raises(FactsError):
        load_facts(facts, cache=tmp_path)

    assert not (tmp_path / FILE).exists()


@pytest.mark.parametrize(
    ("environ", "folder"),
    [
        ({"XDG_CACHE_HOME": "/c", "HOME": "/h"}, "/c/aibot"),
        ({"HOME": "/h"}, "/h/.cache/aibot"),
        ({"HOME": "/h", "XDG_CACHE_HOME": ""}, "/h/.cache/aibot"),
        ({}, None),
    ],
)
def test_the_folder_is_the_users_own(environ: dict[str, str], folder: str | None) -> None:
    assert cache_folder(environ) == (Path(folder) if folder else None)
