"""Blocks and elements of every kind that Slack documents, for drawing: gallery.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Json = dict[str, Any]

_GALLERY: dict[str, Any] = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))

MESSAGE_BLOCKS: list[Json] = _GALLERY["classic"]
MORE_BLOCKS: list[Json] = _GALLERY["newer"]
LINES: list[Json] = _GALLERY["lines"]
MODAL: Json = _GALLERY["modal"]
