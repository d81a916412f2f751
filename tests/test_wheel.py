"""The wheel holds all that a user needs: code, phrases, word lists, the fact base."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_what_the_wheel_holds_answers_questions(tmp_path: Path) -> None:
    hatchling = Path(sys.executable).with_name("hatchling")
    subprocess.run(
        [hatchling, "build", "-t", "wheel", "-d", tmp_path / "dist"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=100,
    )
    [wheel] = (tmp_path / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
        assert not [name for name in archive.namelist() if name.startswith("tests/")]

    answered = subprocess.run(
        [sys.executable, "-m", "aibot", "ask", "who made 千影?"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "installed")},
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert (tmp_path / "installed" / "aibot" / "data" / "facts.yaml").exists()
    assert "Giant Network" in answered.stdout
