"""How often the whole bot is right: labelled questions, and slips made anew from the fact base's own names.

    python benchmarks/accuracy.py [--seeds 1 2 3] [--show]

`right`: answered, offered or refused as labelled. `soft`: harmless, such as a name offered where it could have been
answered. `miss`: nothing, or only other names. `wrong`: answered with something else; the number to keep near zero.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.core.matching.sentences import CHINESE, ENGLISH  # noqa: E402  # the path above comes first
from tests.core.matching.slips import KINDS, Stream, slips  # noqa: E402

from aibot.core.answers import Knowledge, Question, answer, entries_of, outcome_of  # noqa: E402
from aibot.core.language import language_of  # noqa: E402
from aibot.core.matching import key  # noqa: E402
from aibot.load import load_facts  # noqa: E402

NOW = datetime(2026, 1, 1, tzinfo=UTC)
QUESTIONS = {
    "the questions the rules were written beside": ROOT / "tests" / "core" / "matching" / "examples.tsv",
    "questions written by somebody who had not seen the rules": ROOT / "benchmarks" / "questions.tsv",
}
VERDICTS = ("right", "soft", "miss", "wrong")


class Bot:
    """Answers as outcome and entry ids."""

    def __init__(self) -> None:
        self.knowledge = Knowledge.of(load_facts())
        self.base = self.knowledge.base

    def ask(self, text: str) -> tuple[str, list[str]]:
        """What a question came to."""
        found = answer(Question(text, language_of(text), NOW), self.knowledge)
        return outcome_of(found), entries_of(found)

    def called(self, entry: str) -> set[str]:
        """Everything an entry may be called, folded as labels are."""
        names = [name.text for name in self.base.names if name.entry == entry and name.type != "related"]
        return {form for name in names for form in _forms(name)}


def _forms(name: str) -> set[str]:
    """Every form of a name: either half of "Fada Huiyun (法大慧云)", without case, spaces and punctuation."""
    halves = [name, re.sub(r"\(.*?\)", "", name), *re.findall(r"\((.*?)\)", name)]
    return {re.sub(r"[\W_]+", "", half.casefold()) for half in halves} - {"", "company"}


def judge(expected: str, outcome: str, called: set[str]) -> str:
    """Hold an outcome against a label: NAME, suggest:NAME or -, alternatives parted by |."""
    alternatives = expected.split("|")
    answers = [name for name in alternatives if name != "-" and not name.startswith("suggest:")]
    offers = [name.removeprefix("suggest:") for name in alternatives if name.startswith("suggest:")]

    def names(wanted: list[str]) -> bool:
        return any(_forms(name) & called for name in wanted)

    match outcome:
        case "answer":
            return "right" if names(answers) else "wrong"
        case "suggest" if names(offers):
            return "right"
        case "suggest":
            return "soft" if names(answers) or not answers else "miss"
        case _ if "-" in alternatives:
            return "right"
        case _:
            return "miss" if answers and not offers else "soft"


def labelled(bot: Bot, path: Path, *, show: bool) -> None:
    """Print a table of one labelled file."""
    table: defaultdict[str, Counter[str]] = defaultdict(Counter)
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            outcome, entries = bot.ask(row["question"])
            called = {form for entry in entries for form in bot.called(entry)}
            verdict = judge(row["expected"], outcome, called)
            tags = [row["kind"], "ALL", *(["must-refuse"] if row["expected"] == "-" else [])]
            for tag in tags:
                table[tag][verdict] += 1
            if show and verdict != "right":
                print(
                    f"  {verdict}: {row['question']!r} expected {row['expected']}, got {outcome} {entries[:3]}"
                )
    print(f"{'kind':20}{'n':>6}" + "".join(f"{verdict:>9}" for verdict in VERDICTS))
    for tag, counts in sorted(table.items(), key=lambda pair: (pair[0] in ("ALL", "must-refuse"), pair[0])):
        total = counts.total()
        print(
            f"{tag:20}{total:6}" + "".join(f"{100 * counts[verdict] / total:8.1f}%" for verdict in VERDICTS)
        )


def misspelt(bot: Bot, seeds: list[int], *, show: bool) -> None:
    """Print how misspelt names fare, alone and inside sentences."""
    names = {name.text: name.entry for name in bot.base.names if name.type not in ("related", "word")}
    taken: defaultdict[str, set[str]] = defaultdict(set)
    for name in bot.base.names:
        taken[key(name.text)].add(name.entry)

    def forbidden(text: str, name: str) -> bool:
        return bool(taken[key(text)] - {names[name]})

    columns = ("answered", "offered", "nothing", "wrong")
    print(f"{'slip':30}{'n':>6}" + "".join(f"{column:>10}" for column in columns))
    for inside in (False, True):
        for kind in KINDS:
            counts: Counter[str] = Counter()
            for seed in seeds:
                for text, wanted in slips(names, kind, seed, forbidden):
                    question = _sentence(text, wanted, seed) if inside else text
                    fate = _fate(bot, question, names[wanted])
                    counts[fate] += 1
                    if show and fate in ("wrong", "nothing"):
                        print(f"  {fate}: {question!r} for {wanted!r}")
            total = counts.total()
            label = f"{kind} in a sentence" if inside else kind
            print(f"{label:30}{total:6}" + "".join(f"{100 * counts[c] / total:9.2f}%" for c in columns))


def _sentence(text: str, name: str, seed: int) -> str:
    stream = Stream(seed, name, "sentence")
    chinese = not name.isascii() or stream.below(4) == 0
    return stream.pick(CHINESE if chinese else ENGLISH).format(text)


def _fate(bot: Bot, question: str, entry: str) -> str:
    outcome, entries = bot.ask(question)
    if outcome == "answer":
        return "answered" if entry in entries else "wrong"
    return "offered" if outcome == "suggest" and entry in entries else "nothing"


def main() -> None:
    """Print all tables."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--seeds", type=int, nargs="+", default=[101, 102], help="seeds of the slips")
    arguments.add_argument("--show", action="store_true", help="print each case that is not right")
    options = arguments.parse_args()
    bot = Bot()
    print(f"{len(bot.base)} entries, {len(bot.base.names)} names\n")
    for title, path in QUESTIONS.items():
        print(f"{title} ({path.relative_to(ROOT)})")
        labelled(bot, path, show=options.show)
        print("to reach: right ≥ 98 %, wrong ≤ 0.3 %; versions answered 0; must-refuse answered ≤ 0.7 %\n")
    print(f"slips, seeds {' '.join(map(str, options.seeds))}")
    misspelt(bot, options.seeds, show=options.show)
    print(
        "to reach: edit1 answered or offered ≥ 98 %; edit2 ≥ 93 %, wrong ≤ 0.5 %; edit1 in a sentence answered ≥ 90 %, "
        "wrong ≤ 1 %"
    )


if __name__ == "__main__":
    main()
