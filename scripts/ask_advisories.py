"""Asks for known vulnerabilities of what the image holds, where somebody answers; `make audit` insists on an answer.

`make check` has to work on a train as well, so that nobody was asked is one loud line and no failure.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

HELD = "requirements/image.txt"
SECONDS = 120


def main() -> int:
    """Run pip-audit, which is the first argument; 1 where a vulnerability is known."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [
            sys.argv[1], "--disable-pip", "--require-hashes", "--requirement", HELD, "--progress-spinner", "off",
            "--format", "json", "--output", str(report),
        ]  # fmt: skip
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS)
            packages = json.loads(report.read_text("utf-8"))["dependencies"]
        except subprocess.TimeoutExpired:
            return _skipped(f"no answer within {SECONDS} seconds")
        except FileNotFoundError as missing:
            if missing.filename != str(report):
                return _skipped("pip-audit could not be installed")
            return _skipped((done.stderr.strip().splitlines() or ["pip-audit said nothing"])[-1])
    for package in packages:
        for known in package.get("vulns", ()):
            fixed = ", ".join(known["fix_versions"]) or "no release yet"
            print(f"{package['name']} {package['version']}: {known['id']}, mended in {fixed}")
    if any(package.get("vulns") for package in packages):
        return 1
    unknown = [package for package in packages if "skip_reason" in package]
    if unknown:
        return _skipped(f"for {len(unknown)} of {len(packages)} packages {unknown[0]['skip_reason']}")
    print(f"no vulnerability is known of the {len(packages)} packages in {HELD}")
    return 0


def _skipped(why: str) -> int:
    print(f"*** SKIPPED: the dependency audit. Nobody could be asked ({why}). Online: make audit ***")
    return 0


if __name__ == "__main__":
    sys.exit(main())
