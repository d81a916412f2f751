"""Channels that change and workspaces' own: policy, and whether anything can be posted there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import select, update

from aibot.storage.rows import from_row
from aibot.storage.tables import deliveries, subscriptions, workspaces
from aibot.storage.upsert import upsert

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from aibot.core.daily import Subscription
    from aibot.storage.database import Database

#  Channels in one question; both databases stop at some tens of thousands of arguments
MOST_CHANNELS = 10_000


@dataclass(frozen=True, slots=True)
class Policy:
    """What a workspace has decided."""

    who: Literal["anyone", "creator", "admins"] = "anyone"  # may subscribe, change and stop
    on_unknown: Literal["leave", "repost"] = "leave"  # where nobody can tell whether a post went out


class Workspaces:
    """The part of the store that follows what happens in Slack."""

    database: Database

    def pause_channel(self, team: str, channel: str, problem: str) -> Subscription | None:
        """Pause a channel that cannot be posted to; None where it has no subscription or is paused for that already."""
        with self.database.transaction() as connection:
            row = connection.execute(
                update(subscriptions)
                .where(
                    subscriptions.c.team == team,
                    subscriptions.c.channel == channel,
                    subscriptions.c.problem != problem,
                )
                .values(paused=True, problem=problem, version=subscriptions.c.version + 1)
                .returning(subscriptions)
            ).one_or_none()
            return from_row(row) if row is not None else None

    def move_channel(self, team: str, old: str, new: str) -> bool:
        """Follow a channel whose id Slack has changed; its subscription keeps its own id and so its days."""
        with self.database.transaction() as connection:
            here = (subscriptions.c.team == team) & (subscriptions.c.channel == new)
            if connection.execute(select(subscriptions.c.id).where(here)).first():
                return False
            moved = connection.execute(
                update(subscriptions)
                .where(subscriptions.c.team == team, subscriptions.c.channel == old)
                .values(channel=new, version=subscriptions.c.version + 1)
            )
            connection.execute(
                update(deliveries)
                .where(
                    deliveries.c.team == team, deliveries.c.channel == old, deliveries.c.try_at.is_not(None)
                )
                .values(channel=new)
            )
            return moved.rowcount > 0

    def seen_by(self, team: str, user: str, channels: Collection[str]) -> Sequence[Subscription]:
        """The subscriptions that a person set up, and those of some channels."""
        theirs = (subscriptions.c.creator == user) | subscriptions.c.channel.in_(
            list(channels)[:MOST_CHANNELS]
        )
        query = select(subscriptions).where(subscriptions.c.team == team, theirs)
        with self.database.reading() as connection:
            return [from_row(row) for row in connection.execute(query)]

    def policy(self, team: str) -> Policy:
        """A workspace's policy."""
        query = select(workspaces.c.who, workspaces.c.on_unknown).where(workspaces.c.team == team)
        with self.database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return Policy(row.who, row.on_unknown) if row is not None else Policy()

    def set_policy(self, team: str, policy: Policy) -> None:
        """Change a workspace's policy."""
        self._workspace(team, who=policy.who, on_unknown=policy.on_unknown)

    def stop_team(self, team: str, reason: str) -> None:
        """Post nothing in a workspace any more: the app was uninstalled or its token taken away."""
        self._workspace(team, stopped=reason)

    def start_team(self, team: str) -> None:
        """Post again: the app is installed and its token works."""
        self._workspace(team, stopped=None)

    def stopped(self) -> Sequence[tuple[str, str]]:
        """The workspaces where nothing can be posted, and why."""
        query = select(workspaces.c.team, workspaces.c.stopped).where(workspaces.c.stopped.is_not(None))
        with self.database.reading() as connection:
            return [(row.team, row.stopped) for row in connection.execute(query)]

    def _workspace(self, team: str, **fields: Any) -> None:
        with self.database.transaction() as connection:
            connection.execute(upsert(self.database, workspaces, {"team": team, **fields}))
