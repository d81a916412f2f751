"""The bot as the playground starts it: the serving objects, with a clock that can be moved, told what to do on stdin.

Serving code knows nothing of this. One JSON object a line comes in, one goes out; when stdin ends, so does the bot.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import socket
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn

from aibot.core.answers import Knowledge
from aibot.errors import AibotError, FactsError
from aibot.load import load_facts, load_phrases
from aibot.settings import read_settings
from aibot.slack.app import create_app, identify, web_client, web_session
from aibot.slack.bot import Bot
from aibot.slack.cards import CardMaker, recall_from
from aibot.slack.daily.run import daily_posts
from aibot.slack.manners.manners import Manners
from aibot.slack.serving.background import Background
from aibot.slack.serving.http import HttpApp
from aibot.slack.serving.serve import LIBRARIES
from aibot.storage import remembering

if TYPE_CHECKING:
    from collections.abc import Callable

    from aibot.core.facts import FactBase
    from aibot.core.language import Phrases
    from aibot.settings import Settings
    from aibot.slack.daily.daily import Daily

log = logging.getLogger(__name__)

Json = dict[str, Any]

LOOPBACK = "127.0.0.1"
TICK_SECONDS = 0.1  # who travels in time waits for each daily post on the way


class OffsetClock:
    """The real time, and so many seconds."""

    def __init__(self, seconds: float = 0) -> None:
        self.seconds = seconds

    def __call__(self) -> datetime:
        """Return now, moved."""
        return datetime.now(UTC) + timedelta(seconds=self.seconds)


class Orders:
    """What the playground can have the bot do beside serving."""

    def __init__(  # noqa: PLR0913  # where everything meets
        self,
        bot: Bot,
        daily: Daily | None,
        background: Background,
        clock: OffsetClock,
        *,
        facts: Path | None,
        phrases: Phrases,
    ) -> None:
        self._bot, self._daily, self._background, self._clock = bot, daily, background, clock
        self._facts, self._phrases = facts, phrases

    def carry_out(self, order: Json) -> Json:
        """Do what one line says."""
        known: dict[str, Callable[..., Json]] = {
            "clock": self.clock, "idle": self.idle, "next_post": self.next_post, "posted": self.posted,
            "reload": self.reload, "redraw": self.redraw,
        }  # fmt: skip
        return known[order["do"]](**order["with"])

    def clock(self, *, offset: float) -> Json:
        """Move the bot's clock."""
        self._clock.seconds = offset
        return {"now": self._clock().isoformat()}

    def idle(self) -> Json:
        """Whether nothing is under way that somebody waits for."""
        return {"done": not self._background.under_way}

    def next_post(self, *, until: float) -> Json:
        """The next daily post that is due before a moment: when, whose, which day; {} where there is none."""
        if self._daily is None:
            return {}
        now, store = self._clock(), self._daily.store
        slots = [
            (slot.due.timestamp(), subscription.id, slot.day.isoformat())
            for subscription in store.list()
            for slot in store.coming(subscription, now, 1)
        ]
        if not slots or min(slots)[0] > until:
            return {}
        at, subscription_id, day = min(slots)
        return {"at": at, "subscription": subscription_id, "day": day}

    def posted(self, *, subscription: str, day: str) -> Json:
        """Whether a day's post has come to an end."""
        assert self._daily is not None
        store = self._daily.store
        under_way = {one.subscription for one in store.deliveries.in_state("due", "sending")}
        taken = {one.isoformat() for one in store.taken(subscription)}
        return {"done": day in taken and subscription not in under_way}

    def reload(self) -> Json:
        """Read the fact base anew; where it cannot be used, the last good one goes on answering."""
        try:
            base = load_facts(self._facts)
        except FactsError as error:
            problems = [
                {"file": one.file, "line": one.line, "entry": one.entry, "what": one.what, "fix": one.fix}
                for one in error.problems
            ]
            return {"problems": problems}
        self._bot.knowledge = Knowledge.of(base)
        old = self._bot.cards
        self._bot.cards = CardMaker(base, self._phrases, old.command, daily=old.daily)
        return {"problems": [], **counts(base)}

    def redraw(self, *, cards: list[Json]) -> Json:
        """Answer the same questions and buttons again, from the fact base as it is now."""
        return {"cards": [self._redrawn(card) for card in cards]}

    def _redrawn(self, card: Json) -> Json:
        recall = recall_from(card["recall"])
        if recall is None:
            return {}
        reply = self._bot.drawn_again(recall, where=card["where"], turned=card["turned"])
        drawn = reply.card
        if user := card.get("shared_by"):
            drawn = self._bot.cards.shared(drawn, reply.language, user)
        return {"text": drawn.text, "blocks": drawn.blocks}


def counts(base: FactBase) -> Json:
    """How much the fact base holds."""
    return {"entries": len(base), "facts": sum(len(entry.facts) for entry in base.entries.values())}


async def serve(settings: Settings, *, facts: Path | None, offset: float) -> None:
    """Serve HTTP on a free port and carry out orders until stdin ends."""
    clock, phrases, base = OffsetClock(offset), load_phrases(), load_facts(facts)
    bot = Bot(base, phrases, command=settings.command, language=settings.language, clock=clock)
    background = Background()
    async with web_session() as session:
        client = web_client(settings.bot_token, settings.api_url, session)
        identity = await identify(client)
        async with (
            remembering(settings.database, clock=lambda: clock().timestamp()) as memory,
            daily_posts(
                settings, bot, client, identity, background, memory=memory, clock=clock, tick=TICK_SECONDS
            ) as daily,
        ):
            app = create_app(
                bot,
                client,
                identity,
                background,
                daily=daily,
                memory=memory,
                manners=Manners.of(settings),
                contact=settings.contact,
            )
            http = HttpApp(app, settings.signing_secret, on_stop=background.finish)
            with socket.create_server((LOOPBACK, 0)) as listener:
                config = uvicorn.Config(
                    http, log_level="warning", access_log=False, timeout_graceful_shutdown=2
                )
                server = uvicorn.Server(config)
                log.info("listening; %d entries", len(base))
                _say({"url": f"http://{LOOPBACK}:{listener.getsockname()[1]}", **counts(base)})
                _obey(Orders(bot, daily, background, clock, facts=facts, phrases=phrases), server)
                await server.serve(sockets=[listener])


def _obey(orders: Orders, server: uvicorn.Server) -> None:
    """Read stdin in a thread of its own, since not every platform can wait for it in an event loop."""
    loop = asyncio.get_running_loop()

    def carry_out(order: Json) -> None:
        _say({"id": order["id"], **orders.carry_out(order)})

    def end() -> None:
        server.should_exit = True

    def read() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(carry_out, json.loads(line))
        loop.call_soon_threadsafe(end)

    threading.Thread(target=read, daemon=True).start()


def _say(message: Json) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def main() -> int:
    """Run; arguments are the facts file ("" for the one that came along) and the clock's offset."""
    facts, offset = (Path(sys.argv[1]) if sys.argv[1] else None), float(sys.argv[2])
    try:
        settings = read_settings(os.environ, http=True)
        logging.basicConfig(level=settings.log_level, format="%(levelname)s %(name)s %(message)s")
        for library in LIBRARIES:
            logging.getLogger(library).setLevel(logging.WARNING)
        asyncio.run(serve(settings, facts=facts, offset=offset))
    except AibotError as error:
        _say({"error": str(error)})
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
