"""Names that are ordinary words, or belong to something longer: only the context tells."""

from collections.abc import Sequence

from aibot.core.matching import slips
from aibot.core.matching.context import vocabulary
from aibot.core.matching.families import VERSIONED
from aibot.core.matching.question import Question, Span
from aibot.core.matching.spotting import Spot
from aibot.core.matching.words import english

COMMON_WORD = 40_000  # rank in English: a commoner one-word title needs context, like a name of type `word`
RARE_WORD = 8_000  # … and is still offered without it if rarer than this
MARKED_RARE_WORD = 30_000  # … or than this, where the fact base marks it as an ordinary word
MAKERS = frozenset({"organisation", "person"})
TOPICS = frozenset({"technique", "domain", "theme", "event", "publication"})
_DONE = frozenset("了过谁哪")


def _marked_word(question: Question, spot: Spot) -> bool:
    """Whether the fact base marks this name as an ordinary word."""
    index = question.index
    entry = question.entry(spot.place)
    same = (index.names[place] for place in index.at(index.exact, question.key(spot)))
    return any(name.type == "word" and name.entry == entry for name in same)


def _only_asks(question: Question, spot: Spot) -> bool:
    """Whether a name is made of words that ask: "models", 大模型; four characters are enough for 长上下文."""
    words = question.words[spot.first : spot.last]
    if all(word.kind != "字" for word in words):
        return all(question.quiet[spot.first : spot.last])
    return (len(words) <= 3 or words[0].kind != "字") and all(question.plainly_quiet[spot.first : spot.last])


def is_ordinary(question: Question, spot: Spot) -> bool:
    """Whether this name is also an ordinary word, so that context must tell."""
    if _marked_word(question, spot) or _only_asks(question, spot):
        return True
    if question.kind(spot) not in TOPICS:
        return False
    words = question.words[spot.first : spot.last]
    if len(words) == 1 and words[0].kind == "a":
        # Inside a Chinese sentence no English word is meant: RAG的三个步骤.
        if any(word.kind == "字" for word in question.words):
            return False
        return english().get(words[0].text, COMMON_WORD) < COMMON_WORD
    return len(words) == 2 and all(word.kind == "字" for word in words)


def in_context(
    question: Question, spots: Sequence[Spot], spans: Sequence[Span]
) -> tuple[list[Spot], list[Spot]]:
    """Ordinary words count only where nothing else is said; rare ones are offered still."""
    if question.kinds is not None or not any(is_ordinary(question, s) for s in spots):
        return list(spots), []
    left = question.left(spots, spans)
    kept: list[Spot] = []
    doubtful: list[Spot] = []
    for spot in spots:
        if not is_ordinary(question, spot):
            kept.append(spot)
        elif left and not _written_as_a_name(question, spot):
            if _is_rare(question, spot):
                doubtful.append(spot)
        elif (len(spots) == 1 and not spans) or not all(question.plainly_quiet[spot.first : spot.last]):
            kept.append(spot)  # "which models run on …": beside a real name such a word only asks
    return kept, doubtful


def _is_rare(question: Question, spot: Spot) -> bool:
    """A title that is a rare word, such as "rag", is likelier meant than a common one."""
    word = question.words[spot.first]
    if word.kind == "a" and any(other.kind == "字" for other in question.words):
        return True
    least = MARKED_RARE_WORD if _marked_word(question, spot) else RARE_WORD
    return word.kind == "a" and english().get(word.text, COMMON_WORD) >= least


def _written_as_a_name(question: Question, spot: Spot) -> bool:
    """Whether the word is in capitals, or capitalised, inside a sentence that is not."""
    cleaned, words = question.cleaned, question.words
    start, end = question.characters(spot.first, spot.last)
    typed = cleaned[start:end]
    if len(typed) > 1 and typed.isascii() and typed.isupper() and not cleaned.isupper():
        return True  # RAG
    if spot.first == 0 or not cleaned[words[spot.first].start].isupper() or not any(question.quiet):
        return False
    others = [w for at, w in enumerate(words) if w.kind == "a" and not spot.first <= at < spot.last]
    small = sum(cleaned[word.start].islower() for word in others)
    return bool(others) and small >= len(others) - 1


def is_anothers(question: Question, spot: Spot, spots: Sequence[Spot]) -> bool:
    """'microsoft ppni', 'google maps', 百度网盘: with more behind it, a name belongs to another thing."""
    words, last = question.words, spot.last
    if question.kinds is not None or last >= len(words):
        return False
    if question.quiet[last] or any(s.first <= last < s.last for s in spots):
        return False
    word = words[last]
    gap = question.cleaned[words[last - 1].end : word.start]
    if not gap and words[last - 1].kind == "字":
        gap = " "  # 月之暗面Kim
    maker = question.kind(spot) in MAKERS
    if word.kind == "字":
        short = last - spot.first == 2 and words[spot.first].kind == "字"  # 通义词典
        return (maker or short) and word.glued and _is_thing(question, last)
    if word.kind != "a" or gap not in {" ", "-"}:
        return False
    unasked = not any(question.quiet)
    unknown = word.text not in english() and len(word.text) > 2
    if question.kind(spot) in VERSIONED:
        numbered = question.index.prepared(spot.place).numbers
        return unasked or (bool(numbered) and (unknown or _like_a_qualifier(word.text)))
    return gap == "-" or unknown or (maker and unasked)


def _like_a_qualifier(text: str) -> bool:
    """'gemma 3 cat': one slip from a version's name."""
    known = vocabulary()
    return any(
        other[0] == text[0] and abs(len(other) - len(text)) <= 1 and slips.cost(text, other) <= slips.OTHER
        for other in known.qualifiers | known.weak_qualifiers
    )


def _is_thing(question: Question, at: int) -> bool:
    """收购了谁, 起诉过谁 say what a maker does; 网盘, 地图 are things of its name."""
    words = question.words
    while at < len(words) and words[at].kind == "字" and not question.quiet[at]:
        at += 1
    return at == len(words) or words[at].text not in _DONE
