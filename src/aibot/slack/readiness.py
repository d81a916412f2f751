"""Which workspaces do not take Slack's newer blocks yet: Slack brings tables and charts to them one after another."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

NOT_READY_SECONDS = 24 * 3600


class Readiness:
    """Remembers for a day where tables and charts were refused; kept in memory, since asking again costs one call."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._refused: dict[str, float] = {}

    def is_ready(self, workspace: str) -> bool:
        """Whether tables and charts are worth trying."""
        refused = self._refused.get(workspace)
        if refused is None:
            return True
        if self._clock() - refused < NOT_READY_SECONDS:
            return False
        del self._refused[workspace]
        return True

    def refused(self, workspace: str) -> None:
        """Remember that a workspace did not take them."""
        self._refused[workspace] = self._clock()
