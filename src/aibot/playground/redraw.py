"""Which of the cards that people see stand for which question, so that they can be drawn again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from aibot.slack.cards import ALWAYS_ACTION, SHARE_ACTION, TURN_ACTION, recall_from

if TYPE_CHECKING:
    from aibot.playground.fake_slack import FakeSlack, Message

Json = dict[str, Any]


def shown_cards(slack: FakeSlack) -> list[tuple[Message, Json]]:
    """Every card still to be seen, with what it answers: the button of the other language carries that."""
    sharers = {
        id(message): exchange.user
        for exchange in slack.exchanges
        for message in exchange.messages
        if exchange.name == "block_actions" and message.ephemeral_to is None
    }
    shown = []
    for message in slack.from_app():
        buttons = {str(one.get("action_id")): str(one.get("value")) for _, one in message.elements()}
        recall = recall_from(buttons.get(TURN_ACTION, ""))
        if recall is None:
            continue
        recall = replace(recall, language="en" if recall.language == "zh" else "zh")
        is_im = slack.workspace(message.team).channels[message.channel].is_im
        if message.ephemeral_to is not None:
            where = "private" if SHARE_ACTION in buttons else "direct"
        else:
            where = "direct" if is_im else "channel"
        card = {"recall": recall.to_json(), "where": where, "turned": ALWAYS_ACTION in buttons}
        shared = "<@" in message.text.partition("\n")[0] and id(message) in sharers
        shown.append((message, {**card, "shared_by": sharers[id(message)]} if shared else card))
    return shown
