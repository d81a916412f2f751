"""Which workspaces do not take Slack's newer blocks yet: Slack brings tables and charts to them one after another."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aibot.slack.manners.sharing import Sharing
    from aibot.slack.serving.background import Background
    from aibot.storage import Memory

NOT_READY_SECONDS = 24 * 3600
#  What another program has learnt is known here after so long
LOOK_SECONDS = 60


class Readiness:
    """Remembers for a day where tables and charts were refused, over restarts and for every program.

    Asked in the middle of answering, it never waits: it goes by what it read last, and reads again meanwhile.
    """

    def __init__(self, sharing: Sharing, background: Background, memory: Memory | None = None) -> None:
        self._sharing, self._background = sharing, background
        self._until: dict[str, float] = memory.daily.classic() if memory is not None else {}
        self._looked = sharing.now()

    def is_ready(self, workspace: str) -> bool:
        """Whether tables and charts are worth trying."""
        now = self._sharing.now()
        if self._sharing.is_between_programs and now - self._looked >= LOOK_SECONDS:
            self._looked = now
            self._background.start(self._look())
        return self._until.get(workspace, 0.0) <= now

    def refused(self, workspace: str) -> None:
        """Remember that a workspace did not take them."""
        until = self._sharing.now() + NOT_READY_SECONDS
        self._until[workspace] = until
        self._background.start(self._tell(workspace, until))

    def forget_team(self, workspace: str) -> None:
        """Forget a workspace that took the app away."""
        self._until.pop(workspace, None)

    async def _look(self) -> None:
        self._until |= await self._sharing.ask(
            lambda memory: memory.daily.classic(), otherwise=dict[str, float]()
        )

    async def _tell(self, workspace: str, until: float) -> None:
        await self._sharing.ask(lambda memory: memory.daily.set_classic(workspace, until), otherwise=None)
