"""Limits on how much is asked in a minute: counted in memory, added up over the programs that share a database."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from aibot.core.limits import WINDOW_SECONDS, Allowance

if TYPE_CHECKING:
    from aibot.slack.manners.sharing import Sharing
    from aibot.slack.serving.background import Background

#  How often programs tell each other what they have counted: the limits are approximate by so much
SHARE_SECONDS = 1.0


class Limits:
    """A limit for each person and one for each channel; counting costs no call and no wait."""

    def __init__(
        self,
        person: int,
        channel: int,
        *,
        sharing: Sharing,
        background: Background,
        seconds: float = SHARE_SECONDS,
    ) -> None:
        self._people, self._channels, self._lines = Allowance(person), Allowance(channel), Allowance(1)
        self._sharing, self._background, self._seconds = sharing, background, seconds
        self._is_sharing = False

    def of_person(self, team: str, user: str) -> bool:
        """Count what a person asks; whether it is within the limit."""
        return self._spend(self._people, f"{team} {user}")

    def of_channel(self, team: str, channel: str) -> bool:
        """Count what is posted into a channel; whether it is within the limit."""
        return self._spend(self._channels, f"{team} {channel}")

    def may_tell(self, team: str, user: str, *where: str) -> bool:
        """Whether to tell a person that it was too much: once in a minute wherever they ask, so that it is no flood."""
        return self._lines.spend(" ".join((team, user, *where)), self._sharing.now())

    @property
    def person(self) -> int:
        """How much a person may ask in a minute."""
        return self._people.limit

    @property
    def channel(self) -> int:
        """How much may be posted into a channel in a minute."""
        return self._channels.limit

    def _spend(self, allowance: Allowance, key: str) -> bool:
        within = allowance.spend(key, self._sharing.now())
        if allowance.limit and self._sharing.is_between_programs and not self._is_sharing:
            self._is_sharing = True
            self._background.start(self._share())
        return within

    async def _share(self) -> None:
        """Tell the others what was counted here, and learn what they have; begun by the first count after it."""
        await asyncio.sleep(self._seconds)
        self._is_sharing = False
        for allowance in (self._people, self._channels):
            if counts := allowance.unsent(self._sharing.now()):
                totals = await self._sharing.ask(
                    lambda memory, counts=counts: memory.spent.add(counts, 2 * WINDOW_SECONDS),  # type: ignore[misc]
                    otherwise=dict[str, int](),
                )
                allowance.learn(totals, self._sharing.now())
