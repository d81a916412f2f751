"""Opens the database and runs transactions in it; what goes wrong is told with what to do about it."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout
from sqlalchemy import create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from aibot.errors import StorageError
from aibot.storage.schema import expect_head, migrate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import URL, Connection, Engine

BUSY_SECONDS = 10
#  libpq would wait a quarter of an hour for a PostgreSQL that the network has taken away without a word, and two hours
#  for the answer of one that had taken the question: https://www.postgresql.org/docs/current/libpq-connect.html
CONNECTING = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 2,
    "tcp_user_timeout": 10_000,  # milliseconds; Linux
}
MIGRATION_LOCK = 0x61_69_62_6F_74  # "aibot": who brings the tables up to date holds it


class Database:
    """A SQLite file or a PostgreSQL database with aibot's tables in it."""

    def __init__(
        self,
        url: str,
        *,
        exclusive: bool = False,
        as_it_is: bool = False,
        clock: Callable[[], float] | None = None,
    ) -> None:
        """Open it and bring its tables up to date; `exclusive` is for the one bot that posts from a SQLite file.

        `as_it_is` is for who works beside a bot: the tables are what that bot needs them to be, and stay so.

        Raises:
            StorageError: where it cannot be opened, another bot holds it, or (`as_it_is`) its tables are not today's.
        """
        self.url = parsed_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.statements = 0  # how many were sent, for benchmarks
        self._clock = clock
        self._ahead = time.time() - time.monotonic()
        self._lock: FileLock | None = None
        if self.is_sqlite:
            self._open_file(exclusive=exclusive)
        self.engine = self._engine()
        self._readers = self.engine.execution_options(reading=True)
        event.listen(self.engine, "before_cursor_execute", self._count)
        try:
            if as_it_is:
                with self.reading() as connection:
                    expect_head(connection)
            else:
                self._migrate()
        except BaseException:
            self.close()
            raise

    def _migrate(self) -> None:
        with self.transaction() as connection:
            if not self.is_sqlite:
                # whoever comes second waits, however long the first one's migration takes
                connection.execute(text("SET LOCAL lock_timeout = 0"))
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
            migrate(connection)

    def _count(self, *arguments: Any) -> None:
        parameters, is_many = arguments[3], arguments[5]
        self.statements += len(parameters) if is_many and isinstance(parameters, list) else 1

    @property
    def name(self) -> str:
        """The database for people, without its password."""
        return self.url.render_as_string(hide_password=True)

    def now(self) -> float:
        """The time, in seconds: the database's own where several programs share it, so that they agree."""
        if self._clock is not None:
            return self._clock()
        if self.is_sqlite:
            return time.time()
        now = self.server_now()
        self._ahead = now - time.monotonic()
        return now

    def server_now(self) -> float:
        """The time by PostgreSQL's clock, whatever clock we were given."""
        with self.reading() as connection:
            return float(
                connection.execute(text("SELECT extract(epoch FROM clock_timestamp())")).scalar_one()
            )

    def about_now(self) -> float:
        """The time without asking anybody: by the last answer, and a clock of our own that nobody sets."""
        if self._clock is not None or self.is_sqlite:
            return self.now()
        return self._ahead + time.monotonic()

    def close(self) -> None:
        """Let go of the connections and of the file."""
        if hasattr(self, "engine"):
            self.engine.dispose()
        if self._lock is not None:
            self._lock.release()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Connection]:
        """All of it or nothing.

        Raises:
            StorageError: where the database refuses or cannot be reached; nothing was changed.
        """
        try:
            with self.engine.begin() as connection:
                yield connection
        except (DBAPIError, PoolTimeoutError) as error:
            raise StorageError(told(self.name, error)) from None

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent look, which waits for no writer.

        Raises:
            StorageError: where the database refuses or cannot be reached.
        """
        try:
            with self._readers.begin() as connection:
                yield connection
        except (DBAPIError, PoolTimeoutError) as error:
            raise StorageError(told(self.name, error)) from None

    def alone(self, connection: Connection, key: str) -> None:
        """Let one transaction at a time go on with a key; on SQLite only one writes anyway."""
        if not self.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})

    def _open_file(self, *, exclusive: bool) -> None:
        if not self.url.database or self.url.database == ":memory:":
            raise StorageError("AIBOT_DATABASE names no file; it looks like sqlite:///aibot.db")
        path = Path(self.url.database)
        if not path.parent.is_dir():
            raise StorageError(
                f"There is no folder {path.parent} for the database {path.name}; make it first."
            )
        if not exclusive:
            return
        self._lock = FileLock(f"{path}.lock")
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            self._lock = None
            raise StorageError(
                f"Another aibot posts from {path}. Stop it first, give this one a file of its own in AIBOT_DATABASE, "
                "or let both share a PostgreSQL database."
            ) from None
        except OSError as error:
            self._lock = None
            raise StorageError(
                f"{path}.lock cannot be written: {error.strerror}. Check the folder's rights."
            ) from error

    def _engine(self) -> Engine:
        # hidden: what is written, such as sealed tokens and ids, stands in no error and no traceback
        if not self.is_sqlite:
            unsaid = {name: value for name, value in CONNECTING.items() if name not in self.url.query}
            engine = create_engine(
                self.url, pool_size=4, max_overflow=8, connect_args=unsaid, hide_parameters=True
            )
            event.listen(engine, "connect", _prepare_session)
            return engine
        engine = create_engine(self.url, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True)
        event.listen(engine, "connect", _prepare_file)
        event.listen(engine, "begin", _begin_at_once)
        return engine


def told(name: str, error: DBAPIError | PoolTimeoutError) -> str:
    """What went wrong and what to do, in one sentence or two.

    It is told in place of the error, whose further lines hold the values of the row that was refused (PostgreSQL's
    "DETAIL: Failing row contains …"): no traceback may have them.
    """
    said = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
    for words, meaning in _TOLD:
        if any(word in said.lower() for word in words):
            return f"{meaning} ({name}: {said})"
    return f"The database refused; nothing was changed. ({name}: {said})"


_TOLD = (
    (("full", "no space left"), "The disk under the database is full; nothing was changed. Free some space."),
    (
        ("locked", "lock timeout"),
        "Another program holds the database; nothing was changed. Try again, or end that program.",
    ),
    (("readonly", "read-only"), "The database cannot be written; nothing was changed. Check the file's rights."),
    (("malformed", "not a database"), "The file is damaged or no SQLite database; restore its backup."),
    (("unable to open",), "The database file cannot be opened; check its path and rights."),
    (("password", "authentication", "role"), "The database does not let us in; check its user and password."),
    (("does not exist",), "There is no such database; create it first, or correct AIBOT_DATABASE."),
    (
        ("connect", "closed", "shutting down", "starting up", "terminat", "timeout", "timed out", "too many clients"),
        "The database cannot be reached right now; nothing was changed. It is tried again by itself.",
    ),
)  # fmt: skip


_MISREAD = (
    "AIBOT_DATABASE cannot be read: it looks like postgresql://user:password@host:5432/name, its port is a number, and "
    "in a password %40 stands for @, %3A for :, %2F for / and %25 for %."
)


def parsed_url(url: str) -> URL:
    """A database's address with the driver we use.

    Raises:
        StorageError: where it is none, or the driver is missing.
    """
    try:
        parsed = make_url(url)
        if parsed.drivername in ("postgresql", "postgres"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        if "@" in (parsed.host or ""):
            raise StorageError(_MISREAD)
        if parsed.get_backend_name() not in ("sqlite", "postgresql"):
            raise StorageError("AIBOT_DATABASE is neither sqlite:///… nor postgresql://…")
        parsed.get_dialect().import_dbapi()
    except (ArgumentError, NoSuchModuleError) as error:
        raise StorageError(
            "AIBOT_DATABASE is no database address; it looks like sqlite:///aibot.db"
        ) from error
    except ValueError:  # the port, as SQLAlchemy reads it; its words may hold the end of a password
        raise StorageError(_MISREAD) from None
    except ModuleNotFoundError as error:
        raise StorageError("PostgreSQL needs its driver: pip install 'aibot[postgres]'") from error
    return parsed


def _prepare_file(connection: Any, _: Any) -> None:
    """WAL lets people read while the bot writes; FULL keeps what was written when the power fails."""
    connection.isolation_level = None  # we begin transactions ourselves
    for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={BUSY_SECONDS * 1000}"):
        connection.execute(f"PRAGMA {pragma}").close()


def _prepare_session(connection: Any, _: Any) -> None:
    """A program that stands still in a transaction holds up the others no longer than this."""
    with connection.cursor() as cursor:
        cursor.execute("SET idle_in_transaction_session_timeout = '10s'")
        cursor.execute("SET lock_timeout = '15s'")
    connection.commit()


def _begin_at_once(connection: Connection) -> None:
    """Take the write lock first: a reader that turns writer halfway could only fail."""
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
