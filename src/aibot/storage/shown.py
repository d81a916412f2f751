"""Which card stands in which channel, so that it is not posted there again at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from aibot.storage.tables import shown
from aibot.storage.upsert import upsert

if TYPE_CHECKING:
    from aibot.storage.database import Database


class Shown:
    """The last message that has a card, in each channel."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, team: str, channel: str, card: str, ts: str) -> None:
        """Remember where a card was posted just now; `ts` is "" where Slack did not tell."""
        row = {
            "team": team,
            "channel": channel,
            "card": card,
            "ts": ts,
            "at": self._database.about_now(),
        }
        with self._database.transaction() as connection:
            connection.execute(upsert(self._database, shown, row))

    def find(self, team: str, channel: str, card: str, seconds: float) -> str | None:
        """The message that has a card, where it is no older than so many seconds."""
        query = select(shown.c.ts).where(
            shown.c.team == team,
            shown.c.channel == channel,
            shown.c.card == card,
            shown.c.at > self._database.about_now() - seconds,
        )
        with self._database.reading() as connection:
            ts: str | None = connection.execute(query).scalar_one_or_none()
        return ts

    def tidy(self, seconds: float) -> int:
        """Forget what is older; returns how many."""
        old = shown.c.at <= self._database.about_now() - seconds
        with self._database.transaction() as connection:
            return connection.execute(delete(shown).where(old)).rowcount
