"""A card: an answer as `text` and `blocks`, with the buttons that belong to it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from aibot.core.answers import FactAnswer, Help, NotCompared, NotFound, Suggestions
from aibot.slack.cards.blocks import Block, blocks_of, excess, is_rich, note, weight
from aibot.slack.cards.compose import Composer
from aibot.slack.cards.draft import Button
from aibot.slack.cards.limits import MAX_BUTTON_VALUE
from aibot.slack.cards.markup import escape
from aibot.slack.cards.page import Page
from aibot.slack.cards.plain import plain
from aibot.slack.cards.values import Values

if TYPE_CHECKING:
    from aibot.core.answers import Answer
    from aibot.core.facts import FactBase
    from aibot.core.language import Language, Phrases

SHARE_ACTION = "aibot_share"
MOST_KEPT = 4_000
_NOT_SHARED = (NotFound, NotCompared, Suggestions, Help)


@dataclass(frozen=True)
class Card:
    """What is handed to Slack; `plain` is the same text unescaped, for a terminal."""

    text: str
    blocks: list[Block]
    plain: str
    rich: list[Block] | None = None  # the same with Slack's own tables and charts, where there are any
    left_out: int = 0  # lines that did not fit

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


@dataclass(frozen=True, slots=True)
class Recall:
    """What a button carries to show an answer again: an entry, or a question and the time it was asked."""

    language: Language
    entry: str = ""
    asked: str = ""  # the attributes that were asked of the entry
    question: str = ""
    time: str = ""  # ISO 8601

    def to_json(self) -> str:
        """As short as it can be: Slack allows 2,000 characters in a button."""
        parts = {"l": self.language, "e": self.entry, "a": self.asked, "q": self.question, "t": self.time}
        return json.dumps({name: part for name, part in parts.items() if part}, ensure_ascii=False)


def recall_from(value: str) -> Recall | None:
    """What a button carried; None where it is not one of ours or of another version of us."""
    try:
        data = json.loads(value)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or not all(isinstance(part, str) for part in data.values()):
        return None
    if not (data.get("e") or data.get("q")) or data.keys() - {"l", "e", "a", "q", "t"}:
        return None
    return Recall(
        language="zh" if data.get("l") == "zh" else "en",
        entry=data.get("e", ""),
        asked=data.get("a", ""),
        question=data.get("q", ""),
        time=data.get("t", ""),
    )


class CardMaker:
    """Makes cards from one fact base; `command` is named in examples, `daily` says whether help offers daily posts."""

    def __init__(self, base: FactBase, phrases: Phrases, command: str = "/ai", *, daily: bool = True) -> None:
        self.base, self.phrases, self.command, self.daily = base, phrases, command, daily
        self._kept: dict[tuple[str, tuple[str, ...], Language, bool], Card] = {}

    def card_for(self, answer: Answer, language: Language, *, recall: Recall | None = None) -> Card:
        """The card of an answer. With `recall`, it has a button that shares it to the channel.

        Cards of single entries are kept: a base has a few thousand of them, and drawing one takes longer than
        finding it.
        """
        if not isinstance(answer, FactAnswer):
            return self._drawn(answer, language, recall)
        kept = (answer.entry, answer.asked, language, recall is not None)
        if kept not in self._kept:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[kept] = self._drawn(answer, language, recall)
        return self._kept[kept]

    def _drawn(self, answer: Answer, language: Language, recall: Recall | None) -> Card:
        values = Values(self.base, self.phrases, language)
        drafts = Composer(values, self.command, self.daily).drafts(answer)
        share = None
        if recall is not None and not isinstance(answer, _NOT_SHARED):
            share = self._share_button(recall, language)
        page = Page(tuple(drafts), values, share).fitted(excess, weight)
        text = plain(page)
        rich = blocks_of(page, rich=True) if is_rich(page) else None
        left_out = sum(draft.left_out for draft in page.drafts)
        return Card(escape(text), blocks_of(page), text, rich, left_out)

    def _share_button(self, recall: Recall, language: Language) -> Button | None:
        value = recall.to_json()
        if len(value) > MAX_BUTTON_VALUE:
            return None
        return Button(self.phrases.say("button.share", language), SHARE_ACTION, value)

    def shared(self, card: Card, language: Language, user: str) -> Card:
        """A card as it stands in the channel: without buttons to share it again, naming who shared it."""
        by = self.phrases.say("shared.by", language, user=f"<@{user}>")
        rich = [*_shared(card.rich), note(by)] if card.rich else None
        return Card(f"{by}\n{card.text}", [*_shared(card.blocks), note(by)], card.plain, rich)

    def line(self, phrase: str, language: Language, **values: object) -> dict[str, Any]:
        """A message of one phrase."""
        return {"text": escape(self.phrases.say(phrase, language, **values))}


def _shared(blocks: list[Block]) -> list[Block]:
    return [block for block in map(_without_share, blocks) if block is not None]


def _without_share(block: Block) -> Block | None:
    if block["type"] != "actions":
        return block
    kept = [element for element in block["elements"] if element["action_id"] != SHARE_ACTION]
    return {**block, "elements": kept} if kept else None
