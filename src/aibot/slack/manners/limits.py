"""Limits on how much is asked in a minute: counted in memory, added up over the programs that share a database."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Literal

from aibot.core.limits import WINDOW_SECONDS, Allowance

if TYPE_CHECKING:
    from aibot.slack.manners.manners import Manners
    from aibot.slack.manners.sharing import Sharing
    from aibot.slack.serving.background import Background
    from aibot.slack.serving.metrics import Metrics

Limit = Literal["person", "channel", "workspace"]

#  How often programs tell each other what they have counted: the limits are approximate by so much
SHARE_SECONDS = 1.0


class Limits:
    """A limit for each person, each channel and each workspace; counting costs no call and no wait."""

    def __init__(
        self,
        manners: Manners,
        *,
        sharing: Sharing,
        background: Background,
        metrics: Metrics | None = None,
        seconds: float = SHARE_SECONDS,
    ) -> None:
        self._allowances: dict[Limit, Allowance] = {
            "person": Allowance(manners.person),
            "channel": Allowance(manners.channel),
            "workspace": Allowance(manners.workspace),
        }
        self._lines = Allowance(1)
        self._sharing, self._background, self._seconds = sharing, background, seconds
        self._metrics = metrics
        self._is_sharing = False

    def over(self, team: str, user: str) -> Limit | None:
        """Count what a person asks; which limit it is above, theirs or their workspace's.

        What is above a person's own is not counted for the workspace: nobody uses up what the others have.
        """
        if not self._spend("person", f"{team} {user}"):
            return "person"
        return None if self._spend("workspace", team) else "workspace"

    def of_channel(self, team: str, channel: str) -> bool:
        """Count what is posted into a channel; whether it is within the limit."""
        return self._spend("channel", f"{team} {channel}")

    def may_tell(self, team: str, user: str, *where: str) -> bool:
        """Whether to tell a person that it was too much: once in a minute wherever they ask, so that it is no flood."""
        return self._lines.spend(" ".join((team, user, *where)), self._sharing.now())

    def most(self, limit: Limit) -> int:
        """How much it lets through in a minute."""
        return self._allowances[limit].limit

    def _spend(self, limit: Limit, key: str) -> bool:
        allowance = self._allowances[limit]
        within = allowance.spend(key, self._sharing.now())
        if not within and self._metrics is not None:
            self._metrics.count_held_back(limit)
        if allowance.limit and self._sharing.is_between_programs and not self._is_sharing:
            self._is_sharing = True
            self._background.start(self._share())
        return within

    async def _share(self) -> None:
        """Tell the others what was counted here, and learn what they have; begun by the first count after it."""
        await asyncio.sleep(self._seconds)
        self._is_sharing = False
        for allowance in self._allowances.values():
            if counts := allowance.unsent(self._sharing.now()):
                totals = await self._sharing.ask(
                    lambda memory, counts=counts: memory.spent.add(counts, 2 * WINDOW_SECONDS),  # type: ignore[misc]
                    otherwise=dict[str, int](),
                )
                allowance.learn(totals, self._sharing.now())
