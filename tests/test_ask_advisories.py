"""What `make check` says of known vulnerabilities: found, none, or loudly that nobody could be asked."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
SOUND: dict[str, Any] = {"name": "yarl", "version": "1.0", "vulns": []}
BAD: dict[str, Any] = {**SOUND, "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1"]}]}
UNKNOWN: dict[str, Any] = {"name": "aiohttp", "skip_reason": "not found"}


def asked(auditor: Path) -> tuple[int, list[str]]:
    """How the script ends, and what it says."""
    command = [sys.executable, "-m", "scripts.ask_advisories", str(auditor)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


def auditor(folder: Path, packages: list[dict[str, Any]] | None, ends: int) -> Path:
    """What stands in for pip-audit: it writes its last argument, and ends as pip-audit does."""
    report = json.dumps({"dependencies": packages, "fixes": []})
    write = (
        f"for last; do :; done; echo '{report}' > \"$last\"" if packages is not None else "echo no feed >&2"
    )
    file = folder / "pip-audit"
    file.write_text(f"#!/bin/sh\n{write}\nexit {ends}\n", "utf-8")
    file.chmod(0o755)
    return file


@pytest.mark.parametrize(
    ("packages", "ends", "code", "says"),
    [
        ([SOUND], 0, 0, "no vulnerability is known of the 1 packages"),
        ([SOUND, BAD], 1, 1, "yarl 1.0: PYSEC-1, mended in 1.1"),
        ([UNKNOWN, BAD], 1, 1, "yarl 1.0: PYSEC-1, mended in 1.1"),
        (
            [UNKNOWN, SOUND],
            0,
            0,
            "*** SKIPPED: the dependency audit. Nobody could be asked (for 1 of 2 packages not",
        ),
        (None, 1, 0, "*** SKIPPED: the dependency audit. Nobody could be asked (no feed)"),
    ],
)
def test_what_is_known_fails_and_what_cannot_be_asked_is_said(
    tmp_path: Path, packages: list[dict[str, Any]] | None, ends: int, code: int, says: str
) -> None:
    ended, lines = asked(auditor(tmp_path, packages, ends))

    assert ended == code
    assert len(lines) == 1
    assert lines[0].startswith(says)


def test_where_pip_audit_could_not_be_installed(tmp_path: Path) -> None:
    ended, [line] = asked(tmp_path / "pip-audit")

    assert ended == 0
    assert "could not be installed" in line
