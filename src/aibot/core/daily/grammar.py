"""From what people type to a request: subscribe, unsubscribe, preview, skip, swap, pause, resume, in both languages.

The words that are ours alone (subscribe, 订阅) are taken whatever follows. The words that begin a question as well
(skip connections, pause tokens) are taken only where the whole line reads as a request.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aibot.core.daily.countries import find_country, near_countries
from aibot.core.daily.days_off import days_off
from aibot.core.daily.lines import whole_line
from aibot.core.daily.meant import meant
from aibot.core.daily.requests import (
    Holidays,
    ListSubscriptions,
    Offer,
    Problem,
    Request,
    ShowPolicy,
    Unclear,
    Unsubscribe,
)
from aibot.core.daily.subscribing import parse_subscribe
from aibot.core.matching import clean
from aibot.core.politeness import MOST_TYPED, without_last

if TYPE_CHECKING:
    from aibot.core.daily.requests import ListForm
    from aibot.core.daily.topics import Topics

_POLITE = re.compile(r"^(?:please |pls |can you |could you |请|帮我|帮我们|我要|我想|给我)+")
_LAST_WORDS = ("please", "pls", "now", "here", "thanks", "thank you", "吧", "一下", "谢谢")
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
_HOLIDAYS = re.compile(
    r"(?:skip |no posts? on |daily )?(?:public )?holidays?(?:\s*:\s*|\s+(?:in |of |for )?(?:the )?|$)"
    r"|(?:跳过)?(?:法定)?(?:节?假日)(?:不(?:推送|发))?[:：]?\s*"
)
_THEIR_HOLIDAYS = re.compile(
    r"(?:skip|no posts? on) (?:the )?([a-z ]+?) (?:public |bank |national )?holidays?"
)
_OFF = frozenset({"off", "none", "no", "never", "clear", "remove", "关闭", "关", "无", "取消", "不跳过"})
_AND = re.compile(r"\s*(?:,|&|\+|、|，|\band\b|和|与)\s*")


def parse_request(text: str, topics: Topics) -> Request | None:
    """The request a line makes, or None where it is none of ours: then it is a question."""
    if len(text) > MOST_TYPED:
        return None
    other = _OTHER_CHANNEL.search(text)
    line = clean(text).translate(_DASHES).lower()
    line = without_last(_POLITE.sub("", line), _LAST_WORDS)
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
    if found := _HOLIDAYS.match(line):
        return _holidays(line[found.end() :].strip(), line)
    return _holidays_of(line) or days_off(line)


def _holidays_of(line: str) -> Request | None:
    """A country's holidays with the country first: `skip german holidays`."""
    found = _THEIR_HOLIDAYS.fullmatch(line)
    if found is None:
        return None
    if (country := find_country(found[1])) is not None:
        return Holidays(country)
    offers = tuple(Offer(code, f"holidays {code.lower()}") for code in near_countries(found[1]))
    return Unclear((Problem("no-country", found[1], offers),)) if offers else None


def _holidays(rest: str, line: str) -> Request | None:
    if not rest:
        return Unclear((Problem("which-country", ""),))
    if rest in _OFF:
        return Holidays(None)
    country = find_country(rest)
    if country is not None:
        return Holidays(country)
    several = [find_country(part) for part in _AND.split(rest)]
    if len(several) > 1 and all(several):
        codes = [code for code in dict.fromkeys(several) if code]
        offers = tuple(Offer(code, f"holidays {code.lower()}") for code in codes)
        return Unclear((Problem("two-countries", rest, offers),))
    near = near_countries(rest)
    if not near and (len(rest.split()) > 2 or line.startswith("holiday ")):
        return None  # "holidays and AI spending", "holiday travel"
    return Unclear(
        (Problem("no-country", rest, tuple(Offer(code, f"holidays {code.lower()}") for code in near)),)
    )
