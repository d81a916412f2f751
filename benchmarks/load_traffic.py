"""Slack's side of the load run: signed questions at a steady rate, and an account of what became of each."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from aibot.playground.fake_slack import signed_headers
from aibot.slack.serving.outage import LONGEST_PAUSE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Sequence

SIGNING_SECRET = "0123456789abcdef0123456789abcdef"
TOKEN = "xoxb-1-2-load"
#  Slack gives up after 3 seconds: https://docs.slack.dev/apis/events-api/#responding
IN_TIME = 3.0
KINDS = ("command", "command", "command", "mention", "mention", "button")
#  What is asked, and how its answer begins: somebody else's would be seen
QUESTIONS = {
    "deepseek-v3": "DeepSeek-V3 (",
    "RAG": "Retrieval-augmented generation",
    "who made Sora?": "Sora (",
    "gemeni 1.5 pro": "Gemini 1.5 Pro (",
    "什么是智能体": "这个我不知道",
    "gpt-4o context window": "GPT-4o (",
    "MoE": "Mixture of Experts",
}
ENTRIES = {"deepseek-v3": "DeepSeek-V3 (", "gpt-4o": "GPT-4o ("}
SORRY = ("Something went wrong on my side", "我这边出错了")
UNSURE = ("Slack did not answer when I replied", "我回复时 Slack 没有响应")
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


@dataclass(slots=True)
class Asked:
    """One question, and all that came of it."""

    number: int
    kind: str
    due: float  # when it was to be sent; times are counted from here, so a queue shows
    acknowledged: float | None = None  # seconds
    status: int = 0
    reason: str = ""
    tries: int = 0
    answers: list[float] = field(default_factory=list)
    said: list[str] = field(default_factory=list)  # in the order of `answers`
    begins: str = ""  # how its answer has to begin
    wrong: str = ""
    in_outage: bool = False  # Slack's Web API was down when it was asked

    @property
    def outcome(self) -> str:
        """What became of it, in a word or two."""
        if self.said and (wrong := self._wrong):
            return wrong
        if self.answers and self.acknowledged is not None:
            late = max(self.answers[0], self.acknowledged) > IN_TIME
            if self.in_outage and late:
                return "answered once Slack was back"
            return "answered when it was sent again" if self.tries > 1 else "late" if late else "in time"
        if self.answers:
            return "answered, its acknowledgement lost"
        if self.status == 200:
            return "acknowledged, not answered"
        return f"refused: {self.status} {self.reason}" if self.status else f"no connection: {self.reason}"

    @property
    def _wrong(self) -> str:
        """What is wrong with what was said, if anything is."""
        last = self.said[-1]
        if self.wrong:
            return f"answered elsewhere: {self.wrong}"
        #  Where nobody knows whether the answer was shown, one line may say so behind it
        if len(self.said) > (2 if last.startswith(UNSURE) else 1):
            return f"answered twice: a {self.kind}"
        if last.startswith(SORRY):
            return "told that it failed"
        if last.startswith(UNSURE):
            return "told to look, and to ask again"
        return "" if last.startswith(self.begins) else f"answered with another's answer: {last[:40]}"


class Traffic:
    """Sends questions to the workers in turn, as a load balancer would, and hears their answers."""

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        self.urls: list[str] = []
        self.asked: dict[int, Asked] = {}
        self.skew = 0.0  # how far Slack's clock is from the bot's
        self.workspaces = 0  # how many have installed the bot; with none it has the one token of T1
        self.is_down = False  # Slack's Web API
        self.back_at = 0.0  # when it was no longer, by `time.perf_counter`
        self.strays: list[str] = []  # what was said to nobody who had asked
        self.slowness = 0.0  # seconds it takes over a post
        self.api_url = ""
        self.retry_waits: tuple[float, ...] = (0.0, 0.5, 2.0)  # Slack's own are 0, 60 and 300 seconds
        self.patience = 5.0  # seconds to wait for answers that may still come
        self._clock, self._next = clock, 0
        self._arriving: set[str] = set()
        self._own: set[str] = set()  # the channels of questions of one's own
        self._session: aiohttp.ClientSession | None = None

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Listen for the bot's calls."""
        app = web.Application(client_max_size=4_000_000)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/hooks/{channel}/{number}", self._hook)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            self.api_url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
            connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=30)
            timeout = aiohttp.ClientTimeout(IN_TIME)
            async with aiohttp.ClientSession(connector=connector, timeout=timeout) as self._session:
                yield
        finally:
            await runner.cleanup()

    # What the bot calls

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if method == "auth.test":
            return web.json_response(
                {
                    "ok": True,
                    "team": "Load",
                    "team_id": "T1",
                    "user": "aibot",
                    "user_id": "UBOT",
                    "bot_id": "B1",
                }
            )
        if self.is_down:
            return self._cut(request)
        if method != "chat.postMessage":
            return web.json_response({"ok": False, "error": "missing_scope"})
        fields = await request.json() if "json" in request.content_type else dict(await request.post())
        told = str(fields.get("thread_ts", ""))
        number = told.partition(".")[0]
        asked = self.asked.get(int(number)) if number.isdecimal() else None
        if (
            asked is not None
            and request.headers.get("Authorization") != f"Bearer {self._token(asked.number)}"
        ):
            asked.wrong = "with another workspace's token"
        self._arriving.add(told)
        await asyncio.sleep(self.slowness)
        self._arriving.discard(told)
        self._heard(number, str(fields.get("channel")), str(fields.get("text")))
        return web.json_response({"ok": True, "channel": fields.get("channel"), "ts": f"{time.time():.6f}"})

    async def _hook(self, request: web.Request) -> web.StreamResponse:
        if self.is_down:
            return self._cut(request)
        fields = await request.json()
        if fields.get("delete_original"):
            return web.Response(text="ok")
        self._heard(request.match_info["number"], request.match_info["channel"], str(fields.get("text")))
        return web.Response(text="ok")

    @staticmethod
    def _cut(request: web.Request) -> web.StreamResponse:
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=503)

    def _heard(self, number: str, channel: str, text: str) -> None:
        asked = self.asked.get(int(number)) if number.isdecimal() else None
        if asked is None:
            if channel not in self._own:
                self.strays.append(f"{channel} {number}: {text[:40]}")
            return
        asked.answers.append(time.perf_counter() - asked.due)
        asked.said.append(text[:200])
        if channel != _channel(asked.number):
            asked.wrong = channel

    def go_down(self) -> None:
        """Slack's Web API cuts every connection, also under answers that are on their way."""
        self.is_down = True
        for asked in self.asked.values():
            asked.in_outage = asked.in_outage or not asked.answers

    def come_back(self) -> None:
        """It takes calls again."""
        self.is_down, self.back_at = False, time.perf_counter()

    def under_way(self) -> set[str]:
        """The posts that Slack has been given and has not answered."""
        return self._arriving

    @staticmethod
    async def until(is_so: Callable[[], bool]) -> None:
        """Wait until something is so."""
        async with asyncio.timeout(IN_TIME * 10):
            while not is_so():  # noqa: ASYNC110  # what it waits for lies all over the traffic
                await asyncio.sleep(0.01)

    # What people ask

    async def flow(self, rate: float, seconds: float) -> list[Asked]:
        """Ask so many questions a second, whatever becomes of those before; return when all is settled."""
        started = time.perf_counter()
        tasks, flow = [], []
        for tick in range(int(rate * seconds)):
            due = started + tick / rate
            if (wait := due - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            asked = self._new(KINDS[tick % len(KINDS)], due)
            flow.append(asked)
            tasks.append(asyncio.create_task(self.send(asked)))
        await asyncio.gather(*tasks)
        await self.settle(flow)
        return flow

    async def settle(self, flow: Sequence[Asked]) -> None:
        """Wait for answers that are still on their way; a second answer would have come by then."""
        until, left = time.perf_counter() + self.patience, list(flow)
        while time.perf_counter() < until:
            left = [asked for asked in left if not asked.answers and asked.status == 200]
            if not left:
                await asyncio.sleep(0.2)
                return
            await asyncio.sleep(0.05)

    def _new(self, kind: str, due: float) -> Asked:
        self._next += 1
        #  It takes the bot some seconds to see that Slack is back
        in_outage = self.is_down or time.perf_counter() < self.back_at + LONGEST_PAUSE
        asked = self.asked[self._next] = Asked(self._next, kind, due, in_outage=in_outage)
        asked.begins = self._entry(asked)[1] if kind == "button" else self._question(asked)[1]
        return asked

    @staticmethod
    def _question(asked: Asked) -> tuple[str, str]:
        return tuple(QUESTIONS.items())[asked.number % len(QUESTIONS)]

    @staticmethod
    def _entry(asked: Asked) -> tuple[str, str]:
        return tuple(ENTRIES.items())[asked.number % len(ENTRIES)]

    async def command(self, text: str) -> Asked:
        """One slash command of its own, in a channel of its own, with what was said to it."""
        asked = self._new("command", time.perf_counter())
        asked.begins = ""  # who asked this reads it; the whole channel may be told of it
        self._own.add(_channel(asked.number))
        await self.send(asked, text)
        await self.settle([asked])
        return asked

    async def send(self, asked: Asked, text: str | None = None) -> None:
        """Send it; an event again and again where Slack would."""
        body, kind = self._body(asked, text)
        for wait in (0.0, *(self.retry_waits if asked.kind == "mention" else ())):
            await asyncio.sleep(wait)
            asked.tries += 1
            await self._deliver(asked, body, kind)
            if asked.status == 200:
                return

    async def _deliver(self, asked: Asked, body: bytes, kind: str) -> None:
        again = {"X-Slack-Retry-Num": str(asked.tries - 1)} if asked.tries > 1 else {}
        headers = signed_headers(SIGNING_SECRET, body, at=self._clock() + self.skew)
        headers |= {"Content-Type": kind, **again}
        assert self._session is not None
        asked.status = 0
        for turn in range(len(self.urls)):  # a balancer knows who does not even take a connection
            #  by rounds of all kinds: else one worker would get all that waits for Slack, and the other the commands
            url = self.urls[(asked.number // len(KINDS) + asked.tries + turn) % len(self.urls)]
            try:
                async with self._session.post(url, data=body, headers=headers) as response:
                    said = (await response.read()).decode()
            except aiohttp.ClientConnectorError:
                asked.reason = "nobody listens"
                continue
            except TimeoutError:
                asked.reason = "no answer in 3 seconds"
                return
            except aiohttp.ClientError:
                asked.reason = "it broke"
                return
            asked.acknowledged = time.perf_counter() - asked.due
            asked.status, asked.reason = response.status, "" if response.status == 200 else said[:60]
            if asked.kind == "command" and response.status == 200 and said:
                self._heard(str(asked.number), _channel(asked.number), str(json.loads(said).get("text")))
            return

    def _team(self, number: int) -> str:
        """Whose question it is: all workspaces have their turn."""
        return team_of(number * 7919 % self.workspaces) if self.workspaces else "T1"

    def _token(self, number: int) -> str:
        return token_of(self._team(number)) if self.workspaces else TOKEN

    def _body(self, asked: Asked, text: str | None) -> tuple[bytes, str]:
        number, channel, team = asked.number, _channel(asked.number), self._team(asked.number)
        question, user = text or self._question(asked)[0], f"U{number}"
        hook = f"{self.api_url.removesuffix('api/')}hooks/{channel}/{number}"
        if asked.kind == "command":
            fields = {
                "team_id": team, "channel_id": channel, "channel_name": "load", "user_id": user, "command": "/ai",
                "text": question, "api_app_id": "A1", "is_enterprise_install": "false", "response_url": hook,
                "trigger_id": f"{number}.1.x",
            }  # fmt: skip
            return urlencode(fields).encode(), FORM
        if asked.kind == "mention":
            event = {
                "type": "app_mention", "user": user, "text": f"<@UBOT> {question}", "ts": f"{number}.000001",
                "channel": channel, "event_ts": f"{number}.000001",
            }  # fmt: skip
            outer = {"type": "event_callback", "team_id": team, "api_app_id": "A1", "event": event}
            return json.dumps(
                {**outer, "event_id": f"Ev{number}", "event_time": int(time.time())}
            ).encode(), JSON
        entry = self._entry(asked)[0]
        press = {
            "type": "block_actions", "team": {"id": team}, "user": {"id": user, "team_id": team}, "api_app_id": "A1",
            "container": {"type": "message", "message_ts": "1.1", "channel_id": channel, "is_ephemeral": True},
            "channel": {"id": channel}, "response_url": hook, "trigger_id": f"{number}.2.x",
            "actions": [
                {"type": "button", "action_id": f"aibot_show:{entry}", "block_id": "b", "action_ts": "1.2",
                 "value": json.dumps({"l": "en", "e": entry})}
            ],
        }  # fmt: skip
        return urlencode({"payload": json.dumps(press)}).encode(), FORM


def team_of(number: int) -> str:
    """The workspaces by number."""
    return f"T9{number:06}"


def token_of(team: str) -> str:
    """The bot's token in a workspace."""
    return f"xoxb-{team}-load"


def _channel(number: int) -> str:
    """A channel for each question: where an answer lands shows whose it is."""
    return f"C{number}"


def outcomes(flow: Sequence[Asked]) -> Counter[str]:
    """How many came to what."""
    return Counter(asked.outcome for asked in flow)


def quantiles(times: Iterable[float | None]) -> tuple[float, float, float]:
    """The median, the 99th percentile and the longest, in milliseconds, of the seconds that are there."""
    known = sorted(1000 * seconds for seconds in times if seconds is not None)
    return (known[len(known) // 2], known[int(len(known) * 0.99)], known[-1]) if known else (0.0, 0.0, 0.0)
