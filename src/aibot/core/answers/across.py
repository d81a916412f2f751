"""Questions across the base: what a maker made, who uses a technique, which models hold 1M, what happened when."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aibot.core.answers.answer import Dated, Listed, Listing, NotFound, Timeline
from aibot.core.answers.figures import by_context, by_openness
from aibot.core.answers.grammar import KINDS_OF
from aibot.core.facts import DateValue, Entry, Fact, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date as Day  # noqa: N812  # `date` is what was asked for

    from aibot.core.answers.dates import DateAsked
    from aibot.core.facts import FactBase

MADE_BY = ("developer", "maker", "proposed by", "published by")
REST = "rest"  # the title of a list's end
_DATED = ("released", "date")
_COMES_OUT = frozenset(
    {"release", "preview", "announcement", "general availability", "launch", "paper", "code", "weights"}
)

_MANY = re.compile(
    r"\b(?:which|what|list|show(?: me)?(?: all)?|all|any|name|examples? of|how many)\b"
    r"|哪些|有什么|列出|所有|全部|几个|多少个|有哪|[了过]些?什么|什么(?:模型|产品|技术)",
    re.IGNORECASE,
)
_KIND_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("technique", re.compile(r"\b(?:techniques?|technolog(?:y|ies)|methods?)\b|技术|方法", re.IGNORECASE)),
    ("organisation", re.compile(r"\b(?:compan(?:y|ies)|organi[sz]ations?|firms?|labs?|start-?ups?)\b|公司|机构|企业",
                                re.IGNORECASE)),
    ("person", re.compile(r"\b(?:people|persons?|researchers?)\b|人物", re.IGNORECASE)),
    ("product", re.compile(r"\b(?:products?|devices?|phones?|terminals?)\b|产品|设备|终端|手机", re.IGNORECASE)),
    ("domain", re.compile(r"\b(?:domains?|industr(?:y|ies)|fields?|sectors?)\b|领域|行业", re.IGNORECASE)),
    ("model", re.compile(r"\b(?:models?|llms?)\b|模型", re.IGNORECASE)),
)  # fmt: skip
_MADE = re.compile(
    r"\b(?:releas|launch|mak|made|build|built|develop|creat|announc|publish|propos|train|ship|produc)\w*\b"
    r"|\bmodels?\b"
    r"|发布|推出|开发|研发|做了|做过|有哪些|提出|训练|产品|模型|出了",
    re.IGNORECASE,
)
_USES = re.compile(
    r"\b(?:use|uses|using|used|adopt\w*|based on|built on|with|apply|applies)\b|用了|采用|使用|用到|用的|基于|用",
    re.IGNORECASE,
)
_LATEST = re.compile(r"\b(?:latest|newest|most recent)\b|最新|最近", re.IGNORECASE)
_EARLIEST = re.compile(r"\b(?:first|earliest|oldest)\b|最早|首个|第一[个款]", re.IGNORECASE)
_WHO_BEATS = re.compile(
    r"\b(?:who|what|which|any\w*|models?)\b.*\b(?:beats?|beat|beaten|better than|surpass\w*|outperform\w*|exceeds?)"
    r"|(?:谁|哪些|什么|哪个|模型).*(?:超过|超越|胜过|打败|优于|强于|好于)|(?:比).*(?:强|好|厉害)的",
    re.IGNORECASE,
)
_WHAT_IT_BEATS = re.compile(r"^\W*(?:what|which)\b.*\b(?:is|does|did|was)\b", re.IGNORECASE)
_HAPPENED = re.compile(
    r"\b(?:what happened|happened|timeline|events?|news|released?|launched?|came out|anything|models?|what)\b"
    r"|发生|事件|发布|推出|大事|时间线|模型|新闻|有什么|哪些",
    re.IGNORECASE,
)


def across(
    text: str, rest: str, named: Sequence[Entry], base: FactBase, date: DateAsked | None
) -> Listing | Timeline | NotFound | None:
    """The list a question asks for, or None where it asks about the named entries themselves."""
    kind = next((name for name, words in _KIND_WORDS if words.search(rest)), None)
    many = bool(_MANY.search(rest))
    if (listing := _made_by(rest, named, base, date, kind)) is not None:
        return listing
    if (listing := _techniques_of(rest, named, base, kind=kind, many=many)) is not None:
        return listing
    if (listing := _used_by(rest, named, base, kind=kind, many=many)) is not None:
        return listing
    if (listing := _beating(rest, named, base)) is not None:
        return listing
    if not named and kind in ("model", "product", None) and (many or kind):
        listing = by_context(text, base) or (by_openness(rest, base) if kind else None)
        if listing is not None:
            return listing
    if date is not None and not named and _is_about_a_date(text, date):
        return timeline(date, base, kinds=KINDS_OF[kind] if kind else None)
    if not named and many and kind and not re.sub(r"[\W_]+", "", _without_list_words(rest)):
        return of_kind(kind, base)
    return None


def of_kind(kind: str, base: FactBase) -> Listing:
    """Every entry of a kind."""
    entries = base.of_kinds(KINDS_OF[kind][:1])
    return Listing(
        "of-kind", tuple(Listed(entry.id) for entry in entries), values=(("kind", kind),), total=len(entries)
    )


def rest_of_list(entries: Sequence[str], base: FactBase) -> Listing:
    """The end of a list, which did not fit."""
    items = tuple(Listed(entry, first_date(entry, base)) for entry in entries if entry in base)
    return Listing(REST, items, total=len(items))


def timeline(date: DateAsked, base: FactBase, *, kinds: Iterable[str] | None = None) -> Timeline | NotFound:
    """Everything dated within a date; an event is left out where its own subject stands there already."""
    wanted = set(kinds) if kinds else None
    items = [
        Dated(entry.id, fact)
        for entry, fact in base.all_facts()
        if isinstance(fact.value, DateValue)
        and fact.value.meaning != "outlook"
        and (wanted is None or entry.kind in wanted)
        and date.covers(fact.value.span)
    ]
    items = list({(item.entry, _span(item.fact)): item for item in reversed(items)}.values())[::-1]
    shown = {item.entry for item in items}
    items = [item for item in items if not shown.intersection(base.related(item.entry, "event of"))]
    items.sort(key=lambda item: (_span(item.fact), base[item.entry].kind != Kind.MODEL))
    if not items:
        return NotFound(date.label, "nothing-on-date")
    return Timeline(date, tuple(items))


def first_date(entry_id: str, base: FactBase) -> Fact | None:
    """The fact that dates an entry: its release as its own source has it, else its first date."""
    dated = [
        fact for fact in base[entry_id].facts if fact.about in _DATED and isinstance(fact.value, DateValue)
    ]
    return dated[0] if dated else None


def _in_order_of_date(
    items: Sequence[Listed], base: FactBase, asked: DateAsked | None, *, latest: bool
) -> list[Listed]:
    """By the day on which each came out, the last of several; those with no such day of their own stand last."""
    dated: list[tuple[Day, Listed]] = []
    for item in items:
        own = [
            (fact.value.span.last, fact)
            for fact in base[item.entry].facts
            if isinstance(fact.value, DateValue)
            and fact.value.meaning in _COMES_OUT
            and fact.value.variant is None
            and fact.value.span.precision in ("day", "range")
            and (asked is None or asked.covers(fact.value.span))
        ]
        if own:
            day, fact = (max if latest else min)(own, key=lambda dated: dated[0])
            dated.append((day, Listed(item.entry, fact)))
    dated.sort(key=lambda pair: pair[0], reverse=latest)
    known = {item.entry for _, item in dated}
    return [item for _, item in dated] + [item for item in items if item.entry not in known]


def _span(fact: Fact) -> tuple[str, str]:
    assert isinstance(fact.value, DateValue)
    span = fact.value.span
    return span.first.isoformat(), span.last.isoformat()


def _is_about_a_date(text: str, date: DateAsked) -> bool:
    """Whether a question without a known name is a question about its date.

    A day or a month says so by itself; a bare year does only with words for happenings around it, or alone.
    """
    around = (text[: date.start] + " " + text[date.end :]).strip(" ?？.。!！,，的在")
    if not around:
        return True
    return bool(_HAPPENED.search(around)) and not _stranger(around)


_STRANGER = re.compile(r"[A-Za-z][\w.-]*")
_PLAIN = frozenset([
    "what", "happened", "in", "on", "the", "of", "and", "any", "anything", "did", "was", "were", "is",
    "are", "there", "which", "who", "released", "release", "launch", "launched", "launches", "releases",
    "came", "come", "out", "models", "model", "ai", "events", "event", "news", "timeline", "show", "me",
    "tell", "about", "list", "please", "organisations", "companies", "products", "techniques",
    "technologies", "happen", "happening", "during", "year", "month", "day", "that", "this"
])  # fmt: skip


def _stranger(around: str) -> bool:
    """Whether a word is left that the base does not know: "when was gollum released in 2023"."""
    return any(word.lower() not in _PLAIN for word in _STRANGER.findall(around))


def _without_list_words(rest: str) -> str:
    rest = _MANY.sub(" ", rest)
    for _, words in _KIND_WORDS:
        rest = words.sub(" ", rest)
    return re.sub(
        r"\b(?:do|does|you|know|are|is|there|the|in|your|ai|fact|base|me|please|can|of|have|s)\b"
        r"|你|知道|都|有|的|里|收录|吗|呢|请|给我|一下|是",
        " ",
        rest,
        flags=re.IGNORECASE,
    )


def _makers(named: Sequence[Entry]) -> list[Entry]:
    return [entry for entry in named if entry.kind in (Kind.ORGANISATION, Kind.PERSON)]


def makers_of(thing: str, base: FactBase) -> list[str]:
    """Who made a thing."""
    return [maker for attribute in MADE_BY for maker in base.related(thing, attribute)]


def made_by(maker: str, base: FactBase) -> list[str]:
    """What a maker made: the entries that name it, and those of its parts."""
    made = [other for attribute in MADE_BY for other in base.related(maker, attribute, inverse=True)]
    return list(dict.fromkeys(made))


def _made_by(
    rest: str, named: Sequence[Entry], base: FactBase, date: DateAsked | None, kind: str | None
) -> Listing | None:
    makers = _makers(named)
    many = _MANY.search(rest) or kind in ("model", "product")
    if len(makers) != 1 or len(named) != 1 or not _MADE.search(rest) or not many:
        return None
    if kind == "technique" and _USES.search(rest):
        return None
    made = made_by(makers[0].id, base)
    if kind == "model":
        made = [other for other in made if base[other].kind in KINDS_OF["model"]] or made
    items = [Listed(other, first_date(other, base)) for other in made]
    if date is not None:
        items = [
            item
            for item in items
            if item.fact is not None
            and isinstance(item.fact.value, DateValue)
            and date.covers(item.fact.value.span)
        ]
    if not items:
        return None
    title = "made-by"
    if wanted := _LATEST.search(rest) or _EARLIEST.search(rest):
        latest = wanted.re is _LATEST
        title = "made-by-latest" if latest else "made-by-earliest"
        items = _in_order_of_date(items, base, date, latest=latest)
    return Listing(title, tuple(items), about=(makers[0].id,), total=len(items))


def _techniques_of(
    rest: str, named: Sequence[Entry], base: FactBase, *, kind: str | None, many: bool
) -> Listing | None:
    """Which techniques a maker's models use, together; a single model's own card says it for itself."""
    makers = _makers(named)
    if kind != "technique" or not many or len(makers) != 1 or len(named) != 1 or not _USES.search(rest):
        return None
    items: dict[str, Listed] = {}
    for model in [makers[0].id, *made_by(makers[0].id, base)]:
        for relation in base.relations_of(model):
            if relation.attribute == "uses" and not relation.inverse:
                items.setdefault(relation.other, Listed(relation.other, relation.fact))
    if not items:
        return None
    return Listing("techniques-of", tuple(items.values()), about=(makers[0].id,), total=len(items))


def _used_by(
    rest: str, named: Sequence[Entry], base: FactBase, *, kind: str | None, many: bool
) -> Listing | None:
    techniques = [entry for entry in named if entry.kind == Kind.TECHNIQUE]
    asked = kind in ("model", "organisation", "product") or re.search(
        r"\bwho uses\b|谁(?:在)?用", rest, re.IGNORECASE
    )
    if (
        len(techniques) != 1
        or len(named) != 1
        or not asked
        or not (many or "who" in rest.lower() or "谁" in rest)
    ):
        return None
    if not _USES.search(rest):
        return None
    items = [
        Listed(relation.other, relation.fact)
        for relation in base.relations_of(techniques[0].id)
        if relation.attribute == "uses" and relation.inverse
    ]
    items = list({item.entry: item for item in items}.values())
    if not items:
        return None
    return Listing("used-by", tuple(items), about=(techniques[0].id,), total=len(items))


def _beating(rest: str, named: Sequence[Entry], base: FactBase) -> Listing | None:
    """Who is said to be better than a model."""
    if len(named) != 1 or not _WHO_BEATS.search(rest) or _WHAT_IT_BEATS.search(rest):
        return None
    items = [
        Listed(relation.other, relation.fact)
        for relation in base.relations_of(named[0].id)
        if relation.attribute == "claimed better than" and relation.inverse
    ]
    return Listing("better-than", tuple(items), about=(named[0].id,), total=len(items)) if items else None
