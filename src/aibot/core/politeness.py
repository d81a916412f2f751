"""The end of a request that asks for nothing: full stops, thanks, "please"; and how long a request may be."""

from __future__ import annotations

#  Nobody types more than this to a bot; what is longer is a question at most, and is not read to its end
MOST_TYPED = 600

_SIGNS = ".!。！?？"


def without_last(line: str, words: tuple[str, ...]) -> str:
    """A line without these words and signs at its end, in time that grows as the line does."""
    end = len(line)
    while True:
        before = end
        while end and (line[end - 1].isspace() or line[end - 1] in _SIGNS):
            end -= 1
        for word in words:
            start = end - len(word)
            # an English word stands alone
            if line.endswith(word, 0, end) and (not word.isascii() or line[max(start - 1, 0)].isspace()):
                end = start
        if end == before:
            return line[:end].strip()
