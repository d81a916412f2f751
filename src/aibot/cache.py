"""The checked fact base kept between two runs, so that one question in the terminal need not read all YAML again.

Keeping is a convenience: a file that cannot be written, is broken or belongs to other facts is passed over
without a word, and the fact base is read and checked as if there were none.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pydantic
from pydantic import ValidationError

from aibot.core import facts
from aibot.core.facts import FactsFile

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aibot.core.facts import FileText

FILE = "facts.json"
Parts = list[tuple[str, FactsFile]]


def cache_folder(environ: Mapping[str, str]) -> Path | None:
    """The user's cache folder (https://specifications.freedesktop.org/basedir-spec/), or None without a home."""
    named = environ.get("XDG_CACHE_HOME") or environ.get("LOCALAPPDATA")
    home = environ.get("HOME") or environ.get("USERPROFILE")
    if named:
        return Path(named) / "aibot"
    return Path(home) / ".cache" / "aibot" if home else None


def key_of(files: Sequence[FileText]) -> str:
    """What the kept base was made from: every text, and the code that checked it."""
    digest = hashlib.sha256(pydantic.VERSION.encode())
    for module in sorted(Path(facts.__file__).parent.glob("*.py")):
        digest.update(module.read_bytes())
    for file in files:
        for part in (file.pack, file.name, file.text):
            digest.update(f"\0{len(part)}\0{part}".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def kept(folder: Path, key: str) -> Parts | None:
    """The packs and files that were kept under this key, or None."""
    try:
        head, _, body = (folder / FILE).read_bytes().partition(b"\n")
        if head.decode() != key:
            return None
        parts = [(pack, FactsFile.model_validate_json(text)) for pack, text in json.loads(body)]
    except (OSError, ValueError, TypeError, ValidationError):
        return None
    return parts or None


def keep(folder: Path, key: str, parts: Parts) -> None:
    """Keep the packs and files of a fact base that was found right; whoever writes last wins."""
    body = json.dumps([(pack, contents.model_dump_json(exclude_unset=True)) for pack, contents in parts])
    file = None
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=FILE, delete=False) as file:
            file.write(f"{key}\n{body}".encode())
        os.replace(file.name, folder / FILE)  # noqa: PTH105  # a reader sees the old file or the new, never half
    except OSError:
        if file is not None:
            Path(file.name).unlink(missing_ok=True)
