"""When Slack's Web API is away: what is to be said waits until it is back, instead of being said to nobody."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aibot.slack.refusals import code_of, is_away

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from aibot.slack.serving.background import Background
    from aibot.slack.serving.metrics import Metrics

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 5.0


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long things wait, how many, and how fast they go on."""

    #  seconds; a response_url works for 30 minutes:
    #  https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
    patience: float = 25 * 60.0
    most: int = (
        40_000  # what waits is held in memory, some eight kilobytes each: 320 MB of the 768 in deploy/
    )
    pace: float = 50.0  # a second, once Slack is back: who asks then comes first


class AwayError(Exception):
    """Slack was away for too long, or too much waited already: there is no use in saying it any more."""


class Outage:
    """Whether Slack's Web API is away. A call that fails begins it; `api.test` that gets through ends it.

    https://docs.slack.dev/reference/methods/api.test needs no token and has the widest limit of all.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        background: Background,
        metrics: Metrics | None = None,
        bounds: Bounds | None = None,
    ) -> None:
        self._client, self._background, self._metrics = client, background, metrics
        self._bounds = bounds or Bounds()
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._is_on = self._is_looking = False
        self._pause = 0.0  # before Slack is asked again

    @property
    def is_on(self) -> bool:
        """Whether Slack is away as far as we know."""
        return self._is_on

    def begin(self, error: Exception) -> None:
        """A call has failed as `is_away` says: look for Slack until it answers."""
        if self._is_on:
            return
        self._is_on = True
        log.warning("Slack does not answer (%s); what is to be said waits", code_of(error))
        if not self._is_looking:  # else it will see that Slack is away once more
            self._is_looking = True
            self._background.start(self._look())

    def came_through(self) -> None:
        """Something was said: one lost connection among many is no reason to wait."""
        self._pause = 0.0

    async def over(self) -> None:
        """Wait until Slack is back, and those who waited before have had their turn.

        Raises:
            AwayError: where that takes too long, or too many wait.
        """
        if not self._is_on:
            return
        if len(self._waiting) >= self._bounds.most:
            self._lose()
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            async with asyncio.timeout(self._bounds.patience):
                await turn
        except TimeoutError:
            self._lose()

    def _lose(self) -> None:
        if self._metrics is not None:
            self._metrics.count_held_back("away")
        raise AwayError

    async def _look(self) -> None:
        """Ask until Slack answers, then let go who waits, one after the other; again if it is away once more."""
        while self._is_on:
            began = time.monotonic()
            #  it may answer `api.test` alone: each time that it only seemed to be back it is left longer alone
            await self._rest()
            while not await self._answers():
                await self._rest()
            self._is_on, seconds = False, time.monotonic() - began
            log.warning("Slack answers again after %.0f s; %d answers waited", seconds, len(self._waiting))
            while self._waiting and not self._is_on:
                turn = self._waiting.popleft()
                if not turn.done():  # nobody waits for one that is done: it took too long
                    turn.set_result(None)
                    await asyncio.sleep(1 / self._bounds.pace)
        self._is_looking = False

    async def _rest(self) -> None:
        await asyncio.sleep(self._pause)
        self._pause = min(max(self._pause * 2, FIRST_PAUSE), LONGEST_PAUSE)

    async def _answers(self) -> bool:
        try:
            await self._client.api_test()
        except Exception as error:  # noqa: BLE001  # a refusal is an answer as well
            return not is_away(error)
        return True
