"""The console behind `aibot chat`: lines in, what people see out, with the same bot and the same fake Slack."""

from __future__ import annotations

import asyncio
import contextlib
import re
from typing import TYPE_CHECKING

from aibot.playground.acts import COMMAND, Acts, WrongActError
from aibot.playground.fake_slack.typing_text import unescaped
from aibot.playground.stage import SLACKBOT

if TYPE_CHECKING:
    from aibot.playground.fake_slack import Message, User, View
    from aibot.playground.stage import Stage

ANSWER_SECONDS = 6
OVERHEARD_SECONDS = 1.5
UNITS = {"m": 60, "h": 3600, "d": 86_400, "w": 604_800}
NAMED = {"tomorrow": "morning", "change": "change", "month": "month", "now": "now"}
HELP = """\
Write as in Slack: /ai model deepseek-v3, @aibot what is RAG?, or just words in a direct message.
  !as NAME        act as somebody else: ada, mei, jonas
  !in #CHANNEL    go to a channel; !in dm for the direct messages with the bot
  !thread         write in the thread of the last message; again to leave it
  !press BUTTON   press a button of the last card: its number or its text
  !clock +1d      move the clock (m, h, d, w); also tomorrow, change, month, now
  !crash          kill the bot and start it again
  !quit           end"""


class Console:
    """Somebody somewhere in the workspace, and what they have seen."""

    def __init__(self, stage: Stage) -> None:
        self._stage, self._acts = stage, Acts(stage)
        self._user, self._channel, self._thread = "U1", "C1", ""
        self._seen: dict[str, str] = {}
        self._last: Message | None = None
        self.ended = False

    @property
    def prompt(self) -> str:
        """Who and where."""
        channel = self._stage.slack.workspace().channels[self._channel]
        place = "dm" if channel.is_im else f"#{channel.name}"
        return f"{self._person().real_name} in {place}{' (thread)' if self._thread else ''}> "

    def completions(self, typed: str) -> list[str]:
        """What a line could go on with."""
        workspace = self._stage.slack.workspace()
        people = [user.name for user in workspace.users.values() if not user.is_bot]
        rooms = [f"#{c.name}" for c in workspace.channels.values() if not c.is_im]
        buttons = [label for label, _, _ in self._buttons()]
        words = [
            "help",
            "model ",
            "date ",
            "domain ",
            "technique ",
            "org ",
            "person ",
            "trend ",
            "list ",
            "random",
            "about",
        ]
        lines = [
            *(f"{COMMAND} {word}" for word in words), f"@{self._stage.slack.app.name} ",
            *(f"!as {name}" for name in people), *(f"!in {room}" for room in (*rooms, "dm")), "!thread",
            *(f"!press {label}" for label in buttons), *(f"!clock {when}" for when in ("+1d", *NAMED)),
            "!crash", "!help", "!quit",
        ]  # fmt: skip
        return [line for line in lines if line.startswith(typed)]

    async def line(self, typed: str) -> str:
        """Take one line; returns what is to be printed."""
        typed = typed.strip()
        try:
            if typed.startswith("!"):
                return await self._order(*typed[1:].partition(" ")[::2])
            if not typed:
                return self._news()
            details = {"user": self._user, "channel": self._channel, "text": typed}
            came_to = await self._acts.do(
                "say", details | ({"thread_ts": self._thread} if self._thread else {})
            )
        except WrongActError as error:
            return f"! {error}"
        if came_to.get("told"):
            return self._news()
        named = f"@{self._stage.slack.app.name}" in typed
        if named or typed.startswith("/") or self._channel.startswith("D"):
            await self._until_news()
        elif self._thread or "[[" in typed:  # the bot may answer, or think that it is none of its business
            await self._until_news(OVERHEARD_SECONDS)
        return self._news()

    async def _order(self, name: str, rest: str) -> str:
        rest = rest.strip()
        orders = {"as": self._as, "in": self._in, "press": self._press, "clock": self._clock}
        if name in orders:
            return await orders[name](rest)
        if name == "thread":
            self._thread = "" if self._thread or not self._last else self._last.thread_ts or self._last.ts
            return ""
        if name == "crash":
            await self._acts.do("crash", {})
            return f"! the bot crashed and is back after {self._stage.bot.started_in:.1f} s"
        self.ended = name in {"quit", "exit", "q"}
        return "" if self.ended else HELP

    async def _as(self, name: str) -> str:
        for user in self._stage.slack.workspace().users.values():
            if not user.is_bot and name.lower() in {user.name, user.real_name.lower()}:
                self._user, self._thread = user.id, ""
                if self._channel.startswith("D"):
                    await self._in("dm")
                return f"! {user.real_name}: {user.locale}, {user.tz}{', admin' if user.is_admin else ''}"
        return f"! nobody is called {name!r}"

    async def _in(self, name: str) -> str:
        workspace = self._stage.slack.workspace()
        if name in {"dm", "@aibot"}:
            self._channel, self._thread = self._stage.slack.state.dm(workspace, self._user).id, ""
            return ""
        for channel in workspace.channels.values():
            if not channel.is_im and name.lstrip("#") == channel.name:
                self._channel, self._thread = channel.id, ""
                return ""
        return f"! there is no channel {name!r}"

    async def _press(self, wanted: str) -> str:
        buttons = self._buttons()
        for number, (label, block, action) in enumerate(buttons, 1):
            if wanted.casefold() in {str(number), label.casefold()}:
                assert self._last is not None
                target = {"channel": self._last.channel, "ts": self._last.ts}
                details = {"user": self._user, "target": target, "action": action, "block": block}
                await self._acts.do("press", details)
                await self._until_news()
                return self._news()
        return "! there is no such button; the last card has: " + (", ".join(b[0] for b in buttons) or "none")

    async def _clock(self, when: str) -> str:
        step = re.fullmatch(r"([+-]\d{1,4})([mhdw])", when)
        if not step and when not in NAMED:
            return f"! {when!r} is no step; write +30m, -2h, +1d, +4w or {', '.join(NAMED)}"
        to: str | float = NAMED.get(when, "")
        if step:
            to = self._stage.clock() + int(step[1]) * UNITS[step[2]]
        came_to = await self._acts.do("clock", {"user": self._user, "to": to})
        await asyncio.sleep(0)
        told = f"! {came_to['told']}" if "told" in came_to else f"! it is {self._now()}"
        return "\n".join(part for part in (told, self._news()) if part)

    def _now(self) -> str:
        from datetime import datetime  # noqa: PLC0415
        from zoneinfo import ZoneInfo  # noqa: PLC0415

        there = datetime.fromtimestamp(self._stage.clock(), ZoneInfo(self._person().tz))
        return there.strftime("%A %Y-%m-%d %H:%M %Z")

    def _person(self) -> User:
        return self._stage.slack.workspace().users[self._user]

    def _buttons(self) -> list[tuple[str, str, str]]:
        if self._last is None:
            return []
        return [
            (element["text"]["text"], block, element["action_id"])
            for block, element in self._last.elements()
            if element.get("type") == "button"
        ]

    async def _until_news(self, seconds: float = ANSWER_SECONDS) -> None:
        """Wait for the bot's answer, which comes after Slack's request was acknowledged."""
        with contextlib.suppress(TimeoutError):
            await self._stage.slack.until(lambda: self._new() or self._forms(), timeout=seconds)

    def _forms(self) -> list[View]:
        return [view for view in self._stage.slack.views(self._user) if view.type == "modal"]

    def _form(self) -> str:
        """What to say of a form that has opened; it is closed again, since a terminal has no fields."""
        forms = self._forms()
        for form in forms:
            form.open = False
        return "! a form has opened, which only the playground shows (`aibot playground`)" if forms else ""

    def _new(self) -> list[Message]:
        return [
            message
            for message in self._stage.slack.workspace().messages
            if not message.deleted
            and message.user in {self._stage.slack.workspace().bot_user_id, SLACKBOT}
            and message.ephemeral_to in {None, self._user}
            and self._is_in(message.channel)
            and self._seen.get(message.ts) != message.text  # one that only lost a button says nothing new
        ]

    def _is_in(self, channel: str) -> bool:
        place = self._stage.slack.workspace().channels[channel]
        return not (place.is_im or place.is_private) or self._user in place.members

    def _news(self) -> str:
        """What the bot said since the last time, and to whom."""
        new = self._new()
        for message in new:
            self._seen[message.ts] = message.text
            if message.user != SLACKBOT:
                self._last = message
        return "\n\n".join(part for part in (self._form(), *map(self._shown, new)) if part)

    def _shown(self, message: Message) -> str:
        workspace = self._stage.slack.workspace()
        channel = workspace.channels[message.channel]
        place = "dm" if channel.is_im else f"#{channel.name}"
        thread = ", thread" if message.is_reply else ""
        seen_by = "only you see this" if message.ephemeral_to or channel.is_im else "everyone sees this"
        changed = ", changed" if message.history else ""
        labels = [
            element["text"]["text"] for _, element in message.elements() if element.get("type") == "button"
        ]
        buttons = "  ".join(f"[{number} {label}]" for number, label in enumerate(labels, 1))
        head = f"— {workspace.users[message.user].real_name} in {place}{thread} ({seen_by}{changed})"
        text = re.sub(r"<@(\w+)>", lambda found: f"@{workspace.users[found[1]].real_name}", message.text)
        return "\n".join(part for part in (head, unescaped(text), buttons) if part)
