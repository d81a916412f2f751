"""`.env`: read where the program is started, never over what the environment says."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from aibot.cli.environment import read_env
from aibot.errors import SettingsError

if TYPE_CHECKING:
    from pathlib import Path


def run(where: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AIBOT_", "SLACK_"))}
    return subprocess.run(
        [sys.executable, "-m", "aibot", "run", *arguments],
        cwd=where, env={**kept, **environ}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_file_is_read_and_the_environment_wins(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "SLACK_BOT_TOKEN=xoxb-1-2-file\nAIBOT_LANGUAGE=fr\nAIBOT_PORT=x\n", "utf-8"
    )

    said = run(tmp_path, AIBOT_LANGUAGE="en", SLACK_BOT_TOKEN="").stderr

    assert "AIBOT_PORT is 'x'" in said
    assert "AIBOT_LANGUAGE" not in said
    assert "SLACK_BOT_TOKEN" not in said  # an empty variable does not hide the file's


def test_another_file_takes_its_place(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("AIBOT_PORT=x\n", "utf-8")
    (tmp_path / "other").write_text("AIBOT_LANGUAGE=fr\n", "utf-8")

    said = run(tmp_path, "--env-file", "other").stderr

    assert "AIBOT_LANGUAGE is 'fr'" in said
    assert "AIBOT_PORT" not in said


def test_a_file_that_was_asked_for_must_be_there(tmp_path: Path) -> None:
    done = run(tmp_path, "--env-file", "none")

    assert done.returncode == 2
    assert done.stderr == "aibot: none cannot be read: No such file or directory\n"


def test_only_our_variables_are_taken_as_they_stand(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text(
        "# a comment\nPATH=/nowhere\nexport AIBOT_COMMAND='/知识'\nSLACK_BOT_TOKEN=xoxb-$HOME-${X}\nAIBOT_PORT=\n",
        "utf-8",
    )

    assert read_env(path) == {"AIBOT_COMMAND": "/知识", "SLACK_BOT_TOKEN": "xoxb-$HOME-${X}"}


def test_a_file_that_is_no_text_is_one_line(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xff\xfe")

    with pytest.raises(SettingsError, match="it is not UTF-8 text"):
        read_env(tmp_path / ".env")
