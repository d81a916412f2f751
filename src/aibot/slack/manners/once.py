"""What must be acted on a single time: by memory first, then by the database that several programs share."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from aibot.slack.manners.seen import Seen

if TYPE_CHECKING:
    from aibot.slack.manners.sharing import Sharing


class Once:
    """Names of one kind, each good for one act within `seconds`.

    Without a database, and while it does not answer, this program's memory alone decides.
    """

    def __init__(self, kind: str, seconds: float, sharing: Sharing) -> None:
        self._kind, self._seconds, self._sharing = kind, seconds, sharing
        self._seen = Seen(seconds)

    async def take(self, name: str) -> bool:
        """Whether this is the first time."""
        if not self._seen.add(self._kept(name)):
            return False
        return await self._sharing.ask(
            lambda memory: memory.once.take(self._kept(name), self._seconds), otherwise=True
        )

    def take_here(self, name: str) -> bool:
        """Whether this is the first time in this program, where that is all that matters."""
        return self._seen.add(self._kept(name))

    async def free(self, name: str) -> None:
        """It came to nothing: the next time is the first again."""
        self._seen.discard(self._kept(name))
        await self._sharing.ask(lambda memory: memory.once.free(self._kept(name)), otherwise=False)

    def _kept(self, name: str) -> str:
        return kept_name(self._kind, name)


def kept_name(kind: str, name: str) -> str:
    """What is remembered, here and in the database: a button's value may hold what somebody asked."""
    return f"{kind}:{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:32]}"
