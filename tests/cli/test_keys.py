"""`aibot keys`, the real command: new keys, and every token under the newest one."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from aibot.secrets import secret_problem
from aibot.storage import Installation, Memory

if TYPE_CHECKING:
    from pathlib import Path

OLD, NEW = "0" * 43 + "=", "1" * 42 + "E="


@dataclass
class Place:
    """A database with one installation, sealed under the old key, in a directory of its own."""

    folder: Path

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder}/aibot.db"

    def keys(self, action: str, keys: str) -> subprocess.CompletedProcess[str]:
        """Run the command with these keys in its settings."""
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("AIBOT_", "SLACK_"))
        }
        environ = {**kept, "AIBOT_DATABASE": self.url, "AIBOT_KEYS": keys}
        command = [sys.executable, "-m", "aibot", "keys", action]
        return subprocess.run(
            command, cwd=self.folder, env=environ, capture_output=True, text=True, check=False
        )


@pytest.fixture
def place(tmp_path: Path) -> Place:
    found = Place(tmp_path)
    memory = Memory.open(found.url, keys=[OLD])
    memory.installations.save(Installation("", "T1", "A1", "B1", "UBOT", "xoxb-1-secret"))
    memory.close()
    return found


def readable(url: str, *keys: str) -> bool:
    memory = Memory.open(url, keys=keys)
    try:
        return memory.installations.unreadable() == (1, [])
    finally:
        memory.close()


def test_a_new_key_is_printed_alone(place: Place) -> None:
    assert not secret_problem("AIBOT_KEYS", place.keys("new", "").stdout.removesuffix("\n"))


def test_rotating_says_how_many_and_lets_the_old_key_go(place: Place) -> None:
    done = place.keys("rotate", f"{NEW},{OLD}")
    assert (done.returncode, done.stdout.partition(".")[0]) == (0, "1 of 1 installations sealed anew")
    assert OLD not in done.stdout + done.stderr
    assert readable(place.url, NEW)
    memory = Memory.open(place.url)
    assert [(one.what, one.after) for one in memory.audit.read()][1:] == [
        ("keys.changed", {"installations": 1})
    ]
    memory.close()
    assert place.keys("rotate", NEW).stdout.startswith("0 of 1 installations sealed anew")


def test_rotating_while_a_bot_holds_the_file(place: Place) -> None:
    bot = Memory.open(place.url, exclusive=True, keys=[NEW, OLD])
    assert place.keys("rotate", f"{NEW},{OLD}").stdout.startswith("1 of 1")
    assert bot.installations.find("T1") is not None
    bot.close()


def test_a_wrong_key_is_told_and_loses_nothing(place: Place) -> None:
    done = place.keys("rotate", NEW)
    assert done.returncode == 1
    assert "No key opens the tokens of 1: /T1. They stay as they are." in done.stderr
    assert readable(place.url, OLD)


@pytest.mark.parametrize(
    ("keys", "told"), [("", "AIBOT_KEYS is not set"), ("x", "AIBOT_KEYS has the wrong form")]
)
def test_without_a_good_key_nothing_is_touched(place: Place, keys: str, told: str) -> None:
    done = place.keys("rotate", keys)
    assert done.returncode == 2
    assert done.stderr.startswith(f"aibot: {told}")
    assert readable(place.url, OLD)


def test_a_database_that_is_not_there_is_not_made(place: Place, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    done = Place(tmp_path / "elsewhere").keys("rotate", NEW)
    assert done.returncode == 2
    assert "set AIBOT_DATABASE as for `aibot run`" in done.stderr
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert readable(place.url, OLD)
