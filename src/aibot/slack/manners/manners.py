"""How the bot behaves among people: how much it takes from one of them, and what it does not say twice."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from aibot.storage.memory import SHOWN_SECONDS

if TYPE_CHECKING:
    from aibot.settings import Settings


@dataclass(frozen=True, slots=True)
class Manners:
    """As it is: no limits, every card posted wherever it is asked for, nothing kept of what was asked in vain."""

    person: int = 0  # questions a minute
    channel: int = 0  # answers posted a minute
    workspace: int = 0  # questions a minute
    repeat_seconds: float = 0.0  # how long a card that stands in a channel is not posted there again
    unanswered: bool = False
    secret: str = field(default="", repr=False)  # who pressed what is kept as a hash made with it

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """As the settings want it."""
        # not a key of AIBOT_KEYS: those are changed while bots run, and who pressed what must stay the same person
        secret = settings.client_secret if settings.many else settings.bot_token
        return cls(
            settings.limit_person,
            settings.limit_channel,
            settings.limit_workspace,
            SHOWN_SECONDS,
            settings.unanswered,
            secret,
        )
