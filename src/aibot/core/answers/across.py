"""Questions across the base: what a maker made, who uses a technique, which models hold 1M, what happened when."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from aibot.core.answers.answer import Dated, Listed, Listing, NotFound, Timeline
from aibot.core.answers.grammar import KINDS_OF
from aibot.core.facts import DateValue, Entry, EntryValue, Fact, Kind, QuantityValue, TextValue

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aibot.core.answers.dates import DateAsked
    from aibot.core.facts import FactBase

MADE_BY = ("developer", "maker", "proposed by", "published by")
_DATED = ("released", "date")

_MANY = re.compile(
    r"\b(?:which|what|list|show(?: me)?(?: all)?|all|any|name|examples? of|how many)\b|哪些|有什么|列出|所有|全部|几个|多少个|有哪",
    re.IGNORECASE,
)
_KIND_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("technique", re.compile(r"\b(?:techniques?|technolog(?:y|ies)|methods?)\b|技术|方法", re.IGNORECASE)),
    ("organisation", re.compile(r"\b(?:compan(?:y|ies)|organi[sz]ations?|firms?|labs?|startups?|start-ups?)\b|公司|机构|企业",
                                re.IGNORECASE)),
    ("person", re.compile(r"\b(?:people|persons?|researchers?)\b|人物", re.IGNORECASE)),
    ("product", re.compile(r"\b(?:products?|devices?|phones?|terminals?)\b|产品|设备|终端|手机", re.IGNORECASE)),
    ("domain", re.compile(r"\b(?:domains?|industr(?:y|ies)|fields?|sectors?)\b|领域|行业", re.IGNORECASE)),
    ("model", re.compile(r"\b(?:models?|llms?)\b|模型", re.IGNORECASE)),
)  # fmt: skip
_MADE = re.compile(
    r"\b(?:releas|launch|mak|made|build|built|develop|creat|announc|publish|propos|train|ship|produc)\w*\b|\bmodels?\b|\bproducts?\b"
    r"|发布|推出|开发|研发|做了|做过|有哪些|提出|训练|产品|模型|出了",
    re.IGNORECASE,
)
_USES = re.compile(
    r"\b(?:use|uses|using|used|adopt\w*|based on|built on|with|apply|applies)\b|用了|采用|使用|用到|用的|基于|用",
    re.IGNORECASE,
)
_OPEN = re.compile(r"open[- ]?(?:source|weights?)|开源|开放权重|权重公开", re.IGNORECASE)
_NOT_OPEN = re.compile(r"\b(?:closed|proprietary|not open)\b|闭源|不开源|非开源", re.IGNORECASE)
_CONTEXT = re.compile(r"context|tokens?|input|long text|characters?|上下文|长文本|窗口|字", re.IGNORECASE)
_AMOUNT = re.compile(
    r"(\d+(?:[.,]\d+)?)\s*(k|m|million|thousand|万|百万|千|亿)?(?![a-z\d])\s*(字|characters?|tokens?)?",
    re.IGNORECASE,
)
_TIMES = {
    "k": 1_000, "thousand": 1_000, "千": 1_000, "万": 10_000,
    "m": 1_000_000, "million": 1_000_000, "百万": 1_000_000, "亿": 100_000_000,
}  # fmt: skip
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
    if (listing := _made_by(rest, named, base, date, many=many, kind=kind)) is not None:
        return listing
    if (listing := _techniques_of(rest, named, base, kind=kind, many=many)) is not None:
        return listing
    if (listing := _used_by(rest, named, base, kind=kind, many=many)) is not None:
        return listing
    if not named and kind in ("model", "product", None) and (many or kind):
        if (listing := _by_context(text, base)) is not None:
            return listing
        if kind and (_OPEN.search(rest) or _NOT_OPEN.search(rest)):
            return _by_openness(base, is_open=not _NOT_OPEN.search(rest))
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


def _span(fact: Fact) -> tuple[str, str]:
    assert isinstance(fact.value, DateValue)
    span = fact.value.span
    return span.first.isoformat(), span.last.isoformat()


def _is_about_a_date(text: str, date: DateAsked) -> bool:
    """Whether a question without a known name is a question about its date.

    A day or a month says so by itself; a bare year does only with words for happenings around it, or alone.
    """
    around = (text[: date.start] + " " + text[date.end :]).strip(" ?？.。!！,，的在 ")
    if not around:
        return True
    return bool(_HAPPENED.search(around)) and not _stranger(around)


_STRANGER = re.compile(r"[A-Za-z][\w.-]*")
_PLAIN = frozenset(
    ["what", "happened", "in", "on", "the", "of", "and", "any", "anything", "did", "was", "were", "is", "are", "there", "which", "who", "released", "release", "launch", "launched", "launches", "releases", "came", "come", "out", "models", "model", "ai", "events", "event", "news", "timeline", "show", "me", "tell", "about", "list", "please", "organisations", "companies", "products", "techniques", "technologies", "happen", "happening", "during", "year", "month", "day", "that", "this"]
)


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


def made_by(maker: str, base: FactBase) -> list[str]:
    """What a maker made: the entries that name it, and those of its parts."""
    made = [other for attribute in MADE_BY for other in base.related(maker, attribute, inverse=True)]
    return list(dict.fromkeys(made))


def _made_by(
    rest: str, named: Sequence[Entry], base: FactBase, date: DateAsked | None, *, many: bool, kind: str | None
) -> Listing | None:
    makers = _makers(named)
    if len(makers) != 1 or len(named) != 1 or not _MADE.search(rest) or not (many or kind == "model"):
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
    return Listing("made-by", tuple(items), about=(makers[0].id,), total=len(items))


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


def _by_context(text: str, base: FactBase) -> Listing | None:
    """Models whose context is at least the amount asked. Characters and tokens are never mixed."""
    if not _CONTEXT.search(text):
        return None
    amounts = [found for found in _AMOUNT.finditer(text) if found[2] or len(found[1]) >= 4]
    if not amounts:
        return None
    found = amounts[0]
    amount = Decimal(found[1].replace(",", "")) * _TIMES.get((found[2] or "").lower(), 1)
    unit = "characters" if found[3] and found[3].lower().startswith(("字", "char")) else "tokens"
    items: dict[str, Listed] = {}
    for entry, fact in base.all_facts():
        value = fact.value
        if fact.about != "context" or not isinstance(value, QuantityValue) or value.unit != unit:
            continue
        if (value.to or value.quantity) >= amount and value.bound != "less than":
            items.setdefault(entry.id, Listed(entry.id, fact))
    label = found[0].strip()
    if not items:
        return None
    return Listing("by-context", tuple(items.values()), values=(("amount", label),), total=len(items))


def _by_openness(base: FactBase, *, is_open: bool) -> Listing | None:
    items: dict[str, Listed] = {}
    for entry, fact in base.all_facts():
        if fact.about not in ("weights", "licence") or entry.kind not in (Kind.MODEL, Kind.PRODUCT):
            continue
        words = fact.value.text.en if isinstance(fact.value, TextValue) else fact.en
        opened = bool(re.search(r"\bopen\b", words, re.IGNORECASE))
        closed = bool(re.search(r"\bproprietary\b|\bclosed\b|\bnot released\b", words, re.IGNORECASE))
        if (opened and not closed) if is_open else closed:
            items.setdefault(entry.id, Listed(entry.id, fact))
    title = "open-weights" if is_open else "closed-weights"
    return Listing(title, tuple(items.values()), total=len(items)) if items else None


def related_entries(fact: Fact) -> tuple[str, ...]:
    """The entries a relation names."""
    return fact.value.entry if isinstance(fact.value, EntryValue) else ()
