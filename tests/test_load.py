"""Which files a fact base reaches: those in its own folder, and no others."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from aibot.core.facts.export import exported
from aibot.errors import FactsError
from aibot.load import default_facts_path, load_facts

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "DB_PASSWORD=made-up\n"


@pytest.mark.parametrize(
    "listed", ["../secret.env", "{tmp}/secret.env", "inside/../../secret.env", "link.yaml"]
)
def test_a_pack_leads_nowhere_else(tmp_path: Path, listed: str) -> None:
    (tmp_path / "secret.env").write_text(SECRET, "utf-8")
    facts = tmp_path / "data" / "facts.yaml"
    (facts.parent / "inside").mkdir(parents=True)
    (facts.parent / "link.yaml").symlink_to(tmp_path / "secret.env")
    name = listed.format(tmp=tmp_path)
    facts.write_text(f"packs: [{{id: a, title: {{en: A, zh: 甲}}, files: ['{name}']}}]\n", "utf-8")

    with pytest.raises(FactsError) as refused:
        load_facts(facts)

    assert f"the pack's file '{name}' is not in the folder of this file, so it was not read" in str(
        refused.value
    )
    assert "made-up" not in str(refused.value)


def test_a_folder_of_links_as_kubernetes_mounts_it_is_read(tmp_path: Path) -> None:
    """A mounted ConfigMap is links to `..data`, itself a link: https://kubernetes.io/docs/concepts/storage/volumes."""
    shutil.copytree(default_facts_path().parent, tmp_path / "..2026")
    (tmp_path / "..data").symlink_to("..2026")
    for name in ("facts.yaml", "curated", "article"):
        (tmp_path / name).symlink_to(f"..data/{name}")

    assert exported(load_facts(tmp_path / "facts.yaml")) == exported(load_facts())


def test_a_file_that_is_named_to_the_check_may_stand_anywhere(tmp_path: Path) -> None:
    shutil.copytree(default_facts_path().parent, tmp_path / "data")
    new = tmp_path / "new.yaml"
    new.write_text("entries: []\n", "utf-8")

    assert len(load_facts(tmp_path / "data" / "facts.yaml", extra=(new,))) > 100
