"""Forgets a workspace that took the app away: its token and all that was remembered for it, in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from aibot.core.daily.subscription import subscription_id
from aibot.storage import departures, had
from aibot.storage.audit import SLACK
from aibot.storage.installations import lock_of
from aibot.storage.tables import audit, installations, metadata, posted, workspaces
from aibot.storage.tables import departures as departing
from aibot.storage.upsert import upsert

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sqlalchemy import ColumnElement, Connection

    from aibot.storage.audit import Audit
    from aibot.storage.database import Database
    from aibot.storage.installations import Installation


class Purge:
    """Takes away what belongs to a workspace. `feedback` and `unanswered` name none; the audit log stays and tells.

    `once` and `spent` name people and channels only within a key, and forget by themselves within days. `departures`
    keeps the workspace's id until a sweep has found nothing more.
    """

    def __init__(self, database: Database, log: Audit) -> None:
        self._database, self._audit = database, log

    def installation(
        self, team: str, enterprise: str, held: Installation | None, reason: str
    ) -> list[str] | None:
        """Purge an installation and the workspaces it served; returns these, or None where it stands again.

        `held` is the installation that Slack has ended, None where there was none. If the row is another one by now,
        the app was installed again meanwhile, and nothing is taken away: a reinstallation wins over a purge, in
        whatever order Slack's events arrive. Any number of purges come to the same as one.
        """
        if held is not None:
            team, enterprise = held.team, held.enterprise
        with self._database.transaction() as connection:
            self._database.alone(connection, lock_of(enterprise, team))
            same = installations.c.team == team
            same = same if team else same & (installations.c.enterprise == enterprise)
            row = connection.execute(select(installations.c.token_id).where(same)).first()
            if row is not None and (held is None or row.token_id != held.token_id):
                return None
            ended = connection.execute(delete(installations).where(same)).rowcount > 0
            teams = self._served(connection, team, enterprise)
            taken = self._forget(connection, teams, reason)
            if ended or taken:
                self._audit.record(
                    connection, "installation.purged", team=team or enterprise, actor=SLACK,
                    after={"reason": reason, "workspaces": sorted(teams), "rows": taken},
                )  # fmt: skip
                for one in (
                    sorted(teams) if not team else ()
                ):  # who looks for a workspace finds it by its own id
                    why = {"reason": reason, "organisation": enterprise}
                    self._audit.record(connection, "installation.purged", team=one, actor=SLACK, after=why)
        return sorted(teams)

    def teams(self, teams: Sequence[str], reason: str) -> None:
        """Purge single workspaces of an organisation that keeps its installation.

        Who has one of its own keeps all; once that goes, the organisation's is no reason to keep it any longer.
        """
        with self._database.transaction() as connection:
            for team in sorted(teams):
                self._database.alone(connection, lock_of("", team))
                own = select(installations.c.team).where(installations.c.team == team)
                if connection.execute(own).first() is not None:
                    apart = {"team": team, "enterprise": ""}
                    connection.execute(upsert(self._database, workspaces, apart))
                elif taken := self._forget(connection, [team], reason):
                    self._audit.record(
                        connection, "installation.purged", team=team, actor=SLACK,
                        after={"reason": reason, "workspaces": [team], "rows": taken},
                    )  # fmt: skip

    def _posts_of(self, teams: Collection[str]) -> Iterator[ColumnElement[bool]]:
        """What finds some workspaces' cards fast, among those of many others: an id begins with its workspace's."""
        mine = posted.c.subscription
        if self._database.is_sqlite:  # by the primary key
            for team in teams:
                begins = subscription_id(team, "")
                yield (mine >= begins) & (mine < begins[:-1] + chr(ord(begins[-1]) + 1))
        else:  # indexes in the order of a language know no beginnings: the table once, and not once a workspace
            yield func.split_part(mine, subscription_id("", ""), 1).in_(teams)

    @staticmethod
    def _served(connection: Connection, team: str, enterprise: str) -> list[str]:
        """The workspaces that nothing serves any more."""
        reached = select(workspaces.c.team, workspaces.c.enterprise)
        if team:
            found = connection.execute(reached.where(workspaces.c.team == team)).first()
            if found is not None and found.enterprise == "":
                return [team]
            enterprise = enterprise or (found.enterprise if found else None) or ""
            whole = select(installations.c.team).where(
                installations.c.enterprise == enterprise, installations.c.team == ""
            )
            return [] if enterprise and connection.execute(whole).first() is not None else [team]
        own = select(installations.c.team).where(installations.c.team != "")
        wanted = reached.where(workspaces.c.enterprise == enterprise, workspaces.c.team.not_in(own))
        return [row.team for row in connection.execute(wanted)]

    def _forget(self, connection: Connection, teams: Collection[str], reason: str) -> int:
        """Every row of some workspaces, in every table that knows workspaces: one that is added later too."""
        if not teams:
            return 0
        had.keep(connection, self._database, teams)
        taken = 0
        for table in metadata.sorted_tables:
            if "team" in table.c and table not in (audit, installations, departing):
                taken += connection.execute(delete(table).where(table.c.team.in_(teams))).rowcount
        # last: who freezes a post holds its delivery, so what was dealt meanwhile is seen by now. Cards are remembered
        # by their subscriptions' ids, which outlive these
        for mine in self._posts_of(teams):
            taken += connection.execute(delete(posted).where(mine)).rowcount
        if taken:
            departures.keep(connection, self._database, teams, reason)
        return taken
