"""From what people type to a request: subscribe, unsubscribe, preview, skip, swap, pause, resume, in both languages.

The words that are ours alone (subscribe, 订阅) are taken whatever follows. The words that begin a question as well
(skip connections, pause tokens) are taken only where the whole line reads as a request.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aibot.core.daily.countries import find_country, near_countries
from aibot.core.daily.dates import DayAsked, day_at, looks_like_a_day
from aibot.core.daily.lines import whole_line
from aibot.core.daily.meant import meant
from aibot.core.daily.requests import (
    Holidays,
    ListSubscriptions,
    Offer,
    Pause,
    Problem,
    Request,
    ShowPolicy,
    SkipDays,
    Unclear,
    Unsubscribe,
)
from aibot.core.daily.subscribing import parse_subscribe
from aibot.core.daily.weekdays import days_at
from aibot.core.matching import clean

if TYPE_CHECKING:
    from aibot.core.daily.requests import ListForm
    from aibot.core.daily.topics import Topics

_POLITE = re.compile(r"^(?:please |pls |can you |could you |请|帮我|帮我们|我要|我想|给我)+")
_TAIL = re.compile(r"(?:\s+(?:please|pls|now|here|thanks|thank you)|吧|一下|谢谢|[\s.!。！?？])+$")
_OTHER_CHANNEL = re.compile(r"<#([A-Z0-9]+)(?:\|[^>]*)?>|(?<![\w&])#([a-z0-9][\w-]+)")
_DASHES = str.maketrans("‐‑‒–—―−～〜", "-------~~")

_UNSUBSCRIBE = re.compile(
    r"(?:unsubscribe|unsub|退订|取消订阅)\s*"
    r"(?P<all>all|everything|everywhere|全部|所有|一切)?"
    r"(?:\s*(?:from )?(?:the )?(?:daily (?:posts?|facts?)|this channel|me|us|here|本频道|订阅)(?![a-z]))?"
)
_LIST = re.compile(
    r"(?:list |show |my |our |all )*subscriptions(?P<more>(?:\s+(?:here|everywhere|all|csv|json|as|in))*)"
    r"|(?:daily|每日)(?:\s*(?:status|state|状态))?"
    r"|(?:我的|查看|列出|本频道)?(?:所有|全部)?的?订阅(?:列表|情况|状态)(?P<han>(?:\s*(?:全部|所有|csv|json))*)"
    r"|(?:我的|查看|列出|所有|全部)+的?订阅"
)
_SUBSCRIBE = re.compile(
    r"(?:daily )?(?P<head>subscribe|sub|订阅)(?![a-z])\s*(?:(?:this channel|us|me)(?![a-z])\s*)?(?:to(?![a-z])\s*)?"
)
_POLICY = re.compile(r"daily polic(?:y|ies)(?![a-z])[\s:]*|每日知识\s*权限[\s:]*")
_POLICIES = (("anyone", "所有人"), ("members", "频道成员"), ("creator", "设置者"), ("admins", "管理员"))
_PAUSE = re.compile(
    r"(?:daily )?paused?\s*(?P<lead>until|till|til|to|for|through)?\s+"
    r"|暂停(?:订阅|推送|发送)?\s*(?P<han>到|至|直到)?\s*"
)
_SKIP = re.compile(r"(?:daily )?skip\s+(?:on |the )?|跳过\s*")
_HOLIDAYS = re.compile(
    r"(?:skip |no posts? on |daily )?(?:public )?holidays?(?:\s*:\s*|\s+(?:in |of |for )?(?:the )?|$)"
    r"|(?:跳过)?(?:法定)?(?:节?假日)(?:不(?:推送|发))?[:：]?\s*"
)
_RESUME = re.compile(
    r"(?:daily )?resume(?: posts| posting)?\s+(?:on |from |again )?|(?:恢复|继续)(?:推送)?\s*"
)
_RESUMED = re.compile(r"\s*(?:再)?(?:恢复|继续)(?:推送|发送)?")
#  From one day through another; "24-26 dec" and "dec 24-26" name the month once
_SEVERAL = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun|周|星期|礼拜)")
_EVER = re.compile(r"(?:every |each |all )?(?:weekends?|weekdays|days)(?![a-z])|(?:每个?)?周末|每[天日周]")
_THROUGH = re.compile(r"\s*(?:-|to|till|until|through|到|至)\s*")
_TH = r"(?:st|nd|rd|th)?"
_ONE_MONTH = (
    (re.compile(rf"(?<!\d)(\d{{1,2}}){_TH}\s*(?:-|to)\s*(\d{{1,2}}){_TH} ([a-z]{{3,9}})"), r"\1 \3 - \2 \3"),
    (re.compile(rf"([a-z]{{3,9}}) (\d{{1,2}}){_TH}\s*(?:-|to)\s*(\d{{1,2}}){_TH}(?!\d| ?[a-z])"), r"\1 \2 - \1 \3"),
    (re.compile(r"(\d{1,2}月)(\d{1,2})[日号]?\s*(?:-|到|至)\s*(\d{1,2})([日号])"), r"\1\2\4 - \1\3\4"),
)  # fmt: skip
_OFF = frozenset({"off", "none", "no", "never", "clear", "remove", "关闭", "关", "无", "取消", "不跳过"})
_BETWEEN_DAYS = re.compile(r"\s*(?:,|;|、|，|and|&|和|及)?\s*")


def parse_request(text: str, topics: Topics) -> Request | None:
    """The request a line makes, or None where it is none of ours: then it is a question."""
    other = _OTHER_CHANNEL.search(text)
    line = clean(text).translate(_DASHES).lower()
    line = _TAIL.sub("", _POLITE.sub("", line)).strip()
    if not line:
        return None
    request = _read(line, topics) or meant(line, topics, lambda corrected: _read(corrected, topics))
    if request is not None and other is not None:
        return Unclear((Problem("other-channel", other[0]),))
    return request


def _read(line: str, topics: Topics) -> Request | None:
    return whole_line(line) or _strong(line, topics) or _weak(line)


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
    if found := _HOLIDAYS.match(line):
        return _holidays(line[found.end() :].strip(), line)
    if found := _SKIP.match(line):
        for pattern, apart in _ONE_MONTH:
            line = pattern.sub(apart, line)
        return _skip(line, found.end())
    return _resume(line)


def _resume(line: str) -> Request | None:
    """To go on from a day is to pause until then."""
    if found := _RESUME.match(line):
        day = day_at(line, found.end())
        return Pause(day) if day is not None and day.end == len(line) else None
    day = day_at(line, 0)
    return Pause(day) if day is not None and _RESUMED.fullmatch(line, day.end) else None


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
    if _EVER.match(line, at):  # that is a wish for other days, not for a day off
        return Unclear((Problem("bad-date", line[at:]),))
    days: list[DayAsked] = []
    while at < len(line):
        day = day_at(line, at)
        if day is None and (several := _SEVERAL.match(line, at)) and (named := days_at(line, at)) is not None:
            days += [DayAsked(several[0], named.end, weekday=weekday) for weekday in sorted(named.days)]
            day = days.pop()
        if day is None:
            break
        days.append(day)
        if (through := _through(line, day)) is not None and through.end == len(line):
            return SkipDays(tuple(days), through)
        separator = _BETWEEN_DAYS.match(line, day.end)
        at = separator.end() if separator else day.end
    if days and at >= len(line):
        return SkipDays(tuple(days))
    if days or looks_like_a_day(line, at):
        return Unclear((Problem("bad-date", line[at:]),))
    return None


def _through(line: str, day: DayAsked) -> DayAsked | None:
    """The last of the days that begin with one: `24 dec - 2 jan`."""
    lead = _THROUGH.match(line, day.end)
    return day_at(line, lead.end()) if lead else None


def _holidays(rest: str, line: str) -> Request | None:
    if not rest:
        return Unclear((Problem("which-country", ""),))
    if rest in _OFF:
        return Holidays(None)
    country = find_country(rest)
    if country is not None:
        return Holidays(country)
    near = near_countries(rest)
    if not near and (len(rest.split()) > 2 or line.startswith("holiday ")):
        return None  # "holidays and AI spending", "holiday travel"
    return Unclear(
        (Problem("no-country", rest, tuple(Offer(code, f"holidays {code.lower()}") for code in near)),)
    )
