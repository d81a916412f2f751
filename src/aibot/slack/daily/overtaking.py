"""Two people who change one daily post: who changed it last, and whether one has just overtaken the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aibot.storage import OPERATOR, SLACK

if TYPE_CHECKING:
    from datetime import datetime

    from aibot.storage import Audited, Store

FRESH_SECONDS = 60  # within so much, neither may have seen what the other did
_MOST_READ = 5  # of the channel's changes; what is not of its daily post may stand among them


def last_change(store: Store, team: str, channel: str) -> Audited | None:
    """The last change of a channel's daily post that a person made, if it is the last of all."""
    found = store.audit.read(team=team, channel=channel, limit=_MOST_READ)
    ours = [one for one in found if one.what.startswith("subscription.")]
    return ours[-1] if ours and ours[-1].actor not in (SLACK, OPERATOR) else None


def is_overtaken(last: Audited | None, user: str, now: datetime) -> bool:
    """Whether a change of this person's comes right after one of somebody else's."""
    return last is not None and last.actor != user and now.timestamp() - last.at <= FRESH_SECONDS
