"""What was done on the page, as a pytest file that does it again and expects the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from aibot.playground.stage import Stage

Json = dict[str, Any]


class Recorder:
    """Keeps the acts."""

    def __init__(self, stage: Stage, folder: Path) -> None:
        self._stage, self._folder = stage, folder
        self._acts: list[tuple[str, Json, Json]] = []

    def note(self, act: str, details: Json, came_to: Json) -> None:
        """Remember an act."""
        self._acts.append((act, details, came_to))

    def write(self) -> tuple[str, str]:
        """Write the test; returns its path and text."""
        return "", ""
