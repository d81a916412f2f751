"""For tests that need what npm brings: built, or failing (or skipping) with the reason."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from tests.blocks.build import BuildError, build

if TYPE_CHECKING:
    from pathlib import Path


def built_or_skipped() -> Path:
    """Return build/blocks/; without a registry fail, or skip where AIBOT_OFFLINE=1 says that it may be missing."""
    try:
        return build()
    except BuildError as refused:
        if os.environ.get("AIBOT_OFFLINE") == "1":
            pytest.skip(f"AIBOT_OFFLINE=1, so this was NOT checked: {refused}")
        pytest.fail(f"{refused}\nThis needs an npm registry once; AIBOT_OFFLINE=1 skips it.", pytrace=False)
