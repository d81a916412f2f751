"""Questions and what each must find. In examples.tsv `suggest:` is an offer, `-` nothing, `|` parts alternatives."""

import csv
import re
from pathlib import Path

import pytest

from aibot.core.matching import Matcher, Matches

with (Path(__file__).parent / "examples.tsv").open(encoding="utf-8", newline="") as lines:
    EXAMPLES = list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]


def forms(title: str) -> set[str]:
    """'Fada Huiyun (法大慧云)' is known by either half; case, spaces and punctuation don't count."""
    halves = [title, re.sub(r"\(.*?\)", "", title), *re.findall(r"\((.*?)\)", title)]
    return {re.sub(r"[\W_]+", "", half.casefold()) for half in halves} - {"", "company"}


def outcome(found: Matches, titles: dict[str, str]) -> tuple[str, list[str]]:
    if found.sure:
        return "", [titles[match.entry] for match in found.sure]
    offered = [entry for missing in found.missing for entry in missing.family]
    offered += [match.entry for match in found.maybe]
    return ("suggest:", [titles[entry] for entry in offered]) if offered else ("-", [])


def fits(expected: str, found: Matches, titles: dict[str, str]) -> bool:
    how, named = outcome(found, titles)
    got = set().union(*(forms(title) for title in named))
    for alternative in expected.split("|"):
        wanted = alternative.removeprefix("suggest:")
        if how == "-" and alternative == "-":
            return True
        if alternative == how + wanted and how != "-" and got & forms(wanted):
            return True
    return False


@pytest.mark.parametrize(("question", "kind", "expected"), EXAMPLES)
def test_question_finds_what_it_names(
    matcher: Matcher, titles: dict[str, str], question: str, kind: str, expected: str
) -> None:
    found = matcher.match(question)
    assert fits(expected, found, titles), (kind, found)
