"""What people, channels and workspaces have chosen: one value a name, none where nothing was chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from aibot.storage.tables import preferences
from aibot.storage.upsert import upsert

if TYPE_CHECKING:
    from collections.abc import Collection

    from aibot.storage.audit import Audit
    from aibot.storage.database import Database


class Preferences:
    """What was chosen. `owner` is the id of a person, a channel or a workspace; ids of these never meet in Slack."""

    def __init__(self, database: Database, audit: Audit) -> None:
        self._database, self._audit = database, audit

    def get(self, team: str, owner: str, name: str) -> str | None:
        """What one of them has chosen; None where nothing."""
        return self.of(team, (owner,), name).get(owner)

    def of(self, team: str, owners: Collection[str], name: str) -> dict[str, str]:
        """What some of them have chosen, in one look; those who have chosen nothing are left out."""
        if not owners:
            return {}
        query = select(preferences.c.owner, preferences.c.value).where(
            preferences.c.team == team, preferences.c.owner.in_(list(owners)), preferences.c.name == name
        )
        with self._database.reading() as connection:
            return {row.owner: row.value for row in connection.execute(query)}

    def set(self, team: str, owner: str, name: str, value: str | None, *, actor: str = "") -> None:
        """Keep what was chosen; None takes the choice back.

        What somebody (`actor`) chooses for others, a channel or a workspace, stands in the audit log.
        """
        key = {"team": team, "owner": owner, "name": name}
        here = [preferences.c[column] == given for column, given in key.items()]
        keep = upsert(self._database, preferences, {**key, "value": value})
        with self._database.transaction() as connection:
            if actor and actor != owner:
                before = connection.execute(select(preferences.c.value).where(*here)).scalar_one_or_none()
                states = {"before": {name: before}, "after": {name: value}}
                channel = owner if owner != team else None
                self._audit.record(
                    connection, f"{name}.changed", team=team, actor=actor, channel=channel, **states
                )
            connection.execute(delete(preferences).where(*here) if value is None else keep)
