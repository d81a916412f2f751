"""What threads are about: entry ids and attributes for fourteen days, never anybody's words.

Every message of a busy channel asks whether its thread is known, so the answer is kept in memory for a while: a known
thread until it changes, an unknown one for seconds, since another process on the same database may begin it.
"""

from __future__ import annotations

import json
import threading
import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import delete, select

from aibot.core.conversation import Thread
from aibot.storage.tables import threads
from aibot.storage.upsert import upsert

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Row

    from aibot.core.language import Language
    from aibot.storage.database import Database

KEPT_SECONDS = 14 * 24 * 3600
UNKNOWN_SECONDS = 5
#  Where others write to the database too, what we know of a thread may be old
KNOWN_SECONDS = 5
MOST_KEPT = 20_000

Key = tuple[str, str, str]  # workspace, channel, the parent's ts; "" for a direct message outside threads


class _Kept(NamedTuple):
    thread: Thread | None
    until: float


class Threads:
    """Reads and writes them. Both block, and may be used from several threads."""

    def __init__(self, database: Database, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._database, self._monotonic = database, monotonic
        self._kept: OrderedDict[Key, _Kept] = OrderedDict()
        self._lock = threading.Lock()

    def recall(self, team: str, channel: str, thread: str) -> tuple[bool, Thread | None]:
        """What is known without asking the database: whether anything is, and the thread, None where it is unknown."""
        with self._lock:
            kept = self._kept.get((team, channel, thread))
        if kept is None or kept.until < self._monotonic():
            return False, None
        return True, kept.thread

    def get(self, team: str, channel: str, thread: str) -> Thread | None:
        """What a thread is about; None where the bot has answered nothing in it for fourteen days.

        Raises:
            StorageError: where the database cannot be read.
        """
        known, found = self.recall(team, channel, thread)
        if known:
            return found
        here = (threads.c.team == team, threads.c.channel == channel, threads.c.thread == thread)
        oldest = self._database.about_now() - KEPT_SECONDS
        with self._database.reading() as connection:
            row = connection.execute(select(threads).where(*here, threads.c.at >= oldest)).one_or_none()
        found = _from_row(row) if row is not None else None
        self._keep((team, channel, thread), found)
        return found

    def put(self, team: str, channel: str, thread: str, about: Thread) -> None:
        """Remember what a thread is about now.

        Raises:
            StorageError: where it cannot be written.
        """
        row = {"team": team, "channel": channel, "thread": thread, **_to_row(about)}
        row["at"] = self._database.about_now()
        with self._database.transaction() as connection:
            connection.execute(upsert(self._database, threads, row))
        self._keep((team, channel, thread), about)

    def forget(self, team: str, channel: str, thread: str) -> bool:
        """Forget a thread; False where it was unknown."""
        here = (threads.c.team == team, threads.c.channel == channel, threads.c.thread == thread)
        with self._database.transaction() as connection:
            gone = connection.execute(delete(threads).where(*here)).rowcount > 0
        self._keep((team, channel, thread), None)
        return gone

    def drop(self, team: str) -> None:
        """Drop what is kept in memory of a workspace; its rows are purged with everything else of it."""
        with self._lock:
            for key in [key for key in self._kept if key[0] == team]:
                del self._kept[key]

    def tidy(self) -> int:
        """Forget what is older than fourteen days; returns how many threads."""
        oldest = self._database.about_now() - KEPT_SECONDS
        with self._database.transaction() as connection:
            return connection.execute(delete(threads).where(threads.c.at < oldest)).rowcount

    def _keep(self, key: Key, thread: Thread | None) -> None:
        seconds = UNKNOWN_SECONDS if thread is None else KNOWN_SECONDS
        if self._database.is_sqlite:
            seconds *= 60  # nobody else writes to it
        with self._lock:
            self._kept[key] = _Kept(thread, self._monotonic() + seconds)
            self._kept.move_to_end(key)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)


def _to_row(thread: Thread) -> dict[str, Any]:
    about = {
        "asked": thread.asked,
        "together": thread.together,
        "compared": thread.compared,
        "left": thread.left,
    }
    return {
        "entries": " ".join(thread.entries),
        "about": json.dumps(about),
        "language": thread.language,
        "stopped": thread.stopped,
    }


def _from_row(row: Row[Any]) -> Thread:
    entries = tuple(row.entries.split())
    language: Language = "zh" if row.language == "zh" else "en"
    try:
        about = json.loads(row.about)
        return Thread(
            entries=entries,
            together=int(about["together"]),
            compared=bool(about["compared"]),
            asked=tuple(map(str, about["asked"])),
            left=tuple(map(str, about["left"])),
            language=language,
            stopped=bool(row.stopped),
        )
    except (ValueError, KeyError, TypeError):  # written by another version of the bot
        return Thread(entries, together=min(1, len(entries)), language=language, stopped=bool(row.stopped))
