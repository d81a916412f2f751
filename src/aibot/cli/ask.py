"""`aibot ask …`: a question from the terminal, or one a line, answered by the same core and cards as in Slack."""

from __future__ import annotations

import json
import os
import re
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from aibot.cache import cache_folder
from aibot.core.answers import Knowledge, Question, answer, entries_of, outcome_of
from aibot.core.answers.decide import intent_name
from aibot.core.language import language_of
from aibot.load import load_facts, load_phrases
from aibot.slack.cards import CardMaker

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Sequence
    from typing import TextIO

    from aibot.core.language import Language
    from aibot.slack.cards import Card


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare `aibot ask`."""
    ask = commands.add_parser("ask", help="answer a question in the terminal")
    ask.add_argument("words", nargs="*", metavar="QUESTION", help="the question; without one, see --jsonl")
    ask.add_argument(
        "--json", action="store_true", help="print one JSON object: the answer, its text and blocks"
    )
    ask.add_argument(
        "--jsonl", action="store_true", help="read one question a line, write one JSON object a line"
    )
    ask.add_argument(
        "--language", choices=("en", "zh"), help="answer in this language instead of the question's"
    )
    ask.add_argument(
        "--color", choices=("auto", "always", "never"), default="auto", help="colour (default: on a terminal)"
    )
    ask.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    base = load_facts(arguments.facts, cache=cache_folder(os.environ))
    cards = CardMaker(base, load_phrases(), "aibot ask", daily=False)
    asker = Asker(Knowledge.of(base), cards, arguments.language)
    if arguments.jsonl:
        _each_line(asker, sys.stdin.buffer, sys.stdout)
        return 0
    # an argument that is no UTF-8 arrives with halves of characters in it, which nothing could print
    text = re.sub("[\ud800-\udfff]", "\ufffd", " ".join(arguments.words))
    if arguments.json:
        print(json.dumps(asker.ask(text), ensure_ascii=False, indent=1))
        return 0
    _, card = asker.answered(text)
    print(coloured(card.plain) if _wants_colour(arguments.color) else card.plain)
    return 0


class Asker:
    """Answers questions from the terminal."""

    def __init__(self, knowledge: Knowledge, cards: CardMaker, language: Language | None) -> None:
        self._knowledge, self._cards, self._language = knowledge, cards, language

    def answered(self, text: str) -> tuple[dict[str, Any], Card]:
        """What a question came to, and its card."""
        language = self._language or language_of(text)
        found = answer(Question(text, language, datetime.now(UTC)), self._knowledge)
        base = self._knowledge.base
        data: dict[str, Any] = {
            "question": text,
            "outcome": outcome_of(found),
            "entries": [
                {"id": entry, "kind": str(base[entry].kind), "name": base[entry].name.model_dump()}
                for entry in entries_of(found)
            ],
            "intent": intent_name(found),
        }
        return data, self._cards.card_for(found, language)

    def ask(self, text: str) -> dict[str, Any]:
        """A question's answer as one object; `rich` has Slack's tables and charts, null where there are none."""
        data, card = self.answered(text)
        return {**data, "text": card.plain, "blocks": card.blocks, "rich": card.rich}


def _each_line(asker: Asker, lines: Iterable[bytes], out: TextIO) -> None:
    """One object a line, in order; a line that is no UTF-8 is read as far as it goes."""
    for line in lines:
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        out.write(json.dumps(asker.ask(text), ensure_ascii=False) + "\n")
        out.flush()


def _wants_colour(choice: str) -> bool:
    """Colour on a terminal only, and not where NO_COLOR is set (https://no-color.org)."""
    return choice == "always" or (choice == "auto" and sys.stdout.isatty() and "NO_COLOR" not in os.environ)


def coloured(text: str) -> str:
    """The card's text with its title bold, headings underlined, and source numbers faint."""
    first, _, rest = text.partition("\n")
    lines: Sequence[str] = rest.split("\n")
    drawn = [_coloured_line(line) for line in lines]
    return "\n".join([f"\x1b[1m{first}\x1b[0m", *drawn])


def _coloured_line(line: str) -> str:
    if line.startswith("["):
        return f"\x1b[2m{line}\x1b[0m"
    line = re.sub(r"(?: \[\d+\])+$", lambda cites: f"\x1b[2m{cites[0]}\x1b[0m", line)
    label, colon, value = line.partition(": ")
    if colon and len(label) < 40 and not line.startswith(("•", " ")):
        return f"\x1b[36m{label}:\x1b[0m {value}"
    return f"\x1b[4m{line}\x1b[0m" if line.endswith(":") and not line.startswith("•") else line
