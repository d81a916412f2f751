"""Whether a sentence can be read by itself, or leans on a text that its reader has not seen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aibot.core.facts.model import Fact

#  "The article" alone, not "the report of the QbitAI Think Tank", which names it
_EN = re.compile(r"\b(?:the|this) (?:article|authors?|report)\b(?! (?:by|from|in|of|on)\b)", re.IGNORECASE)
#  Not 官方文章, 论文中, 中文中, 文本文件
_ZH = re.compile(r"(?<!官方)文章|(?<![论全正中英])文中|该文(?!件)|(?<!文)本文(?![本件])")


def stands_alone(fact: Fact) -> bool:
    """Whether a fact's sentence, in both languages, is clear to who has never seen where it comes from."""
    return not (_EN.search(fact.en) or _ZH.search(fact.zh))
