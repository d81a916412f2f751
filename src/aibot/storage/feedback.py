"""What people think of facts: right, wrong, outdated; counted, without who."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from aibot.storage.tables import feedback
from aibot.storage.upsert import insert_into

if TYPE_CHECKING:
    from aibot.storage.database import Database


@dataclass(frozen=True, slots=True)
class Opinion:
    """What people have said of a fact, or of an entry."""

    subject: str
    right: int = 0
    wrong: int = 0
    outdated: int = 0
    last_at: float = 0.0

    @property
    def against(self) -> int:
        """How many think that something is to be mended."""
        return self.wrong + self.outdated


class Feedback:
    """The counts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, subject: str, verdict: str) -> None:
        """Count one more."""
        now = self._database.about_now()
        insert = insert_into(self._database, feedback).values(
            subject=subject, verdict=verdict, count=1, last_at=now
        )
        added = insert.on_conflict_do_update(
            index_elements=[feedback.c.subject, feedback.c.verdict],
            set_={"count": feedback.c.count + 1, "last_at": now},
        )
        with self._database.transaction() as connection:
            connection.execute(added)

    def list(self) -> list[Opinion]:
        """Everything that was said, what most people think wrong or outdated first."""
        found: dict[str, dict[str, float]] = {}
        with self._database.reading() as connection:
            for subject, verdict, count, last_at in connection.execute(select(feedback)):
                counts = found.setdefault(subject, {"last_at": 0.0})
                counts[verdict] = count
                counts["last_at"] = max(counts["last_at"], last_at)
        opinions = [
            Opinion(
                subject,
                right=int(counts.get("right", 0)),
                wrong=int(counts.get("wrong", 0)),
                outdated=int(counts.get("outdated", 0)),
                last_at=counts["last_at"],
            )
            for subject, counts in found.items()
        ]
        return sorted(opinions, key=lambda one: (-one.against, -one.last_at, one.subject))
