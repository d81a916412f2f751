"""The keywords a question may begin with: `model x`, `date 2024-12`, `列表 技术`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from aibot.core.facts import Kind

KINDS_OF: dict[str, tuple[str, ...]] = {
    # what people think of as a model, a product or a person's firm is not always filed as one
    "model": (Kind.MODEL, Kind.PRODUCT),
    "product": (Kind.PRODUCT, Kind.MODEL),
    "organisation": (Kind.ORGANISATION,),
    "person": (Kind.PERSON,),
    "publication": (Kind.PUBLICATION,),
    "event": (Kind.EVENT,),
    "technique": (Kind.TECHNIQUE,),
    "domain": (Kind.DOMAIN,),
    "theme": (Kind.THEME,),
}

KEYWORDS: dict[str, tuple[str, ...]] = {
    "model": ("model", "models", "模型", "大模型"),
    "product": ("product", "products", "产品"),
    "organisation": ("org", "organisation", "organization", "organisations", "organizations", "company",
                     "companies", "机构", "公司", "组织", "企业"),
    "person": ("person", "people", "人物", "人"),
    "publication": ("publication", "publications", "paper", "出版物", "刊物"),
    "event": ("event", "events", "事件"),
    "technique": ("technique", "techniques", "technology", "tech", "技术", "方法"),
    "domain": ("domain", "domains", "field", "领域", "行业"),
    "theme": ("trend", "trends", "theme", "themes", "outlook", "趋势", "主题", "展望"),
    "date": ("date", "dates", "when", "日期", "时间"),
    "timeline": ("timeline", "时间线", "大事记"),
    "compare": ("compare", "comparison", "比较", "对比"),
    "list": ("list", "all", "列表", "列出", "全部"),
    "random": ("random", "surprise", "随机", "随便"),
    "about": ("about", "version", "关于"),
    "help": ("help", "?", "？", "usage", "commands", "帮助", "怎么用", "用法"),
}  # fmt: skip

_KEYWORD_OF = {word: name for name, words in KEYWORDS.items() for word in words}
_HEAD = re.compile(r"^\s*([A-Za-z]+|[\u4e00-\u9fff]+|[?？])(?:\s*[:：]\s*|\s+|$)")
#  What follows a bare keyword that is an ordinary word too must not make the sentence a command:
#  "about time we talked", "all good", "people are strange".
_NEEDS_NAME = frozenset(
    {"when", "all", "about", "people", "人", "version", "field", "paper", "tech", "surprise"}
)


@dataclass(frozen=True, slots=True)
class Command:
    """A keyword and what stands behind it."""

    keyword: str  # a key of KEYWORDS
    word: str  # as it was typed
    rest: str


def parse_command(text: str) -> Command | None:
    """The keyword a question begins with, or None where it begins with none."""
    head = _HEAD.match(text)
    if head is None:
        return None
    word = head[1].lower()
    keyword = _KEYWORD_OF.get(word)
    rest = text[head.end() :].strip()
    if keyword is None or (rest and word in _NEEDS_NAME):
        return None
    return Command(keyword, word, rest)


def kind_named(text: str) -> str | None:
    """The kind a word names: "models" → "model", "技术" → "technique"."""
    keyword = _KEYWORD_OF.get(text.strip().lower())
    return keyword if keyword in KINDS_OF else None
