"""Notes what people asked for, after they have their answer: many notes in one transaction, none in anybody's way."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from aibot.core.answers import Comparison, FactAnswer, SeveralAnswers
from aibot.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aibot.core.answers import Answer
    from aibot.slack.serving.background import Background
    from aibot.storage import Recent

log = logging.getLogger(__name__)

LINGER_SECONDS = 1.0  # a transaction a second at most, however many people ask
MOST_WAITING = 20_000
_STEP = 0.00001


class Recently:
    """What was asked, in memory until it is written; without a database nothing is noted."""

    def __init__(self, recent: Recent | None, background: Background) -> None:
        self._recent, self._background = recent, background
        self._waiting: dict[tuple[str, str, str], float] = {}
        self._is_writing = False
        self._alone = asyncio.Lock()  # what is being written is neither read nor forgotten halfway

    @property
    def is_on(self) -> bool:
        """Whether anything is noted."""
        return self._recent is not None

    def note(self, team: str, user: str, answer: Answer) -> None:
        """The entries an answer shows; a few microseconds, and the rest later."""
        if self._recent is None or not team or not user:
            return
        now = self._recent.database.about_now()
        entries = _entries(answer)
        for place in reversed(range(len(entries))):
            key = team, user, entries[place]
            self._waiting.pop(key, None)
            if len(self._waiting) < MOST_WAITING:  # a database that is away: notes are not worth more memory
                self._waiting[key] = now - place * _STEP  # of several, the first counts as the newest
        if self._waiting and not self._is_writing:
            self._is_writing = True
            self._background.start(self._write_later())

    async def of(self, team: str, user: str) -> Sequence[str]:
        """A person's entries, the newest first; none where they cannot be read."""
        if self._recent is None:
            return ()
        try:
            async with self._alone:
                stored = await asyncio.to_thread(self._recent.of, team, user)
        except StorageError as error:
            log.warning("what was asked lately cannot be read: %s", error)
            stored = ()
        waiting = [key[2] for key in reversed(self._waiting) if key[:2] == (team, user)]
        return list(dict.fromkeys([*waiting, *stored]))[:8]

    async def forget(self, team: str, user: str) -> None:
        """Forget all of a person's.

        Raises:
            StorageError: where that cannot be written.
        """
        if self._recent is None:
            return
        async with self._alone:
            for key in [key for key in self._waiting if key[:2] == (team, user)]:
                del self._waiting[key]
            await asyncio.to_thread(self._recent.forget, team, user)

    def forget_team(self, team: str) -> None:
        """Forget what waits of a workspace that took the app away: its rows are purged, and none may follow."""
        for key in [key for key in self._waiting if key[0] == team]:
            del self._waiting[key]

    async def _write_later(self) -> None:
        await self._background.linger(LINGER_SECONDS)
        assert self._recent is not None
        async with self._alone:
            rows = [(*key, at) for key, at in self._waiting.items()]
            self._waiting.clear()
            self._is_writing = False
            try:
                await asyncio.to_thread(self._recent.add, rows)
            except StorageError as error:
                log.warning("what was asked lately cannot be written down: %s", error)


def _entries(answer: Answer) -> Sequence[str]:
    match answer:
        case FactAnswer():
            return (answer.entry,)
        case SeveralAnswers():
            return [part.entry for part in answer.answers if isinstance(part, FactAnswer)]
        case Comparison():
            return answer.entries
        case _:
            return ()
