"""The daily post: one fact, its sentence first, with its dispute and its source; the same for the same choice."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aibot.core.facts import ListValue, source_id, source_place
from aibot.slack.cards.blocks import Block, note
from aibot.slack.cards.daily_parts import (
    MORE_ACTION,
    STOP_ACTION,
    WHY_ACTION,
    actions,
    confirmation,
    section,
    with_confirm,
)
from aibot.slack.cards.daily_words import DailyWords
from aibot.slack.cards.draft import Button
from aibot.slack.cards.entry_card import VERDICT_ICONS
from aibot.slack.cards.limits import MAX_SECTION
from aibot.slack.cards.markup import chunks, escape, link
from aibot.slack.cards.values import Values

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from aibot.core.daily import Choice, Subscription
    from aibot.core.facts import FactBase
    from aibot.core.language import Language, Phrases


@dataclass(slots=True)
class _Citations:
    """Numbers the sources of one post in the order in which they are first cited."""

    numbers: dict[str, int] = field(default_factory=dict)

    def cite(self, citations: tuple[str, ...]) -> str:
        """The numbers of some citations, as they stand behind a sentence."""
        numbers = [self.numbers.setdefault(cited, len(self.numbers) + 1) for cited in citations]
        return "".join(f" [{number}]" for number in dict.fromkeys(numbers))


class DailyPost:
    """Draws daily posts."""

    def __init__(self, base: FactBase, phrases: Phrases, command: str = "/ai") -> None:
        self._base, self._phrases, self._command = base, phrases, command

    def render(self, choice: Choice, subscription: Subscription, day: date) -> dict[str, Any]:
        """The message's arguments, without its channel."""
        language = subscription.language
        languages: tuple[Language, ...] = ("en", "zh") if language == "both" else (language,)
        cite = _Citations()
        spoken = [self._words(one) for one in languages]
        sentences = [text for words in spoken for text in self._sentence(words, choice, cite)]
        notes = [text for words in spoken for text in self._notes(words, choice, cite)]
        sources = list(dict.fromkeys(text for words in spoken for text in self._sources(words, cite)))
        endings = [text for words in spoken for text in self._ending(words, choice, day)]
        blocks = [section(text) for text in chunks(sentences, MAX_SECTION)]
        blocks += [section(text) for text in chunks(notes, MAX_SECTION)]
        blocks += [note(text) for text in chunks([*sources, *endings], MAX_SECTION)]
        blocks.append(self._buttons(spoken[0], choice, subscription))
        plain = [text for line in (*sentences, *notes, *sources, *endings) for text in [_without_marks(line)]]
        return {
            "text": "\n".join(plain),
            "blocks": blocks,
            "unfurl_links": False,
            "unfurl_media": False,
        }

    def _words(self, language: Language) -> DailyWords:
        return DailyWords(Values(self._base, self._phrases, language), self._command)

    def _sentence(self, words: DailyWords, choice: Choice, cite: _Citations) -> Iterator[str]:
        fact = choice.card.fact
        yield f"{escape(words.values.sentence(fact))}{cite.cite(fact.source)}"
        if isinstance(fact.value, ListValue):
            for item in fact.value.list:
                yield f"    ◦ {escape(item.zh if words.values.language == 'zh' else item.en)}"

    def _notes(self, words: DailyWords, choice: Choice, cite: _Citations) -> Iterator[str]:
        """A disputed fact never stands without its dispute."""
        for said in choice.card.notes:
            text = said.zh if words.values.language == "zh" else said.en
            verdict = words.values.phrases.say(f"verdict.{said.verdict}", words.values.language)
            icon = VERDICT_ICONS.get(said.verdict, "")
            yield f"{icon} *{escape(verdict)}:* {escape(text)}{cite.cite(said.source)}".strip()

    def _sources(self, words: DailyWords, cite: _Citations) -> Iterator[str]:
        for citation, number in cite.numbers.items():
            source = self._base.sources[source_id(citation)]
            title, place = source.title.in_(words.values.language), source_place(citation)
            if place and source.kind == "article":
                title = words.values.phrases.say(
                    "card.article-source", words.values.language, title=title, place=place
                )
            elif place:
                title = f"{title}, {place}"
            yield f"[{number}] {link(source.url, title) if source.url else escape(title)}"

    def _ending(self, words: DailyWords, choice: Choice, day: date) -> Iterator[str]:
        entry = escape(words.values.full_name(self._base[choice.card.entry]))
        yield words.say(
            "post.on-this-day" if choice.on_this_day else "post.of", entry=entry, day=words.day(day)
        )
        if choice.starts_again:
            yield words.say("post.starts-again")

    def _buttons(self, words: DailyWords, choice: Choice, subscription: Subscription) -> Block:
        value = json.dumps({"e": choice.card.entry, "l": words.values.language})
        name = self._base[choice.card.entry].name.in_(words.values.language)
        buttons = [
            Button(words.say("button.more", name=name), MORE_ACTION, value),
            Button(words.say("button.why"), WHY_ACTION, value),
            Button(words.say("button.stop"), STOP_ACTION, value),
        ]
        del (
            subscription
        )  # the buttons find it by the channel they are pressed in, which may have a new id by then
        return with_confirm(actions(buttons), {STOP_ACTION: stop_question(words)})


def stop_question(words: DailyWords) -> Block:
    """What the stop button asks first."""
    return confirmation(
        words.say("stop.title"), words.say("stop.text"), words.say("stop.yes"), words.say("stop.no")
    )


def _without_marks(line: str) -> str:
    """A line for the text twin: links as they are, no asterisks around a verdict."""
    return line.replace(" *", " ", 1).replace(":*", ":", 1) if ":*" in line else line


def plain_of(message: dict[str, Any]) -> str:
    """A message's text as people read it."""
    return html.unescape(str(message["text"]))
