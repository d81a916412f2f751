"""Versions behind a name: which number or qualifier makes it another thing."""

import re
from collections.abc import Sequence

from aibot.core.matching.context import vocabulary
from aibot.core.matching.normalise import Token, plain_tokens
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


_SIZES = {"b": 10**9, "bn": 10**9, "m": 10**6}
#  "5.58m dollars", "100m users": an amount of something else
_OTHER_AMOUNTS = frozenset(
    ["tokens", "token", "dollars", "usd", "users", "people", "characters", "chars", "times", "words", "gpus"]
)


def _is_size(words: Sequence[Token], at: int) -> bool:
    """70B, 8b, 340M: how many parameters."""
    if at + 1 >= len(words) or words[at].kind != "0" or not words[at + 1].glued:
        return False
    following = words[at + 2].text if at + 2 < len(words) else ""
    return words[at + 1].text in _SIZES and following not in _OTHER_AMOUNTS


def _is_one_of(words: Sequence[Token], at: int, sizes: Sequence[int]) -> bool:
    """Whether a size is one of these, as exactly as it was typed: 4B is 3.8B, 405B is not 671B."""
    typed = words[at].text
    if not re.fullmatch(r"[0-9]{1,6}(?:\.[0-9]{1,3})?", typed):
        return False
    unit, places = _SIZES[words[at + 1].text], len(typed.partition(".")[2])
    return any(abs(size / unit - float(typed)) <= 0.5 / 10**places for size in sizes)


def _han_qualifier(words: Sequence[Token], at: int) -> int:
    run = "".join(word.text for word in words[at : at + 4] if word.kind == "字")
    for qualifier in vocabulary().han_qualifiers:
        if run.startswith(qualifier):
            return len(qualifier)
    return 0


def extension(question: Question, end: int, *, stop: int, sizes: Sequence[int] = ()) -> int:
    """How far a version reaches behind a name that ends before `end`: `end` itself where there is none.

    `stop` is where the next name begins; `sizes` are those the named thing has: "llama 3 70b" is Llama 3, but
    "qwen 72b" is one of many.
    """
    words = question.words
    at = reached = end
    while at < stop and _adjacent(question.cleaned, words[at - 1], words[at]):
        if _is_size(words, at):
            reached = reached if _is_one_of(words, at, sizes) else at + 2
            at += 2
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


def leaves_open(typed: str, name: str) -> bool:
    """Whether a name ends in a longer one's number and lacks its qualifier: Gemini 1.5, and Gemini 1.5 Pro."""
    qualifiers, has, whole = vocabulary().qualifiers, plain_tokens(typed), plain_tokens(name)
    plain = [word for word in whole if word.text not in qualifiers]
    lacks = {word.text for word in whole} & qualifiers - {word.text for word in has}
    return bool(lacks and plain and has) and has[-1].kind == "0" and has[-1].text == plain[-1].text


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
