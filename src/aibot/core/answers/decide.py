"""From a question to an answer: one pure function over the fact base and its matcher."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aibot.core.answers.across import MADE_BY, across, of_kind, timeline
from aibot.core.answers.answer import (
    About,
    Answer,
    FactAnswer,
    Help,
    Listing,
    NoSuchVersion,
    NotFound,
    Question,
    SeveralAnswers,
    Suggestions,
)
from aibot.core.answers.comparing import compare, comparison
from aibot.core.answers.dates import DateAsked, find_date
from aibot.core.answers.grammar import KINDS_OF, Command, kind_named, parse_command
from aibot.core.answers.intents import INTENTS, Intent, intent_of
from aibot.core.answers.timelines import timeline_about
from aibot.core.facts import DateValue, Kind
from aibot.core.matching import Matcher, clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aibot.core.facts import Entry, Fact, FactBase
    from aibot.core.matching import Matches

MOST_OFFERED = 5
MOST_CARDS = (
    4  # more cards than this in one reply is a wall; the rest of the names are left for another question
)

#  Where these are asked and the base has nothing, the answer says so before it shows the card.
_SAID_WHEN_MISSING = frozenset(
    [
        "cost",
        "context",
        "length",
        "accuracy",
        "languages",
        "parameters",
        "licence",
        "when",
        "who",
        "page",
        "ceo",
        "company",
    ]
) | {"training data"}
_WHEN = next(intent for intent in INTENTS if intent.name == "when")
_READ_FROM_BOTH_ENDS = frozenset({"works at", "visited", "took part in"})
_SMALL_TALK_ONLY = re.compile(r"^[\W_]*$")


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The fact base and the matcher over its names, made once."""

    base: FactBase
    matcher: Matcher

    @classmethod
    def of(cls, base: FactBase) -> Knowledge:
        """Build the matcher for a base."""
        return cls(base, Matcher(base.names))


def answer(question: Question, knowledge: Knowledge) -> Answer:
    """Decide what to say. The same question, base and time always give the same answer."""
    text = clean(question.text).strip()
    if not text:
        return Help() if not question.text.strip() else NotFound(question.text, "no-words")
    if (compared := comparison(text, knowledge.base, knowledge.matcher)) is not None:
        return compared
    command = parse_command(text)
    if command is not None:
        decided = _by_command(command, text, question, knowledge)
        if decided is not None:
            return decided
    if _SMALL_TALK_ONLY.match(text):
        return NotFound(question.text, "no-words")
    return _plain(text, question, knowledge)


def _by_command(command: Command, text: str, question: Question, knowledge: Knowledge) -> Answer | None:
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
    matches = knowledge.matcher.match(rest, kinds=frozenset(str(kind) for kind in KINDS_OF[keyword]))
    if matches.sure:
        return _cards([knowledge.base[match.entry] for match in matches.sure], matches, knowledge.base, None)
    wider = _plain(rest, question, knowledge)
    if not isinstance(wider, NotFound | Suggestions | NoSuchVersion):
        return wider
    whole = _plain(text, question, knowledge)  # "models with open weights" is a sentence, not a keyword
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
        named = [knowledge.base[match.entry] for match in matches.sure]
        return _cards(named, matches, knowledge.base, _WHEN)
    return _plain(rest, question, knowledge)


def _plain(text: str, question: Question, knowledge: Knowledge) -> Answer:
    """A question without a keyword: across the base, about the entries it names, or about its date."""
    base = knowledge.base
    date = find_date(text)
    matches = knowledge.matcher.match(text)
    named = [base[match.entry] for match in matches.sure]
    if not matches.missing:
        listed = across(text, matches.rest, named, base, date)
        if listed is not None and not (isinstance(listed, NotFound) and named):
            return listed
    if named:
        return _named_in(matches, base)
    if date is not None and _only_a_date(text, date):
        return timeline(date, base)
    return _offered(question.text, matches, base)


def _only_a_date(text: str, date: DateAsked) -> bool:
    return not re.sub(r"[\W_]+", "", text[: date.start] + text[date.end :])


def _named_in(matches: Matches, base: FactBase) -> Answer:
    """The entries a plain question names. "Sora release date" names an event, and asks when Sora was."""
    entries = [base[match.entry] for match in matches.sure]
    subjects = [base[subject] for entry in entries for subject in base.related(entry.id, "event of")]
    if not subjects:
        return _cards(entries, matches, base, None)
    told = [entry for entry in entries if not base.related(entry.id, "event of")]
    entries = list({entry.id: entry for entry in [*told, *subjects]}.values())
    asked = intent_of(matches.rest, entries[0].kind)
    return _cards(entries, matches, base, asked or _WHEN)


def _cards(entries: Sequence[Entry], matches: Matches, base: FactBase, forced: Intent | None) -> Answer:
    entries = _without_mere_makers(entries, base)
    found: list[FactAnswer | NoSuchVersion] = [
        _card(entry, forced or intent_of(matches.rest, entry.kind), base) for entry in entries[:MOST_CARDS]
    ]
    found += [_no_such_version(missing.asked, missing.family, base) for missing in matches.missing][:2]
    if len(found) == 1:
        return found[0]
    return SeveralAnswers(tuple(found))


def _without_mere_makers(entries: Sequence[Entry], base: FactBase) -> list[Entry]:
    """In "o1 by OpenAI" the maker only says which o1; its own card would bury the answer."""
    makers = {
        maker
        for entry in entries
        for attribute in (*MADE_BY, "part of")
        for maker in base.related(entry.id, attribute)
        if base[maker].kind == Kind.ORGANISATION and entry.kind != Kind.ORGANISATION
    }
    return [entry for entry in entries if entry.id not in makers]


def _card(entry: Entry, intent: Intent | None, base: FactBase) -> FactAnswer:
    if intent is None:
        return FactAnswer(entry.id)
    found = facts_about(entry.id, intent.attributes, base)
    if not found and intent.name not in _SAID_WHEN_MISSING:
        return FactAnswer(entry.id)
    return FactAnswer(entry.id, intent.attributes, tuple(found))


def entry_answer(entry_id: str, asked: str, base: FactBase) -> FactAnswer:
    """An entry's card as it was shown before; `asked` are the attributes, as "cost, cost ratio"."""
    intent = next((intent for intent in INTENTS if ", ".join(intent.attributes) == asked), None)
    return _card(base[entry_id], intent, base) if entry_id in base else FactAnswer(entry_id)


def facts_about(entry_id: str, attributes: Sequence[str], base: FactBase) -> list[Fact]:
    """The facts that say an attribute of an entry, best attribute first, whichever entry they stand on."""
    own = [fact for name in attributes for fact in base.facts_of(entry_id) if fact.about == name]
    if own:
        return own
    inverse = [relation for relation in base.relations_of(entry_id) if relation.inverse]
    read = [
        relation.fact for relation in inverse if relation.attribute in {*attributes} & _READ_FROM_BOTH_ENDS
    ]
    if read:
        return read
    # a person's visit is told by the event they led
    events = [relation.other for relation in inverse if relation.attribute == "led by"]
    return [
        fact for event in events for name in attributes for fact in base.facts_of(event) if fact.about == name
    ]


def _offered(asked: str, matches: Matches, base: FactBase) -> Answer:
    if matches.missing:
        first = matches.missing[0]
        return _no_such_version(first.asked, first.family, base)
    if matches.maybe:
        entries = dict.fromkeys(match.entry for match in matches.maybe)
        return Suggestions(asked, tuple(entries)[:MOST_OFFERED])
    return NotFound(asked)


def _no_such_version(asked: str, family: Sequence[str], base: FactBase) -> NoSuchVersion:
    """The family's members, nearest first, and its newest; those of the same first name belong to it too."""
    stems = {_stem(base[entry]) for entry in family}
    siblings = (entry.id for entry in base.of_kinds(KINDS_OF["model"]) if _stem(entry) in stems)
    family = list(dict.fromkeys([*family, *siblings]))
    dated = [(released, entry) for entry in family if (released := _released(entry, base)) is not None]
    newest = max(dated)[1] if dated else None
    return NoSuchVersion(asked, tuple(family)[:MOST_OFFERED], newest)


def _stem(entry: Entry) -> str:
    """The first word of a name, without its version: "DeepSeek-V3" → "deepseek"."""
    found = re.match(r"[^\W\d_]+", entry.name.en)
    return found[0].lower() if found else entry.id


def _released(entry_id: str, base: FactBase) -> str | None:
    days = [
        fact.value.span.first.isoformat()
        for fact in base[entry_id].facts
        if fact.about == "released" and isinstance(fact.value, DateValue)
    ]
    return min(days) if days else None


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
            return next(intent.name for intent in INTENTS if intent.attributes == asked)
        case FactAnswer():
            return "card"
        case SeveralAnswers(answers=parts):
            return next((intent_name(part) for part in parts if isinstance(part, FactAnswer)), "card")
        case Listing(title=title):
            return f"list {title}"
        case NotFound(reason=reason):
            return f"none {reason}"
        case _:
            return type(found).__name__.lower()
