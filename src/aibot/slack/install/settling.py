"""While the program runs: does again what an outage or the end of a program cut short with some installation."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING

from aibot.errors import StorageError
from aibot.slack.install.installed import Installed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aibot.slack.app import Identity

log = logging.getLogger(__name__)

EVERY_SECONDS = 30.0


@contextlib.asynccontextmanager
async def settling(identity: Identity | Installed, *, every: float = EVERY_SECONDS) -> AsyncIterator[None]:
    """At the start, now and again, and at the stop; where there is one workspace only, nothing is to be settled."""
    if not isinstance(identity, Installed):
        yield
        return
    task = asyncio.create_task(_again_and_again(identity, every))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await identity.refresher.write(last=True)


async def _again_and_again(installed: Installed, every: float) -> None:
    while True:
        await installed.refresher.write()
        try:
            await installed.leaving.sweep()
        except StorageError as error:
            log.warning("who took the app away cannot be looked up now: %s", error)
        except Exception:
            log.exception("who took the app away could not be settled; it is tried again")
        await asyncio.sleep(every)
