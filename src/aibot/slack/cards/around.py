"""What stands below a card: sharing it, seeing it in the other language, and the link to it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from aibot.slack.cards.draft import Button
from aibot.slack.cards.limits import MAX_BUTTON_VALUE

if TYPE_CHECKING:
    from aibot.core.language import Language, Phrases

SHARE_ACTION = "aibot_share"
TURN_ACTION = "aibot_turn"
ALWAYS_ACTION = "aibot_always"
LINK_ACTION = "aibot_link"

Where: TypeAlias = Literal["private", "channel", "direct"]


@dataclass(frozen=True, slots=True)
class Recall:
    """What a button carries to show an answer again: entries, or a question and the time it was asked."""

    language: Language
    entry: str = ""
    asked: str = ""  # the attributes that were asked of the entry
    question: str = ""
    time: str = ""  # ISO 8601
    named: str = ""  # the entries that a message named, separated by spaces
    rest: str = ""  # the same of a list's end

    @property
    def is_whole(self) -> bool:
        """Whether there is anything to show again."""
        return bool(self.entry or self.question or self.named or self.rest)

    def to_json(self) -> str:
        """As short as it can be: Slack allows 2,000 characters in a button."""
        parts = {
            "l": self.language, "e": self.entry, "a": self.asked, "q": self.question, "t": self.time, "n": self.named,
            "r": self.rest,
        }  # fmt: skip
        return json.dumps({name: part for name, part in parts.items() if part}, ensure_ascii=False)


def recall_from(value: str) -> Recall | None:
    """What a button carried; None where it is not one of ours or of another version of us."""
    try:
        data = json.loads(value)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or not all(isinstance(part, str) for part in data.values()):
        return None
    if data.keys() - {"l", "e", "a", "q", "t", "n", "r"}:
        return None
    recall = Recall(
        language="zh" if data.get("l") == "zh" else "en",
        entry=data.get("e", ""),
        asked=data.get("a", ""),
        question=data.get("q", ""),
        time=data.get("t", ""),
        named=data.get("n", ""),
        rest=data.get("r", ""),
    )
    return recall if recall.is_whole else None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a card stands: where, whether its button has turned it into the other language, whether it follows another.

    What follows another in a thread says what was asked and no more: the rest has just been seen, or is a word away.
    """

    recall: Recall
    where: Where = "private"
    turned: bool = False
    follows: bool = False


def buttons_around(
    standing: Standing, language: Language, phrases: Phrases, *, shareable: bool
) -> tuple[Button, ...]:
    """The buttons about the card itself; those whose question is too long for a button are left out."""
    found = []
    if shareable and standing.where == "private" and standing.recall.is_whole:
        found.append(Button(phrases.say("button.share", language), SHARE_ACTION, standing.recall.to_json()))
    other: Language = "en" if language == "zh" else "zh"
    if standing.recall.is_whole:
        turned = replace(standing.recall, language=other).to_json()
        # in its own words: who looks for Chinese looks for 中文
        found.append(Button(phrases.say("button.turn", other), TURN_ACTION, turned))
    if standing.turned:
        value = json.dumps({"l": language})
        found.append(Button(phrases.say("button.always", language), ALWAYS_ACTION, value))
    if shareable and standing.where == "channel":
        found.append(Button(phrases.say("button.link", language), LINK_ACTION, json.dumps({"l": language})))
    return tuple(button for button in found if len(button.value) <= MAX_BUTTON_VALUE)
