"""Pointing at one of several things that were answered together: "the newer one", "the second one", 前者, 这两个."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aibot.core.answers.comparing import laid_out

if TYPE_CHECKING:
    from aibot.core.answers import Knowledge
    from aibot.core.conversation.thread import Thread

_PLACES = {
    "first": 0, "former": 0, "second": 1, "third": 2, "fourth": 3, "last": -1, "latter": -1,
    "前者": 0, "前一个": 0, "后者": -1, "后一个": -1, "最后一个": -1,
    "第一个": 0, "第二个": 1, "第三个": 2, "第四个": 3, "第1个": 0, "第2个": 1, "第3个": 2, "第4个": 3,
}  # fmt: skip
#  "the first release" is no thing of the thread's
_ONE = re.compile(
    r"\bthe (?P<en>former|latter)\b"
    r"|\bthe (?P<nth>first|second|third|fourth|last)(?: (?:one|model)\b|(?= and the |'s\b|\W*$))"
    r"|(?P<zh>最后一个|[前后]者|[前后]一个|第[一二三四1-4]个)(?!月|星期|季)(?:模型)?",
    re.IGNORECASE,
)
#  Asks for an order in time, and not for the place in the answer: "which was the first?"
_ORDER = re.compile(
    r"\bwhich\b.*\bthe (?:first|last)\b|\b(?:who|what) (?:was|were|came)\b.*\bthe (?:first|last)\b"
    r"|[哪谁].{0,4}(?:第一|最后)",
    re.IGNORECASE,
)
_BY_DATE = re.compile(
    r"\bthe (?:(?P<newer>newer|newest|latest|later)|older|oldest|earlier|earliest)(?: (?:one|model)\b|(?='s\b|\W*$))"
    r"|(?:(?P<new>[较更最]新)|[较更最](?:早|旧|老))的?(?:那|这)?(?:一?个|款|一款)",
    re.IGNORECASE,
)
_TWO = re.compile(
    r"\b(?:these|those|the) two\b|\bboth(?: of (?:them|these|those))?(?=\W*$)|(?<=between )them\b|(?<=between )these\b"
    r"|这两个|那两个|这两款|[它他]们?俩|两者",
    re.IGNORECASE,
)


def pointed_out(text: str, thread: Thread, knowledge: Knowledge) -> str:
    """The text with names where it points at what the last answer was about; "" where it points at nothing of it."""
    base, subjects = knowledge.base, thread.subjects
    if len(subjects) < 2 or _ORDER.search(text):
        return ""
    left_open = False

    def named(place: int | None) -> str:
        nonlocal left_open
        if place is None or not -len(subjects) <= place < len(subjects):
            left_open = True
            return ""
        return f" {base[subjects[place]].name.en} "

    def by_date(found: re.Match[str]) -> str:
        order = laid_out(subjects, ("released",), base).order
        wanted = order[-1 if found["newer"] or found["new"] else 0] if order else ""
        return named(subjects.index(wanted) if wanted else None)

    def one(found: re.Match[str]) -> str:
        return named(_PLACES[(found["en"] or found["nth"] or found["zh"]).lower()])

    filled = _ONE.sub(one, _BY_DATE.sub(by_date, text))
    if len(subjects) == 2:
        filled = _TWO.sub(f" {base[subjects[0]].name.en} and {base[subjects[1]].name.en} ", filled)
    return "" if left_open or filled == text else " ".join(filled.split()).replace(" 's", "'s")
