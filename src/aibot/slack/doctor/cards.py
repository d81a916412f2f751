"""One card of every kind over whatever fact base there is, the fullest of its kind."""

from __future__ import annotations

from collections import Counter
from itertools import cycle
from typing import TYPE_CHECKING

from aibot.core.answers import (
    FactAnswer,
    Help,
    Knowledge,
    Listed,
    NotCompared,
    NotFound,
    Question,
    SeveralAnswers,
    Spotted,
    Suggestions,
    answer,
)
from aibot.core.answers.across import made_by, of_kind
from aibot.core.answers.answer import NoSuchVersion
from aibot.core.answers.entries import entry_answer
from aibot.core.answers.intents import INTENTS
from aibot.core.language import LANGUAGES
from aibot.slack.cards import CardMaker, Recall
from aibot.slack.doctor.daily_cards import daily_samples
from aibot.slack.doctor.home_cards import home_samples
from aibot.slack.doctor.sample import of_card

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from aibot.core.answers import Answer
    from aibot.core.facts import Entry, FactBase
    from aibot.core.language import Language, Phrases
    from aibot.slack.doctor.sample import Sample


def sample_cards(base: FactBase, phrases: Phrases, command: str, now: datetime) -> dict[str, Sample]:
    """Cards, posts and views by the name of their kind: answers first, then daily posts, then the Home tab."""
    found = dict(sample_answers(base, now))
    drawn: dict[Language, dict[str, Sample]] = {
        language: {
            **_answer_samples(found, CardMaker(base, phrases, command), language, now),
            **daily_samples(base, phrases, command, language, now),
            **home_samples(base, phrases, command, language, now),
        }
        for language in LANGUAGES
    }
    # the languages in turn: a card differs in its words alone, and Slack counts these calls
    turns = zip(drawn[LANGUAGES[0]], cycle(LANGUAGES), strict=False)
    return {f"{kind} ({language})": drawn[language][kind] for kind, language in turns}


def _answer_samples(
    found: dict[str, Answer], maker: CardMaker, language: Language, now: datetime
) -> dict[str, Sample]:
    """With the buttons that a private answer has."""
    recall = Recall(language, question="help", time=now.isoformat(timespec="seconds"))
    return {kind: of_card(maker.card_for(one, language, recall=recall)) for kind, one in found.items()}


def sample_answers(base: FactBase, now: datetime) -> Iterator[tuple[str, Answer]]:
    """Answers by their kind; where the base has nothing to compare or to list, that is what the answer says."""
    by_size = sorted(base.entries.values(), key=lambda entry: len(base.facts_of(entry.id)))
    fullest = {str(entry.kind): entry.id for entry in by_size}
    for kind, entry in fullest.items():
        yield kind, FactAnswer(entry)
    entries = tuple(fullest.values())[:5]
    if entries:
        yield "several", SeveralAnswers(tuple(FactAnswer(entry) for entry in entries))
        yield "suggestions", Suggestions("tea", entries)
        yield "no-such-version", NoSuchVersion("tea-6", entries, entries[0])
        said = tuple(Listed(entries[0], fact) for fact in base.facts_of(entries[0])[:3])
        yield "said-elsewhere", NoSuchVersion("tea-6", entries, entries[0], said)
        yield "list", of_kind(Counter(str(entry.kind) for entry in by_size).most_common(1)[0][0], base)
        yield "spotted", Spotted(entries, 1)
        yield "spotted-aside", Spotted(entries[:1], maybe=entries[1:], missing=("tea-6",))
        pairs = tuple((entries[0], other) for other in entries[1:])
        yield "not-compared", NotCompared("version", entries, ("tea-6",), pairs)
    yield from _asked(base, list(reversed(by_size))[:50])
    knowledge = Knowledge.of(base)
    for kind, text in _questions(base).items():
        yield kind, answer(Question(text, "en", now), knowledge)
    yield "not-found", NotFound("tea", "unknown")
    yield "nothing-on-date", NotFound("1999-01-01", "nothing-on-date")
    yield "spotted-none", Spotted((), 0)
    yield "help", Help()


def _asked(base: FactBase, entries: list[Entry]) -> Iterator[tuple[str, Answer]]:
    """What the base says of an attribute that was asked for, and what it does not say."""
    found = (
        entry_answer(entry.id, ", ".join(intent.attributes), base) for entry in entries for intent in INTENTS
    )
    kinds = set()
    for one in found:
        kind = "asked" if one.found else "not-said"
        if one.asked and kind not in kinds:
            kinds.add(kind)
            yield kind, one
        if len(kinds) == 2:
            return


def _questions(base: FactBase) -> dict[str, str]:
    """What is easiest asked as people ask it, of the fullest entries of the commonest kind."""
    counts = Counter(entry.kind for entry in base.entries.values())
    kind = max(counts, key=lambda one: counts[one], default=None)
    alike = [entry for entry in base.entries.values() if entry.kind == kind]
    alike.sort(key=lambda entry: -len(base.facts_of(entry.id)))
    names = [entry.name.en for entry in alike[:3]]
    return {
        "list-kinds": "list",
        "list-made-by": f"what did {_maker(base)} release?",
        "list-context": "which models support 100K context?",
        "timeline": "2024",
        "timeline-of": f"timeline {_maker(base)}",
        "about": "about",
        "comparison": f"compare {', '.join(names[:2])}",
        "comparison-asked": f"which has a longer context, {' or '.join(names[:2])}?",
        "comparison-units": f"compare {', '.join(names)}, context",
    }


def _maker(base: FactBase) -> str:
    """The organisation that made most; a name that nobody has where there is none."""
    makers = [entry for entry in base.entries.values() if str(entry.kind) == "organisation"]
    most = max(makers, key=lambda entry: len(made_by(entry.id, base)), default=None)
    return most.name.en if most is not None else "tea"
