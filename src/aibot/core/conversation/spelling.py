"""One slip in the word that asks: "contxt window?", "who made ti?"; and 上下文 typed as shangxiawen."""

from __future__ import annotations

import re

from rapidfuzz.distance import OSA

from aibot.core.matching.words import english

#  What attributes are asked with; a word of English is never taken for one of these
_ASKING = frozenset([
    "context", "window", "length", "price", "cost", "costs", "parameters", "parameter", "licence", "license",
    "developer", "developers", "maker", "release", "released", "launched", "launch", "date", "made", "make",
    "built", "developed", "train", "trained", "training", "weights", "founder", "founded", "founders",
    "modality", "architecture", "benchmarks", "benchmark", "performance", "languages", "accuracy", "duration",
    "owner", "expensive", "cheap", "cheaper", "compare", "difference", "newer", "older", "who", "what", "when",
    "where", "which", "how", "much", "many", "long", "does", "did", "its", "it", "the", "was", "are", "model"
])  # fmt: skip
_PINYIN = {
    "shangxiawen": "上下文", "shangxiawenchangdu": "上下文长度", "canshu": "参数", "canshuliang": "参数量",
    "chengben": "成本", "xunlianchengben": "训练成本", "jiage": "价格", "duoshaoqian": "多少钱", "kaiyuanma": "开源吗",
    "fabushijian": "发布时间", "faburiqi": "发布日期", "shenmeshihoufabu": "什么时候发布", "kaifazhe": "开发者",
    "shuikaifade": "谁开发的", "xukezheng": "许可证", "xunlianshuju": "训练数据",
}  # fmt: skip
_SHORT = 5  # letters: in a shorter word only two that changed places are a slip
_WORD = re.compile(r"[a-z]+", re.IGNORECASE)


def respelled(text: str) -> str:
    """The text with its one misspelt word put right; "" where there is none, or several, or it may be two words."""
    if han := _PINYIN.get(re.sub(r"[\s?.!'’]+", "", text.casefold())):
        return han
    unknown = [found for found in _WORD.finditer(text) if _is_no_word(found[0].casefold())]
    if len(unknown) != 1:
        return ""
    typed = unknown[0]
    meant = [word for word in _ASKING if _is_slip(typed[0].casefold(), word)]
    return f"{text[: typed.start()]}{meant[0]}{text[typed.end() :]}" if len(meant) == 1 else ""


def _is_no_word(word: str) -> bool:
    return len(word) > 1 and word not in _ASKING and word not in english()


def _is_slip(typed: str, word: str) -> bool:
    if min(len(typed), len(word)) < _SHORT and sorted(typed) != sorted(word):
        return False
    return OSA.distance(typed, word, score_cutoff=1) == 1
