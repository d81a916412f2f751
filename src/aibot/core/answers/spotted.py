"""The entries that a message names: what people wrote to each other is read for names alone, and more strictly."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aibot.core.answers.answer import Spotted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aibot.core.matching import Matcher, Matches

MOST_SPOTTED = 5
MOST_READ = 12_000  # characters; what stands behind is not read
#  The matcher reads 80 words, a Chinese character being one; a name on a seam stands in both pieces
_MOST_WORDS = 60
_SEAM = 12
_WORD = re.compile(r"[㐀-鿿]|[^\s㐀-鿿]+")
_SENTENCE_END = re.compile(r"(?<=[。！？；!?;])|(?<=[.:,，])\s+")
#  In a message of people's own words a near miss is a word of theirs, not a slip of a name
_AS_WRITTEN = frozenset({"exact", "loose"})


def spotted(text: str, matcher: Matcher) -> Spotted:
    """The entries named in a message, as they are written there, in their order; what is doubtful or missing apart."""
    found: dict[str, None] = {}
    maybe: dict[str, None] = {}
    missing: dict[str, None] = {}
    for piece in _pieces(text[:MOST_READ]):
        matches = matcher.match(piece)
        found |= {match.entry: None for match in matches.sure if match.how in _AS_WRITTEN}
        apart = matcher.match(_without_missing(matches)) if matches.missing else matches
        maybe |= {match.entry: None for match in apart.maybe if match.how in _AS_WRITTEN}
        missing |= {version.asked: None for version in matches.missing}
    entries = tuple(found)
    doubtful = tuple(entry for entry in maybe if entry not in found)
    return Spotted(
        entries[:MOST_SPOTTED],
        max(0, len(entries) - MOST_SPOTTED),
        doubtful[:MOST_SPOTTED],
        tuple(missing)[:MOST_SPOTTED],
    )


def _without_missing(matches: Matches) -> str:
    """The text without the versions that have no entry: beside one the matcher offers nothing."""
    text = matches.cleaned
    for version in reversed(matches.missing):
        text = f"{text[: version.start]}; {text[version.end :]}"
    return text


def _pieces(text: str) -> Iterator[str]:
    """The text in lines, and long lines in sentences: what stands around a name helps to tell it."""
    for line in text.splitlines():
        waiting, words = "", 0
        for sentence in _SENTENCE_END.split(line):
            more = len(_WORD.findall(sentence))
            if words + more > _MOST_WORDS:
                yield from _windows(waiting)
                waiting, words = "", 0
            waiting, words = f"{waiting} {sentence}", words + more
        yield from _windows(waiting)


def _windows(text: str) -> Iterator[str]:
    """A text in pieces of so many words, where it has more."""
    starts = [word.start() for word in _WORD.finditer(text)]
    for first in range(0, max(len(starts) - _SEAM, 1) if starts else 0, _MOST_WORDS - _SEAM):
        last = first + _MOST_WORDS
        yield text[starts[first] : starts[last] if last < len(starts) else None]
