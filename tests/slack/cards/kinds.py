"""Every kind of answer the core can give, over the real fact base."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING

from aibot.core.answers import (
    Answer,
    Comparison,
    FactAnswer,
    Help,
    Knowledge,
    Listed,
    Listing,
    NoSuchVersion,
    NotCompared,
    NotFound,
    Question,
    SeveralAnswers,
    Spotted,
    Suggestions,
    answer,
)
from aibot.core.answers.across import made_by, of_kind, timeline
from aibot.core.answers.comparing import compare
from aibot.core.answers.dates import DateAsked
from aibot.core.answers.decide import about
from aibot.core.answers.entries import entry_answer
from aibot.core.answers.grammar import KINDS_OF
from aibot.core.answers.intents import INTENTS
from aibot.core.answers.side_by_side import ranked, side_by_side
from aibot.core.answers.timelines import timeline_about
from aibot.core.facts import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aibot.core.facts import FactBase

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
#  One question for each kind of card, as somebody would type it: the golden files show its card.
QUESTIONS = {
    "entry": ("model deepseek-v3", "模型 deepseek-v3"),
    "asked": ("when did Sora come out?", "Sora 什么时候发布的？"),
    "not-said": ("GPT-4o training cost", "GPT-4o 训练花了多少钱？"),
    "domain": ("domain medical", "领域 医疗"),
    "organisation": ("org OpenAI", "机构 OpenAI"),
    "several": (
        "GPT-4, Claude 3, Gemini 1.5 Pro and DeepSeek-V3",
        "GPT-4、Claude 3、Gemini 1.5 Pro 和 DeepSeek-V3",
    ),
    "comparison": ("compare DeepSeek-V3, GPT-4o", "比较 DeepSeek-V3、GPT-4o"),
    "comparison-asked": (
        "which has a longer context, GPT-4 Turbo or Claude 3.5 Sonnet?",
        "GPT-4 Turbo 和 Claude 3.5 Sonnet 哪个上下文更长？",
    ),
    "comparison-units": ("Kimi vs Qwen vs Claude 3, context", "比较 Kimi、通义千问、Claude 3 的上下文"),
    "not-compared": ("gpt-6 vs gpt-4o", "gpt-6 vs gpt-4o 哪个好"),
    "timeline-of": ("timeline openai", "时间线 OpenAI"),
    "timeline": ("what happened in December 2024?", "2024年12月发生了什么？"),
    "list": ("list models", "列表 模型"),
    "list-made-by": ("what did OpenAI release?", "OpenAI 发布了哪些模型？"),
    "list-context": ("which models support 1M context?", "哪些模型支持1M上下文？"),
    "list-kinds": ("list", "列表"),
    "said-elsewhere": ("o1-preview", "o1-preview 是什么"),
    "no-such-version": ("model gpt-6", "模型 gpt-6"),
    "not-found": ("what is the price of tea?", "今天午饭吃什么？"),
    "nothing-on-date": ("date 1999-01-01", "日期 1999-01-01"),
    "help": ("help", "帮助"),
    "about": ("about", "关于"),
}  # fmt: skip


def entry_answers(base: FactBase) -> Iterator[FactAnswer]:
    """The card of every entry: as it is, and asked for every attribute."""
    for entry in base.entries:
        yield FactAnswer(entry)
        for intent in INTENTS:
            found = entry_answer(entry, ", ".join(intent.attributes), base)
            if found.asked:
                yield found


def other_answers(base: FactBase) -> Iterator[Answer]:
    """Everything else that does not depend on what was typed."""
    yield Help()
    yield about(base)
    for reason in ("unknown", "empty", "no-words", "nothing-on-date", "nothing-like-that"):
        yield NotFound("tea", reason)
    for kind in KINDS_OF:
        yield of_kind(kind, base)
    knowledge = Knowledge.of(base)
    for question in (
        "list",
        "what did OpenAI release",
        "which techniques does DeepSeek use",
        "models that use MoE",
        "which models support 100K context",
        "models with open weights",
        "closed models",
    ):
        yield answer(Question(question, "en", NOON), knowledge)
    for maker in base.entries:
        if made := made_by(maker, base):
            yield Listing("made-by", tuple(map(Listed, made)), about=(maker,), total=len(made))
    for date in [DateAsked(2024, month, None, 0, 0) for month in range(1, 13)]:
        yield timeline(date, base)
    yield from (timeline(DateAsked(year, None, None, 0, 0), base) for year in range(2015, 2030))
    for name in ("", "2024", "2024-12", "openai", "video", "视频", "domain", *base.entries):
        yield timeline_about(name, base, knowledge.matcher)
    entries = list(base.entries)
    for start in range(0, len(entries), 5):
        five = tuple(entries[start : start + 5])
        yield Suggestions("tea", five)
        yield Spotted(five, start)
        yield NoSuchVersion("tea-6", five, five[-1])


def comparisons(base: FactBase) -> Iterator[Comparison | NotCompared]:
    """Every entry beside those that follow it in its kind, two to four at a time; and all that cannot be compared."""
    knowledge = Knowledge.of(base)
    for kind in Kind:
        alike = [entry.id for entry in base.of_kinds([kind])]
        for start in range(len(alike)):
            for count in (2, 3, 4):
                found = laid(tuple(alike[start : start + count]), base)
                if found is not None:
                    yield found
    for entry in base.entries.values():
        yield compare(entry.name.en, base, knowledge.matcher)
    five = tuple(base.entries)[:5]
    for reason in ("itself", "kinds", "many", "version", "unsure", "unknown", "alone", "nothing"):
        yield NotCompared(reason, five, ("tea", "x" * 5_000), tuple((five[0], other) for other in five[1:]))
        yield NotCompared(reason)


def laid(entries: tuple[str, ...], base: FactBase, asked: tuple[str, ...] = ()) -> Comparison | None:
    """A comparison of these entries, however different they are."""
    if len(entries) < 2:
        return None
    rows = side_by_side(entries, asked, base)
    order, unranked = ranked(rows[0], base, entries) if asked else ((), "")
    return Comparison(entries, rows, asked, order, unranked)


def largest(base: FactBase, count: int) -> SeveralAnswers:
    """The longest cards there are, on one page."""
    entries = sorted(base.entries.values(), key=lambda entry: -len(str(entry)))
    return SeveralAnswers(tuple(FactAnswer(entry.id) for entry in islice(entries, count)))
