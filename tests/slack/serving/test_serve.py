"""`aibot run` as a process of its own: what it refuses to start with, and how it stops."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import aiohttp
import pytest

from aibot.playground.demo import free_port
from aibot.playground.fake_slack import App, FakeSlack

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

pytestmark = pytest.mark.anyio

SECRET = "0123456789abcdef0123456789abcdef"
GONE = "http://127.0.0.1:9/api/"


class Run:
    """The process, and what it has said so far."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.said = ""

    async def until(self, words: str) -> None:
        """Wait until it has said something."""
        assert self.process.stderr is not None
        async with asyncio.timeout(20):
            while words not in self.said:
                line = await self.process.stderr.readline()
                assert line, self.said
                self.said += line.decode()

    async def ended(self) -> int:
        """Its exit code, once it has ended."""
        async with asyncio.timeout(20):
            _, rest = await self.process.communicate()
        self.said += rest.decode()
        return self.process.returncode or 0


@asynccontextmanager
async def begun(*command: str, environ: dict[str, str], where: Path | None = None) -> AsyncIterator[Run]:
    """A command of aibot's, with these settings and no others; killed where it does not end by itself."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AIBOT_", "SLACK_"))}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "aibot", *command, cwd=where, env=kept | environ, stderr=asyncio.subprocess.PIPE
    )
    try:
        yield Run(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def aibot(program: str, *options: str, **environ: str) -> AbstractAsyncContextManager[Run]:
    """One that reads no file of settings, and remembers nothing unless told where."""
    return begun(program, "--env-file", os.devnull, *options, environ={"AIBOT_DATABASE": "off"} | environ)


def aibot_run(*options: str, **environ: str) -> AbstractAsyncContextManager[Run]:
    return aibot("run", *options, **environ)


def tokens(slack: FakeSlack) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_API_URL": slack.api_url,
    }


@asynccontextmanager
async def serving(mode: str, slack: FakeSlack, **more: str) -> AsyncIterator[Run]:
    """The bot, listening."""
    port = free_port()
    options = ["--http"] if mode == "http" else []
    async with aibot_run(*options, **(tokens(slack) | {"AIBOT_PORT": str(port)} | more)) as run:
        await run.until("listening")
        slack.app_url = f"http://127.0.0.1:{port}/slack/events"
        if mode == "http":
            await _until_open(port)
        yield run


async def _until_open(port: int) -> None:
    async with asyncio.timeout(10):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.02)
            else:
                writer.close()
                return


@pytest.fixture(params=["http", "socket"])
async def slack(request: pytest.FixtureRequest) -> AsyncIterator[FakeSlack]:
    async with FakeSlack(mode=request.param, app=App(signing_secret=SECRET), schemas=None) as running:
        yield running


def mode_of(slack: FakeSlack) -> str:
    return "socket" if slack.inbound.socket_mode else "http"


async def test_it_answers_and_stops_when_told(slack: FakeSlack) -> None:
    async with serving(mode_of(slack), slack, AIBOT_LOG_LEVEL="DEBUG") as run:
        command = await slack.command("/ai", "zanzibar deepseek-v3")
        await slack.answer(await slack.mention("zanzibar RAG"))
        run.process.terminate()
        assert await run.ended() == 0
    assert command.message is not None
    assert "outcome=" in run.said
    for secret in (slack.bot_token, slack.app_token, SECRET, "zanzibar"):
        assert secret not in run.said


async def test_work_under_way_is_finished_before_it_stops(slack: FakeSlack) -> None:
    async with serving(mode_of(slack), slack) as run:
        slack.trouble("chat.postMessage", "rate_limit", retry_after=1)
        asked = await slack.mention("RAG")
        await slack.until(lambda: slack.calls("chat.postMessage"))
        run.process.terminate()
        assert await run.ended() == 0
        assert (await slack.answer(asked)).text.startswith("Retrieval-augmented")
    assert "Traceback" not in run.said


async def test_client_ids_in_the_environment_change_nothing(slack: FakeSlack) -> None:
    more = {"SLACK_CLIENT_ID": "1.1", "SLACK_CLIENT_SECRET": "x"}
    async with serving(mode_of(slack), slack, **more):
        assert (await slack.command("/ai", "RAG")).message is not None
        await slack.answer(await slack.mention("RAG"))


async def test_a_token_that_slack_refuses_is_one_line(slack: FakeSlack) -> None:
    options = ["--http"] if mode_of(slack) == "http" else []
    async with aibot_run(*options, **tokens(slack) | {"SLACK_BOT_TOKEN": "xoxb-9-nobodys"}) as run:
        assert await run.ended() == 2
    (line,) = [line for line in run.said.splitlines() if line.startswith("aibot: ")]
    assert line.startswith(
        "aibot: Slack does not take SLACK_BOT_TOKEN (invalid_auth): https://api.slack.com/apps"
    )
    assert "Traceback" not in run.said
    assert "xoxb-9" not in run.said


async def test_an_app_token_that_slack_refuses_is_one_line() -> None:
    async with (
        FakeSlack(mode="socket", schemas=None) as slack,
        aibot_run(**tokens(slack) | {"SLACK_APP_TOKEN": "xapp-9-nobodys"}) as run,
    ):
        assert await run.ended() == 2
    assert "aibot: Slack does not take SLACK_APP_TOKEN (" in run.said
    assert "Traceback" not in run.said
    assert "xapp-9" not in run.said


async def test_a_slack_that_cannot_be_reached_is_one_line_and_worth_another_start() -> None:
    good = {"SLACK_BOT_TOKEN": "xoxb-1-2-abcdef", "SLACK_APP_TOKEN": "xapp-1-abcdef", "SLACK_API_URL": GONE}
    async with aibot_run(**good) as run:
        assert await run.ended() == 1
    assert f"aibot: Slack cannot be reached at {GONE}" in run.said
    assert "Traceback" not in run.said


async def test_a_slack_that_is_down_at_the_start_is_worth_another_start(slack: FakeSlack) -> None:
    slack.trouble("auth.test", "server_error", times=None)
    async with aibot_run("--http", **tokens(slack)) as run:
        assert await run.ended() == 1
    assert "aibot: Slack has no answer at " in run.said
    assert "http_500" in run.said
    assert "Traceback" not in run.said


#  Slack says these with HTTP 200: https://docs.slack.dev/reference/methods/auth.test#errors
@pytest.mark.parametrize("code", ["internal_error", "service_unavailable", "team_added_to_org"])
async def test_a_slack_that_has_no_time_at_the_start_blames_no_token(code: str) -> None:
    async with FakeSlack(mode="socket", schemas=None) as slack:
        slack.trouble("auth.test", error=code, times=None)
        async with aibot_run(**tokens(slack)) as run:
            assert await run.ended() == 1
    assert "aibot: Slack has no answer at " in run.said
    assert code in run.said
    assert "SLACK_BOT_TOKEN" not in run.said


async def test_it_stops_when_told_while_the_socket_does_not_open() -> None:
    async with silent_listener() as port, FakeSlack(mode="socket", schemas=None) as slack:
        never = {"ok": True, "url": f"ws://127.0.0.1:{port}/link"}
        slack.trouble("apps.connections.open", extra=never, times=None)
        async with aibot_run(**tokens(slack)) as run:
            await slack.until(lambda: slack.calls("apps.connections.open"))
            run.process.terminate()
            assert await run.ended() == 0
    assert "Traceback" not in run.said


@asynccontextmanager
async def silent_listener() -> AsyncIterator[int]:
    """The port of something that takes connections and says nothing, as a firewall that swallows WebSockets does."""
    over = asyncio.Event()

    async def silent(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await over.wait()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        over.set()
        server.close()


async def test_a_port_in_use_is_one_line(slack: FakeSlack) -> None:
    if mode_of(slack) == "socket":
        return
    async with serving("http", slack) as first:
        port = (slack.app_url or "").split(":")[2].partition("/")[0]
        async with aibot_run("--http", **tokens(slack), AIBOT_PORT=port) as second:
            assert await second.ended() == 2
        first.process.terminate()
        await first.ended()
    assert f"AIBOT_PORT={port}" in second.said
    assert "Traceback" not in second.said


async def test_nobody_needs_a_home(slack: FakeSlack) -> None:
    # "~" is how Python sees a user without HOME and without an entry in /etc/passwd
    async with serving(mode_of(slack), slack, HOME="~"):
        assert (await slack.command("/ai", "RAG")).message is not None


async def test_a_missing_token_is_told_before_anything_is_loaded() -> None:
    async with aibot_run() as run:
        assert await run.ended() == 2
    assert run.said.count("\n") == 2
    assert run.said.startswith("aibot: SLACK_BOT_TOKEN is not set")


async def test_logs_are_json_where_asked_for_and_every_line_names_its_request(slack: FakeSlack) -> None:
    async with serving(mode_of(slack), slack, AIBOT_LOG_FORMAT="json") as run:
        await slack.command("/ai", "zanzibar deepseek-v3")
        await slack.answer(await slack.mention("zanzibar RAG"))
        run.process.terminate()
        assert await run.ended() == 0
    lines = [json.loads(line) for line in run.said.splitlines()]
    answered = [line for line in lines if "outcome=" in line["message"]]
    assert len({line["request"] for line in answered}) == 2
    assert "zanzibar" not in run.said


async def test_probes_on_a_port_of_their_own(slack: FakeSlack) -> None:
    port = free_port()
    async with (
        serving(mode_of(slack), slack, AIBOT_HEALTH_PORT=str(port)) as run,
        aiohttp.ClientSession() as session,
    ):

        async def probe(path: str) -> tuple[int, str]:
            async with session.get(f"http://127.0.0.1:{port}{path}") as response:
                return response.status, await response.text()

        await slack.command("/ai", "model deepseek-v3")
        status, text = await probe("/readyz")
        report = json.loads(text)
        assert (status, report["ready"]) == (200, True)
        assert len(report["facts"]["fingerprint"]) == 12
        assert report["last_request_seconds"] is not None
        assert ("socket" in report) is (mode_of(slack) == "socket")
        assert await probe("/healthz") == (200, "ok")
        assert (await probe("/slack/events"))[0] == 404
        await slack.mention("zanzibar RAG", channel="C1")
        await slack.until(lambda: slack.calls("chat.postMessage"))
        _, counts = await probe("/metrics")
        assert 'aibot_answers_total{language="en",outcome="answer",via="command"} 1.0' in counts
        assert 'aibot_answer_seconds_count{via="mention"} 1.0' in counts
        assert "aibot_ready 1.0" in counts
        assert "zanzibar" not in counts
        run.process.terminate()
        assert await run.ended() == 0


async def test_tokens_may_stand_in_files(slack: FakeSlack, tmp_path: Path) -> None:
    named: dict[str, str] = {}
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"):
        (tmp_path / name).write_text(tokens(slack)[name], "utf-8")
        named |= {name: "", f"{name}_FILE": str(tmp_path / name)}
    async with serving(mode_of(slack), slack, **named):
        assert (await slack.command("/ai", "RAG")).message is not None
