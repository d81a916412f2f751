"""Channels that change and workspaces' own: policy, and whether anything can be posted there."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import select, update

from aibot.storage.audit import OPERATOR, SLACK, Audit, differing
from aibot.storage.rows import from_row
from aibot.storage.tables import deliveries, subscriptions, workspaces
from aibot.storage.upsert import upsert

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from aibot.core.daily import Subscription
    from aibot.core.policy import Who
    from aibot.storage.database import Database


@dataclass(frozen=True, slots=True)
class Policy:
    """What a workspace has decided."""

    who: Who = "anyone"  # may change what holds for a channel
    on_unknown: Literal["leave", "repost"] = "leave"  # where nobody can tell whether a post went out


class Workspaces:
    """The part of the store that follows what happens in Slack."""

    database: Database
    audit: Audit

    def pause_channel(
        self, team: str, channel: str, problem: str, *, if_version: int | None = None, by: str = SLACK
    ) -> Subscription | None:
        """Pause a channel that cannot be posted to; None where it has no subscription or is paused already.

        With `if_version` also where somebody has changed it since.

        What a person has paused stays theirs: else it would go on by itself once the problem is gone.
        """
        with self.database.transaction() as connection:
            row = connection.execute(
                update(subscriptions)
                .where(
                    subscriptions.c.team == team,
                    subscriptions.c.channel == channel,
                    subscriptions.c.paused.is_(False),
                    *([] if if_version is None else [subscriptions.c.version == if_version]),
                )
                .values(paused=True, problem=problem, version=subscriptions.c.version + 1, next_at=None)
                .returning(subscriptions)
            ).one_or_none()
            if row is None:
                return None
            self.audit.record(
                connection, "subscription.paused", team=team, actor=by, channel=channel, after={"problem": problem}
            )  # fmt: skip
            return from_row(row)

    def move_channel(self, team: str, old: str, new: str, *, by: str = SLACK) -> bool:
        """Follow a channel whose id Slack has changed; its subscription keeps its own id and so its days."""
        with self.database.transaction() as connection:
            here = (subscriptions.c.team == team) & (subscriptions.c.channel == new)
            if connection.execute(select(subscriptions.c.id).where(here)).first():
                return False
            moved = connection.execute(
                update(subscriptions)
                .where(subscriptions.c.team == team, subscriptions.c.channel == old)
                .values(channel=new, version=subscriptions.c.version + 1)
                .returning(subscriptions.c.id)
            ).scalar()
            if moved is None:
                return False
            # the days that are over, too: whoever subscribes the channel anew finds them by its new id
            connection.execute(
                update(deliveries).where(deliveries.c.subscription == moved).values(channel=new)
            )
            states = {"before": {"channel": old}, "after": {"channel": new}}
            self.audit.record(connection, "subscription.moved", team=team, actor=by, channel=new, **states)
            return True

    def policy(self, team: str) -> Policy:
        """A workspace's policy."""
        with self.database.reading() as connection:
            return self._policy(connection, team)

    @staticmethod
    def _policy(connection: Connection, team: str) -> Policy:
        query = select(workspaces.c.who, workspaces.c.on_unknown).where(workspaces.c.team == team)
        row = connection.execute(query).one_or_none()
        return Policy(row.who, row.on_unknown) if row is not None else Policy()

    def set_policy(self, team: str, policy: Policy, *, by: str = OPERATOR) -> None:
        """Change a workspace's policy."""
        with self.database.transaction() as connection:
            was, is_now = differing(asdict(self._policy(connection, team)), asdict(policy))
            if was:
                self._write(connection, team, **is_now)
                self.audit.record(connection, "policy.changed", team=team, actor=by, before=was, after=is_now)

    def stop_team(self, team: str, reason: str, *, by: str = SLACK) -> None:
        """Post nothing in a workspace any more: the app was uninstalled or its token taken away."""
        self._set_stopped(team, reason, by)

    def start_team(self, team: str, *, by: str = SLACK) -> None:
        """Post again: the app is installed and its token works."""
        self._set_stopped(team, None, by)

    def _set_stopped(self, team: str, reason: str | None, by: str) -> None:
        with self.database.transaction() as connection:
            query = select(workspaces.c.stopped).where(workspaces.c.team == team)
            was = connection.execute(query).scalar()
            if was == reason:
                return
            self._write(connection, team, stopped=reason)
            what = "workspace.stopped" if reason else "workspace.started"
            before, after = ({"stopped": one} if one else None for one in (was, reason))
            self.audit.record(connection, what, team=team, actor=by, before=before, after=after)

    def stopped(self) -> Sequence[tuple[str, str]]:
        """The workspaces where nothing can be posted, and why."""
        query = select(workspaces.c.team, workspaces.c.stopped).where(workspaces.c.stopped.is_not(None))
        with self.database.reading() as connection:
            return [(row.team, row.stopped) for row in connection.execute(query)]

    def why_stopped(self, team: str) -> str | None:
        """Why nothing can be posted in a workspace; None where posts go out."""
        query = select(workspaces.c.stopped).where(workspaces.c.team == team)
        with self.database.reading() as connection:
            return connection.execute(query).scalar()

    def classic(self) -> dict[str, float]:
        """The workspaces that took no tables and charts, and until when none are tried there."""
        query = select(workspaces.c.team, workspaces.c.classic_until).where(
            workspaces.c.classic_until > self.database.about_now()
        )
        with self.database.reading() as connection:
            return {row.team: row.classic_until for row in connection.execute(query)}

    def set_classic(self, team: str, until: float) -> None:
        """Remember that a workspace took no tables and charts."""
        with self.database.transaction() as connection:
            self._write(connection, team, classic_until=until)

    def _write(self, connection: Connection, team: str, **fields: Any) -> None:
        connection.execute(upsert(self.database, workspaces, {"team": team, **fields}))
