"""Everything the bot remembers, over one database; each part is a class of its own."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING, Self

from aibot.errors import StorageError
from aibot.storage.database import Database
from aibot.storage.departures import Departures
from aibot.storage.feedback import Feedback
from aibot.storage.installations import Installations
from aibot.storage.oauth_states import OAuthStates
from aibot.storage.once import Once
from aibot.storage.preferences import Preferences
from aibot.storage.purging import Purge
from aibot.storage.recent import Recent
from aibot.storage.sealing import Seal
from aibot.storage.shown import Shown
from aibot.storage.spent import Spent
from aibot.storage.store import Store
from aibot.storage.threads import Threads
from aibot.storage.unanswered import Unanswered

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

log = logging.getLogger(__name__)

TIDY_SECONDS = 3_600.0
SHOWN_SECONDS = 600.0  # how long a card that stands in a channel is not posted there again


class Memory:
    """The parts of what is remembered. All of them block until it is written, and may be used from several threads."""

    def __init__(self, database: Database, keys: Sequence[str] = ()) -> None:
        self.database = database
        self.daily = Store(database)
        self.audit = self.daily.audit
        self.preferences = Preferences(database, self.audit)
        self.recent = Recent(database)
        self.threads = Threads(database)
        seal = Seal(keys)
        self.installations = Installations(database, seal, self.audit)
        self.oauth_states = OAuthStates(database, seal)
        self.departures = Departures(database)
        self.purge = Purge(database, self.audit)
        self.once = Once(database)
        self.shown = Shown(database)
        self.spent = Spent(database)
        self.feedback = Feedback(database)
        self.unanswered = Unanswered(database)

    @classmethod
    def open(
        cls,
        url: str,
        *,
        exclusive: bool = False,
        as_it_is: bool = False,
        clock: Callable[[], float] | None = None,
        keys: Sequence[str] = (),
    ) -> Self:
        """Open a database by its address; `keys` open the tokens in it, the newest first. The rest: see `Database`.

        Raises:
            StorageError: where it cannot be opened, another bot works with it, or its tables are not today's.
        """
        return cls(Database(url, exclusive=exclusive, as_it_is=as_it_is, clock=clock), keys)

    def tidy(self) -> None:
        """Forget what has served its time: docs/operate.md says what that is."""
        self.once.tidy()
        self.spent.tidy()
        self.shown.tidy(SHOWN_SECONDS)
        self.unanswered.tidy()
        self.threads.tidy()
        self.recent.tidy()
        self.oauth_states.tidy()
        self.audit.tidy()

    def close(self) -> None:
        """Let go of it."""
        self.database.close()


@contextlib.asynccontextmanager
async def remembering(
    url: str, *, clock: Callable[[], float] | None = None, keys: Sequence[str] = ()
) -> AsyncIterator[Memory | None]:
    """A running bot's memory; None where `url` is "off": nothing is remembered, and there are no daily posts.

    A SQLite file goes by `clock`; on PostgreSQL the database's own counts, since several programs share it.

    Raises:
        StorageError: where the database cannot be used, or another bot works with the file.
    """
    if url == "off":
        yield None
        return
    own_time = clock if url.startswith("sqlite") else None
    memory = await asyncio.to_thread(Memory.open, url, exclusive=True, clock=own_time, keys=keys)
    tidying = asyncio.create_task(_tidy(memory))
    try:
        yield memory
    finally:
        tidying.cancel()
        await asyncio.gather(tidying, return_exceptions=True)
        memory.close()


async def _tidy(memory: Memory) -> None:
    """Forget what is old, now and every hour; whatever fails is tried again in an hour."""
    while True:
        try:
            await asyncio.to_thread(memory.tidy)
        except StorageError as error:
            log.warning("what is old could not be forgotten: %s", error)
        await asyncio.sleep(TIDY_SECONDS)
