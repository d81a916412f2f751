"""Which of the cards that people see stand for which question, so that they can be drawn again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from aibot.slack.cards import SHARE_ACTION

if TYPE_CHECKING:
    from aibot.playground.fake_slack import Exchange, FakeSlack, Message

Json = dict[str, Any]


def shown_cards(slack: FakeSlack) -> list[tuple[Message, Json]]:
    """Every card still to be seen, with what the bot was asked for it."""
    asked: dict[str, Json] = {}
    for exchange in slack.exchanges:
        for message in exchange.messages:
            if found := _asked_in(exchange, message):
                asked[f"{message.channel} {message.ts}"] = found
    shown = []
    for message in slack.from_app():
        if not message.blocks:
            continue
        found = asked.get(f"{message.channel} {message.ts}") or _question_before(slack, message)
        if found:
            shown.append((message, found))
    return shown


def _asked_in(exchange: Exchange, message: Message) -> Json | None:
    arguments, private = exchange.arguments, message.ephemeral_to is not None
    if exchange.name == "command":
        return {"question": arguments.get("text", ""), "private": private}
    if exchange.name == "block_actions":
        payload = json.loads(arguments["payload"])
        action = payload["actions"][0]
        if action["action_id"] != SHARE_ACTION:
            return {"recall": action.get("value", ""), "private": private}
        # the shared card names who shared it; the private one lost its share button
        by = {} if private else {"shared_by": payload["user"]["id"]}
        return {"recall": action.get("value", ""), "private": False, **by}
    return None


def _question_before(slack: FakeSlack, message: Message) -> Json | None:
    """For an answer to a mention or a direct message: what a person wrote last before it, in the same place."""
    workspace = slack.workspace(message.team)
    if not (message.is_reply or workspace.channels[message.channel].is_im):
        return None  # a post of the bot's own accord
    place = message.thread_ts or ""
    written = [
        one
        for one in workspace.messages
        if one.channel == message.channel and not one.bot_id and not one.deleted and one.ts < message.ts
        and (place in {one.ts, one.thread_ts} if message.is_reply else not one.is_reply)
    ]  # fmt: skip
    return {"question": written[-1].text, "private": False} if written else None
