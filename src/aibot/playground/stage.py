"""The stage: the fake Slack, the bot's process before it, and one clock that both follow."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
import time
from typing import TYPE_CHECKING, Any, Self

from aibot.playground.bot import BotEndedError, BotProcess, environment_for
from aibot.playground.fake_slack import App, FakeSlack, MovableClock, User
from aibot.playground.redraw import shown_cards

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

Json = dict[str, Any]

SIGNING_SECRET = "0123456789abcdef0123456789abcdef"  # noqa: S105  # the fake Slack's, made up here
SLACKBOT = "USLACKBOT"
#  Seconds that the clock waits for the bot before it goes on without it: less where trouble was ordered
PATIENCE, PATIENCE_IN_TROUBLE = 60, 5


class Stage:
    """Everything the page and the console show."""

    def __init__(self, *, facts: Path | None = None, at: float | None = None) -> None:
        self.clock = MovableClock(at)
        self._moved = asyncio.Event()
        self.slack = FakeSlack(app=App(signing_secret=SIGNING_SECRET), clock=self.clock, sleep=self._sleep)
        self.slack.workspace().users[SLACKBOT] = User(SLACKBOT, "slackbot", "Slackbot", is_bot=True)
        self.facts_path, self.began_at = facts, self.clock()
        self._bot: BotProcess | None = None
        self.facts: Json = {"problems": [], "entries": 0, "facts": 0, "redrawn": 0}
        self.crashes = 0

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, *, facts: Path | None = None, at: float | None = None) -> AsyncIterator[Self]:
        """Start Slack and the bot; `at` is the time it is there.

        Raises:
            FactsError, BotEndedError: where the bot does not start.
        """
        stage = cls(facts=facts, at=at)
        # what is subscribed outlives a crash of the bot, not the playground
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            async with stage.slack:
                slack = stage.slack
                settings = {
                    "SLACK_BOT_TOKEN": slack.bot_token,
                    "SLACK_SIGNING_SECRET": slack.signing_secret,
                    "SLACK_API_URL": slack.api_url,
                    "AIBOT_DATABASE": f"sqlite:///{folder}/aibot.db",
                    "AIBOT_LOG_LEVEL": "INFO",
                    "AIBOT_CONTACT": "U3",  # Jonas, who is an admin
                }
                stage._bot = BotProcess(environment_for(settings), facts, slack.record.changed)
                try:
                    await stage._start()
                    yield stage
                finally:
                    await stage.bot.stop()

    @property
    def bot(self) -> BotProcess:
        """The bot's process."""
        assert self._bot is not None, "Stage.open() starts it"
        return self._bot

    async def _start(self) -> None:
        self.facts |= await self.bot.start(offset=self.offset)
        self.slack.app_url = f"{self.bot.url}/slack/events"

    @property
    def offset(self) -> float:
        """How far the stage's clock is from the real one."""
        return self.clock() - time.time()

    async def move_clock(self, to: float) -> None:
        """Make it this moment, for Slack and for the bot, by way of each daily post that is due until then.

        What the bot is at is finished first: an answer that takes a week comes too late for Slack.
        """
        with contextlib.suppress(BotEndedError):
            await self._wait_until("idle")
            while (post := await self.bot.order("next_post", until=to)) and post["at"] > self.clock() - 1:
                await self._be_at(post["at"] + 1)
                await self._wait_until("posted", subscription=post["subscription"], day=post["day"])
        await self._be_at(to)

    async def _wait_until(self, state: str, **of: str) -> None:
        """Until the bot says that it is so, unless trouble keeps it from that."""
        is_in_trouble = any(order.times != 0 for order in self.slack.faults.orders)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_IN_TROUBLE if is_in_trouble else PATIENCE):
                # asked again and again, since it happens in another process
                while not (await self.bot.order(state, **of))["done"]:  # noqa: ASYNC110
                    await asyncio.sleep(0.05)

    async def _be_at(self, to: float) -> None:
        self.clock.move_to(to)
        with contextlib.suppress(BotEndedError):  # it will be told when it starts again
            await self.bot.order("clock", offset=self.offset)
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()
        self.slack.record.changed()

    async def _sleep(self, seconds: float) -> None:
        """Wait by the stage's clock: moving it wakes what has become due, such as Slack's retries."""
        until = self.clock() + seconds
        while (left := until - self.clock()) > 0:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._moved.wait(), left)

    async def crash(self) -> None:
        """Kill the bot where it stands."""
        await self.bot.kill()
        self.crashes += 1

    async def restart(self) -> None:
        """Start the bot again, unless it runs."""
        if self.bot.pid is None:
            await self._start()

    async def reload_facts(self) -> None:
        """Have the bot read its fact base anew and draw what people see again; problems are kept for showing."""
        try:
            self.facts |= await self.bot.order("reload")
        except BotEndedError as error:
            self.say_broken(str(error), "Start it again.")
        if not self.facts["problems"]:
            self.facts["redrawn"] = await self._redraw()
        self.slack.record.changed()

    def say_broken(self, what: str, fix: str) -> None:
        """Show that something is wrong with the facts, in no file of theirs."""
        self.facts |= {"problems": [{"file": "", "line": 0, "entry": "", "what": what, "fix": fix}]}
        self.slack.record.changed()

    async def _redraw(self) -> int:
        shown = shown_cards(self.slack)
        answer = await self.bot.order("redraw", cards=[asked for _, asked in shown])
        changed = 0
        for (message, _), card in zip(shown, answer["cards"], strict=True):
            if card and _without_ids(message.blocks) != card["blocks"]:
                self.slack.state.edit(message, card["text"], card["blocks"])
                changed += 1
        return changed


def _without_ids(blocks: list[Json]) -> list[Json]:
    """Blocks as the bot sent them: the bot names none, so every block_id is Slack's."""
    return [{key: value for key, value in block.items() if key != "block_id"} for block in blocks]
