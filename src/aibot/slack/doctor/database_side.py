"""Whether the database can be reached and written, and its tables are this program's; looking changes nothing."""

from __future__ import annotations

from aibot.errors import StorageError
from aibot.slack.doctor.findings import Finding
from aibot.storage.looking import look_at
from aibot.storage.schema import HEAD

_BACKUP = "make a backup first: docs/operate.md, Backup and restore"


def database_finding(url: str) -> Finding:
    """What there is to say about the database at an address."""
    if url == "off":
        return Finding("database", "ok", "off: nothing is remembered, and there are no daily posts")
    try:
        looked = look_at(url)
    except StorageError as error:
        return Finding("database", "wrong", str(error), "AIBOT_DATABASE says where it is, or that it is off")
    if not looked.is_writable:
        return Finding(
            "database",
            "wrong",
            "it can be read, and not written: nothing is remembered, and no daily post goes out",
            "for SQLite, the bot's user must own the file and its folder; a PostgreSQL must not be a read-only copy",
        )
    found = looked.schema
    if found is None:
        return Finding("database", "ok", "empty; the bot makes its tables when it starts")
    if found == HEAD:
        return Finding("database", "ok", f"reached; its tables are of schema {found}")
    if found.isdecimal() and int(found) < int(HEAD):
        return Finding(
            "database",
            "wrong",
            f"its tables are of schema {found}, and this aibot works with {HEAD}",
            f"start this aibot once, and it brings them up to date; {_BACKUP}",
        )
    return Finding(
        "database",
        "wrong",
        f"its tables are of schema {found}, made by a newer aibot; this one knows {HEAD}",
        "run the newer aibot, or restore the backup from before the upgrade",
    )
