"""The engine of one program with a SQLite file: asks the record every second what is due and unclaimed.

There is no timer to lose and nothing to hand on: a restart catches up.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from aibot.posting.delivering import Deliverer
    from aibot.storage.record import Key

log = logging.getLogger(__name__)


class Embedded:
    """Tries what is due inside this program."""

    def __init__(self, deliverer: Deliverer, wake: asyncio.Event) -> None:
        self._deliverer = deliverer
        deliverer.on_room = wake.set
        self._batches: set[asyncio.Task[None]] = set()

    def submit(self, connection: Connection, due: Sequence[tuple[Key, float]]) -> None:
        """Nothing: the record itself is asked."""

    async def sweep(self, now: float) -> bool:
        """Begin what is due, as far as there is room."""
        deliverer = self._deliverer
        free = deliverer.timing.at_once - deliverer.posting
        if free < deliverer.timing.at_once // 2:
            return False
        keys = await deliverer.in_thread(lambda: deliverer.store.deliveries.due(now, limit=free))
        if not keys:
            return False
        batch, _ = await deliverer.claim(keys)
        posting = asyncio.get_running_loop().create_task(deliverer.post(batch))
        self._batches.add(posting)
        posting.add_done_callback(self._batches.discard)
        return bool(batch.claimed)

    async def run(self, stop: asyncio.Event) -> None:
        """Wait until `stop` is set, then let what is on its way arrive."""
        await stop.wait()
        if self._batches:
            await asyncio.wait(self._batches, timeout=self._deliverer.timing.watch / 2)
        for posting in list(self._batches):
            posting.cancel()
