"""What to say of the entries a question names: their cards, the asked attribute first."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from aibot.core.answers.across import MADE_BY
from aibot.core.answers.answer import Answer, FactAnswer, NoSuchVersion, SeveralAnswers
from aibot.core.answers.intents import INTENTS, Intent, intent_of
from aibot.core.facts import ATTRIBUTES, Entry, EntryValue, Fact, FactBase, Kind
from aibot.core.matching import leaves_open

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aibot.core.matching import Match

MOST_CARDS = 4  # more cards than this in one reply is a wall; the rest are left for another question
_MOST_MISSING = 2
WHEN = next(intent for intent in INTENTS if intent.name == "when")

#  Where these are asked and the base has nothing, the answer says so before it shows the card.
_SAID_WHEN_MISSING = frozenset(
    ["cost", "context", "length", "accuracy", "languages", "parameters", "licence", "when", "who", "page",
     "ceo", "company", "training data", "founder", "founded", "born"]
)  # fmt: skip
_READ_FROM_BOTH_ENDS = frozenset({"works at", "visited", "took part in", "partner"})
_YES_OR_NO = re.compile(
    r"^\W*(?:does|do|did|is|are|was|were|has|have|can)\b|吗|是否|是不是|有没有", re.IGNORECASE
)
_SAYS = re.compile(
    r"\b(?:says?|said|according|about|on|mentions?|in)\b|说|提到|根据|关于|怎么看", re.IGNORECASE
)


def about_entries(
    named: Sequence[Entry], text: str, rest: str, missing: Sequence[NoSuchVersion], base: FactBase
) -> Answer:
    """The entries a plain question names: their cards, or how two of them stand to each other."""
    entries = _without_mere_source(named, rest)
    if not missing and (related := _relation_between(entries, text, base)) is not None:
        return related
    events = {entry.id: base.related(entry.id, "event of") for entry in entries}
    if not any(events.values()):
        return cards(entries, rest, missing, base)
    # "Sora release date" names an event, and asks when Sora was
    through = [event for event, subjects in events.items() if subjects]
    told = [entry.id for entry in entries if entry.id not in through]
    subjects = [
        base[name] for name in dict.fromkeys([*told, *(name for event in through for name in events[event])])
    ]
    answer = cards(subjects, rest, missing, base, intent_of(rest, subjects[0].kind) or WHEN)
    return _through(answer, through)


def _through(answer: Answer, events: Sequence[str]) -> Answer:
    """The answer, saying by which events its first entry was named."""
    match answer:
        case FactAnswer():
            return replace(answer, through=tuple(events))
        case SeveralAnswers(answers=(FactAnswer() as first, *others)):
            return SeveralAnswers((replace(first, through=tuple(events)), *others))
        case _:
            return answer


def saying_which(answer: Answer, matches: Sequence[Match], base: FactBase) -> Answer:
    """The answer, saying which one was taken where a name leaves that open: "Gemini 1.5" for Gemini 1.5 Pro."""
    names = {
        match.entry: match.name for match in matches if leaves_open(match.name, base[match.entry].name.en)
    }
    match answer:
        case FactAnswer() if answer.entry in names:
            return replace(answer, called=names[answer.entry])
        case SeveralAnswers():
            parts = (
                replace(part, called=names.get(part.entry, "")) if isinstance(part, FactAnswer) else part
                for part in answer.answers
            )
            return SeveralAnswers(tuple(parts))
        case _:
            return answer


def cards(
    named: Sequence[Entry],
    rest: str,
    missing: Sequence[NoSuchVersion],
    base: FactBase,
    forced: Intent | None = None,
) -> Answer:
    """A card for each entry, led by what was asked of it."""
    found: list[FactAnswer | NoSuchVersion] = [
        _card(entry, forced or intent_of(rest, entry.kind), base)
        for entry in _without_mere_makers(named, base)[:MOST_CARDS]
    ]
    found += missing[:_MOST_MISSING]
    return found[0] if len(found) == 1 else SeveralAnswers(tuple(found))


def _relation_between(entries: Sequence[Entry], text: str, base: FactBase) -> FactAnswer | None:
    """Answer "does DeepSeek-V3 use MoE?" with what one of the two says of the other."""
    if len(entries) != 2 or not _YES_OR_NO.search(text):
        return None
    for one, other in (entries, entries[::-1]):
        for fact in one.facts:
            if isinstance(fact.value, EntryValue) and other.id in fact.value.entry:
                return FactAnswer(one.id, (fact.about,), tuple(facts_about(one.id, (fact.about,), base)))
    return None


def _without_mere_source(entries: Sequence[Entry], rest: str) -> Sequence[Entry]:
    """In "what does the article say about education" the article only says where to look."""
    others = [entry for entry in entries if entry.kind != Kind.PUBLICATION]
    return others if others and _SAYS.search(rest) else entries


def _without_mere_makers(entries: Sequence[Entry], base: FactBase) -> list[Entry]:
    """In "o1 by OpenAI" the maker only says which o1; its own card would bury the answer."""
    if len(entries) < 2:
        return list(entries)
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


def entry_answer(entry_id: str, asked: str, base: FactBase, *, called: str = "") -> FactAnswer:
    """An entry's card as it was shown before; `asked` are the attributes, as "cost, cost ratio"."""
    attributes = tuple(name for name in asked.split(", ") if name in ATTRIBUTES)
    if entry_id not in base or not attributes:
        return FactAnswer(entry_id, called=called)
    return FactAnswer(entry_id, attributes, tuple(facts_about(entry_id, attributes, base)), called=called)


def facts_about(entry_id: str, attributes: Sequence[str], base: FactBase) -> list[Fact]:
    """The facts that say an attribute of an entry, best attribute first, whichever entry they stand on."""
    own = {id(fact) for fact in base[entry_id].facts}
    found = [fact for fact in base.facts_of(entry_id) if fact.about in attributes]
    if found:
        return sorted(
            found, key=lambda fact: (fact.not_stated, id(fact) not in own, attributes.index(fact.about))
        )
    inverse = [relation for relation in base.relations_of(entry_id) if relation.inverse]
    read = [
        relation.fact for relation in inverse if relation.attribute in {*attributes} & _READ_FROM_BOTH_ENDS
    ]
    if read:
        return read
    if base[entry_id].kind != Kind.PERSON:
        return []
    # a person's visit is told by the event they led; a company's events date what it made, not the company
    events = [relation.other for relation in inverse if relation.attribute == "led by"]
    return [
        fact for event in events for name in attributes for fact in base.facts_of(event) if fact.about == name
    ]
