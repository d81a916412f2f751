"""What people, channels and workspaces have chosen: one value a name, none where nothing was chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from aibot.storage.audit import Audit
from aibot.storage.tables import preferences
from aibot.storage.upsert import upsert

if TYPE_CHECKING:
    from collections.abc import Collection

    from aibot.storage.database import Database


class Preferences:
    """What was chosen. `owner` is the id of a person, a channel or a workspace; ids of these never meet in Slack."""

    def __init__(self, database: Database) -> None:
        self._database, self._audit = database, Audit(database)

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

    def set(self, team: str, owner: str, name: str, value: str | None, *, by: str = "") -> None:
        """Keep what was chosen; None takes the choice back. `by` is who chose, where it was for others as well.

        What somebody chose for a channel or a workspace is on record; their own choices are nobody's business.
        """
        key = {"team": team, "owner": owner, "name": name}
        mine = [preferences.c[column] == given for column, given in key.items()]
        forget = delete(preferences).where(*mine)
        keep = upsert(self._database, preferences, {**key, "value": value})
        with self._database.transaction() as connection:
            was = connection.execute(select(preferences.c.value).where(*mine)).scalar()
            connection.execute(forget if value is None else keep)
            if by in ("", owner) or was == value:
                return
            self._audit.record(
                connection, "preference.changed", team=team, actor=by,
                channel=owner if owner != team else None, before={name: was}, after={name: value},
            )  # fmt: skip
