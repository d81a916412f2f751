"""Encrypts tokens before they are written down: AES-CBC with HMAC (Fernet), under keys that can be changed at any time.

The first key encrypts, all of them decrypt: https://cryptography.io/en/latest/fernet/. A sealed text also says whose
it is, so a row's token cannot be put into another workspace's row by whoever can write to the database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aibot.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cryptography.fernet import Fernet


class SealError(StorageError):
    """Something sealed cannot be opened with the keys at hand; nothing was changed."""


def new_key() -> str:
    """A new key."""
    from cryptography.fernet import Fernet  # noqa: PLC0415  # a twentieth of a second, for those who need it

    return Fernet.generate_key().decode()


class Seal:
    """Seals and opens; knows no table."""

    def __init__(self, keys: Sequence[str]) -> None:
        """`keys` are the newest first; without any, nothing can be sealed or opened."""
        self._newest: Fernet | None = None
        if keys:
            from cryptography.fernet import Fernet, InvalidToken, MultiFernet  # noqa: PLC0415  # see `new_key`

            made = [Fernet(key) for key in keys]
            self._newest, self._all, self._wrong = made[0], MultiFernet(made), InvalidToken

    def close(self, text: str, owner: str) -> str:
        """Seal a text that belongs to `owner`, under the newest key."""
        if self._newest is None:
            raise SealError("AIBOT_KEYS is not set: without a key no token is written down. `aibot keys new`")
        return self._newest.encrypt(f"{owner}\n{text}".encode()).decode()

    def open(self, sealed: str, owner: str) -> str:
        """What was sealed for `owner`.

        Raises:
            SealError: where no key opens it, or it is somebody else's.
        """
        if self._newest is None:
            raise SealError(
                "AIBOT_KEYS is not set: the tokens in the database cannot be read without their key."
            )
        try:
            held, _, text = self._all.decrypt(sealed.encode()).decode().partition("\n")
        except self._wrong:
            raise SealError(
                f"The token of {owner} is sealed with a key that is not in AIBOT_KEYS. Put the old key back, behind "
                "the new one and a comma; nothing was changed."
            ) from None
        if held != owner:
            raise SealError(f"The token in the row of {owner} belongs to another workspace; it is not used.")
        return text

    def is_newest(self, sealed: str) -> bool:
        """Whether a text is sealed under the newest key already."""
        if self._newest is None:
            return False
        try:
            self._newest.decrypt(sealed.encode())
        except self._wrong:
            return False
        return True
