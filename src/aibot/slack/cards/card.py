"""A card: an answer as `text` and `blocks`, with the buttons that belong to it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from aibot.core.answers import FactAnswer, Help, NotCompared, NotFound, Spotted, Suggestions, outcome_of
from aibot.core.answers.subject import subject_of
from aibot.slack.cards.around import (
    Recall,
    Standing,
    buttons_around,
)
from aibot.slack.cards.blocks import Block, blocks_of, excess, is_rich, note, weight
from aibot.slack.cards.compose import Composer
from aibot.slack.cards.markup import escape
from aibot.slack.cards.opinion import opinion_menu
from aibot.slack.cards.page import Page
from aibot.slack.cards.plain import plain
from aibot.slack.cards.values import Values

if TYPE_CHECKING:
    from aibot.core.answers import Answer
    from aibot.core.facts import FactBase
    from aibot.core.language import Language, Phrases

MOST_KEPT = 4_000
_NOT_SHARED = (NotFound, NotCompared, Suggestions, Spotted, Help)


@dataclass(frozen=True)
class Card:
    """What is handed to Slack; `plain` is the same text unescaped, for a terminal."""

    text: str
    blocks: list[Block]
    plain: str
    rich: list[Block] | None = None  # the same with Slack's own tables and charts, where there are any
    language: Language = "en"
    left_out: int = 0  # lines that did not fit
    is_answer: bool = False  # whether it says what the fact base knows, and not only what can be asked

    @cached_property
    def key(self) -> str:
        """The same for cards that say the same; "" where it does not matter how often it is said."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:20] if self.is_answer else ""

    def message(self) -> dict[str, Any]:
        """The arguments of a message: text and blocks, and no previews of links."""
        return {"text": self.text, "blocks": self.blocks, "unfurl_links": False, "unfurl_media": False}

    def as_rich(self) -> dict[str, Any] | None:
        """The arguments of the message with Slack's own tables and charts; None where the card has none."""
        return {**self.message(), "blocks": self.rich} if self.rich else None

    @cached_property
    def ephemeral_json(self) -> str:
        """The card as the body of an acknowledgement, for the asker's eyes; made once, since cards are kept."""
        return json.dumps({"response_type": "ephemeral", **self.message()}, ensure_ascii=False)

    def as_text(self) -> dict[str, Any]:
        """The same without blocks, for where Slack refuses them."""
        # parse "none": what somebody typed becomes no link
        # (https://docs.slack.dev/messaging/formatting-message-text#disabling-automatic-parsing)
        return {"text": self.text, "unfurl_links": False, "unfurl_media": False, "parse": "none"}


class CardMaker:
    """Makes cards from one fact base; `command` is named in examples, `daily` says whether help offers daily posts."""

    def __init__(  # two parts, and three things that have their defaults
        self,
        base: FactBase,
        phrases: Phrases,
        command: str = "/ai",
        *,
        daily: bool = True,
        with_opinions: bool = True,
    ) -> None:
        self.base, self.phrases, self.command, self.daily = base, phrases, command, daily
        self.with_opinions = with_opinions  # whether people are asked if a card is right
        self._kept: dict[tuple[str, tuple[str, ...], str, Language, str, bool, bool], Card] = {}

    def card_for(
        self,
        answer: Answer,
        language: Language,
        *,
        recall: Recall | None = None,
        standing: Standing | None = None,
    ) -> Card:
        """The card of an answer, with the buttons that fit how it stands; `recall` alone is for a private one.

        Cards of single entries are kept: a base has a few thousand of them, and drawing one takes longer than
        finding it.
        """
        standing = standing or (Standing(recall) if recall is not None else None)
        if not isinstance(answer, FactAnswer):
            return self._drawn(answer, language, standing)
        where, turned = (standing.where, standing.turned) if standing else ("", False)
        kept = (
            answer.entry,
            answer.asked,
            answer.called,
            language,
            where,
            turned,
            standing is not None and standing.follows,
        )
        if kept not in self._kept:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[kept] = self._drawn(answer, language, standing)
        return self._kept[kept]

    def _drawn(self, answer: Answer, language: Language, standing: Standing | None) -> Card:
        values = Values(self.base, self.phrases, language)
        follows = standing is not None and standing.follows
        drafts = Composer(values, self.command, daily=self.daily, follows=follows).drafts(answer)
        shareable = self.can_be_shared(answer)
        around = buttons_around(standing, language, self.phrases, shareable=shareable) if standing else ()
        opinion = None
        if self.with_opinions and isinstance(answer, FactAnswer) and not self._is_gone(answer):
            opinion = opinion_menu(subject_of(answer), values)
        page = Page(tuple(drafts), values, around, opinion).fitted(excess, weight)
        text = plain(page)
        rich = blocks_of(page, rich=True) if is_rich(page) else None
        left_out = sum(draft.left_out for draft in page.drafts)
        is_answer = outcome_of(answer) == "answer"
        return Card(escape(text), blocks_of(page), text, rich, language, left_out, is_answer)

    def can_be_shared(self, answer: Answer) -> bool:
        """Whether an answer is worth showing to others: help and refusals are not, nor is what is gone."""
        return not (self._is_gone(answer) or isinstance(answer, _NOT_SHARED))

    def _is_gone(self, answer: Answer) -> bool:
        return isinstance(answer, FactAnswer) and answer.entry not in self.base

    def shared(self, card: Card, language: Language, user: str) -> Card:
        """A card as it stands in the channel, naming who shared it."""
        by = self.phrases.say("shared.by", language, user=f"<@{user}>")
        rich = [*card.rich, note(by)] if card.rich else None
        return Card(f"{by}\n{card.text}", [*card.blocks, note(by)], card.plain, rich)

    def line(self, phrase: str, language: Language, **values: object) -> dict[str, Any]:
        """A message of one phrase."""
        return {"text": escape(self.phrases.say(phrase, language, **values))}
