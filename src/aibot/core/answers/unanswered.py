"""Questions that were asked in vain: which ones they are, and what of their text may be kept."""

from __future__ import annotations

import re

from aibot.core.answers.answer import (
    Answer,
    FactAnswer,
    NoSuchVersion,
    NotCompared,
    NotFound,
    SeveralAnswers,
    Suggestions,
)
from aibot.core.matching import clean

MOST_CHARACTERS = 80

#  A gap in the fact base; an empty question, or a day on which nothing happened, is none
_GAPS = frozenset({"unknown", "nothing-dated", "nothing-like-that"})
_NOT_COMPARED = frozenset({"version", "unknown"})
#  Mentions and addresses of mail (@), links, and Slack's marks for people, channels and links
_PERSONAL = re.compile(r"[@<>]|://|\bwww\.|\b(?:mailto|tel):", re.IGNORECASE)
#  Phone, account and card numbers, however they are parted; dates go with them
_LONG_NUMBER = re.compile(r"\d(?:[\s().+/-]{0,3}\d){6,}")
#  A word that nobody says: tokens, keys, hashes
_SECRET = re.compile(r"(?=[^\s]*[0-9_-])[A-Za-z0-9_+/=.-]{25,}|[A-Za-z0-9_+/=-]{40,}")
_EDGES = " \t?？!！.。,，;；:：…\"'“”‘’()（）"
_SWITCH = re.compile(
    r"\s*(?:unanswered|未答问题)(?:\s*(on|off|开启|打开|关闭))?\s*\Z",
    re.IGNORECASE,
)


def is_unanswered(answer: Answer) -> bool:
    """Whether the fact base lacks what was asked for."""
    match answer:
        case NotFound(reason=reason):
            return reason in _GAPS
        case NoSuchVersion(said=said):
            return not said
        case Suggestions():
            return True
        case NotCompared(reason=reason):
            return reason in _NOT_COMPARED
        case SeveralAnswers(answers=parts):
            return any(is_unanswered(part) for part in parts)
        case FactAnswer(asked=asked, found=found):
            return bool(asked) and not found
        case _:
            return False


def kept_form(text: str) -> str:
    """A question as it may be written down: without case and looks; "" where it may hold something personal."""
    if _PERSONAL.search(text):
        return ""
    kept = clean(text).casefold().strip(_EDGES)
    if not kept or len(kept) > MOST_CHARACTERS or not kept.isprintable() or _PERSONAL.search(kept):
        return ""
    if _LONG_NUMBER.search(kept) or _SECRET.search(kept):
        return ""
    return kept


def switch_wanted(text: str) -> str | None:
    """What a line wants of this list: "on", "off", "" for how it stands; None where it is about something else."""
    found = _SWITCH.match(text)
    if found is None:
        return None
    word = (found[1] or "").lower()
    return {"开启": "on", "打开": "on", "关闭": "off"}.get(word, word)
