"""The states of installations that have begun: each is good once, for ten minutes.

A state is a sealed time and a random number. Nothing is written down until it comes back, so whoever begins
installations without end fills nothing and keeps nobody else from installing.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING

from sqlalchemy import delete

from aibot.storage.sealing import SealError
from aibot.storage.tables import oauth_states
from aibot.storage.upsert import upsert

if TYPE_CHECKING:
    from aibot.storage.database import Database
    from aibot.storage.sealing import Seal

SECONDS = 600
#  Whose the seal is: no sealed token passes for a state, and no state for a token
_OWNER = "an installation"


class OAuthStates:
    """Issues states, and takes each back once; only the hashes of those that came back are kept."""

    def __init__(self, database: Database, seal: Seal) -> None:
        self._database, self._seal = database, seal

    def issue(self) -> str:
        """A new state.

        Raises:
            StorageError: where there is no key to seal it with.
        """
        said = f"{self._database.about_now() + SECONDS} {secrets.token_urlsafe(16)}"
        return self._seal.close(said, _OWNER).rstrip("=")  # which cookies would have to quote

    def use(self, state: str) -> bool:
        """Whether a state was issued here, not long ago, and is used for the first time."""
        if not state.isascii():
            return False
        try:
            said = self._seal.open(state + "=" * (-len(state) % 4), _OWNER)
        except SealError:
            return False
        expires_at = float(said.partition(" ")[0])
        if expires_at <= self._database.now():
            return False
        # what is inside counts: the same seal can be spelled in several ways
        row = {"state": hashlib.sha256(said.encode()).hexdigest(), "expires_at": expires_at}
        first = upsert(self._database, oauth_states, row, keep=True).returning(oauth_states.c.state)
        with self._database.transaction() as connection:
            return connection.execute(first).first() is not None

    def tidy(self) -> int:
        """Forget those that would be too old by now; returns how many."""
        with self._database.transaction() as connection:
            old = oauth_states.c.expires_at <= self._database.about_now()
            return connection.execute(delete(oauth_states).where(old)).rowcount
