"""What people say of the language itself: `language chinese here`, `语言 自动`, "reply in English"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from rapidfuzz import process
from rapidfuzz.distance import OSA

from aibot.core.matching import clean
from aibot.core.politeness import without_last

if TYPE_CHECKING:
    from aibot.core.language import Language

Whose: TypeAlias = Literal["person", "channel", "workspace"]

_NAMES: dict[str, Language] = {
    **dict.fromkeys(("english", "en", "eng", "英文", "英语", "英", "英国话"), "en"),
    **dict.fromkeys(
        ("chinese", "zh", "zh-cn", "cn", "mandarin", "simplified chinese", "putonghua", "中文", "汉语", "普通话",
         "国语", "华语", "简体中文", "简体", "中国话", "中"), "zh"
    ),
}  # fmt: skip
_AUTO = frozenset({
    "auto", "automatic", "automatically", "default", "reset", "clear", "off", "none", "undo",
    "自动", "默认", "清除", "取消", "重置", "恢复默认", "不设",
})  # fmt: skip
#  What else somebody may want here; any other word behind "language" makes it a question
_NOT_SPOKEN = frozenset({
    "french", "german", "spanish", "japanese", "korean", "italian", "portuguese", "russian", "dutch", "arabic",
    "hindi", "cantonese", "turkish", "polish", "vietnamese", "thai", "swedish", "danish", "norwegian", "finnish",
    "czech", "greek", "ukrainian", "hebrew", "indonesian", "malay", "both", "法语", "法文", "德语", "德文", "日语",
    "日文", "韩语", "韩文", "西班牙语", "意大利语", "葡萄牙语", "俄语", "俄文", "阿拉伯语", "粤语", "双语", "繁体",
    "繁体中文", "泰语", "越南语",
})  # fmt: skip

#  Most lines are questions, and most of those are told by a glance
_GLANCE = re.compile(r"lang|speak|talk|answer|reply|respond|write|switch", re.IGNORECASE)
_POLITE = re.compile(r"^(?:please |pls |can you |could you |请你?|麻烦|帮我|我要|我想)+")
_LAST_WORDS = ("please", "pls", "now", "thanks", "吧", "谢谢")
_HEAD = re.compile(
    r"(?:(?:set|change|switch) )?(?:(?:my|our|your|the) )?(?:reply |answer )?(?:language|lang)(?![a-z])\s*[:=]?\s*"
    r"(?:to (?!me\b))?"
    r"|(?:设置|设定|切换|更改|修改|改|换)?(?:我的|回复|回答)?的?语言\s*[:=]?\s*(?:设为|设成|改为|改成|换成|切换到|切换成|为|成|用)?\s*"
)
#  Said without the word "language", it must be a language that we speak
_SAID = re.compile(
    r"(?:speak|talk|answer|reply|respond|write|switch)(?: to (?:me|us))?(?: in| to)? (?P<en>.+)"
    r"|(?:改用|切换到|切换成|换成|用|说|讲)(?P<zh>.+?)(?:来?(?:回答|回复|说话|交流|说|讲))?"
)
_WHOSE: dict[Whose, str] = {
    "channel": r"(?:for |in )?(?:this channel|the channel|channel|here)|在?(?:本频道|这个频道|此频道|频道|这里|这儿)",
    "workspace": (
        r"(?:for |in )?(?:the |this |our )?(?:whole |entire )?(?:workspace|team|everywhere|everyone|everybody|all)"
        r"|[在对]?(?:整个工作区|全工作区|本工作区|工作区|所有人|所有地方|到处|处处|全员|全局|全部)"
    ),
    "person": r"(?:only |just )?(?:for |to )?(?:me|myself)|(?:只?对|给)?我",
}
_AT_END = [(whose, re.compile(rf"(?:^|\s+|(?<=[㐀-鿿]))(?:{words})$")) for whose, words in _WHOSE.items()]
_AT_START = [(whose, re.compile(rf"^(?:{words})(?:$|\s+|(?=[㐀-鿿]))")) for whose, words in _WHOSE.items()]


@dataclass(frozen=True, slots=True)
class ChooseLanguage:
    """Reply in this language from now on; None takes the choice back."""

    language: Language | None
    whose: Whose = "person"


@dataclass(frozen=True, slots=True)
class ShowLanguage:
    """Say which language holds here, and why."""


@dataclass(frozen=True, slots=True)
class UnclearLanguage:
    """A language was named that we do not speak, or spelled so that we cannot be sure."""

    asked: str


LanguageRequest: TypeAlias = ChooseLanguage | ShowLanguage | UnclearLanguage


def parse_language(text: str) -> LanguageRequest | None:
    """The request a line makes of the language, or None where it is a question, such as "language models"."""
    if len(text) > 200 or (text.isascii() and not _GLANCE.search(text)):
        return None
    line = clean(text).lower()
    line = without_last(_POLITE.sub("", line), _LAST_WORDS)
    if found := _HEAD.match(line):
        return _behind_head(line[found.end() :].strip())
    if found := _SAID.fullmatch(line):
        rest, whose = _whose((found["en"] or found["zh"]).strip())
        language = _NAMES.get(rest)
        return ChooseLanguage(language, whose or "person") if language else None
    return None


def _behind_head(rest: str) -> LanguageRequest | None:
    rest, whose = _whose(rest)
    if not rest:
        return ShowLanguage()
    if rest in _NAMES:
        return ChooseLanguage(_NAMES[rest], whose or "person")
    if rest in _AUTO:
        return ChooseLanguage(None, whose or "person")
    if rest in _NOT_SPOKEN or _is_slip(rest):
        return UnclearLanguage(rest)
    return None


def _whose(rest: str) -> tuple[str, Whose | None]:
    """What is left without the words that say for whom, and for whom."""
    for patterns in (_AT_END, _AT_START):
        for whose, pattern in patterns:
            if found := pattern.search(rest):
                return (rest[: found.start()] + rest[found.end() :]).strip(), whose
    return rest, None


def _is_slip(word: str) -> bool:
    """Whether a word is nearly the name of a language: chinse, englsih."""
    near = process.extractOne(word, ("english", "chinese", "mandarin"), scorer=OSA.distance, score_cutoff=2)
    return near is not None
