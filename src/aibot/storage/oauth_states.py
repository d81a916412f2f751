"""The states of installations that have begun: each is good once, for ten minutes; only their hashes are kept."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select

from aibot.storage.tables import oauth_states

if TYPE_CHECKING:
    from aibot.storage.database import Database

SECONDS = 600
#  Anybody may begin an installation; no more than these may be under way at once
MOST = 10_000


class OAuthStates:
    """Issues states, and takes each back once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def issue(self) -> str | None:
        """A new state; None where too many are under way."""
        state, now = secrets.token_urlsafe(32), self._database.now()
        with self._database.transaction() as connection:
            connection.execute(delete(oauth_states).where(oauth_states.c.expires_at <= now))
            if connection.execute(select(func.count()).select_from(oauth_states)).scalar_one() >= MOST:
                return None
            connection.execute(insert(oauth_states).values(state=_hash(state), expires_at=now + SECONDS))
        return state

    def use(self, state: str) -> bool:
        """Whether a state was issued here, not long ago, and is used for the first time."""
        now = self._database.now()
        with self._database.transaction() as connection:
            gone = connection.execute(
                delete(oauth_states)
                .where(oauth_states.c.state == _hash(state))
                .returning(oauth_states.c.expires_at)
            ).first()
        return gone is not None and gone.expires_at > now

    def tidy(self) -> int:
        """Forget what was begun and never ended; returns how many."""
        with self._database.transaction() as connection:
            old = oauth_states.c.expires_at <= self._database.about_now()
            return connection.execute(delete(oauth_states).where(old)).rowcount


def _hash(state: str) -> str:
    return hashlib.sha256(state.encode("utf-8", "surrogatepass")).hexdigest()
