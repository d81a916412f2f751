"""Times of day as people type them: 9, 9:30 pm, 21:00, noon, 早上九点半, 下午三点一刻. One exact time or none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time


@dataclass(frozen=True, slots=True)
class TimeTyped:
    """A time as typed; `at` is None where no clock shows it."""

    typed: str
    at: time | None
    end: int  # where it ends in the text
    tomorrow: bool = False  # 明早, 明晚: the first one is tomorrow's


_DIGITS = {name: number for number, name in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_NUMBER = "[零〇一二两三四五六七八九十]{1,3}"
_PERIOD = (
    r"明早上?|明晚上?|今早|今晚|凌晨|清晨|早晨|早上|上午|早|正午|中午|下午|傍晚|晚上|晚间|晚"
    r"|夜里|夜间|半夜|午夜|深夜"
)
_HAN_TIME = re.compile(
    rf"(?P<period>{_PERIOD})?\s*(?P<hour>\d{{1,2}}|{_NUMBER})\s*(?:[点时](?:钟|整)?)"
    rf"(?:\s*(?P<half>半|一刻|三刻)|\s*(?P<minute>\d{{1,2}}|{_NUMBER})\s*分?(?![点时月日号个]))?"
)
_HAN_CLOCK = re.compile(rf"(?P<period>{_PERIOD})\s*(?P<hour>\d{{1,2}})(?:[:.](?P<minute>\d\d))?(?!\d)")
_HAN_WORD = re.compile(r"正午|中午|午夜|零点")
_PARTS = {"半": 30, "一刻": 15, "三刻": 45}

_HALF = r"(?P<half>a\.?m\.?|p\.?m\.?)(?![a-z])"
_LATIN = re.compile(
    rf"(?P<hour>\d{{1,2}})(?:\s?[:.h]\s?(?P<minute>\d{{2}})|h(?![a-z\d]))?(?:\s*o'?clock)?\s*(?:{_HALF})?"
    r"(?:\s*(?P<part>in the (?:morning|afternoon|evening)|at night|morning|afternoon|evening))?(?![\w:/])"
)
_MILITARY = re.compile(r"(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)\s?(?:h|hrs|hours)?(?!\w|[-/.:]\d)")
_WORDS = {"noon": time(12), "midday": time(12), "midnight": time(0)}
_WORD = re.compile(r"(?:12 )?(noon|midday|midnight)(?![\w-])")
_HOURS = {
    name: hour
    for hour, name in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), start=1
    )
}  # fmt: skip
_MINUTES = {"fifteen": 15, "thirty": 30, "forty five": 45, "forty-five": 45}
_PAST = {"half": 30, "quarter": 15}
_SPELLED = re.compile(
    rf"(?:a )?(?:(?P<past>half past|quarter past|quarter to)\s+)?(?P<hour>{'|'.join(_HOURS)}|(?<=[a-z] )\d{{1,2}})"
    rf"(?:\s+(?P<minute>{'|'.join(_MINUTES)}))?(?P<clock>\s*o'?clock)?\s*(?:{_HALF})?(?![\w:-])"
)
#  What looks like a time and is none: 25:00, 9:75, 13pm, noon-ish, 9ish, 25点
_ODD = re.compile(
    r"\d{1,2}[:.]\d{1,3}(?::\d+)?\s*(?:[ap]\.?m\.?)?(?![\w:])|\d{1,4}\s*[ap]\.?m\.?(?![a-z])"
    r"|(?:in the )?(?:morning|afternoon|evening|lunch(?:time)?)(?![a-z])"
    r"|\d{1,4}\s*o'?clock|(?:早上|上午|下午|晚上)?\s*\d{1,4}\s*[点时](?:\d{1,3}分?|半)?|\d{3,4}(?![\w/-])"
    r"|明早上?|明晚上?|今早|今晚|凌晨|清晨|早晨|早上|上午|下午|傍晚|晚上|晚间|夜里|夜间|半夜|深夜"
)


_ISH = re.compile(r"(?:noon|midday|midnight|\d{1,2}(?:[:.]\d\d)?\s*(?:[ap]\.?m\.?)?)[\s-]*ish(?![a-z])")


def time_at(text: str, start: int) -> TimeTyped | None:
    """The time that begins at a place in a text (small letters); None where none does."""
    for read in (_ish, _han, _latin, _word, _spelled, _military, _odd):
        found = read(text, start)
        if found is not None:
            return found
    return None


def _han(text: str, start: int) -> TimeTyped | None:
    found = _HAN_TIME.match(text, start)
    if found is not None:
        parts = found.groupdict()
        minute = _PARTS[parts["half"]] if parts["half"] else _number(parts["minute"] or "0")
        return _of_period(found, parts["period"] or "", _number(parts["hour"]), minute)
    found = _HAN_CLOCK.match(text, start)
    if found is not None:
        return _of_period(found, found["period"], int(found["hour"]), int(found["minute"] or 0))
    found = _HAN_WORD.match(text, start)
    if found is not None:
        return TimeTyped(found[0], time(12) if found[0] in ("正午", "中午") else time(0), found.end())
    return None


def _of_period(found: re.Match[str], period: str, hour: int, minute: int) -> TimeTyped:
    tomorrow = period.startswith("明")
    hour_of_day = _hour(period.removeprefix("明").removeprefix("今"), hour)
    return TimeTyped(found[0], _time(hour_of_day, minute), found.end(), tomorrow)


def _hour(period: str, hour: int) -> int | None:
    """An hour with its part of the day; None where the two contradict each other."""
    match period:
        case "早" | "早上" | "早晨" | "清晨" | "上午":
            return hour if 1 <= hour <= 12 and not (hour == 12 and period != "上午") else None
        case "凌晨":
            return hour % 12 if hour <= 6 or hour == 12 else None
        case "中午" | "正午":
            return {11: 11, 12: 12, 13: 13, 14: 14, 1: 13, 2: 14}.get(hour)
        case "下午" | "傍晚":
            return hour + 12 if 1 <= hour < 8 else hour if 12 <= hour <= 19 else None
        case "晚" | "晚上" | "晚间" | "夜里" | "夜间" | "深夜":
            return hour + 12 if 5 <= hour < 12 else hour if 17 <= hour <= 23 else None
        case "半夜" | "午夜":
            return 0 if hour in (0, 12, 24) else hour if 1 <= hour <= 4 else None
        case _:
            return hour


def _latin(text: str, start: int) -> TimeTyped | None:
    found = _LATIN.match(text, start)
    if found is None:
        return None
    hour: int | None = int(found["hour"])
    half, part = (found["half"] or "").replace(".", ""), found["part"] or ""
    if not half and part:
        half = "am" if part.endswith("morning") else "pm"
        if int(found["hour"]) > 12:
            half = "" if half == "pm" else "none"
    if half:
        hour = _of_half(int(found["hour"]), half)
    return TimeTyped(found[0].rstrip(), _time(hour, int(found["minute"] or 0)), found.end())


def _of_half(hour: int, half: str) -> int | None:
    if not 1 <= hour <= 12 or half == "none":
        return None
    return hour % 12 + (12 if half == "pm" else 0)


def _ish(text: str, start: int) -> TimeTyped | None:
    """9pm-ish: a time that is none."""
    found = _ISH.match(text, start)
    return TimeTyped(found[0], None, found.end()) if found else None


def _word(text: str, start: int) -> TimeTyped | None:
    found = _WORD.match(text, start)
    return TimeTyped(found[0], _WORDS[found[1]], found.end()) if found else None


def _spelled(text: str, start: int) -> TimeTyped | None:
    """Half past nine, quarter to ten, nine thirty pm; a bare `nine` only after `at`."""
    found = _SPELLED.match(text, start)
    if found is None:
        return None
    parts = found.groupdict()
    half, minute = (parts["half"] or "").replace(".", ""), _MINUTES.get(parts["minute"] or "", 0)
    if not (parts["past"] or parts["minute"] or half or parts["clock"] or text[:start].endswith("at ")):
        return None
    hour: int | None = int(parts["hour"]) if parts["hour"].isdecimal() else _HOURS[parts["hour"]]
    if half and hour is not None:
        hour = _of_half(hour, half)
    if parts["past"] and hour is not None:
        minute = _PAST[parts["past"].split()[0]]
        if parts["past"].endswith("to"):
            hour, minute = (hour - 1) % 24, 60 - minute
    return TimeTyped(found[0].rstrip(), _time(hour, minute), found.end())


def _military(text: str, start: int) -> TimeTyped | None:
    """0930 and 1830h; four digits that could be a year are none without their h."""
    found = _MILITARY.match(text, start)
    if found is None or (found[0].isdecimal() and not found[0].startswith("0")):
        return None
    return TimeTyped(found[0], _time(int(found["hour"]), int(found["minute"])), found.end())


def _odd(text: str, start: int) -> TimeTyped | None:
    found = _ODD.match(text, start)
    return TimeTyped(found[0].strip(), None, found.end()) if found else None


def _time(hour: int | None, minute: int) -> time | None:
    if hour is None or not 0 <= hour <= 23 or not 0 <= minute <= 59:
        return None
    return time(hour, minute)


def _number(text: str) -> int:
    """A number below 100 in digits or Chinese numerals: 9, 九, 十二, 二十三, 零五."""
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if not ten:
        value = 0
        for character in text:
            value = value * 10 + _DIGITS[character]
        return value
    return (_DIGITS.get(tens, 1) if tens else 1) * 10 + (_DIGITS.get(ones, 0) if ones else 0)
