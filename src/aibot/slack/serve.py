"""Runs the bot until it is told to stop: over Socket Mode, or over HTTP under uvicorn."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import logging
import signal
import socket
from typing import TYPE_CHECKING

import uvicorn

from aibot.errors import SettingsError
from aibot.load import load_facts, load_phrases
from aibot.logs import configure
from aibot.slack.app import create_app, identify, web_client, web_session
from aibot.slack.background import Background
from aibot.slack.bot import Bot
from aibot.slack.health import Health, HealthApp, fingerprint
from aibot.slack.http import HttpApp
from aibot.slack.sockets import SocketConnection

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
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
    configure(settings.log_level, settings.log_format)
    base = load_facts(facts or settings.facts)
    bot = Bot(base, load_phrases(), command=settings.command, language=settings.language)
    facts_version = fingerprint(base)
    health = Health(facts=facts_version, entries=len(base))
    log.info("loaded %d entries, %d names, facts %s", len(base), len(base.names), facts_version)
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_serve(settings, bot, health, http=http))


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """The event loop that uvicorn would choose: uvloop where there is one."""
    if importlib.util.find_spec("uvloop") is None:  # Windows
        return None
    return importlib.import_module("uvloop").new_event_loop  # type: ignore[no-any-return]


async def _serve(settings: Settings, bot: Bot, health: Health, *, http: bool) -> None:
    background = Background()
    async with web_session() as session:
        client = web_client(settings.bot_token, settings.api_url, session)
        identity = await identify(client)
        log.info("connected as %s in %s", identity.bot_user_id, identity.team_id)
        app = create_app(bot, client, identity, background)
        async with _probes(settings, health):
            if http:
                await _over_http(settings, app, background, health)
            else:
                await _over_sockets(settings, app, session, background, health)


@contextlib.asynccontextmanager
async def _probes(settings: Settings, health: Health) -> AsyncIterator[None]:
    """/healthz and /readyz on a port of their own, where the settings name one."""
    if settings.health_port is None:
        yield
        return
    listener = _listener(settings.host, settings.health_port, "AIBOT_HEALTH_PORT")
    config = uvicorn.Config(
        HealthApp(health), log_config=None, log_level="warning", access_log=False, lifespan="off", ws="none"
    )
    server = _Probes(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    log.info("listening on http://%s:%d/readyz", *listener.getsockname()[:2])
    try:
        yield
    finally:
        server.should_exit = True
        await serving


def _listener(host: str, port: int, setting: str) -> socket.socket:
    """A listening socket, or which setting to change."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise SettingsError(
            f"cannot listen on {host} port {port}: {error.strerror}; set {setting} or AIBOT_HOST to something else"
        ) from error


class _Probes(uvicorn.Server):
    """A server beside the one that matters, which alone is told of signals."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave SIGINT and SIGTERM to the bot."""
        yield


async def _over_http(settings: Settings, app: AsyncApp, background: Background, health: Health) -> None:
    config = uvicorn.Config(
        HttpApp(app, settings.signing_secret, on_stop=background.finish, health=health),
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=10,
        h11_max_incomplete_event_size=64_000,
    )
    listener = _listener(settings.host, settings.port, "AIBOT_PORT")
    log.info("listening on http://%s:%d/slack/events", *listener.getsockname()[:2])
    await uvicorn.Server(config).serve(sockets=[listener])


async def _over_sockets(
    settings: Settings,
    app: AsyncApp,
    session: aiohttp.ClientSession,
    background: Background,
    health: Health,
) -> None:
    stopped = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows has no signal handlers in event loops
            asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    client = web_client(settings.app_token, settings.api_url, session)
    health.connection = connection = SocketConnection(app, settings.app_token, client, health)
    await connection.open()
    log.info("listening over Socket Mode")
    await stopped.wait()
    await connection.close()
    await background.finish()
