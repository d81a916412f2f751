"""What may decide when a delivery is tried, and by which program: an engine, behind three calls.

An engine only says "try these now". Whether a delivery may be posted is asked of the record, each time, so an engine
may lose what it was told, say it twice, or say it in two programs at once. To put another one in its place: write these
three calls, and choose it in `engine_for`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from aibot.errors import StorageError
from aibot.posting.embedded import Embedded

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from aibot.posting.delivering import Deliverer
    from aibot.storage.record import Key


class Engine(Protocol):
    """Has deliveries tried."""

    def submit(self, connection: Connection, due: Sequence[tuple[Key, float]]) -> None:
        """Have deliveries tried, each not before its time.

        Called inside the transaction that makes them due: what is kept must become visible with it, or not at all.
        """

    async def sweep(self, now: float) -> bool:
        """Once a second: find what would otherwise not be tried; whether there may be more at once."""

    async def run(self, stop: asyncio.Event) -> None:
        """Try what is due until `stop` is set; what is on its way then is finished first. Raises nothing."""


def engine_for(deliverer: Deliverer, wake: asyncio.Event) -> Engine:
    """The engine for a database; `wake` is set when there is room for more.

    Raises:
        StorageError: where the engine's package is not installed.
    """
    if deliverer.store.database.is_sqlite:
        return Embedded(deliverer, wake)
    try:
        from aibot.posting.scaled_out import ScaledOut  # noqa: PLC0415  # its packages come with aibot[postgres]
    except ModuleNotFoundError as error:
        raise StorageError(
            f"Daily posts on PostgreSQL need {error.name}: pip install 'aibot[postgres]'"
        ) from error
    return ScaledOut(deliverer)
