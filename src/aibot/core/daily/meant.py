"""Lines that were nearly one of ours: misspelt, or with a time and no word of ours. Offered, never taken."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rapidfuzz import process
from rapidfuzz.distance import OSA

from aibot.core.daily.requests import Offer, Problem, Subscribe, Unclear
from aibot.core.daily.subscribing import parse_subscribe
from aibot.core.matching.words import english

if TYPE_CHECKING:
    from collections.abc import Callable

    from aibot.core.daily.requests import Request
    from aibot.core.daily.topics import Topics

_HEADS = ("subscribe", "unsubscribe", "subscriptions", "preview", "resume", "holidays")
#  What is said for one of ours and could be said of something else
_NEARLY = (
    (
        re.compile(
            r"cancel(?: it| this| these)?|(?:no more|stop sending) (?:us )?(?:these |the |daily )*(?:facts?|posts?)"
        ),
        "unsubscribe",
    ),
    (re.compile(r"取消|(?:不要|别)再?(?:推送|发)了?"), "退订"),
    (
        re.compile(
            r"preview (?:of )?(?:today|tomorrow|monday|(?:the )?next (?:week|\d+))(?:'s)?(?: (?:post|fact)s?)?"
        ),
        "preview",
    ),
    (re.compile(r"预览(?:今天|明天|后天|下周)的?(?:推送|知识)?"), "预览"),
)
_HAN_SLIPS = {"定阅": "订阅", "订閱": "订阅", "取消定阅": "取消订阅", "退定": "退订"}
_COMMON = 20_000  # rank in English: a commoner word was meant as typed

_FACTS = r"(?:daily |ai )*(?:facts?|posts?)"
#  "change it to 10am", "daily fact 9am tokyo", "每天早上9点推送一条知识": the rest is what `subscribe` takes
_CHANGE = rf"(?:change|move|make|set|switch|reschedule)(?: (?:the|our|it|this))*(?: {_FACTS}| time)*(?: (?:to|at|for))?"
_PUSH = r"(?:给我们?)?(?:推送|发送?)(?:一[条个次])?(?:ai|每日)?(?:知识|事实)?"
_TIMED = tuple(
    (re.compile(pattern), head)
    for pattern, head in (
        (rf"{_CHANGE}\s+(?P<rest>.+)", "subscribe"),
        (rf"(?:(?:a|one) )?daily(?: {_FACTS})?(?: (?:at|to))?\s+(?P<rest>.+)", "subscribe"),
        (rf"(?:post|send(?: (?:me|us))?)(?: (?:a|an|one))? {_FACTS}\s+(?P<rest>.+)", "subscribe"),
        (r"(?:把)?(?:推送)?(?:时间)?改(?:到|成|为|在|时间)?\s*(?P<rest>.+)", "订阅"),
        (r"每日(?:知识|推送)\s*(?P<rest>.+)", "订阅"),
    )
)
_DAYS = re.compile(r"every |daily |weekdays|mon|每[天日周]|工作日")
_HAN = re.compile("[㐀-鿿]")
_TOPICS = re.compile(r"(?:change|set|switch) (?:the |our )?topics? to (?P<rest>.+)")
#  What names its days needs no hour: it is a wish for a post
_PUSHED = re.compile(rf"(?P<rest>(?:每[天日周]|工作日).*?){_PUSH}")
_TIME = re.compile(r"\d\s*(?:[:点时]|[ap]\.?m)|[一二两三四五六七八九十]点|noon|midnight|中午|午夜")


def meant(line: str, topics: Topics, read: Callable[[str], Request | None]) -> Unclear | None:
    """What a line (cleaned, in small letters) may have been meant to be; `read` reads it as it should be."""
    for pattern, wanted in _NEARLY:
        if pattern.fullmatch(line):
            return _offered(line, wanted)
    return _timed(line, topics) or _mistyped(line, read)


def _timed(line: str, topics: Topics) -> Unclear | None:
    for pattern, head in _TIMED:
        found = pattern.fullmatch(line)
        if found is None or not _TIME.search(found["rest"]):
            continue
        wanted = parse_subscribe(found["rest"].strip(), topics)
        if isinstance(wanted, Subscribe) and wanted.at is not None:
            return _offered(line, f"{head} {found['rest'].strip()}")
    if (found := _TOPICS.fullmatch(line)) and isinstance(parse_subscribe(found["rest"], topics), Subscribe):
        return _offered(line, f"subscribe {found['rest']}")
    if found := _PUSHED.fullmatch(line):
        wanted = parse_subscribe(found["rest"].strip(), topics)
        if isinstance(wanted, Subscribe) and wanted.days is not None:
            return _offered(line, f"订阅 {found['rest'].strip()}")
    whole = parse_subscribe(line, topics) if _TIME.search(line) or _DAYS.match(line) else None
    if isinstance(whole, Subscribe) and whole.at is not None and whole.days is not None:
        return _offered(line, f"{'订阅' if _HAN.search(line) else 'subscribe'} {line}")
    return None


def _mistyped(line: str, read: Callable[[str], Request | None]) -> Unclear | None:
    """A first word spelled nearly like one of ours."""
    for slip, word in _HAN_SLIPS.items():
        if line.startswith(slip):
            return _offered(slip, word + line[len(slip) :], word)
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
    request = read(corrected)
    if (request is None or isinstance(request, Unclear)) and near[0] not in ("subscribe", "unsubscribe"):
        return None
    return _offered(first, corrected, near[0])


def _offered(typed: str, line: str, word: str = "") -> Unclear:
    return Unclear((Problem("typo", typed, (Offer(word or line, line),)),))
