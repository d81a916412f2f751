"""The entries that a message names: what people wrote to each other is read for names alone, and more strictly."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aibot.core.answers.answer import Spotted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aibot.core.matching import Matcher

MOST_SPOTTED = 5
MOST_READ = 40_000  # characters: https://docs.slack.dev/changelog/2018-truncating-really-long-messages
_LONGEST_PIECE = 400  # the matcher reads some 600 characters and 80 words
_SENTENCE_END = re.compile(r"(?<=[。！？；!?;])|(?<=[.:,，])\s+")
#  In a message of people's own words a near miss is a word of theirs, not a slip of a name
_AS_WRITTEN = frozenset({"exact", "loose"})


def spotted(text: str, matcher: Matcher) -> Spotted:
    """The entries named in a message, as they are written there, in the order in which they come."""
    found: dict[str, None] = {}
    for piece in _pieces(text[:MOST_READ]):
        found |= {match.entry: None for match in matcher.match(piece).sure if match.how in _AS_WRITTEN}
    entries = tuple(found)
    return Spotted(entries[:MOST_SPOTTED], max(0, len(entries) - MOST_SPOTTED))


def _pieces(text: str) -> Iterator[str]:
    """The text in lines, and long lines in sentences: what stands around a name helps to tell it."""
    for line in text.splitlines():
        waiting = ""
        for sentence in _SENTENCE_END.split(line) if len(line) > _LONGEST_PIECE else [line]:
            if waiting and len(waiting) + len(sentence) > _LONGEST_PIECE:
                yield waiting
                waiting = ""
            waiting = f"{waiting} {sentence}".strip()
            while len(waiting) > _LONGEST_PIECE:  # without any end of a sentence: parted between words
                at = waiting.rfind(" ", 0, _LONGEST_PIECE)
                at = at if at > 0 else _LONGEST_PIECE
                yield waiting[:at]
                waiting = waiting[at:].strip()
        if waiting:
            yield waiting
