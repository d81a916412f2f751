"""`make demo`: the real bot, in a process of its own, behind the fake Slack over real HTTP; prints what people see."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys
import tempfile
import time
from typing import TYPE_CHECKING

import aiohttp

from aibot.playground.fake_slack import App, FakeSlack

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from aibot.playground.fake_slack import Exchange, Message

SIGNING_SECRET = "0123456789abcdef0123456789abcdef"  # noqa: S105  # the fake Slack's, made up here


def free_port() -> int:
    """A port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.asynccontextmanager
async def running_bot(slack: FakeSlack, facts: Path | None = None) -> AsyncIterator[str]:
    """`aibot run --http` as its own process, pointed at the fake Slack; yields its address."""
    port = free_port()
    folder = tempfile.TemporaryDirectory(prefix="aibot-demo-")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("AIBOT_", "SLACK_"))},
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_API_URL": slack.api_url,
        "AIBOT_PORT": str(port),
        **({"AIBOT_FACTS": str(facts)} if facts is not None else {}),
        "AIBOT_LOG_LEVEL": "WARNING",
        "AIBOT_DATABASE": f"sqlite:///{folder.name}/aibot.db",
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "aibot", "run", "--http", "--env-file", os.devnull), env=environment
    )
    url = f"http://127.0.0.1:{port}"
    try:
        await _until_healthy(f"{url}/healthz", process)
        slack.app_url = f"{url}/slack/events"
        yield url
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
        folder.cleanup()


async def _until_healthy(url: str, process: asyncio.subprocess.Process) -> None:
    async with aiohttp.ClientSession() as session, asyncio.timeout(30):
        while True:
            if process.returncode is not None:
                raise RuntimeError(f"the bot ended with exit code {process.returncode} before it listened")
            with contextlib.suppress(aiohttp.ClientError):
                async with session.get(url) as response:
                    if response.status == 200:
                        return
            await asyncio.sleep(0.05)


async def _demo() -> None:
    async with FakeSlack(app=App(signing_secret=SIGNING_SECRET)) as slack, running_bot(slack):
        for text in ("model deepseek-v3", "gemeni 1.5 pro", "DeepSeek-V3 训练花了多少钱？", "model gpt-6"):
            started = time.perf_counter()
            exchange = await slack.command("/ai", text)
            _show(f"/ai {text}", exchange.message, exchange, time.perf_counter() - started)
        started = time.perf_counter()
        exchange = await slack.mention("which models support 1M context?")
        message = await slack.answer(exchange)
        _show(
            "@aibot which models support 1M context?  (in a thread)",
            message,
            exchange,
            time.perf_counter() - started,
        )
    print("Next: `make test` runs every check; README.md says how to add the bot to your workspace.")  # noqa: T201


def _show(typed: str, message: Message | None, exchange: Exchange, seconds: float) -> None:
    """What was typed, and what Slack shows for it."""
    seen = message.text if message else f"nothing: {exchange.error or exchange.status}"
    seen = seen.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    to_whom = (
        "only the asker sees this"
        if message and message.ephemeral_to
        else "everyone in the channel sees this"
    )
    blocks = len(message.blocks) if message else 0
    bold, faint, plain = ("\x1b[1m", "\x1b[2m", "\x1b[0m") if sys.stdout.isatty() else ("", "", "")
    print(f"{bold}{typed}{plain}")  # noqa: T201
    print(f"{faint}  {seconds * 1000:.0f} ms over HTTP, {blocks} blocks, {to_whom}{plain}")  # noqa: T201
    print("\n".join(f"  {line}" for line in seen.splitlines()) + "\n")  # noqa: T201


if __name__ == "__main__":
    asyncio.run(_demo())
