"""Where the app is installed, with each workspace's token, sealed. A row may stand for a whole organisation.

Nothing here talks to Slack. Tokens come out of the database only in an `Installation`, which does not show them.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, or_, select, tuple_, update

from aibot.storage.audit import SLACK
from aibot.storage.sealing import SealError
from aibot.storage.tables import installations, workspaces
from aibot.storage.upsert import upsert

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

    from aibot.storage.audit import Audit
    from aibot.storage.database import Database
    from aibot.storage.sealing import Seal

_KEY_COLUMNS = (installations.c.enterprise, installations.c.team)
_KEY = tuple_(*_KEY_COLUMNS)
#  Whoever asks Slack for the next token has so long; if it dies, another may ask after that
REFRESH_SECONDS = 30.0
_PAGE = 500
#  A bot that still seals with an older key can replace tokens for ever
_ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Installation:
    """The app in one workspace, or (`team` is "") in a whole organisation."""

    enterprise: str  # "" outside Enterprise Grid
    team: str
    app: str
    bot: str
    bot_user: str
    token: str = field(repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    expires_at: float | None = None
    scopes: tuple[str, ...] = ()
    installer: str = ""
    installed_at: float = 0.0
    token_id: str = ""  # it changes whenever the token does, and not when that is sealed anew

    @property
    def owner(self) -> str:
        """Whose it is, for people and for the seal."""
        return owner_of(self)


@dataclass(frozen=True, slots=True)
class Resealed:
    """What changing the keys came to."""

    total: int
    changed: int
    unreadable: tuple[str, ...]  # whose tokens no key opens
    behind: int  # under an older key still: a bot that seals with that one keeps replacing them


class Installations:
    """The installations. Every look-up goes by an index, however many there are."""

    def __init__(self, database: Database, seal: Seal, audit: Audit) -> None:
        self.database, self._seal, self._audit = database, seal, audit

    # Looking up

    def find(self, team: str, enterprise: str = "") -> Installation | None:
        """A workspace's installation: its own, or else its organisation's.

        Without `enterprise`, the organisation is the one the workspace was last reached through.

        Raises:
            SealError: where no key opens its token.
        """
        with self.database.reading() as connection:
            row = self._row(connection, team, enterprise)
        return self._opened(row) if row is not None else None

    def organisation_of(self, team: str) -> Installation | None:
        """The installation of the organisation that a workspace is of, beside one of its own.

        Raises:
            SealError: where no key opens its token.
        """
        reached = select(workspaces.c.enterprise).where(workspaces.c.team == team)
        own = select(installations.c.enterprise).where(installations.c.team == team)
        with self.database.reading() as connection:
            named = (connection.execute(query).scalar_one_or_none() for query in (reached, own))
            row = self._row(connection, "", next((one for one in named if one), ""))
        return self._opened(row) if row is not None else None

    @staticmethod
    def _row(connection: Connection, team: str, enterprise: str) -> Any:
        if team:
            own = select(installations).where(installations.c.team == team)
            if (row := connection.execute(own).first()) is not None:
                return row
        if not enterprise:
            known = select(workspaces.c.enterprise).where(workspaces.c.team == team)
            enterprise = connection.execute(known).scalar_one_or_none() or ""
        whole = select(installations).where(
            installations.c.enterprise == enterprise, installations.c.team == ""
        )
        return connection.execute(whole).first() if enterprise else None

    def every(self) -> Iterator[Sequence[Any]]:
        """All rows as they stand, sealed, a page at a time."""
        after = ("", "")
        while True:
            query = select(installations).where(after < _KEY).order_by(*_KEY_COLUMNS).limit(_PAGE)
            with self.database.reading() as connection:
                rows = connection.execute(query).all()
            if not rows:
                return
            yield rows
            after = (rows[-1].enterprise, rows[-1].team)

    def unreadable(self, *, most: int | None = None) -> tuple[int, list[str]]:
        """How many installations were looked at, and whose token no key opens."""
        looked, wrong = 0, []
        for page in self.every():
            for row in page:
                try:
                    self._opened(row)
                except SealError:
                    wrong.append(owner_of(row))
            looked += len(page)
            if most is not None and looked >= most:
                break
        return looked, wrong

    def _opened(self, row: Any) -> Installation:
        owner = owner_of(row)
        refresh = self._seal.open(row.refresh_token, owner) if row.refresh_token else None
        return Installation(
            row.enterprise, row.team, row.app, row.bot, row.bot_user, self._seal.open(row.token, owner), refresh,
            row.expires_at, tuple(row.scopes.split()), row.installer, row.installed_at, row.token_id,
        )  # fmt: skip

    # Installing

    def save(self, new: Installation) -> Installation:
        """Write an installation down, in place of an earlier one; what had stopped for want of a token goes on."""
        sealed = self._sealed(new)
        now = self.database.now()
        row = {
            "enterprise": new.enterprise, "team": new.team, "app": new.app, "bot": new.bot, "bot_user": new.bot_user,
            **sealed, "expires_at": new.expires_at, "scopes": " ".join(new.scopes), "installer": new.installer,
            "installed_at": now, "refreshing_until": None,
        }  # fmt: skip
        with self.database.transaction() as connection:
            self.database.alone(connection, lock_of(new.enterprise, new.team))
            before = self._earlier(connection, new)
            connection.execute(upsert(self.database, installations, row))
            self._start(connection, new)
            self._audit.record(
                connection, "installation.replaced" if before else "installation.made",
                team=new.team or new.enterprise, actor=new.installer or SLACK,
                before=before, after={"scopes": sorted(new.scopes), "installer": new.installer},
            )  # fmt: skip
        return replace(new, installed_at=now, token_id=sealed["token_id"])

    @staticmethod
    def _earlier(connection: Connection, new: Installation) -> dict[str, Any] | None:
        """Take away the workspace's earlier rows; it may have come into an organisation, or left one, meanwhile.

        Returns what they were, for the audit log.
        """
        same = (installations.c.enterprise == new.enterprise) & (installations.c.team == new.team)
        wanted = or_(same, installations.c.team == new.team) if new.team else same
        gone = connection.execute(delete(installations).where(wanted).returning(installations)).all()
        return {"scopes": sorted(gone[0].scopes.split()), "installer": gone[0].installer} if gone else None

    def _start(self, connection: Connection, new: Installation) -> None:
        if new.team:
            values = {"team": new.team, "stopped": None, "enterprise": new.enterprise or None}
            connection.execute(upsert(self.database, workspaces, values))
        else:
            reached = workspaces.c.enterprise == new.enterprise
            connection.execute(update(workspaces).where(reached).values(stopped=None))

    def belongs(self, team: str, enterprise: str) -> None:
        """Remember through which organisation a workspace is reached; daily posts know only the workspace."""
        with self.database.reading() as connection:
            query = select(workspaces.c.enterprise).where(workspaces.c.team == team)
            if connection.execute(query).scalar_one_or_none() == enterprise:
                return
        with self.database.transaction() as connection:
            connection.execute(upsert(self.database, workspaces, {"team": team, "enterprise": enterprise}))

    # Tokens that expire

    def claim_refresh(self, held: Installation) -> bool:
        """Whether this program may ask Slack for the next token now; for half a minute no other may."""
        now = self.database.now()
        free = or_(installations.c.refreshing_until.is_(None), installations.c.refreshing_until < now)
        with self.database.transaction() as connection:
            claimed = connection.execute(
                update(installations).where(_is(held), free).values(refreshing_until=now + REFRESH_SECONDS)
            )
            return claimed.rowcount > 0

    def refreshed(self, held: Installation, new: Installation) -> Installation | None:
        """Write down the tokens that took the held ones' place; None where the row is another by now, or gone."""
        sealed = self._sealed(new)
        with self.database.transaction() as connection:
            changed = connection.execute(
                update(installations)
                .where(_is(held))
                .values(**sealed, expires_at=new.expires_at, refreshing_until=None)
            )
        return replace(new, token_id=sealed["token_id"]) if changed.rowcount else None

    def _sealed(self, one: Installation, token_id: str | None = None) -> dict[str, Any]:
        refresh = self._seal.close(one.refresh_token, one.owner) if one.refresh_token else None
        token_id = secrets.token_hex(8) if token_id is None else token_id
        return {
            "token": self._seal.close(one.token, one.owner), "refresh_token": refresh, "token_id": token_id
        }  # fmt: skip

    # Keys

    def reseal(self) -> Resealed:
        """Seal every token under the newest key, a row at a time, while bots run; what no key opens stays as it is.

        A bot may replace a token behind our back, so we look again until a whole round finds nothing to do.
        """
        changed = 0
        for _ in range(_ROUNDS):
            done = self._reseal_once()
            changed += done.changed
            if not done.changed and not done.behind:
                break
        return replace(done, changed=changed)

    def _reseal_once(self) -> Resealed:
        total = changed = behind = 0
        unreadable = []
        for page in self.every():
            total += len(page)
            for row in page:
                texts = [text for text in (row.token, row.refresh_token) if text]
                if all(self._seal.is_newest(text) for text in texts):
                    continue
                try:
                    held = self._opened(row)
                except SealError:
                    unreadable.append(owner_of(row))
                    continue
                with self.database.transaction() as connection:
                    # the token stays the same one: a refresh of it that is under way finds its row all the same
                    same = _is(held) & (installations.c.token == row.token)
                    done = connection.execute(
                        update(installations).where(same).values(self._sealed(held, held.token_id))
                    )
                changed += done.rowcount
                behind += 1 - done.rowcount
        return Resealed(total, changed, tuple(unreadable), behind)


def owner_of(row: Any) -> str:
    """Whose an installation is, or a row of one: for people, and for the seal."""
    return f"{row.enterprise}/{row.team}"


def lock_of(enterprise: str, team: str) -> str:
    """What installing and purging a workspace agree on: one of them at a time."""
    return f"installation {team or enterprise}"


def _is(held: Installation) -> Any:
    """The row while it has the token that was read: not another's, and no later one."""
    return (
        (installations.c.enterprise == held.enterprise)
        & (installations.c.team == held.team)
        & (installations.c.token_id == held.token_id)
    )
