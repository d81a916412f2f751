"""From a question to an answer: one pure function over the fact base and its matcher."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aibot.core.answers.across import across, of_kind, timeline
from aibot.core.answers.answer import (
    About,
    Answer,
    Comparison,
    FactAnswer,
    Help,
    Listing,
    NoSuchVersion,
    NotCompared,
    NotFound,
    Question,
    SeveralAnswers,
    Suggestions,
    Timeline,
)
from aibot.core.answers.comparing import compare, comparison
from aibot.core.answers.dates import DateAsked, find_date, impossible_date
from aibot.core.answers.entries import WHEN, about_entries, cards, saying_which
from aibot.core.answers.grammar import KINDS_OF, Command, kind_named, parse_command
from aibot.core.answers.intents import INTENTS
from aibot.core.answers.timelines import timeline_about
from aibot.core.answers.versions import no_such_version
from aibot.core.matching import Matcher, clean, key

if TYPE_CHECKING:
    from aibot.core.facts import Entry, FactBase
    from aibot.core.matching import Matches

MOST_OFFERED = 5

_WHO_ARE_YOU = re.compile(
    r"^\W*(?:who|what)(?: are|'re|r) (?:you|u)\W*$|^\W*你(?:到底)?是(?:谁|什么|什么机器人|机器人吗)\W*$",
    re.IGNORECASE,
)
_WHAT_CAN_YOU_DO = re.compile(
    r"^\W*(?:what can (?:you|i) (?:do|ask|answer|help with)(?: you)?|what do you know"
    r"|how (?:do|can) i use (?:you|this)|how do you work|help me)\W*$"
    r"|^\W*(?:你(?:能|可以|会)(?:做|干|回答)?(?:些)?什么|(?:能|可以)问(?:你)?(?:些)?什么|你知道(?:些)?什么|怎么用你?)\W*$",
    re.IGNORECASE,
)
_HELLO = re.compile(
    r"^\W*(?:hi|hello|hey|hiya|good (?:morning|afternoon|evening))(?: (?:there|all|everyone|(?:ai)?bot))?\W*$"
    r"|^\W*(?:你好|您好|大家好|嗨|哈喽|早上好|上午好|下午好|晚上好|在吗)[呀啊哦]?\W*$",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|great|cool|nice|perfect|many)\W+)?(?:thanks?(?: you)?|thx|cheers)"
    r"(?: (?:so much|very much|a lot|again|(?:ai)?bot|all|everyone))*\W*$"
    r"|^\W*(?:好的?\W*)?(?:谢谢|多谢|感谢|谢了|谢啦)(?:你|您|大家|啦|了|哦)*\W*$",
    re.IGNORECASE,
)
_RULED_OUT = re.compile(
    r"(?<!why )(?<!or )\b(?:not|rather than|instead of)\s+$|(?<!是)(?:不是|而非|并非)\s*$", re.IGNORECASE
)
_SMALL_TALK_ONLY = re.compile(r"^[\W_]*$")


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The fact base and the matcher over its names, made once."""

    base: FactBase
    matcher: Matcher
    like_commands: frozenset[str]  # the keys of names that begin like a command: "domain-specific LLMs"

    @classmethod
    def of(cls, base: FactBase) -> Knowledge:
        """Build the matcher for a base."""
        spaced = (re.sub(r"[-_]", " ", name.text) for name in base.names)
        like_commands = frozenset(key(text) for text in spaced if parse_command(text) is not None)
        return cls(base, Matcher(base.names), like_commands)


def answer(question: Question, knowledge: Knowledge) -> Answer:
    """Decide what to say. The same question, base and time always give the same answer."""
    text = clean(question.text).strip()
    if not text:
        return Help() if not question.text.strip() else NotFound(question.text, "no-words")
    if (compared := comparison(text, knowledge.base, knowledge.matcher)) is not None:
        return compared
    command = parse_command(text)
    if command is not None and not (command.rest and key(text) in knowledge.like_commands):
        decided = _by_command(command, text, question, knowledge)
        if decided is not None:
            return decided
    if _WHO_ARE_YOU.match(text):
        return about(knowledge.base)
    if _WHAT_CAN_YOU_DO.match(text) or _HELLO.match(text):
        return Help()
    if _THANKS.match(text):
        return NotFound(question.text, "thanks")
    if _SMALL_TALK_ONLY.match(text):
        return NotFound(question.text, "no-words")
    return _plain(text, question, knowledge)


def _by_command(  # noqa: C901  # a line for each keyword
    command: Command, text: str, question: Question, knowledge: Knowledge
) -> Answer | None:
    base, rest = knowledge.base, command.rest
    match command.keyword:
        case "help" if not rest:
            return Help()
        case "about" if not rest:
            return about(base)
        case "random" if not rest or kind_named(rest):
            return _random(base, question, kind_named(rest))
        case "list" if not rest:
            return _kinds(base)
        case "list" if (kind := kind_named(rest)) is not None:
            return of_kind(kind, base)
        case "date" if not rest and command.word != "when":
            return Help()
        case "date" if rest:
            return _dated(rest, question, knowledge)
        case "timeline":
            return timeline_about(rest, base, knowledge.matcher)
        case "compare":
            return compare(rest, base, knowledge.matcher)
        case keyword if keyword in KINDS_OF:
            return _of_kinds(keyword, rest, text, question, knowledge)
    return None


def _of_kinds(keyword: str, rest: str, text: str, question: Question, knowledge: Knowledge) -> Answer | None:
    """`model X`: X among the models first, then among everything, since people mistake the kind."""
    if not rest:
        return of_kind(keyword, knowledge.base)
    matches = knowledge.matcher.match(rest, kinds=frozenset(KINDS_OF[keyword]))
    if _is_a_name(matches):
        return _named_in(rest, matches, knowledge.base)
    if isinstance(whole := _plain(text, question, knowledge), Listing | Timeline):
        return whole  # "models from Google" is a sentence, not a keyword and a name
    if matches.sure:
        return _named_in(rest, matches, knowledge.base)
    wider = _plain(rest, question, knowledge)
    if not isinstance(wider, NotFound | Suggestions | NoSuchVersion):
        return wider
    if not isinstance(whole, NotFound | Suggestions | NoSuchVersion):
        return whole
    offered = _offered(rest, matches, knowledge.base)
    return wider if isinstance(offered, NotFound) else offered


def _dated(rest: str, question: Question, knowledge: Knowledge) -> Answer:
    """`date X`: a date's timeline, or when X was."""
    date = find_date(rest)
    if date is not None and not rest[: date.start].strip() and not rest[date.end :].strip(" ?？。."):
        return timeline(date, knowledge.base)
    matches = knowledge.matcher.match(rest)
    if matches.sure:
        return cards(_entries(matches, knowledge.base), matches.rest, (), knowledge.base, WHEN)
    return _plain(rest, question, knowledge)


def _plain(text: str, question: Question, knowledge: Knowledge) -> Answer:
    """A question without a keyword: across the base, about the entries it names, or about its date."""
    base = knowledge.base
    matches = knowledge.matcher.match(text)
    if _is_a_name(matches):
        return _named_in(text, matches, base)
    date = find_date(text)
    named = _entries(matches, base)
    if not matches.missing:
        listed = across(text, matches.rest, named, base, date)
        if listed is not None and not (isinstance(listed, NotFound) and named):
            return listed
    if named:
        return _named_in(text, matches, base)
    if date is not None and _only_a_date(text, date):
        return timeline(date, base)
    if (day := impossible_date(text)) is not None and not matches.missing and not matches.maybe:
        return NotFound(day, "no-such-date")
    return _offered(question.text, matches, base)


def _is_a_name(matches: Matches) -> bool:
    """Whether the text is one name and nothing else: there is nothing to read around it."""
    return len(matches.sure) == 1 and not matches.rest and not matches.missing


def _only_a_date(text: str, date: DateAsked) -> bool:
    return not re.sub(r"[\W_]+", "", text[: date.start] + text[date.end :])


def _named_in(text: str, matches: Matches, base: FactBase) -> Answer:
    missing = [
        no_such_version(version.asked, version.family, matches.rest, base) for version in matches.missing
    ]
    found = about_entries(_entries(matches, base), text, matches.rest, missing, base)
    return saying_which(found, matches.sure, base)


def _entries(matches: Matches, base: FactBase) -> list[Entry]:
    """What is named, without what is ruled out beside it: "not gpt-4, gpt-4o"."""
    meant = [match for match in matches.sure if not _RULED_OUT.search(matches.cleaned[: match.start])]
    return [base[match.entry] for match in meant or matches.sure]


def _offered(asked: str, matches: Matches, base: FactBase) -> Answer:
    if matches.missing:
        first = matches.missing[0]
        if first.family and base[first.family[0]].kind not in KINDS_OF["model"]:
            return Suggestions(asked, first.family[:1])  # a founder is no version of a company
        return no_such_version(first.asked, first.family, matches.rest, base)
    if matches.maybe:
        entries = dict.fromkeys(match.entry for match in matches.maybe)
        return Suggestions(asked, tuple(entries)[:MOST_OFFERED])
    return NotFound(asked)


def _kinds(base: FactBase) -> Listing:
    """`list` alone: how many entries of each kind there are."""
    counts = Counter(str(entry.kind) for entry in base.entries.values())
    values = tuple((kind, str(counts[kind])) for kind in KINDS_OF if counts[kind])
    return Listing("kinds", (), values=values, total=len(base))


def _random(base: FactBase, question: Question, kind: str | None) -> Answer:
    """An entry chosen by the question's time: the same second gives the same entry."""
    entries = base.of_kinds(KINDS_OF[kind][:1]) if kind else list(base.entries.values())
    entries = [entry for entry in entries if entry.facts]
    if not entries:
        return NotFound(question.text, "nothing-like-that")
    digest = hashlib.sha256(question.now.isoformat().encode()).digest()
    return FactAnswer(entries[int.from_bytes(digest[:8], "big") % len(entries)].id)


def about(base: FactBase) -> About:
    """What the base holds, in numbers."""
    counts = Counter(str(entry.kind) for entry in base.entries.values())
    return About(
        entries=len(base),
        facts=sum(1 for _ in base.all_facts()),
        sources=len(base.sources),
        counts=tuple((kind, counts[kind]) for kind in KINDS_OF if counts[kind]),
    )


def intent_name(found: Answer) -> str:
    """What was asked for, as one word for logs and programs: "when", "context", "list", "card" …."""
    match found:
        case FactAnswer(asked=asked) if asked:
            return next((intent.name for intent in INTENTS if intent.attributes == asked), asked[0])
        case FactAnswer():
            return "card"
        case Comparison(asked=asked):
            return f"compare {asked[0]}" if asked else "compare"
        case NotCompared(reason=reason):
            return f"not compared {reason}"
        case SeveralAnswers(answers=parts):
            return next((intent_name(part) for part in parts if isinstance(part, FactAnswer)), "card")
        case Listing(title=title):
            return f"list {title}"
        case NotFound(reason=reason):
            return f"none {reason}"
        case _:
            return type(found).__name__.lower()
