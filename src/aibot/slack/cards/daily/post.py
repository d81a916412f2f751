"""The daily post: one fact, its sentence first, with its dispute and its source; the same for the same choice."""

from __future__ import annotations

import html
import json
from typing import TYPE_CHECKING, Any

from aibot.core.facts import ListValue
from aibot.slack.cards.blocks import Block, note
from aibot.slack.cards.daily.parts import (
    MORE_ACTION,
    STOP_ACTION,
    WHY_ACTION,
    actions,
    confirmation,
    section,
    with_confirm,
)
from aibot.slack.cards.daily.words import DailyWords
from aibot.slack.cards.draft import Button, Draft, Line, Section
from aibot.slack.cards.entry_card import note_line
from aibot.slack.cards.limits import MAX_SECTION
from aibot.slack.cards.markup import chunks, escape, link
from aibot.slack.cards.page import Page
from aibot.slack.cards.plain import cited
from aibot.slack.cards.values import Values

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from aibot.core.daily import Choice, Subscription
    from aibot.core.facts import FactBase
    from aibot.core.language import Language, Phrases


class DailyPost:
    """Draws daily posts."""

    def __init__(self, base: FactBase, phrases: Phrases, command: str = "/ai") -> None:
        self._base, self._phrases, self._command = base, phrases, command

    def render(self, choice: Choice, subscription: Subscription, day: date) -> dict[str, Any]:
        """The message's arguments, without its channel."""
        language = subscription.language
        languages: tuple[Language, ...] = ("en", "zh") if language == "both" else (language,)
        text, blocks = self.told(choice, languages, day)
        words = DailyWords(Values(self._base, self._phrases, languages[0]), self._command)
        blocks.append(self._buttons(words, choice))
        return {"text": text, "blocks": blocks, "unfurl_links": False, "unfurl_media": False}

    def told(self, choice: Choice, languages: Sequence[Language], day: date) -> tuple[str, list[Block]]:
        """The fact with all that is said about it, as text and as blocks; without buttons."""
        spoken = [DailyWords(Values(self._base, self._phrases, one), self._command) for one in languages]
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

    def _ending(self, words: DailyWords, choice: Choice, day: date) -> Iterator[str]:
        entry = words.values.full_name(self._base[choice.card.entry])
        yield words.say(
            "post.on-this-day" if choice.on_this_day else "post.of", entry=entry, day=words.day(day)
        )
        if choice.starts_again:
            yield words.say("post.starts-again")

    def _buttons(self, words: DailyWords, choice: Choice) -> Block:
        """They name no subscription: it is found by the channel they are pressed in."""
        value = json.dumps({"e": choice.card.entry, "l": words.values.language})
        name = self._base[choice.card.entry].name.in_(words.values.language)
        buttons = [
            Button(words.say("button.more", name=name), MORE_ACTION, value),
            Button(words.say("button.why"), WHY_ACTION, value),
            Button(words.say("button.stop"), STOP_ACTION, value),
        ]
        return with_confirm(actions(buttons), {STOP_ACTION: stop_question(words)})


def stop_question(words: DailyWords) -> Block:
    """What the stop button asks first."""
    return confirmation(
        words.say("stop.title"), words.say("stop.text"), words.say("stop.yes"), words.say("stop.no")
    )


def _page(values: Values, choice: Choice) -> Page:
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
