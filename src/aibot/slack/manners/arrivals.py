"""Events, which Slack sends again until somebody acknowledged them: acted on once, and lost by no program's end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from aibot.slack.manners.once import kept_name
from aibot.slack.manners.seen import Seen

if TYPE_CHECKING:
    from aibot.slack.manners.sharing import Sharing
    from aibot.slack.serving.background import Background

#  https://docs.slack.dev/apis/events-api/#retries: at once, after a minute, and some five minutes after that
MEMORY_SECONDS = 15 * 60
#  So long an event is one program's before it is acknowledged. Slack gave up waiting long ago (after three seconds),
#  and the second retry finds it free where that program has ended
LEASE_SECONDS = 30.0
#  Acknowledged ones are written down together: later than each answer, and cheaper than one at a time
SETTLE_SECONDS = 1.0

Arrival = Literal["first", "under way", "acknowledged"]


class Arrivals:
    """Which events have come, to any of the programs on one database.

    A program that ends between taking an event and acknowledging it must not swallow it: it is taken for some seconds
    only, and for good once it is acknowledged. What comes meanwhile is refused, so that Slack sends it once more.
    """

    def __init__(self, sharing: Sharing, background: Background) -> None:
        self._sharing, self._background = sharing, background
        self._seen, self._under_way = Seen(MEMORY_SECONDS), set[str]()
        self._acknowledged: list[str] = []  # and not written down yet

    def heard(self, event_id: str) -> bool:
        """Whether an event on which nothing is done comes to this program for the first time."""
        return self._seen.add(kept_name("event", event_id))

    async def arrive(self, event_id: str) -> Arrival:
        """Take an event. Whoever has the first must say what became of it: `acknowledged` or `failed`."""
        name = kept_name("event", event_id)
        if not self._seen.add(name):
            return "under way" if name in self._under_way else "acknowledged"
        self._under_way.add(name)
        left = await self._sharing.ask(lambda memory: memory.once.claim(name, LEASE_SECONDS), otherwise=0.0)
        if not left:
            return "first"
        self._under_way.discard(name)
        if left > LEASE_SECONDS:
            return "acknowledged"
        self._seen.discard(name)
        return "under way"

    def acknowledged(self, event_id: str) -> None:
        """Slack has been told that it came: it need not come again."""
        name = kept_name("event", event_id)
        self._under_way.discard(name)
        self._acknowledged.append(name)
        if len(self._acknowledged) == 1:
            self._background.start(self._settle())

    async def failed(self, event_id: str) -> None:
        """Slack has not been told, and may send it again."""
        name = kept_name("event", event_id)
        self._under_way.discard(name)
        self._seen.discard(name)
        await self._sharing.ask(lambda memory: memory.once.free(name), otherwise=False)

    async def _settle(self) -> None:
        await self._background.linger(SETTLE_SECONDS)
        names, self._acknowledged = self._acknowledged, []
        await self._sharing.ask(lambda memory: memory.once.keep(names, MEMORY_SECONDS), otherwise=0)
