"""From what people type to a request: subscribe, unsubscribe, preview, skip, swap, pause, resume, in both languages.

The words that are ours alone (subscribe, 订阅) are taken whatever follows. The words that begin a question as well
(skip connections, pause tokens) are taken only where the whole line reads as a request.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rapidfuzz import process
from rapidfuzz.distance import OSA

from aibot.core.daily.countries import find_country, near_countries
from aibot.core.daily.dates import DayAsked, day_at, looks_like_a_day
from aibot.core.daily.requests import (
    Holidays,
    ListSubscriptions,
    Offer,
    Pause,
    Preview,
    Problem,
    Request,
    Resume,
    SendTest,
    SetPolicy,
    ShowPolicy,
    SkipDays,
    SkipNext,
    Swap,
    Unclear,
    Unsubscribe,
)
from aibot.core.daily.subscribing import parse_subscribe
from aibot.core.matching import clean
from aibot.core.matching.words import english

if TYPE_CHECKING:
    from aibot.core.daily.requests import ListForm
    from aibot.core.daily.topics import Topics

_POLITE = re.compile(r"^(?:please |pls |can you |could you |请|帮我|帮我们|我要|我想|给我)+")
_TAIL = re.compile(r"(?:\s+(?:please|pls|now|here|thanks|thank you)|吧|一下|谢谢|[\s.!。！?？])+$")
_OTHER_CHANNEL = re.compile(r"<#([A-Z0-9]+)(?:\|[^>]*)?>|(?<![\w&])#([a-z0-9][\w-]+)")
_DASHES = str.maketrans("‐‑‒–—―−～〜", "-------~~")

_UNSUBSCRIBE = re.compile(
    r"(?:unsubscribe|unsub|stop (?:the )?daily (?:posts?|facts?)|退订|取消订阅)\s*"
    r"(?P<all>all|everything|everywhere|全部|所有|一切)?"
    r"(?:\s*(?:from )?(?:the )?(?:daily (?:posts?|facts?)|this channel|本频道|订阅))?"
)
_LIST = re.compile(
    r"(?:list |show |my |our |all )*subscriptions(?P<more>(?:\s+(?:here|everywhere|all|csv|json|as|in))*)"
    r"|(?:daily|每日)(?:\s*(?:status|state|状态))?"
    r"|(?:我的|查看|列出|本频道)?(?:所有|全部)?的?订阅(?:列表|情况|状态)(?P<han>(?:\s*(?:全部|所有|csv|json))*)"
    r"|(?:我的|查看|列出|所有|全部)+的?订阅"
)
_SUBSCRIBE = re.compile(
    r"(?P<head>subscribe|sub|订阅)(?![a-z])\s*(?:(?:this channel|us|me)(?![a-z])\s*)?(?:to(?![a-z])\s*)?"
)
_POLICY = re.compile(r"daily polic(?:y|ies)(?![a-z])[\s:]*|每日知识\s*权限[\s:]*")
_POLICIES = (("anyone", "所有人"), ("members", "频道成员"), ("creator", "设置者"), ("admins", "管理员"))
_POST = r"(?:post|fact|one)"
_POSTING = r"(?: (?:the )?(?:daily )?(?:posts?|facts?|posting))?"
_WHOLE: tuple[tuple[re.Pattern[str], Request], ...] = (
    (re.compile(rf"(?:daily )?preview(?: (?:the )?(?:next|daily)(?: {_POST})?)?"), Preview()),
    (re.compile(rf"show (?:me )?(?:the )?next {_POST}|(?:每日)?预览(?:下一条|一下)?|看看下一条"), Preview()),
    (
        re.compile(r"send (?:me )?a test(?: post| message)?|(?:send )?test(?: post| me)?|daily test"),
        SendTest(),
    ),
    (re.compile(r"(?:发送?|来)?一?[条个]?测试(?:消息|一下)?(?:给我)?"), SendTest()),
    (re.compile(rf"(?:daily )?skip(?: (?:the )?next(?: {_POST})?)?"), SkipNext()),
    (re.compile(r"跳过(?:下一[条次个篇])?|跳过一次"), SkipNext()),
    (re.compile(rf"(?:daily )?swap(?: (?:the )?(?:next|it|fact)(?: {_POST})?)?|another fact"), Swap()),
    (re.compile(r"换一?[条个]|换掉下一条"), Swap()),
    (re.compile(rf"(?:daily )?(?:resume|unpause|un-pause){_POSTING}"), Resume()),
    (re.compile(r"恢复(?:订阅|推送|发送)?|继续(?:推送|发送)"), Resume()),
    (
        re.compile(r"daily (?:policy )?(?:for )?anyone|每日知识\s*(?:权限)?\s*(?:所有人|任何人)"),
        SetPolicy("anyone"),
    ),
    (
        re.compile(r"daily (?:policy )?(?:for )?(?:channel )?members?|每日知识\s*(?:权限)?\s*(?:频道)?成员"),
        SetPolicy("members"),
    ),
    (re.compile(r"daily (?:policy )?(?:for )?creators?|每日知识\s*(?:权限)?\s*设置者"), SetPolicy("creator")),
    (re.compile(r"daily (?:policy )?(?:for )?admins?|每日知识\s*(?:权限)?\s*管理员"), SetPolicy("admins")),
    (re.compile(rf"(?:daily )?pause(?: it|{_POSTING})|暂停(?:订阅|推送|发送)?"), Pause()),
)
_PAUSE = re.compile(
    r"(?:daily )?paused?\s*(?P<lead>until|till|til|to|for|through)?\s+"
    r"|暂停(?:订阅|推送|发送)?\s*(?P<han>到|至|直到)?\s*"
)
_SKIP = re.compile(r"(?:daily )?skip\s+(?:on |the )?|跳过\s*")
_HOLIDAYS = re.compile(
    r"(?:skip |no posts? on |daily )?(?:public )?holidays?(?:\s*:\s*|\s+(?:in |of |for )?(?:the )?|$)"
    r"|(?:跳过)?(?:法定)?节?假日[:：]?\s*"
)
_OFF = frozenset({"off", "none", "no", "never", "clear", "remove", "关闭", "关", "无", "取消", "不跳过"})
_BETWEEN_DAYS = re.compile(r"\s*(?:,|;|、|，|and|&|和|及)?\s*")
_HEADS = ("subscribe", "unsubscribe", "subscriptions", "preview", "resume", "holidays")
_HAN_SLIPS = {"定阅": "订阅", "订閱": "订阅", "取消定阅": "取消订阅", "退定": "退订"}
_COMMON = 20_000  # rank in English: a commoner word was meant as typed


def parse_request(text: str, topics: Topics) -> Request | None:
    """The request a line makes, or None where it is none of ours: then it is a question."""
    other = _OTHER_CHANNEL.search(text)
    line = clean(text).translate(_DASHES).lower()
    line = _TAIL.sub("", _POLITE.sub("", line)).strip()
    if not line:
        return None
    request = _whole(line) or _strong(line, topics) or _weak(line) or _mistyped(line, topics)
    if request is not None and other is not None:
        return Unclear((Problem("other-channel", other[0]),))
    return request


def _whole(line: str) -> Request | None:
    for pattern, request in _WHOLE:
        if pattern.fullmatch(line):
            return request
    return None


def _strong(line: str, topics: Topics) -> Request | None:
    """The words that are ours whatever follows."""
    if found := _UNSUBSCRIBE.match(line):
        if (
            found.end() < len(line)
            and line[found.end() - 1 : found.end() + 1].isalpha()
            and line[found.end()].isascii()
        ):
            return None  # "unsubscribed"
        rest = line[found.end() :].strip()
        if rest:
            return Unclear(
                (
                    Problem(
                        "unknown-word",
                        rest,
                        (Offer(line[: found.end()].strip(), line[: found.end()].strip()),),
                    ),
                )
            )
        return Unsubscribe(everything=found["all"] is not None)
    if found := _POLICY.match(line):
        return _policy(line[found.end() :].strip(), chinese="权限" in found[0])
    if found := _LIST.fullmatch(line):
        words = f"{found['more'] or ''} {found['han'] or ''}"
        form: ListForm = "csv" if "csv" in words else "json" if "json" in words else "text"
        everywhere = bool(re.search(r"everywhere|\ball\b|全部|所有", line))
        return ListSubscriptions(everywhere, form)
    if found := _SUBSCRIBE.match(line):
        return parse_subscribe(line[found.end() :].strip(), topics, head=found["head"])
    return None


def _policy(rest: str, *, chinese: bool) -> Request:
    """Who may: asked, or said in a word that is none of the four."""
    if not rest:
        return ShowPolicy()
    lines = [f"每日知识 权限 {han}" if chinese else f"daily policy {english}" for english, han in _POLICIES]
    return Unclear((Problem("no-policy", rest, tuple(Offer(line, line) for line in lines)),))


def _weak(line: str) -> Request | None:
    """The words that begin questions too: taken where a day or a country follows, or was clearly meant to."""
    if found := _PAUSE.match(line):
        return _pause(line, found)
    if found := _SKIP.match(line):
        return _skip(line, found.end())
    if found := _HOLIDAYS.match(line):
        return _holidays(line[found.end() :].strip(), line)
    return None


def _pause(line: str, found: re.Match[str]) -> Request | None:
    lead = found["lead"] or found["han"]
    at = found.end()
    day = day_at(line, at)
    if day is not None and day.end == len(line):
        return Pause(day)
    typed = looks_like_a_day(line, at)
    if not (typed or lead in ("until", "till", "til", "到", "至", "直到")):
        return None
    return Unclear((Problem("bad-date", line[at:]),))


def _skip(line: str, at: int) -> Request | None:
    days: list[DayAsked] = []
    while at < len(line):
        day = day_at(line, at)
        if day is None:
            break
        days.append(day)
        separator = _BETWEEN_DAYS.match(line, day.end)
        at = separator.end() if separator else day.end
    if days and at >= len(line):
        return SkipDays(tuple(days))
    if days or looks_like_a_day(line, at):
        return Unclear((Problem("bad-date", line[at:]),))
    return None


def _holidays(rest: str, line: str) -> Request | None:
    if not rest:
        return Unclear((Problem("which-country", ""),))
    if rest in _OFF:
        return Holidays(None)
    country = find_country(rest)
    if country is not None:
        return Holidays(country)
    near = near_countries(rest)
    if not near and (len(rest.split()) > 3 or line.startswith("holiday ")):
        return None  # "holidays and AI spending", "holiday travel"
    return Unclear(
        (Problem("no-country", rest, tuple(Offer(code, f"holidays {code.lower()}") for code in near)),)
    )


def _mistyped(line: str, topics: Topics) -> Request | None:
    """A first word spelled nearly like one of ours: offered, never taken."""
    for slip, word in _HAN_SLIPS.items():
        if line.startswith(slip):
            return Unclear((Problem("typo", slip, (Offer(word, word + line[len(slip) :]),)),))
    first, _, rest = line.partition(" ")
    if (
        len(first) < 5
        or not first.isascii()
        or not first.isalpha()
        or english().get(first, _COMMON) < _COMMON
    ):
        return None
    near = process.extractOne(first, _HEADS, scorer=OSA.distance, score_cutoff=2 if len(first) > 7 else 1)
    if near is None:
        return None
    corrected = f"{near[0]} {rest}".strip()
    meant = _whole(corrected) or _strong(corrected, topics) or _weak(corrected)
    if meant is None or isinstance(meant, Unclear):
        return None if near[0] not in ("subscribe", "unsubscribe") else _typo(first, near[0], corrected)
    return _typo(first, near[0], corrected)


def _typo(first: str, word: str, corrected: str) -> Unclear:
    return Unclear((Problem("typo", first, (Offer(word, corrected),)),))
