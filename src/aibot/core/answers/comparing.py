"""Comparing: which entries a question lays side by side, and why it cannot be done where it cannot."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import islice, product
from typing import TYPE_CHECKING

from aibot.core.answers.across import MADE_BY
from aibot.core.answers.answer import Comparison, NotCompared
from aibot.core.answers.intents import INTENTS, Intent, intent_of
from aibot.core.answers.side_by_side import ranked, side_by_side
from aibot.core.facts import Entry, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aibot.core.facts import FactBase
    from aibot.core.matching import Matcher, Matches

MOST_COMPARED = 4
MOST_OFFERED = 4
MOST_NAMED = 12  # each piece costs a look at all names; far fewer can be compared

_LEADING = re.compile(
    r"^\W*(?:(?:please|pls|can you|could you|请|麻烦|帮我|帮忙)\s*)*(?:compare|comparison(?: of| between)?|比较|对比)"
    r"(?:一下|下)?\s*[:：]?\s*",
    re.IGNORECASE,
)
_TRAILING = re.compile(r"(?:的)?(?:比较|对比|相比|比一比)(?:一下)?\W*$")
_VERSUS = re.compile(r"(?<=\S)\s+(?:vs\.?|versus)\s+(?=\S)", re.IGNORECASE)
#  These make a comparison of a question only where it names two things
_COMPARES = re.compile(
    r"\bcompar(?:e|es|ed|ing|ison)\b|\bdiffer(?:s|ent|ence|ences)?\b|\bvs\b|\bversus\b"
    r"|比较|对比|相比|区别|差别|差异|不同|异同|哪个(?!公司|机构|领域|人|团队|国家|模型)|哪款|哪一个|谁(?:更|便宜|贵)|谁的.{0,8}更",
    re.IGNORECASE,
)
_WHICH_IS_MORE = re.compile(r"\bwhich\b.*\b(?:\w+er|more|most|\w+est|better|best|less)\b", re.IGNORECASE)
_WHETHER = re.compile(
    r"^\W*(?:does|do|did|is|are|was|were|has|have|can)\b|吗|是否|是不是|有没有", re.IGNORECASE
)
_BETWEEN = re.compile(
    r"\s*(?:[,，、;；/|&]|\b(?:and|with|to|against|or|vs\.?|versus|between)\b|以及|还是|和|与|跟|同|及)\s*",
    re.IGNORECASE,
)
_MERE_WORDS = re.compile(
    r"\b(?:please|pls|thanks?|thank you|for me|side by side|the|a|an|of|in|on|by|which|one|is|are|has|have|it"
    r"|how|do|does|they|me|them|both|better|best|more|differ(?:s|ent|ence|ences)?|compar(?:e|es|ed|ing|ison)|what|s|between)\b"
    r"|谢谢|一下|哪个|哪款|哪一个|谁|更|最|好|强|厉害|的|有|什么|区别|差别|差异|不同|异同|比较|对比|相比|吧|呗|呢|吗|请|帮我",
    re.IGNORECASE,
)
_SAYS_COMPARE = re.compile(
    r"\b(?:compar(?:e|es|ed|ing|ison)|versus|vs|better than)\b|比较|对比|相比", re.IGNORECASE
)
#  What a comparative asks for where no attribute is named with it
_COMPARATIVES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "when",
        re.compile(
            r"\b(?:newer|older|earlier|later|newest|oldest|first|latest)\b|更早|更晚|更新|最早|最新|先发布",
            re.IGNORECASE,
        ),
    ),
    ("cost", re.compile(r"便宜|更贵|最贵")),
    (
        "parameters",
        re.compile(r"\b(?:bigger|larger|biggest|largest|smaller|smallest)\b|更大|最大|更小", re.IGNORECASE),
    ),
)
#  What people think of as models is not always filed as one
_ALIKE = {Kind.PRODUCT: Kind.MODEL}


@dataclass(frozen=True, slots=True)
class _Named:
    """What a question names: entries in order, versions that are missing, and words that say nothing to us."""

    entries: tuple[str, ...] = ()
    missing: tuple[tuple[str, tuple[str, ...]], ...] = ()  # as typed, with the family
    unsure: tuple[tuple[str, tuple[str, ...]], ...] = ()  # as typed, with what it may mean
    unknown: tuple[str, ...] = ()
    twice: bool = False
    rest: str = ""

    @property
    def count(self) -> int:
        return len(self.entries) + len(self.missing)


def comparison(text: str, base: FactBase, matcher: Matcher) -> Comparison | NotCompared | None:
    """The comparison a question asks for, or None where it asks for none."""
    body = _LEADING.sub("", text, count=1)
    if body != text and (not body.strip() or _reads_as_names(text, body)):
        return _decided(_named(body, base, matcher), base)
    if _VERSUS.search(text):
        named = _named(text, base, matcher)
        return _decided(named, base) if named.count or named.unsure else None
    if not (_COMPARES.search(text) or _WHICH_IS_MORE.search(text)) or _WHETHER.search(text):
        return None
    if (body := _TRAILING.sub("", text)) != text and (named := _named(body, base, matcher)).twice:
        return _decided(named, base)
    named = _spotted(matcher.match(text), base)
    if named.count < 2 or len({_sort(base[entry]) for entry in named.entries}) > 1:
        return None
    return _decided(named, base)


def compare(names: str, base: FactBase, matcher: Matcher) -> Comparison | NotCompared:
    """`compare A, B`: everything behind the keyword is names, and perhaps an attribute."""
    return _decided(_named(names, base, matcher), base)


def _reads_as_names(text: str, body: str) -> bool:
    """Whether the word before the names stands by itself: 比较好的模型 is an adverb and an adjective."""
    word = text[: len(text) - len(body)]
    return bool(re.search(r"[\s:：下]$", word)) or bool(re.match(r"[A-Za-z0-9\"'“「《]", body))


def _spotted(matches: Matches, base: FactBase) -> _Named:
    entries = _without_makers([match.entry for match in matches.sure], base)
    missing = tuple((version.asked, version.family) for version in matches.missing)
    return _Named(tuple(entries), missing, rest=matches.rest)


def _named(text: str, base: FactBase, matcher: Matcher) -> _Named:
    """Read the names one by one: what stands between two commas and names nothing must not be dropped in silence."""
    whole = matcher.match(text)
    named, rest = _Named(), []
    for start, end in islice(_parts(whole), MOST_NAMED):
        part = whole.cleaned[start:end].strip(" ?？.。!！")
        found = matcher.match(part)
        alone = _spotted(found, base)
        if not alone.count:  # "Claude 3 and 3.5 Sonnet": only the whole says whose version it is
            inside = tuple(match.entry for match in whole.sure if start <= match.start and match.end <= end)
            alone = _Named(inside, rest=alone.rest)
        if alone.count:
            named = replace(
                named,
                entries=tuple(dict.fromkeys((*named.entries, *alone.entries))),
                missing=(*named.missing, *alone.missing),
                twice=named.twice or any(entry in named.entries for entry in alone.entries),
            )
            rest.append(found.rest)
        elif found.maybe:
            offered = tuple(dict.fromkeys(match.entry for match in found.maybe))
            named = replace(named, unsure=(*named.unsure, (part, offered)))
        elif re.search(r"\w", _MERE_WORDS.sub(" ", part)) and not _asks(part):
            named = replace(named, unknown=(*named.unknown, part))
        else:
            rest.append(part)
    return replace(named, rest=" ".join(rest))


def _parts(whole: Matches) -> Iterator[tuple[int, int]]:
    """The pieces between separators; a separator inside a name (人机协同与自动化) parts nothing."""
    start = 0
    for found in _BETWEEN.finditer(whole.cleaned):
        if not any(match.start < found.end() and found.start() < match.end for match in whole.sure):
            yield start, found.start()
            start = found.end()
    yield start, len(whole.cleaned)


def _asks(part: str) -> bool:
    """Whether a piece only asks for an attribute: "GPT-4o and o1, context length"."""
    return any(intent.words.search(part) for intent in INTENTS) or any(
        words.search(part) for _, words in _COMPARATIVES
    )


def _decided(named: _Named, base: FactBase) -> Comparison | NotCompared:
    entries = named.entries
    known = tuple(asked for asked, _ in (*named.missing, *named.unsure))
    if named.missing or named.unsure:
        reason = "version" if named.missing else "unsure"
        choices = [family for _, family in (*named.missing, *named.unsure)]
        return NotCompared(reason, entries, known, _instead(entries, choices, base))
    if named.unknown:
        offers = (entries,) if _alike(entries, base) else _with_kin(entries, base)
        return NotCompared("unknown", entries, named.unknown, offers)
    if not entries:
        return NotCompared("nothing")
    if len(entries) == 1:
        return NotCompared("itself" if named.twice else "alone", entries, (), _with_kin(entries, base))
    if len({_sort(base[entry]) for entry in entries}) > 1:
        return NotCompared("kinds", entries, (), _of_a_kind(entries, base))
    if len(entries) > MOST_COMPARED:
        return NotCompared("many", entries, (), (entries[:MOST_COMPARED],))
    intent = _asked_of(named.rest, base, entries)
    return laid_out(entries, intent.attributes if intent else (), base)


def laid_out(entries: tuple[str, ...], asked: tuple[str, ...], base: FactBase) -> Comparison:
    """Entries that can be compared, side by side."""
    rows = side_by_side(entries, asked, base)
    order, unranked = ranked(rows[0], base, entries) if asked and rows else ((), "")
    return Comparison(entries, rows, asked, order, unranked)


def _asked_of(rest: str, base: FactBase, entries: Sequence[str]) -> Intent | None:
    """The attribute a comparison asks for first; "compare" itself asks for none."""
    if not entries:
        return None
    rest = _SAYS_COMPARE.sub(" ", rest)
    if (intent := intent_of(rest, base[entries[0]].kind)) is not None:
        return intent
    name = next((name for name, words in _COMPARATIVES if words.search(rest)), None)
    return next((intent for intent in INTENTS if intent.name == name), None)


def _sort(entry: Entry) -> Kind:
    return _ALIKE.get(entry.kind, entry.kind)


def _alike(entries: Sequence[str], base: FactBase) -> bool:
    return 2 <= len(entries) <= MOST_COMPARED and len({_sort(base[entry]) for entry in entries}) == 1


def _without_makers(entries: Sequence[str], base: FactBase) -> list[str]:
    """In "OpenAI's o1 and DeepSeek's V3" the makers only say which ones are meant."""
    makers = {
        maker
        for entry in entries
        for attribute in MADE_BY
        for maker in base.related(entry, attribute)
        if base[entry].kind != Kind.ORGANISATION
    }
    return [entry for entry in entries if base[entry].kind != Kind.ORGANISATION or entry not in makers]


def _instead(
    entries: Sequence[str], choices: Sequence[Sequence[str]], base: FactBase
) -> tuple[tuple[str, ...], ...]:
    """Comparisons with an entry that we have in each place where we were unsure."""
    few = [choice[:3] for choice in choices][:MOST_COMPARED]
    found = (tuple(dict.fromkeys((*entries, *chosen))) for chosen in product(*few))
    return tuple(dict.fromkeys(offer for offer in found if _alike(offer, base)))[:MOST_OFFERED]


def _of_a_kind(entries: Sequence[str], base: FactBase) -> tuple[tuple[str, ...], ...]:
    """Comparisons inside each kind; and where a maker stands beside models, with what it made."""
    groups: dict[Kind, list[str]] = {}
    for entry in entries:
        groups.setdefault(_sort(base[entry]), []).append(entry)
    offers = [tuple(group[:MOST_COMPARED]) for group in groups.values() if len(group) > 1]
    models = groups.get(Kind.MODEL, [])
    for maker in groups.get(Kind.ORGANISATION, []) if models else []:
        made = [other for name in MADE_BY for other in base.related(maker, name, inverse=True)]
        offers += [(*models, other) for other in made if other not in models][:2]
    return tuple(dict.fromkeys(offer for offer in offers if _alike(offer, base)))[:MOST_OFFERED]


def _with_kin(entries: Sequence[str], base: FactBase) -> tuple[tuple[str, ...], ...]:
    """One entry beside each of those it may be compared with."""
    if len(entries) != 1:
        return ()
    return tuple((entries[0], other) for other in _kin(entries[0], base)[:MOST_OFFERED])


def _kin(entry: str, base: FactBase) -> list[str]:
    """What an entry may be compared with: what the base names beside it, then what its maker made."""
    beside = [
        relation.other
        for relation in base.relations_of(entry)
        if relation.attribute in ("compared with", "claimed better than")
    ]
    for attribute in MADE_BY:
        for maker in base.related(entry, attribute):
            beside += base.related(maker, attribute, inverse=True)
    alike = [other.id for other in base.entries.values() if _sort(other) == _sort(base[entry])]
    return [
        other
        for other in dict.fromkeys([*beside, *alike])
        if other != entry and _sort(base[other]) == _sort(base[entry])
    ]
