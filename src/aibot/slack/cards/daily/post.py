"""The daily post: one fact, its sentence first, with its dispute and its source; the same for the same choice.

Its button of the other language carries which fact that was, so that a month later nobody is shown another one.
"""

from __future__ import annotations

import hashlib
import html
import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from aibot.core.answers.subject import subject_of_fact
from aibot.core.facts import ListValue
from aibot.slack.cards.around import ALWAYS_ACTION
from aibot.slack.cards.blocks import Block, actions, note
from aibot.slack.cards.card import Card
from aibot.slack.cards.daily.parts import (
    MORE_ACTION,
    STOP_ACTION,
    TURN_ACTION,
    WHY_ACTION,
    confirmation,
    section,
    with_confirm,
)
from aibot.slack.cards.daily.words import DailyWords
from aibot.slack.cards.draft import Button, Draft, Line, Section
from aibot.slack.cards.entry_card import note_line
from aibot.slack.cards.limits import MAX_SECTION
from aibot.slack.cards.markup import chunks, escape, link
from aibot.slack.cards.opinion import opinion_menu
from aibot.slack.cards.page import Page
from aibot.slack.cards.plain import cited
from aibot.slack.cards.values import Values

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from aibot.core.daily import Choice as Chosen
    from aibot.core.daily import Subscription
    from aibot.core.facts import Fact, FactBase
    from aibot.core.language import Language, Phrases
    from aibot.slack.cards.draft import Choice


@dataclass(frozen=True, slots=True)
class Posted:
    """What the button of the other language carries: which fact stood there, and which language is wanted."""

    card: str
    day: date
    language: Language
    said: str  # what the fact said then, as a hash: some cards are only numbered, and a number may pass to another
    is_copy: bool = False  # whether the button stands on a copy of the post

    def to_json(self) -> str:
        """As a button's value."""
        parts = {"l": self.language, "c": self.card, "d": self.day.isoformat(), "h": self.said}
        return json.dumps(parts | ({"own": "1"} if self.is_copy else {}))

    def is_still(self, fact: Fact) -> bool:
        """Whether the fact base has the same fact under that name."""
        return self.said == _said(fact)


def posted_from(data: dict[str, Any]) -> Posted | None:
    """What the button carried; None where it is of another version of us."""
    card, said = data.get("c"), data.get("h")
    try:
        day = date.fromisoformat(str(data.get("d")))
    except ValueError:
        return None
    if not isinstance(card, str) or not isinstance(said, str):
        return None
    return Posted(card, day, "zh" if data.get("l") == "zh" else "en", said, is_copy="own" in data)


class DailyPost:
    """Draws daily posts."""

    def __init__(self, base: FactBase, phrases: Phrases, command: str = "/ai") -> None:
        self._base, self._phrases, self._command = base, phrases, command

    def render(self, choice: Chosen, subscription: Subscription, day: date) -> dict[str, Any]:
        """The message's arguments, without its channel."""
        language = subscription.language
        languages: tuple[Language, ...] = ("en", "zh") if language == "both" else (language,)
        text, blocks = self.told(choice, languages, day)
        words = self._words(languages[0])
        value = json.dumps({"e": choice.card.entry, "l": languages[0]})
        row: list[Button | Choice] = [self._more(words, choice)]
        if len(languages) == 1:
            row.append(self._turn(choice, languages[0], day))
        row += self._opinion(words, choice)
        row.append(Button(words.say("button.why"), WHY_ACTION, value))
        row.append(Button(words.say("button.stop"), STOP_ACTION, value))
        blocks.append(with_confirm(actions(row), {STOP_ACTION: stop_question(words)}))
        return {"text": text, "blocks": blocks, "unfurl_links": False, "unfurl_media": False}

    def copy(self, choice: Chosen, language: Language, day: date, *, always: bool) -> Card:
        """A post in the other language, for one person alone; `always` offers to keep to that language."""
        text, blocks = self.told(choice, (language,), day)
        words = self._words(language)
        row: list[Button | Choice] = [
            self._more(words, choice),
            self._turn(choice, language, day, is_copy=True),
        ]
        if always:
            label = self._phrases.say("button.always", language)
            row.append(Button(label, ALWAYS_ACTION, json.dumps({"l": language})))
        blocks.append(actions([*row, *self._opinion(words, choice)]))
        return Card(text, blocks, html.unescape(text), language=language)

    def told(self, choice: Chosen, languages: Sequence[Language], day: date) -> tuple[str, list[Block]]:
        """The fact with all that is said about it, as text and as blocks; without buttons."""
        spoken = [self._words(one) for one in languages]
        pages = [_page(words.values, choice) for words in spoken]
        sentences = [line for page in pages for line in page.drafts[0].lead]
        notes = [line for page in pages for line in page.drafts[0].sections[0].lines]
        endings = [text for words in spoken for text in self._ending(words, choice, day)]
        numbers = pages[0].numbers()
        sources = dict.fromkeys(pair for page in pages for pair in _sources(page))
        blocks = [
            section(text)
            for lines in (sentences, notes)
            for text in chunks([_marked(line, numbers) for line in lines], MAX_SECTION)
        ]
        small = [*(linked for linked, _ in sources), *map(escape, endings)]
        blocks += [note(text) for text in chunks(small, MAX_SECTION)]
        told = [_plain(line, numbers) for line in (*sentences, *notes)]
        return escape("\n".join([*told, *(plain for _, plain in sources), *endings])), blocks

    def _ending(self, words: DailyWords, choice: Chosen, day: date) -> Iterator[str]:
        entry = words.values.full_name(self._base[choice.card.entry])
        yield words.say(
            "post.on-this-day" if choice.on_this_day else "post.of", entry=entry, day=words.day(day)
        )
        if choice.starts_again:
            yield words.say("post.starts-again")

    # Buttons name no subscription: it is found by the channel they are pressed in

    def _more(self, words: DailyWords, choice: Chosen) -> Button:
        language = words.values.language
        name = self._base[choice.card.entry].name.in_(language)
        value = json.dumps({"e": choice.card.entry, "l": language})
        return Button(words.say("button.more", name=name), MORE_ACTION, value)

    def _turn(self, choice: Chosen, shown: Language, day: date, *, is_copy: bool = False) -> Button:
        other: Language = "en" if shown == "zh" else "zh"
        posted = Posted(choice.card.id, day, other, _said(choice.card.fact), is_copy=is_copy)
        return Button(self._phrases.say("button.turn", other), TURN_ACTION, posted.to_json())

    def _opinion(self, words: DailyWords, choice: Chosen) -> Iterable[Choice]:
        """Of the fact that stands there, and of no other of its entry."""
        menu = opinion_menu(subject_of_fact(choice.card.fact, choice.card.entry), words.values)
        return () if menu is None else (menu,)

    def _words(self, language: Language) -> DailyWords:
        return DailyWords(Values(self._base, self._phrases, language), self._command)


def _said(fact: Fact) -> str:
    return hashlib.blake2b(f"{fact.en}\0{fact.zh}".encode(), digest_size=6).hexdigest()


def stop_question(words: DailyWords) -> Block:
    """What the stop button asks first."""
    return confirmation(
        words.say("stop.title"), words.say("stop.text"), words.say("stop.yes"), words.say("stop.no")
    )


def _page(values: Values, choice: Chosen) -> Page:
    """The sentence with all that checking it has found: a disputed fact never stands without its dispute."""
    fact = choice.card.fact
    items: tuple[str, ...] = ()
    if isinstance(fact.value, ListValue) and len(fact.value.list) > 1:
        items = tuple(item.zh if values.language == "zh" else item.en for item in fact.value.list)
        if all(item.casefold() in values.sentence(fact).casefold() for item in items):
            items = ()  # the sentence has said them all
    sentence = Line(values.sentence(fact), fact.source, items)
    notes = tuple(note_line(said, values) for said in choice.card.notes)
    return Page((Draft("", lead=(sentence,), sections=(Section("", notes),)),), values)


def _sources(page: Page) -> Iterator[tuple[str, str]]:
    """Each source with its link, and with its address written out."""
    for source in page.sources():
        title = link(source.url, source.title) if source.url else escape(source.title)
        yield source.text(title, page.comma), f"{source.text(source.title, page.comma)} {source.url}".rstrip()


def _marked(line: Line, numbers: Mapping[str, int]) -> str:
    mark = f"*{escape(line.mark)}* " if line.mark else ""
    items = "".join(f"\n    ◦ {escape(item)}" for item in line.items)
    return f"{mark}{escape(line.text)}{cited(line, numbers)}{items}"


def _plain(line: Line, numbers: Mapping[str, int]) -> str:
    mark = f"{line.mark} " if line.mark else ""
    items = "".join(f"\n    ◦ {item}" for item in line.items)
    return f"{mark}{line.text}{cited(line, numbers)}{items}"


def plain_of(message: dict[str, Any]) -> str:
    """A message's text as people read it."""
    return html.unescape(str(message["text"]))
