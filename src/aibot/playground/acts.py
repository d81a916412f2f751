"""What people can do on the page and in the console: each act by name, with what it came to."""

from __future__ import annotations

import asyncio
import re
import time
from typing import TYPE_CHECKING, Any

from aibot.playground import moments
from aibot.playground.bot import BotEndedError
from aibot.playground.fake_slack import Message
from aibot.playground.fake_slack.typing_text import arriving
from aibot.playground.stage import SLACKBOT
from aibot.slack.manifest import LOOK_UP

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from aibot.playground.fake_slack import Exchange, View, Workspace
    from aibot.playground.stage import Stage

Json = dict[str, Any]

COMMAND = "/ai"
MAX_TYPED = 120_000  # more than a message holds: Slack cuts at 40,000 (rules.TEXT_TRUNCATED)
TROUBLE: dict[str, Json] = {
    "429": {"method": "*", "kind": "rate_limit", "retry_after": 2},
    "500": {"method": "*", "kind": "server_error"},
    "is_archived": {"method": "*", "kind": "error", "error": "is_archived"},
    "invalid_blocks": {"method": "*", "kind": "error", "error": "invalid_blocks"},
    "hangs": {"method": "*", "kind": "hang"},
    "lost": {"method": "*", "kind": "accept_then_reset"},
}


class WrongActError(Exception):
    """The page asked for something that cannot be done; says why."""


class Acts:
    """Does what a person does."""

    def __init__(self, stage: Stage) -> None:
        self._stage, self._slack = stage, stage.slack
        self._known: dict[str, Callable[..., Awaitable[Json]]] = {
            "say": self.say, "press": self.press, "submit": self.submit, "close": self.close,
            "suggest": self.suggest, "shortcut": self.shortcut, "home": self.home, "clock": self.clock,
            "trouble": self.trouble, "redeliver": self.redeliver, "crash": self.crash, "restart": self.restart,
        }  # fmt: skip

    async def do(self, act: str, details: Json) -> Json:
        """Carry an act out.

        Raises:
            WrongActError: where there is no such act, or its object is gone.
        """
        if act not in self._known:
            raise WrongActError(f"no such act: {act}")
        try:
            return await self._known[act](**details)
        except (TypeError, LookupError, ValueError, BotEndedError) as error:
            raise WrongActError(str(error)) from error

    # In channels

    async def say(self, *, user: str, channel: str, text: str, thread_ts: str | None = None) -> Json:
        """Send what stands in the composer: a slash command, a mention, a direct message or just words."""
        text = text.strip()[:MAX_TYPED]
        workspace = self._slack.workspace()
        place = workspace.channels.get(channel) or self._slack.state.dm(workspace, f"U{channel[1:]}")
        if not text:
            return {}
        if place.is_archived:
            return self._tell(user, channel, "This channel is archived: nobody can write to it.", thread_ts)
        if text.startswith("/"):
            return await self._command(user, channel, text, thread_ts)
        full = self._linked(workspace, arriving(text))
        mention = f"<@{workspace.bot_user_id}>"
        if place.is_im:
            return _came_to(await self._slack.dm(full, user=user, thread_ts=thread_ts, raw=True))
        if mention not in full:
            message = self._slack.say(full, user=user, channel=channel, thread_ts=thread_ts)
            return {"ts": message.ts}
        if workspace.bot_user_id not in place.members:
            message = self._slack.say(full, user=user, channel=channel, thread_ts=thread_ts)
            name = self._slack.app.name
            said = (
                f"{mention} is not in this channel, so it does not hear you. Write `/invite @{name}` first."
            )
            return {"ts": message.ts, **self._tell(user, channel, said, thread_ts)}
        exchange = await self._slack.mention(full, user=user, channel=channel, thread_ts=thread_ts, raw=True)
        return _came_to(exchange)

    async def _command(self, user: str, channel: str, text: str, thread_ts: str | None) -> Json:
        name, _, rest = text.partition(" ")
        if thread_ts:  # rules.COMMAND_NOT_IN_THREAD
            said = f"`{name}` is not supported in threads. Sorry! Mention @{self._slack.app.name} instead."
            return self._tell(user, channel, said, thread_ts)
        if name == COMMAND:
            exchange = await self._slack.command(name, rest.strip(), user=user, channel=channel)
            if exchange.seen:
                self._tell(user, channel, f"`{name}` failed with the error “{exchange.seen}”", None)
            return _came_to(exchange)
        if name == "/invite":
            await self._slack.invite(channel)
        elif name == "/remove":
            await self._slack.kick(channel)
        elif name in {"/archive", "/unarchive"}:
            await self._slack.archive(channel, archived=name == "/archive")
        elif name == "/rename" and rest.strip():
            await self._slack.rename(channel, re.sub(r"[^\w-]+", "-", rest.strip().lower())[:80])
        else:
            said = f"`{name}` is not a valid command here. There are `{COMMAND}`, `/invite`, `/remove`, `/archive`."
            return self._tell(user, channel, said, None)
        return self._tell(user, channel, f"`{text}`: done", None)

    def _linked(self, workspace: Workspace, text: str) -> str:
        """Turn @names and #channels into the references that Slack sends."""
        names = {person.name.lower(): f"<@{person.id}>" for person in workspace.users.values()}
        names |= {person.real_name.lower(): f"<@{person.id}>" for person in workspace.users.values()}
        rooms = {c.name.lower(): f"<#{c.id}|{c.name}>" for c in workspace.channels.values() if not c.is_im}
        text = re.sub(r"(?<![\w<])@([\w-]+)", lambda found: names.get(found[1].lower(), found[0]), text)
        return re.sub(r"(?<![\w<&])#([\w-]+)", lambda found: rooms.get(found[1].lower(), found[0]), text)

    def _tell(self, user: str, channel: str, text: str, thread_ts: str | None) -> Json:
        """Have Slackbot say something that only this person sees."""
        workspace = self._slack.workspace()
        self._slack.state.post(
            workspace, workspace.channels[channel], user=SLACKBOT, text=text, thread_ts=thread_ts,
            ephemeral_to=user,
        )  # fmt: skip
        self._slack.record.changed()
        return {"told": text}

    # On cards and views

    async def press(  # noqa: PLR0913
        self, *, user: str, target: Json, action: str, block: str | None = None, value: Any = None,
        inputs: Json | None = None,
    ) -> Json:  # fmt: skip
        """Press a button or choose in a select."""
        found = self._target(target)
        exchange = await self._slack.press(found, action, value, user=user, inputs=inputs, block_id=block)
        return _came_to(exchange)

    async def submit(self, *, user: str, view: str, values: Json) -> Json:
        """Submit a modal; returns the errors it shows beside its fields."""
        exchange = await self._slack.submit(self._view(view), values, user=user)
        errors = exchange.json.get("errors", {}) if exchange.json.get("response_action") == "errors" else {}
        return {**_came_to(exchange), "errors": errors}

    async def close(self, *, user: str, view: str) -> Json:
        """Close a modal."""
        await self._slack.close(self._view(view), user=user)
        self._slack.record.changed()
        return {}

    async def suggest(self, *, user: str, target: Json, action: str, typed: str) -> Json:
        """Type into a select whose options come from the bot."""
        exchange = await self._slack.suggest(self._target(target), action, typed, user=user)
        groups = exchange.json.get("option_groups") or [{"options": exchange.json.get("options", [])}]
        return {**_came_to(exchange), "groups": groups}

    async def shortcut(self, *, user: str, target: Json) -> Json:
        """Choose the bot's shortcut in a message's menu."""
        found = self._target(target)
        assert isinstance(found, Message)
        return _came_to(await self._slack.shortcut(LOOK_UP, message=found, user=user))

    async def home(self, *, user: str, tab: str = "home") -> Json:
        """Open the bot's Home tab."""
        return _came_to(await self._slack.open_home(user=user, tab=tab))

    def _target(self, target: Json) -> Message | View:
        if view := target.get("view"):
            return self._view(view)
        message = self._slack.workspace().message(target["channel"], target["ts"])
        if message is None:
            raise WrongActError("that message is gone")
        return message

    def _view(self, view_id: str) -> View:
        workspace = self._slack.workspace()
        views = {**workspace.views, **{view.id: view for view in workspace.homes.values()}}
        if view_id not in views:
            raise WrongActError("that view is gone")
        return views[view_id]

    # Time and trouble

    async def clock(self, *, user: str, to: str | float) -> Json:
        """Move the clock: to a named moment as the person's zone has it, or to epoch seconds."""
        zone, now = self._slack.workspace().users[user].tz, self._stage.clock()
        if to == "now":
            await self._stage.move_clock(now - self._stage.offset)
        elif to == "change":
            change = moments.next_clock_change(now, zone)
            if change is None:
                return {"told": f"The clocks do not change in {zone}."}
            await self._stage.move_clock(change - 60)
        else:
            named = {"morning": moments.tomorrow_morning, "month": moments.month_ahead}
            await self._stage.move_clock(named[to](now, zone) if isinstance(to, str) else to)
        return {}

    async def trouble(self, *, kind: str, times: int | None = None) -> Json:
        """Order trouble with the Web API, or end all of it."""
        self._slack.faults.clear()
        if kind != "none":
            self._slack.trouble(times=times, **TROUBLE[kind])
        self._slack.record.changed()
        return {}

    async def redeliver(self) -> Json:
        """Send the last event once more, as Slack does when the bot's answer got lost."""
        events = [one for one in self._slack.exchanges if one.name == "event" and one.body]
        if not events:
            return {"told": "There was no event yet. Mention the bot first."}
        # Slack comes again seconds later, never under the same timestamp
        sent = float(events[-1].headers.get("X-Slack-Request-Timestamp", 0))
        await asyncio.sleep(max(0.0, sent + 1 - time.time()))
        return _came_to(await self._slack.redeliver(events[-1]))

    async def crash(self) -> Json:
        """Kill the bot and start it again."""
        await self._stage.crash()
        await self._stage.restart()
        return {}

    async def restart(self) -> Json:
        """Start the bot if it is down."""
        await self._stage.restart()
        return {}


def _came_to(exchange: Exchange) -> Json:
    return {"status": exchange.status, "error": exchange.error, "ts": exchange.ts}
