"""Runs the bot until it is told to stop: over Socket Mode, or over HTTP under uvicorn."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import logging
import signal
from typing import TYPE_CHECKING

import uvicorn
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.errors import SlackApiError

from aibot.errors import SettingsError
from aibot.load import load_facts, load_phrases
from aibot.settings import WHERE
from aibot.slack.app import create_app, identify, web_client, web_session
from aibot.slack.background import Background
from aibot.slack.bot import Bot
from aibot.slack.http import HttpApp

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import aiohttp
    from slack_bolt.async_app import AsyncApp

    from aibot.settings import Settings

log = logging.getLogger(__name__)


def serve(settings: Settings, *, http: bool, facts: Path | None = None) -> None:
    """Load, connect, and run until SIGINT or SIGTERM.

    Raises:
        FactsError: where the fact base cannot be used.
        SettingsError: where Slack refuses a token or cannot be reached.
    """
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    base = load_facts(facts or settings.facts)
    bot = Bot(base, load_phrases(), command=settings.command, language=settings.language)
    log.info("loaded %d entries, %d names", len(base), len(base.names))
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_serve(settings, bot, http=http))


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """The event loop that uvicorn would choose: uvloop where there is one."""
    if importlib.util.find_spec("uvloop") is None:  # Windows
        return None
    return importlib.import_module("uvloop").new_event_loop  # type: ignore[no-any-return]


async def _serve(settings: Settings, bot: Bot, *, http: bool) -> None:
    background = Background()
    async with web_session() as session:
        client = web_client(settings.bot_token, settings.api_url, session)
        identity = await identify(client)
        log.info("connected as %s in %s", identity.bot_user_id, identity.team_id)
        app = create_app(bot, client, identity, background)
        if http:
            await _over_http(settings, app, background)
        else:
            await _over_sockets(settings, app, session, background)


async def _over_http(settings: Settings, app: AsyncApp, background: Background) -> None:
    config = uvicorn.Config(
        HttpApp(app, settings.signing_secret, on_stop=background.finish),
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=10,
        h11_max_incomplete_event_size=64_000,
    )
    server = uvicorn.Server(config)
    log.info("listening on http://%s:%d/slack/events", settings.host, settings.port)
    await server.serve()


async def _over_sockets(
    settings: Settings, app: AsyncApp, session: aiohttp.ClientSession, background: Background
) -> None:
    handler = AsyncSocketModeHandler(
        app, settings.app_token, web_client=web_client(settings.app_token, settings.api_url, session)
    )
    stopped = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows has no signal handlers in event loops
            asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    try:
        await handler.connect_async()  # type: ignore[no-untyped-call]
    except SlackApiError as error:
        await handler.close_async()  # type: ignore[no-untyped-call]
        reason = error.response.get("error", "unknown error")
        raise SettingsError(
            f"Slack does not take SLACK_APP_TOKEN ({reason}): {WHERE['SLACK_APP_TOKEN']}"
        ) from error
    log.info("listening over Socket Mode")
    await stopped.wait()
    await handler.close_async()  # type: ignore[no-untyped-call]
    await background.finish()
