"""What one tab of the page shows, as keyed objects; only those that changed are sent."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from aibot.playground.fake_slack import masked

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from aibot.playground.fake_slack import Channel, Exchange, FakeSlack, Message, User, View
    from aibot.playground.stage import Stage

Json = dict[str, Any]

MOST_MESSAGES = 300
MOST_EXCHANGES = 300
LOG_LINES = 60


class Tab:
    """One tab: who it acts as, what it was sent, and the ephemeral messages that were gone before it came."""

    def __init__(self, stage: Stage, user: str, gone: frozenset[str]) -> None:
        self._stage, self.user, self._gone = stage, user, gone
        self._sent: dict[str, Hashable] = {}

    def changes(self) -> Json:
        """What changed since the last time it was asked: {} for nothing."""
        put: Json = {}
        now: dict[str, Hashable] = {}
        for key, print_, made in self._items():
            now[key] = print_
            if key not in self._sent or self._sent[key] != print_:
                put[key] = made if not callable(made) else made()
        gone = [key for key in self._sent if key not in now]
        self._sent = now
        return {"put": put, "gone": gone} if put or gone else {}

    def _items(self) -> Iterator[tuple[str, Hashable, Any]]:
        slack, stage = self._stage.slack, self._stage
        workspace = slack.workspace()
        for user in workspace.users.values():
            yield f"user:{user.id}", (user.real_name, user.tz, user.locale), user_item(user)
        for channel in workspace.channels.values():
            if not (channel.is_private or channel.is_im) or self.user in channel.members:
                item = channel_item(channel, workspace.bot_user_id)
                yield f"channel:{channel.id}", tuple(item.values()), item
        yield from self._messages(slack)
        for view in slack.views(self.user):
            yield f"view:{view.id}", view.hash, view_item(view)
        if home := slack.home(self.user):
            yield f"home:{self.user}", home.hash, view_item(home)
        first = max(0, len(slack.exchanges) - MOST_EXCHANGES)
        for number, exchange in enumerate(slack.exchanges[first:], first):
            print_ = (exchange.status, exchange.failure, exchange.seen, len(exchange.attempts))
            yield f"exchange:{number}", print_, exchange_item(number, exchange)
        yield from self._panel(stage)

    def _messages(self, slack: FakeSlack) -> Iterator[tuple[str, Hashable, Any]]:
        workspace = slack.workspace()
        seen = [m for m in workspace.messages if not m.deleted and self._sees(m)]
        replies: dict[str, list[Message]] = {}
        for message in seen:
            if message.is_reply and not message.ephemeral_to:
                replies.setdefault(f"{message.channel} {message.thread_ts}", []).append(message)
        for message in seen[-MOST_MESSAGES:]:
            below = replies.get(f"{message.channel} {message.ts}", [])
            print_ = (len(message.history), len(below), message.text)
            yield (
                f"message:{message.channel}:{message.ts}",
                print_,
                lambda message=message, below=below: message_item(message, below),
            )

    def _sees(self, message: Message) -> bool:
        channel = self._stage.slack.workspace().channels.get(message.channel)
        if channel is None or ((channel.is_private or channel.is_im) and self.user not in channel.members):
            return False
        return message.ephemeral_to in {None, self.user} and message.ts not in self._gone

    def _panel(self, stage: Stage) -> Iterator[tuple[str, Hashable, Any]]:
        offset = round(stage.offset, 1)
        yield "clock", offset, {"offset": offset}
        bot: dict[str, Any] = {"state": stage.bot.state, "pid": stage.bot.pid, "crashes": stage.crashes}
        bot["started_in"] = round(stage.bot.started_in, 2)
        yield "bot", tuple(bot.values()), bot
        yield "facts", json.dumps(stage.facts), stage.facts
        orders = [
            {"method": fault.method, "kind": fault.kind, "error": fault.error, "times": fault.times}
            for fault in stage.slack.faults.orders
            if fault.times != 0
        ]
        yield "trouble", json.dumps(orders), {"orders": orders}
        log = [masked(line) for line in list(stage.bot.log)[-LOG_LINES:]]
        yield "log", (len(stage.bot.log), log[-1] if log else ""), {"lines": log}


def user_item(user: User) -> Json:
    """A person or bot."""
    return {
        "id": user.id, "name": user.name, "real_name": user.real_name, "locale": user.locale, "tz": user.tz,
        "admin": user.is_admin, "bot": user.is_bot,
    }  # fmt: skip


def channel_item(channel: Channel, bot: str) -> Json:
    """A channel or DM."""
    return {
        "id": channel.id, "name": channel.name, "private": channel.is_private, "im": channel.is_im,
        "archived": channel.is_archived, "topic": channel.topic, "has_bot": bot in channel.members,
    }  # fmt: skip


def message_item(message: Message, replies: list[Message]) -> Json:
    """A message as people see it."""
    return {
        "channel": message.channel, "ts": message.ts, "user": message.user, "text": message.text,
        "blocks": message.blocks, "attachments": message.attachments, "bot": bool(message.bot_id),
        "thread_ts": message.thread_ts if message.is_reply else None, "broadcast": message.reply_broadcast,
        "ephemeral": message.ephemeral_to is not None, "edited": bool(message.edited),
        "replies": len(replies), "reply_users": list(dict.fromkeys(reply.user for reply in replies)),
        "latest_reply": replies[-1].ts if replies else None, "metadata": message.metadata,
    }  # fmt: skip


def view_item(view: View) -> Json:
    """A modal or Home tab."""
    return {"id": view.id, "previous": view.previous_id, "hash": view.hash, **view.body}


def exchange_item(number: int, exchange: Exchange) -> Json:
    """An exchange in one line."""
    return {
        "number": number, "direction": exchange.direction, "name": exchange.name, "at": exchange.at,
        "status": exchange.status, "failure": exchange.failure, "seconds": exchange.seconds,
        "error": exchange.error, "retry": exchange.headers.get("X-Slack-Retry-Num"), "event": _event_type(exchange),
    }  # fmt: skip


def _event_type(exchange: Exchange) -> str:
    """What happened, where the exchange tells of an event; "" for all others."""
    if exchange.name != "event":
        return ""
    event = exchange.arguments.get("event")
    return str(event.get("type", "")) if isinstance(event, dict) else ""


def exchange_detail(exchange: Exchange) -> Json:
    """Both sides of an exchange; tokens, signatures and secrets masked."""
    return {
        "url": masked(exchange.url),
        "headers": {name: _header(name, value) for name, value in exchange.headers.items()},
        "body": _readable(exchange.body, exchange.arguments),
        "status": exchange.status or exchange.failure,
        "response_headers": {name: masked(value) for name, value in exchange.response_headers.items()},
        "response_body": _readable(exchange.response_body, exchange.json),
        "problems": exchange.problems,
        "seen": exchange.seen,
    }


def _header(name: str, value: str) -> str:
    if name.lower() == "authorization" and not value.lower().startswith("bearer"):
        return "…"
    return masked(value)


def _readable(body: bytes, parsed: Json) -> str:
    """A body as indented JSON where it is an object or a form, with JSON inside strings opened too."""
    if not parsed:
        return masked(body.decode("utf-8", "replace"))
    opened = {name: _opened(value) for name, value in parsed.items()}
    if "token" in opened:
        opened |= dict.fromkeys(("token",), "…")
    return masked(json.dumps(opened, ensure_ascii=False, indent=2))


def _opened(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in {"{", "["}:
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
