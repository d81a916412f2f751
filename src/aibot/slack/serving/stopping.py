"""Being told to stop: heard at once, done in order, and over after a while whatever hangs."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import threading

log = logging.getLogger(__name__)

#  What is under way has 10 seconds, posts on their way 25; systemd, compose and Kubernetes kill after 40
LONGEST = 35.0


def told_to_stop() -> asyncio.Event:
    """Set at SIGINT and SIGTERM; from then on the process has `LONGEST` seconds."""
    told = asyncio.Event()

    def tell() -> None:
        if not told.is_set():
            end_within(LONGEST)
        told.set()

    if sys.platform != "win32":  # whose event loops have no signal handlers
        for name in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(name, tell)
    return told


async def ended_or_told(task: asyncio.Task[None], told: asyncio.Event) -> None:
    """Wait for whichever comes first."""
    stopping = asyncio.create_task(told.wait())
    await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()


def end_within(seconds: float) -> None:
    """End the process then if it is still there: a thread that waits for a database that stands still never ends."""
    timer = threading.Timer(seconds, _end, [seconds])
    timer.daemon = True
    timer.start()


def _end(seconds: float) -> None:
    log.error("still not done %.0f seconds after being told to stop; ending all the same", seconds)
    logging.shutdown()
    os._exit(1)
