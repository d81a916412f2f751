"""Days without a post: skip, unskip, pause and resume with the days after them. What is not certain is asked back.

`pause until Friday` posts on Friday again; `pause Friday` can mean that too, or Friday alone, so it is asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aibot.core.answers.dates import impossible_date
from aibot.core.daily.dates import DayAsked, day_at, end_at, looks_like_a_day
from aibot.core.daily.months import MONTHS, with_months
from aibot.core.daily.requests import Offer, Pause, Problem, Resume, SkipDays, SkipWeekly, Unclear, Unskip
from aibot.core.daily.weekdays import HAN_DAYS, NAMES, WEEKEND, days_at

if TYPE_CHECKING:
    from aibot.core.daily.requests import ProblemKind, Request

_SKIP = re.compile(
    r"(?:daily )?(?:skip|(?:no|don'?t|do not|stop) post(?:s|ing)?(?: anything)?)"
    r"\s+(?:on |the (?!next|rest|week)|for )?|跳过\s*"
)
_NOT_POSTED = re.compile(r"(?:不要?|别)(?:推送|发送?)了?")  # 明天不推送
_UNSKIP = re.compile(
    r"(?:un-?skip|(?:don'?t|do not|no longer) skip)\s+(?:on |the )?|(?:取消|撤销|不要?再?|别)跳过\s*"
)
_PAUSE = re.compile(
    r"(?:daily )?paused?(?: (?:it|them|(?:the |all )?(?:daily )?(?:facts?|posts?|posting)))?"
    r"(?:\s+(?P<lead>until|till|til|to|for|through|thru|from|over|during|around|on|between))?"
    r"(?:\s+(?:the (?=day|end)|and including ))?(?:\s+|$)"
    r"|暂停(?:订阅|推送|发送)?\s*(?P<han>到|至|直到|从|自)?\s*"
)
_RESUME = re.compile(
    r"(?:daily )?(?:resume|unpause)(?: posts| posting)?\s+(?:on |from |again |starting )?|(?:恢复|继续)(?:推送)?\s*"
)
_RESUMED = re.compile(r"\s*(?:再|起)?(?:恢复|继续)(?:推送|发送)?")
_UNTIL = frozenset({"until", "till", "til", "to", "到", "至", "直到"})
_UNTIL_DAY = re.compile(r"(?:until|till|til)\s+|(?:到|至|直到)\s*")
_SEVERAL = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun|周|星期|礼拜)")
#  The same days of every week
_EVERY = re.compile(
    r"(?:(?:every|each|all)\s+)(?=\w)|(?=(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days|week-?ends|weekdays|workdays)(?![a-z]))"
    r"|每个?(?=周|星期|礼拜|工作日|[天日])|(?=周末|双休日|工作日)"
)
_THIS_WEEKEND = re.compile(r"(?:this|the|this coming) week-?end(?![a-z])|week-?end(?![a-z])|(?:本|这个?)周末")
_BETWEEN = re.compile(r"\s*(?:,|;|、|，|and|&|和|及)?\s*(?:on )?")
_THROUGH = re.compile(r"\s*(?:-|to|till|until|through|到|至)\s*")
_OF_THE_POST = re.compile(r"(?:'?s)?(?: (?:daily )?(?:post|fact|one))$|的(?:推送|知识|那[一]?[条篇])$")
#  Days, if not ones that can be read: the line is no question
_OF_DAYS = re.compile(
    r".*\b(?:posts?|days?|weeks?|months?|vacations?|holidays?|offsite|time off|summer|winter)\b.*|(?:week|the) \d+.*"
    r"|\d{1,2}(?:st|nd|rd|th|[日号]).*|.*(?:放假|假期|休假|几天).*"
)
_WHOLE_MONTH = re.compile(
    r"(?:all of |all |in )?(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:tember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)|整个?(\d{1,2})月|(\d{1,2})月份?"
)
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
#  "monday to wednesday": from the next Monday on, not the next of each
_WEEKDAY = r"(?:(mon|tue|wed|thu|fri|sat|sun)[a-z]*|(?:周|星期|礼拜)([一二三四五六日天]))"
_WEEKDAYS = re.compile(
    rf"(?P<lead>next |this |下个?|这个?|本)?{_WEEKDAY}\s*(?:-|to|through|thru|till|until|到|至)\s*{_WEEKDAY}(?![a-z])"
)
#  Feasts: people mean days by them, and not all the same ones
_FEASTS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (re.compile(r"(?:christmas|x-?mas)(?: day)?|圣诞节?"), ("25 dec", "24 dec - 26 dec", "24 dec - 1 jan")),
    (re.compile(r"(?:the )?new year'?s?(?: day)?|元旦"), ("1 jan", "31 dec - 1 jan")),
    (re.compile(r"(?:christmas|new year'?s) eve|(?:the )?(?:xmas|christmas) break|easter|thanksgiving|diwali|eid"
                r"|ramadan|hanukkah|(?:chinese|lunar) new year|除夕|春节|国庆节?|中秋节?|五一|清明节?|端午节?"
                r"|劳动节|感恩节|复活节|黄金周|长假"), ()),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Days:
    """Days that stand in a line one after another, and where they end."""

    days: tuple[DayAsked, ...]
    through: DayAsked | None
    end: int

    @property
    def named(self) -> tuple[DayAsked, ...]:
        """Every day that is written down."""
        return self.days if self.through is None else (*self.days, self.through)


def days_off(line: str) -> Request | None:
    """What a line (cleaned, in small letters) asks of single days; None where it is none of ours."""
    if found := _PAUSE.match(line):
        return _pause(line, found)
    if found := _UNSKIP.match(line):
        return _unskip(with_months(line), found.end())
    if (day := day_at(line, 0)) is not None and _NOT_POSTED.fullmatch(line, day.end):
        return _skip(f"跳过{line[: day.end]}", 2)
    if found := _SKIP.match(line):
        return _skip(_OF_THE_POST.sub("", with_months(line)), found.end())
    return _resume(line)


def _unclear(kind: ProblemKind, word: str, *lines: str) -> Unclear:
    return Unclear((Problem(kind, word, tuple(Offer(line, line) for line in lines)),))


def which_date(day: DayAsked, line: str, at: int) -> Unclear | None:
    """A day that can be two: 01/12/2027 is in January for some and in December for others. None where it is one."""
    if day.also is None:
        return None
    assert day.month is not None
    assert day.day is not None
    offers = []
    for month, of_month in ((day.month, day.day), day.also):
        written = f"{day.year}-{month:02}-{of_month:02}" if day.year else f"{of_month} {MONTHS[month - 1]}"
        offers.append(Offer(written, " ".join(f"{line[:at]} {written} {line[day.end :]}".split())))
    return Unclear((Problem("which-date", day.typed, tuple(offers)),))


def _feast(line: str, at: int, verb: str) -> Unclear | None:
    rest = line[at:].removesuffix(" holidays").removesuffix("假期").removesuffix("期间").strip()
    for pattern, days in _FEASTS:
        if pattern.fullmatch(rest):
            return _unclear("bad-date", rest, *(f"{verb} {day}" for day in days))
    return None


def _no_day(line: str, at: int, verb: str) -> Unclear | None:
    """What was meant as days and cannot be read as such; None where the line may be a question."""
    if (feast := _feast(line, at, verb)) is not None:
        return feast
    if found := _WHOLE_MONTH.fullmatch(line, at):
        month = int(found[2] or found[3]) if found[2] or found[3] else 1 + MONTHS.index(found[1][:3])
        if 1 <= month <= 12:
            days = f"1 {MONTHS[month - 1]} - {_LENGTHS[month - 1]} {MONTHS[month - 1]}"
            return _unclear("typo", line, f"{verb} {days}")
    return _unclear("bad-date", line[at:]) if _OF_DAYS.fullmatch(line, at) else None


def _pause(line: str, found: re.Match[str]) -> Request | None:
    lead, at = found["lead"] or found["han"] or "", found.end()
    skip = "跳过" if line.startswith("暂停") else "skip"
    if at >= len(line):
        return _unclear("which-day", "") if lead else None
    day = end_at(line, at) or day_at(line, at)
    if day is None or day.end != len(line):
        return _pause_of_several(line, at, lead, skip)
    if (asked := which_date(day, line, at)) is not None:
        return asked
    typed = line[at:].strip()
    if lead in _UNTIL:
        return Pause(day)
    if lead in ("through", "thru"):
        return Pause(day, through=True)
    if day.lasts:
        return Pause(day)
    if day.period is not None:
        return Pause(day, through=True) if not day.ahead else SkipDays((day,))
    if lead in ("for", "on") or (day.ahead == 0 and lead != "from"):
        return SkipDays((day,))
    return _unclear("skip-or-pause", typed, f"{skip} {typed}", _until(line, typed))


def _pause_of_several(line: str, at: int, lead: str, skip: str) -> Request | None:
    """What follows `pause` and is no single day: several are left out, the others are asked back."""
    if lead == "between":
        line = line[:at] + line[at:].replace(" and ", " - ", 1)
    day = day_at(line, at)
    if day is not None and (last := _through(line, day)) is not None and last.end == len(line):
        return _unclear("typo", line, f"{skip} {line[at:]}")
    if (no_day := _no_day(line, at, skip)) is not None:
        return no_day
    wanted = lead in _UNTIL or lead in ("from", "从", "自")
    typed = looks_like_a_day(line, at) or impossible_date(line[at:])
    return _unclear("bad-date", line[at:]) if wanted or typed else None


def _until(line: str, typed: str) -> str:
    return f"暂停到{typed}" if not line[0].isascii() else f"pause until {typed}"


def _resume(line: str) -> Request | None:
    if found := _RESUME.match(line):
        day, at = day_at(line, found.end()), found.end()
        if day is None or day.end != len(line):
            return None
    else:
        day, at = day_at(line, 0), 0
        if day is None or not _RESUMED.fullmatch(line, day.end):
            return None
    if day.lasts:
        return _unclear("bad-date", day.typed)
    return which_date(day, line, at) or Resume(day)


def _skip(line: str, at: int) -> Request | None:
    skip = "跳过" if line.startswith("跳过") else "skip"
    if (every := _EVERY.match(line, at)) is not None:
        named = days_at(line, every.end()) or days_at(line, at)
        if named is not None and named.end == len(line):
            return SkipWeekly(line[at:], named.days)
        return _unclear("bad-date", line[at:]) if named is not None else None
    found = _days(line, at)
    if not found.days or found.end < len(line):
        if found.days or looks_like_a_day(line, at) or impossible_date(line[at:]):
            return _unclear("bad-date", line[found.end :])
        if (
            (until := _UNTIL_DAY.match(line, at))
            and (day := day_at(line, until.end()))
            and day.end == len(line)
        ):
            return _unclear("typo", line, _until(line, day.typed))
        return _no_day(line, at, skip)
    for day in found.named:
        if day.lasts:
            pause = f"暂停{day.typed}" if skip == "跳过" else f"pause for {day.typed.removeprefix('for ')}"
            return _unclear("how-long", line[at:], pause)
        if (asked := which_date(day, line, day.end - len(day.typed))) is not None:
            return asked
    return SkipDays(found.days, found.through)


def _unskip(line: str, at: int) -> Request | None:
    found = _days(line, at)
    if not found.days or found.end < len(line):
        typed = found.days or looks_like_a_day(line, at) or not line[0].isascii()
        return _unclear("bad-date", line[at:]) if typed or line.startswith("un") else None
    for day in found.named:
        if (asked := which_date(day, line, day.end - len(day.typed))) is not None:
            return asked
    return Unskip(found.days, found.through)


def _days(line: str, at: int) -> _Days:
    days: list[DayAsked] = []
    while at < len(line):
        if (several := _WEEKDAYS.match(line, at)) is not None:
            first, last = (_weekday(several[name] or several[name + 1]) for name in (2, 4))
            after = (several["lead"] or "").startswith("下")
            days.append(DayAsked(several[0], several.end(), weekday=first, week_after=after))
            return _Days(tuple(days), DayAsked("", several.end(), weekday=last), several.end())
        named = _weekend(line, at) or _one_or_several(line, at)
        if not named:
            break
        days += named
        if (through := _through(line, days[-1])) is not None:
            return _Days(tuple(days), through, through.end)
        at = days[-1].end
        separator = _BETWEEN.match(line, at)
        at = separator.end() if separator else at
    return _Days(tuple(days), None, at)


def _weekday(typed: str) -> int:
    return NAMES.index(typed) if typed in NAMES else min(HAN_DAYS.index(typed), 6)


def _weekend(line: str, at: int) -> list[DayAsked]:
    found = _THIS_WEEKEND.match(line, at)
    return [DayAsked(found[0], found.end(), weekday=day) for day in sorted(WEEKEND)] if found else []


def _one_or_several(line: str, at: int) -> list[DayAsked]:
    """A day, or several weekdays in a row: 周一周三."""
    if (day := day_at(line, at)) is not None:
        return [day]
    if (several := _SEVERAL.match(line, at)) and (named := days_at(line, at)) is not None:
        return [DayAsked(several[0], named.end, weekday=weekday) for weekday in sorted(named.days)]
    return []


def _through(line: str, day: DayAsked) -> DayAsked | None:
    """The last of the days that begin with one: `24 dec - 2 jan`."""
    lead = _THROUGH.match(line, day.end)
    return day_at(line, lead.end()) if lead else None
