"""Commands that work beside a bot: they change no tables, and take the database's address from where the bot does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import inspect, select, table, text
from tests.storage.test_schema import RELEASED, engine_of, make_released

from aibot.cli import main
from aibot.storage import Memory
from aibot.storage.sealing import new_key

if TYPE_CHECKING:
    from pathlib import Path

LOOKING = (
    ("audit",),
    ("daily", "status"),
    ("daily", "explain", "C1", "2026-12-01"),
    ("feedback",),
    ("unanswered",),
)
COMMANDS = (*LOOKING, ("unanswered", "--clear"), ("keys", "rotate"))
NOTHING = "C1 has no subscription, and none of its posts is on record for 2026-12-01."
commands = pytest.mark.parametrize("command", COMMANDS, ids=" ".join)


@pytest.fixture
def env_file(tmp_path: Path, url: str) -> str:
    path = tmp_path / ".env"
    path.write_text(f"AIBOT_DATABASE={url}\nAIBOT_KEYS={new_key()}\n", "utf-8")
    return str(path)


def tables_and_rows(url: str) -> list[str]:
    """All that is in a database, whatever its tables are."""
    engine = engine_of(url)
    with engine.connect() as connection:
        names = sorted(inspect(connection).get_table_names())
        found = [
            f"{name}: {sorted(map(str, connection.execute(select(text('*')).select_from(table(name)))))}"
            for name in names
        ]
    engine.dispose()
    return found


@commands
@pytest.mark.parametrize("released", RELEASED, ids=lambda path: path.stem)
def test_an_older_bots_database_stays_as_it_is(
    url: str, env_file: str, released: Path, command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    make_released(url, released)
    before = tables_and_rows(url)
    assert main([*command, "--env-file", env_file]) == 1
    said = capsys.readouterr()
    schema = {"before-alembic": "0001"}.get(released.stem, released.stem)
    assert said.err.startswith(
        f"aibot: The database has schema {schema}, made by an older aibot; this one needs "
    )
    assert "Start the new bot first" in said.err
    assert said.out == ""
    assert tables_and_rows(url) == before


@commands
def test_a_newer_bots_database_stays_as_it_is(
    url: str, env_file: str, command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    memory = Memory.open(url)
    with memory.database.transaction() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0999'"))
    memory.close()
    before = tables_and_rows(url)
    assert main([*command, "--env-file", env_file]) == 1
    assert "made by a newer aibot" in capsys.readouterr().err
    assert tables_and_rows(url) == before


def test_an_empty_database_stays_empty(
    url: str, env_file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "aibot.db").touch()  # where the database is a SQLite file: an empty one
    assert main(["audit", "--env-file", env_file]) == 1
    assert "no tables of aibot's yet; `aibot run` makes them" in capsys.readouterr().err
    assert tables_and_rows(url) == []


@pytest.mark.parametrize("command", LOOKING, ids=" ".join)
def test_a_command_that_looks_waits_for_no_writer(
    tmp_path: Path, command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path}/aibot.db"
    (tmp_path / ".env").write_text(f"AIBOT_DATABASE={url}\n", "utf-8")
    memory = Memory.open(url)
    with memory.database.transaction():  # somebody writes, for as long as the command takes
        main([*command, "--env-file", str(tmp_path / ".env")])
    memory.close()
    assert "holds the database" not in capsys.readouterr().err


@commands
def test_the_databases_address_may_stand_in_a_file(
    url: str, tmp_path: Path, command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    Memory.open(url).close()
    (tmp_path / "address").write_text(f"{url}\n", "utf-8")
    (tmp_path / ".env").write_text(
        f"AIBOT_DATABASE_FILE={tmp_path}/address\nAIBOT_KEYS={new_key()}\n", "utf-8"
    )
    code = main([*command, "--env-file", str(tmp_path / ".env")])
    said = capsys.readouterr()
    assert (code, said.err) == (1, f"aibot: {NOTHING}\n") if "explain" in command else code == 0


@commands
def test_a_slip_in_a_settings_name_leads_to_no_other_database(
    tmp_path: Path, command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".env").write_text(f"AIBOT_DATABSE=sqlite:///team.db\nAIBOT_KEYS={new_key()}\n", "utf-8")
    assert main([*command, "--env-file", str(tmp_path / ".env")]) == 2
    assert capsys.readouterr().err == (
        "aibot: AIBOT_DATABSE is not a setting; did you mean AIBOT_DATABASE?\n"
    )


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        (
            "AIBOT_DATABASE_FILE=/no/such/file",
            "AIBOT_DATABASE_FILE names '/no/such/file', which cannot be read",
        ),
        (
            "AIBOT_DATABASE_FILE={folder}/address\nAIBOT_DATABASE=sqlite:///x.db",
            "AIBOT_DATABASE and AIBOT_DATABASE_FILE are both set",
        ),
        ("AIBOT_DATABASE_FILE={folder}/address", "cannot be reached right now"),
        ("AIBOT_DATABASE_FILE={folder}/nonsense", "AIBOT_DATABASE"),
    ],
)
def test_a_file_that_leads_nowhere_is_told_without_what_is_in_it(
    tmp_path: Path, environ: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "address").write_text("postgresql://aibot:zanzibar@127.0.0.1:1/none", "utf-8")
    (tmp_path / "nonsense").write_text("mysql://aibot:zanzibar@host/name", "utf-8")
    (tmp_path / ".env").write_text(environ.format(folder=tmp_path), "utf-8")
    assert main(["audit", "--env-file", str(tmp_path / ".env")]) in (1, 2)
    said = capsys.readouterr().err
    assert told in said
    assert "zanzibar" not in said
