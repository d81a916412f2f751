"""Questions that nobody could answer, as normalised text with a count: what editors may want to add."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from aibot.storage.tables import unanswered
from aibot.storage.upsert import insert_into

if TYPE_CHECKING:
    from aibot.storage.database import Database

MOST_KEPT = 10_000
KEPT_DAYS = 180


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question that was asked at least twice, and never answered."""

    question: str
    language: str
    count: int
    first_at: float
    last_at: float


class Unanswered:
    """The questions, and how often each was asked."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, question: str, language: str) -> None:
        """Count a question once more. It is written down when it comes a second time, so it begins with two."""
        now = self._database.about_now()
        insert = insert_into(self._database, unanswered).values(
            question=question, language=language, count=2, first_at=now, last_at=now
        )
        added = insert.on_conflict_do_update(
            index_elements=[unanswered.c.question], set_={"count": unanswered.c.count + 1, "last_at": now}
        )
        with self._database.transaction() as connection:
            connection.execute(added)

    def take_back(self, question: str) -> bool:
        """Count a question once less, since it found its answer; False where it is not there."""
        this = unanswered.c.question == question
        with self._database.transaction() as connection:
            fewer = update(unanswered).where(this).values(count=unanswered.c.count - 1)
            found = connection.execute(fewer).rowcount > 0
            connection.execute(delete(unanswered).where(this, unanswered.c.count < 2))
        return found

    def list(self) -> list[Wanted]:
        """All of them, the most wanted first."""
        query = select(unanswered).order_by(
            unanswered.c.count.desc(), unanswered.c.last_at.desc(), unanswered.c.question
        )
        with self._database.reading() as connection:
            return [Wanted(*row) for row in connection.execute(query)]

    def clear(self) -> int:
        """Forget all of them; returns how many."""
        with self._database.transaction() as connection:
            return connection.execute(delete(unanswered)).rowcount

    def tidy(self, *, most: int = MOST_KEPT, days: float = KEPT_DAYS) -> int:
        """Forget what nobody has asked for long, and what is too much, the rarest and oldest first."""
        old = unanswered.c.last_at <= self._database.about_now() - days * 86_400
        kept = (
            select(unanswered.c.question)
            .order_by(unanswered.c.count.desc(), unanswered.c.last_at.desc())
            .limit(most)
        )
        with self._database.transaction() as connection:
            gone = connection.execute(delete(unanswered).where(old)).rowcount
            return (
                gone
                + connection.execute(delete(unanswered).where(unanswered.c.question.not_in(kept))).rowcount
            )
