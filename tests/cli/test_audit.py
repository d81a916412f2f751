"""`aibot audit`: the log in lines and in JSON, filtered; what cannot be asked is told."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert
from tests.posting.kit import Time

from aibot.cli import main
from aibot.storage import Policy, Store, new_subscription
from aibot.storage.audit import MOST_READ
from aibot.storage.tables import audit

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)


@pytest.fixture
def env_file(tmp_path: Path) -> str:
    """An `.env` that names a database in which something was changed."""
    url = f"sqlite:///{tmp_path}/team.db"
    (tmp_path / ".env").write_text(f"AIBOT_DATABASE={url}\n", "utf-8")
    clock = Time(NOW)
    store = Store.open(url, clock=clock)
    made = new_subscription(team="T1", channel="C1", creator="U1", at=time(9), zone="Asia/Tokyo", now=NOW)
    store.subscribe(made, by="U1")
    clock.forward(days=1)
    store.change(made.id, clock.moment, by="U2", at=time(10), holidays="CN")
    store.set_policy("T2", Policy("admins"), by="U9")
    store.remove(made.id, by="U1")
    store.close()
    return str(tmp_path / ".env")


@pytest.fixture
def lines(env_file: str, capsys: pytest.CaptureFixture[str]) -> Callable[..., list[str]]:
    def printed(*arguments: str) -> list[str]:
        assert main(["audit", "--env-file", env_file, *arguments]) == 0
        return capsys.readouterr().out.splitlines()

    return printed


def test_every_change_is_a_line(lines: Callable[..., list[str]]) -> None:
    begun, changed, policy, ended = lines()
    assert begun == (
        "2026-12-01 08:00:00 UTC  T1 C1  U1  subscription.begun  creator: U1; at: 09:00; zone: Asia/Tokyo; "
        "days: 1234567; language: en"
    )
    assert changed.endswith("T1 C1  U2  subscription.changed  at: 09:00 → 10:00; holidays: none → CN")
    assert policy == "2026-12-02 08:00:00 UTC  T2 -  U9  policy.changed  who: anyone → admins"
    assert "subscription.ended  creator: U1; at: 10:00" in ended


def test_filters_and_json(lines: Callable[..., list[str]]) -> None:
    assert len(lines("--team", "T1")) == 3
    assert len(lines("--channel", "C1", "--since", "2026-12-02")) == 2
    assert len(lines("--until", "2026-12-01")) == 1
    assert len(lines("--since", "2026-12-02", "--until", "2026-12-02")) == 3
    [only] = lines("--team", "T2", "--json")
    assert json.loads(only) == {
        "at": "2026-12-02T08:00:00+00:00", "team": "T2", "actor": "U9", "channel": None, "what": "policy.changed",
        "before": {"who": "anyone"}, "after": {"who": "admins"},
    }  # fmt: skip
    assert lines("--team", "T3") == ["nothing on record; changes are kept for 400 days"]
    assert lines("--team", "T3", "--json") == []


def test_where_there_is_more_than_is_shown_it_says_so_and_how_to_see_it(
    tmp_path: Path, env_file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/team.db")
    row = {"at": NOW.timestamp() + 7 * 86_400, "team": "T9", "actor": "U1", "what": "policy.changed"}
    with store.database.transaction() as connection:
        connection.execute(insert(audit), [row] * MOST_READ)
    store.close()
    assert main(["audit", "--env-file", env_file]) == 0
    said = capsys.readouterr()
    assert said.out.count("T9") == MOST_READ
    assert said.err == (
        "aibot: these are the latest 10,000; --until, --team and --channel lead to the others\n"
    )
    assert main(["audit", "--env-file", env_file, "--until", "2026-12-02"]) == 0
    said = capsys.readouterr()
    assert (len(said.out.splitlines()), said.err) == (4, "")


@pytest.mark.parametrize(
    ("database", "arguments", "said"),
    [
        ("sqlite:///aibot.db", ["--since", "yesterday"], "'yesterday' is no date; it looks like 2026-12-24"),
        ("off", [], "AIBOT_DATABASE is off: nothing is remembered"),
        (
            "sqlite:////no/elsewhere.db",
            [],
            "There is no /no/elsewhere.db here; set AIBOT_DATABASE as for `aibot run`",
        ),
    ],
)
def test_what_cannot_be_asked_is_told(
    database: str, arguments: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".env").write_text(f"AIBOT_DATABASE={database}\n", "utf-8")
    assert main(["audit", "--env-file", str(tmp_path / ".env"), *arguments]) == 2
    assert capsys.readouterr().err == f"aibot: {said}\n"
