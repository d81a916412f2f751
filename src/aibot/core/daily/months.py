"""Days that share one month, as people write them: "24, 25 and 26 Dec", "Dec 24-26", 12月24、25日."""

from __future__ import annotations

import re

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_TH = r"(?:st|nd|rd|th)?"
_SEP = r"(?:\s*,\s*(?:and\s+)?|\s+and\s+|\s*&\s*)"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_NUMBERS = re.compile(rf"\d{{1,2}}{_TH}(?={_SEP}|$)")
_LIST_BEFORE = re.compile(rf"(?<![\d/.-])((?:\d{{1,2}}{_TH}{_SEP})+)(\d{{1,2}}{_TH}(?: of)?) ({_MONTH})\b")
_LIST_AFTER = re.compile(rf"\b({_MONTH}) (\d{{1,2}}{_TH})((?:{_SEP}\d{{1,2}}{_TH}(?![\d/.:-]| ?{_MONTH}))+)")
_HAN_LIST = re.compile(r"(\d{1,2}月)((?:\d{1,2}[日号]?\s*[、,，和及]\s*)+)(\d{1,2}[日号])")
_ONE_MONTH = (
    (re.compile(rf"(?<!\d)(\d{{1,2}}){_TH}\s*(?:-|to)\s*(\d{{1,2}}){_TH} ([a-z]{{3,9}})"), r"\1 \3 - \2 \3"),
    (re.compile(rf"([a-z]{{3,9}}) (\d{{1,2}}){_TH}\s*(?:-|to)\s*(\d{{1,2}}){_TH}(?!\d| ?[a-z])"), r"\1 \2 - \1 \3"),
    (re.compile(r"(\d{1,2}月)(\d{1,2})[日号]?\s*(?:-|到|至)\s*(\d{1,2})([日号])"), r"\1\2\4 - \1\3\4"),
)  # fmt: skip


def with_months(line: str) -> str:
    """The line with the month at each of its days."""

    def before(found: re.Match[str]) -> str:
        return _NUMBERS.sub(rf"\g<0> {found[3]}", found[1]) + f"{found[2]} {found[3]}"

    def after(found: re.Match[str]) -> str:
        more = re.sub(rf"\d{{1,2}}{_TH}", rf"{found[1]} \g<0>", found[3])
        return f"{found[1]} {found[2]}{more}"

    def han(found: re.Match[str]) -> str:
        more = re.sub(r"(\d{1,2})[日号]?", rf"{found[1]}\g<1>日", found[2])
        return f"{more}{found[1]}{found[3]}"

    for pattern, apart in ((_LIST_BEFORE, before), (_LIST_AFTER, after), (_HAN_LIST, han)):
        line = pattern.sub(apart, line)
    for pattern, together in _ONE_MONTH:
        line = pattern.sub(together, line)
    return line
