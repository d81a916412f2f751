"""Models that share a figure: a context of at least so much, open or closed weights."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from aibot.core.answers.answer import Listed, Listing
from aibot.core.facts import Kind, QuantityValue, TextValue

if TYPE_CHECKING:
    from aibot.core.facts import Fact, FactBase

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


def by_context(text: str, base: FactBase) -> Listing | None:
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
            _keep_greatest(items, entry.id, fact)
    label = found[0].strip()
    if not items:
        return None
    return Listing("by-context", tuple(items.values()), values=(("amount", label),), total=len(items))


def _keep_greatest(items: dict[str, Listed], entry: str, fact: Fact) -> None:
    """Of several figures of one entry the greatest stands for it; of equals the first, which is its source's own."""
    before = items.get(entry)
    if before is None or before.fact is None or _most(fact) > _most(before.fact):
        items[entry] = Listed(entry, fact)


def _most(fact: Fact) -> Decimal:
    assert isinstance(fact.value, QuantityValue)
    return fact.value.to or fact.value.quantity


def by_openness(rest: str, base: FactBase) -> Listing | None:
    """Models whose weights or code are open, or closed, whichever the question says."""
    is_open = not _NOT_OPEN.search(rest)
    if is_open and not _OPEN.search(rest):
        return None
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
