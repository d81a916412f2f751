"""Puts the playground together and runs it: stage, page, first card, and an eye on the facts files."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING

from aibot.errors import SettingsError
from aibot.playground.acts import COMMAND
from aibot.playground.server import PageServer
from aibot.playground.stage import Stage
from aibot.playground.watching import watch

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

FIRST_QUESTION = "model deepseek-v3"


def run_playground(
    facts: Path | None, *, port: int, recordings: Path, ready: Callable[[str, float], None]
) -> None:
    """Run until interrupted.

    Raises:
        SettingsError: where the port is taken.
    """
    asyncio.run(_run(facts, port=port, recordings=recordings, ready=ready))


async def _run(
    facts: Path | None, *, port: int, recordings: Path, ready: Callable[[str, float], None]
) -> None:
    began = time.perf_counter()
    async with playground(facts, port=port, recordings=recordings) as server:
        ready(server.url, time.perf_counter() - began)
        await asyncio.Event().wait()


async def _watch(stage: Stage, facts: Path | None) -> None:
    """Watch the facts files; should that fail, the page says so."""
    try:
        await watch(facts, stage.reload_facts)
    except Exception as error:
        stage.say_broken(f"the facts files are no longer watched: {error!r}", "Start the playground again.")
        raise


@contextlib.asynccontextmanager
async def playground(
    facts: Path | None = None, *, port: int = 0, recordings: Path, at: float | None = None
) -> AsyncIterator[PageServer]:
    """The playground, running, with the first card on its page.

    Raises:
        SettingsError: where the port is taken.
    """
    async with Stage.open(facts=facts, at=at) as stage:
        server = PageServer(stage, port=port, recordings=recordings)
        await server.do("say", {"user": "U1", "channel": "C1", "text": f"{COMMAND} {FIRST_QUESTION}"})
        watching = asyncio.create_task(_watch(stage, facts))
        try:
            async with server.running():
                yield server
        except OSError as error:
            if server.listening:
                raise
            raise SettingsError(
                f"Port {port} on 127.0.0.1 cannot be used ({error.strerror}). "
                "Leave --port away for a free one, or name another."
            ) from error
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
