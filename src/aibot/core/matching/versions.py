"""Versions behind a name: which number or qualifier makes it another thing."""

import re
from collections.abc import Sequence

from aibot.core.matching.context import vocabulary
from aibot.core.matching.normalise import Token
from aibot.core.matching.question import Question

_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_BETWEEN = re.compile(r"[ \-‐‑–—_/·.(\[（+*]{0,3}")


def _between(cleaned: str, left: Token, right: Token) -> str:
    return cleaned[left.end : right.start]


def _adjacent(cleaned: str, left: Token, right: Token) -> bool:
    gap = _between(cleaned, left, right)
    return _BETWEEN.fullmatch(gap) is not None


def _hyphened(cleaned: str, left: Token, right: Token) -> bool:
    gap = _between(cleaned, left, right)
    if right.kind == "0" and cleaned[right.start].isalpha():  # v3, version 3
        return True
    return gap in {"-", "_", "‐", "‑", "–"} or (gap == "" and not (left.kind == "字" or right.kind == "字"))


def _is_version_number(cleaned: str, words: Sequence[Token], at: int, *, tied: bool) -> bool:
    """Whether the number at this place is a version rather than a size, an amount, a year or a day."""
    word = words[at]
    following = words[at + 1] if at + 1 < len(words) else None
    if following is not None and following.text in vocabulary().sizes and _adjacent(cleaned, word, following):
        # "gpt-4-32k" is a version of its own, "gpt-4 32k" speaks of its context.
        return tied and cleaned[word.start - 1 : word.start] == "-"
    if cleaned[word.end : word.end + 1] in {"%", "$", "¥"}:
        return False
    if cleaned[max(0, word.start - 1) : word.start] in {"$", "¥", "€", "#"}:
        return False
    return tied or not _YEAR.fullmatch(word.text)


def _is_size(words: Sequence[Token], at: int) -> bool:
    """70B, 8b, 340M: how many parameters."""
    return (
        at + 1 < len(words)
        and words[at].kind == "0"
        and words[at + 1].glued
        and words[at + 1].text in {"b", "m", "bn"}
    )


def _han_qualifier(words: Sequence[Token], at: int) -> int:
    run = "".join(word.text for word in words[at : at + 4] if word.kind == "字")
    for qualifier in vocabulary().han_qualifiers:
        if run.startswith(qualifier):
            return len(qualifier)
    return 0


def extension(question: Question, end: int, *, stop: int, sized: bool) -> int:
    """How far a version reaches behind a name that ends before `end`: `end` itself where there is none.

    `stop` is where the next name begins. A `sized` name has a version already: "llama 3 70b" is Llama 3, but
    "qwen 72b" is one of many.
    """
    words = question.words
    at = reached = end
    while at < stop and _adjacent(question.cleaned, words[at - 1], words[at]):
        if _is_size(words, at):
            at += 2
            reached = reached if sized else at
        elif length := _part(question, at, stop):
            at += length
            reached = at
        else:
            break
    return reached


def _part(question: Question, at: int, stop: int) -> int:
    """How many tokens from here are a number, a qualifier or a strange word tied on."""
    words, known = question.words, vocabulary()
    word = words[at]
    tied = _hyphened(question.cleaned, words[at - 1], word)
    after = words[at + 1] if at + 1 < stop else None
    if word.kind == "字":
        return _han_qualifier(words, at)
    if word.kind == "0":
        if not _is_version_number(question.cleaned, words, at, tied=tied):
            return 0
        return 2 if after is not None and after.glued and after.kind == "a" and len(after.text) <= 3 else 1
    if (
        after is not None
        and after.kind == "0"
        and ((after.glued and len(word.text) <= 2) or word.text == "point")
    ):
        return 2
    if word.text in known.qualifiers:
        return 1 if tied or word.text != "latest" else 0
    ends = at + 1 >= len(words) or words[at + 1].text not in known.quiet  # "kimi chat price" asks of Kimi
    if word.text in known.weak_qualifiers and ends and (tied or all(question.quiet[at + 1 : stop])):
        return 1
    strange = word.text not in known.hanging and (word.glued or word.text not in known.quiet)
    return 1 if tied and strange else 0


def front(question: Question, start: int, taken: Sequence[bool]) -> int:
    """Where a name really begins: 'mini-gpt-4', 'graph-rag', 'code llama', '第二代Sora' are others."""
    words, known = question.words, vocabulary()
    if start == 0 or taken[start - 1]:
        return start
    before, first = words[start - 1], words[start]
    if before.kind == "字":
        for length in (3, 2):
            run = "".join(word.text for word in words[max(0, start - length) : start])
            if len(run) == length and run in known.han_qualifiers:
                return start - length
    elif before.kind == "a" and _adjacent(question.cleaned, before, first):
        own = before.text not in known.joining and before.text not in known.quiet
        if (own and _hyphened(question.cleaned, before, first)) or before.text in known.in_front:
            return start - 1
    return start
