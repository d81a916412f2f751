"""Which files a fact base reaches: those in its own folder, and no others."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from aibot.core.facts.export import exported
from aibot.load import default_facts_path, load_facts

if TYPE_CHECKING:
    from pathlib import Path


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
