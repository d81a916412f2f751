"""The search field, its options, and the view that shows what was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aibot.slack.cards.compose import HELP_ACTION, SHOW_ACTION
from aibot.slack.cards.limits import MAX_OPTION_TEXT, MAX_OPTIONS, MAX_VIEW_BLOCKS, cut
from aibot.slack.cards.markup import escape
from aibot.slack.cards.values import Values

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aibot.core.facts import FactBase
    from aibot.core.language import Language, Phrases
    from aibot.core.matching import Suggested
    from aibot.slack.cards.around import Recall
    from aibot.slack.cards.blocks import Block
    from aibot.slack.cards.card import Card

FIND_ACTION = "aibot_find"  # the search field
FOUND_VIEW = "aibot_found"
POST_TO = "post"


@dataclass(frozen=True, slots=True)
class SearchCards:
    """Draws the search in one language."""

    base: FactBase
    phrases: Phrases
    language: Language

    def _say(self, phrase: str, **values: object) -> str:
        return self.phrases.say(f"find.{phrase}", self.language, **values)

    def field(self) -> Block:
        """The field's element; its options are asked for as somebody types, from the first character on."""
        return {
            "type": "external_select",
            "action_id": FIND_ACTION,
            "placeholder": plain_text(self._say("placeholder")),
            "min_query_length": 0,
        }

    def options(self, found: Sequence[Suggested]) -> dict[str, Any]:
        """What was found, likeliest first; not in groups, so that the likeliest stands at the top."""
        return {"options": [self._option(one.entry, one.name) for one in found[:MAX_OPTIONS]]}

    def groups(self, recent: Iterable[str], by_kind: Iterable[tuple[str, list[str]]]) -> dict[str, Any]:
        """What is offered where nothing was typed: what this person asked for last, then of every kind."""
        left = MAX_OPTIONS
        offered: set[str] = set()
        groups = []
        kinds = [(self.phrases.say(f"kinds.{kind}", self.language), entries) for kind, entries in by_kind]
        for label, entries in [(self._say("recent"), list(recent)), *kinds]:
            fresh = [entry for entry in entries if entry in self.base and entry not in offered][:left]
            left -= len(fresh)
            offered.update(fresh)
            if fresh:
                title = plain_text(label[:1].upper() + label[1:])
                groups.append({"label": title, "options": [self._option(one) for one in fresh]})
        return {"option_groups": groups} if groups else {"options": []}

    def _option(self, entry: str, hit: str | None = None) -> Block:
        """An entry by its name; among others of all kinds (`hit` is the name that was typed) with its kind."""
        known = self.base[entry]
        kind = "" if hit is None else f" · {self.phrases.say(f'kind.{known.kind}', self.language)}"
        name = Values(self.base, self.phrases, self.language).full_name(known)
        option = {"text": plain_text(f"{cut(name, MAX_OPTION_TEXT - len(kind))}{kind}"), "value": entry}
        if hit and hit not in (known.name.en, known.name.zh):
            said = cut(self._say("also", name=hit), MAX_OPTION_TEXT)
            option["description"] = plain_text(said)
        return option

    def view(
        self, card: Card | None = None, recall: Recall | None = None, *, count: int = 0
    ) -> dict[str, Any]:
        """The field, and below it a card with a way to post it; `recall` is what shows the same card again."""
        # the field empties itself where its block has another name: https://docs.slack.dev/reference/views
        field = {"type": "actions", "block_id": block_id(self.language, count), "elements": [self.field()]}
        made: dict[str, Any] = {
            "type": "modal",
            "callback_id": FOUND_VIEW,
            "title": plain_text(self._say("title")),
            "close": plain_text(self._say("close")),
            "blocks": [field],
        }
        if card is None:
            return made
        made["blocks"] += [{"type": "divider"}, *(block for block in map(_in_view, card.blocks) if block)]
        if recall is not None:
            made["blocks"] = [*made["blocks"][: MAX_VIEW_BLOCKS - 2], {"type": "divider"}, self._post_to()]
            made["submit"] = plain_text(self._say("post"))
            made["private_metadata"] = recall.to_json()
        return made

    def _post_to(self) -> Block:
        """Where to post the card: Slack hands over a response_url, so the bot need not be a member there.

        https://docs.slack.dev/interactivity/handling-user-interaction#modal_response_urls
        """
        return {
            "type": "input",
            "block_id": POST_TO,
            "label": plain_text(self._say("post-to")),
            "element": {
                "type": "conversations_select",
                "action_id": POST_TO,
                "default_to_current_conversation": True,
                "response_url_enabled": True,
            },
        }

    def failed(self, text: str) -> dict[str, Any]:
        """A view that says one line, already in this language."""
        line = {"type": "section", "text": {"type": "mrkdwn", "text": escape(text), "verbatim": True}}
        return {**self.view(), "blocks": [*self.view()["blocks"], line]}


def _in_view(block: Block) -> Block | None:
    """A card's block without the buttons that need the message they stand on: only looking up works anywhere."""
    if block["type"] == "context_actions":  # not for views
        return None
    if block["type"] != "actions":
        return block
    kept = [
        one for one in block["elements"] if one["action_id"].partition(":")[0] in (SHOW_ACTION, HELP_ACTION)
    ]
    return {**block, "elements": kept} if kept else None


def block_id(language: Language, count: int) -> str:
    """The name of the field's block: it says the language to offer names in, and how often the field was used."""
    return f"find.{language}.{count}"


def read_block_id(name: str) -> tuple[Language, int] | None:
    """What a field's block says; None where it is none of ours."""
    head, _, rest = name.partition(".")
    language, _, count = rest.partition(".")
    if head != "find" or language not in ("en", "zh") or not (count.isascii() and count.isdecimal()):
        return None
    return ("zh" if language == "zh" else "en"), int(count[:9])


def plain_text(text: str) -> Block:
    """Text without formatting."""
    return {"type": "plain_text", "text": text, "emoji": False}
