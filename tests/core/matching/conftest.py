"""The names the matcher is tested on. Point `names` and `titles` at another source to test that one."""

import csv
from pathlib import Path

import pytest

from aibot.core.matching import Matcher, Name

HERE = Path(__file__).parent

SIZES = {
    "llama-3": (8 * 10**9, 70 * 10**9),
    "deepseek-v3": (671 * 10**9, 37 * 10**9),
    "phi-3": (3_800_000_000,),
}


def rows(file: str) -> list[list[str]]:
    with (HERE / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]


@pytest.fixture(scope="session")
def names() -> list[Name]:
    return [
        Name(text, entry, kind, sort, SIZES.get(entry, ())) for text, entry, kind, sort in rows("names.tsv")
    ]


@pytest.fixture(scope="session")
def titles() -> dict[str, str]:
    """Entry to title, as examples.tsv calls it."""
    return {entry: title for entry, title in rows("entries.tsv")}  # noqa: C416 - rows are lists


@pytest.fixture(scope="session")
def matcher(names: list[Name]) -> Matcher:
    return Matcher(names)
