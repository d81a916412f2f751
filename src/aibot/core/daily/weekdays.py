"""Sets of weekdays as people type them: weekdays, Sun-Thu, mon/wed/fri, every day, 工作日, 周一三五, 周日到周四."""

from __future__ import annotations

import re
from dataclasses import dataclass

from aibot.core.daily.subscription import ALL_DAYS, WEEKDAYS

WEEKEND = frozenset({5, 6})


@dataclass(frozen=True, slots=True)
class DaysTyped:
    """Weekdays as typed; 0 is Monday."""

    typed: str
    days: frozenset[int]
    end: int  # where it ends in the text


_DAY = (
    r"(?:mon(?:days?)?|tue(?:s(?:days?)?)?|wed(?:s|nesdays?)?|thu(?:r(?:s(?:days?)?)?)?|fri(?:days?)?|sat(?:urdays?)?"
    r"|sun(?:days?)?)(?![a-z])"
)
NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_RANGE = re.compile(rf"({_DAY})\.?\s*(?:-|~|to|through|thru|until|till)\s*({_DAY})\.?")
_ONE = re.compile(rf"(?:{_DAY})\.?")
_SEPARATOR = re.compile(r"\s*(?:,|/|&|\+|and|then)?\s*(?:and\s+)?")
_SETS: tuple[tuple[re.Pattern[str], frozenset[int]], ...] = (
    (re.compile(r"(?:on )?(?:every |all )?(?:week ?days?|work(?:ing)? ?days?|business days?)(?![a-z])"), WEEKDAYS),
    (re.compile(r"(?:on )?(?:every |the )?week-?ends?(?![a-z])"), WEEKEND),
    (re.compile(r"(?:every ?day|each day|daily|all days|all week)(?![a-z])|7 days a week|all 7 days"), ALL_DAYS),
    (re.compile(r"mwf(?![a-z])"), frozenset({0, 2, 4})),
    (re.compile(r"(?:每个?)?(?:工作日|平日)"), WEEKDAYS),
    (re.compile(r"(?:每个?)?(?:周末|双休日)"), WEEKEND),
    (re.compile(r"每[天日]|天天|一周七天"), ALL_DAYS),
)  # fmt: skip
HAN_DAYS = "一二三四五六日天"
_WEEK = "(?:每个?)?(?:周|星期|礼拜)"
_HAN_RANGE = re.compile(rf"{_WEEK}([{HAN_DAYS}])\s*(?:到|至|-|~)\s*(?:(?:周|星期|礼拜)?([{HAN_DAYS}]))")
_HAN_LIST = re.compile(
    rf"{_WEEK}([{HAN_DAYS}](?:\s*[、,/和及]?\s*(?:周|星期|礼拜)?[{HAN_DAYS}](?!到|至|点|时))*)"
)


def days_at(text: str, start: int) -> DaysTyped | None:
    """The weekdays named from a place in a text (small letters) on; lists and ranges are read to their end."""
    for pattern, days in _SETS:
        found = pattern.match(text, start)
        if found is not None:
            return DaysTyped(found[0], days, found.end())
    return _latin(text, start) or _han(text, start)


def _latin(text: str, start: int) -> DaysTyped | None:
    days: frozenset[int] = frozenset()
    end = at = start
    while True:
        found = _RANGE.match(text, at)
        if found is not None:
            days |= _between(NAMES.index(found[1][:3]), NAMES.index(found[2][:3]))
        else:
            found = _ONE.match(text, at)
            if found is None:
                break
            days |= {NAMES.index(found[0][:3])}
        end = found.end()
        separator = _SEPARATOR.match(text, end)
        at = separator.end() if separator else end
        if at == end and at < len(text):  # "monfri" is no list
            break
    return DaysTyped(text[start:end], days, end) if days else None


def _han(text: str, start: int) -> DaysTyped | None:
    found = _HAN_RANGE.match(text, start)
    if found is not None:
        return DaysTyped(found[0], _between(_han_day(found[1]), _han_day(found[2])), found.end())
    found = _HAN_LIST.match(text, start)
    if found is None:
        return None
    days = frozenset(_han_day(character) for character in found[1] if character in HAN_DAYS)
    return DaysTyped(found[0], days, found.end())


def _han_day(character: str) -> int:
    return min(HAN_DAYS.index(character), 6)


def _between(first: int, last: int) -> frozenset[int]:
    """The days from one to another, over the weekend where need be."""
    return frozenset((first + step) % 7 for step in range((last - first) % 7 + 1))
