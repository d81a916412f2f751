"""Runs the bot until it is told to stop: over Socket Mode, or over HTTP under uvicorn."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import importlib.util
import logging
import os
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aibot.core.matching.nearby import advice, can_pack
from aibot.errors import SettingsError
from aibot.load import load_facts, load_phrases
from aibot.logs import configure
from aibot.slack.app import create_app, web_client, web_session
from aibot.slack.bot import Bot
from aibot.slack.daily.run import daily_posts
from aibot.slack.identity import who_we_are
from aibot.slack.install.door import Door
from aibot.slack.install.installed import Installed
from aibot.slack.install.settling import settling
from aibot.slack.manners.manners import Manners
from aibot.slack.serving.background import Background
from aibot.slack.serving.health import Health, HealthApp, fingerprint
from aibot.slack.serving.http import HttpApp
from aibot.slack.serving.server import most_connections, server_of
from aibot.slack.serving.sockets import SocketConnection
from aibot.slack.serving.stopping import ended_or_told, told_to_stop
from aibot.slack.serving.tracing import asked_for, tracing
from aibot.slack.serving.watching import asking, watching
from aibot.storage import remembering

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    import aiohttp
    from slack_bolt.async_app import AsyncApp
    from slack_sdk.web.async_client import AsyncWebClient

    from aibot.core.facts import FactBase
    from aibot.settings import Settings
    from aibot.slack.app import Identity
    from aibot.slack.daily.daily import Daily
    from aibot.storage import Memory

log = logging.getLogger(__name__)

#  Connections to the port of the probes: an orchestrator and a metrics scraper have a few
PROBES = 64
#  What these log below WARNING holds the bodies of requests: tokens, and people's words
LIBRARIES = (
    *("slack_sdk", "slack_bolt", "aiohttp", "asyncio", "uvicorn", "procrastinate", "psycopg"),
    *("opentelemetry", "urllib3"),
)


def serve(settings: Settings, *, http: bool, facts: Path | None = None) -> None:
    """Load, connect, and run until SIGINT or SIGTERM.

    Raises:
        FactsError: where the fact base cannot be used.
        SettingsError: where Slack refuses a token.
        UnreachableError: where Slack does not answer at the start.
        StorageError: where the database cannot be used, or another bot posts from it.
    """
    base, health = _begun(settings, facts)
    bot = Bot(
        base,
        load_phrases(),
        command=settings.command,
        language=settings.language,
        daily=settings.database != "off",
        with_opinions=settings.database != "off",
        on_reply=health.note_reply if settings.health_port is not None or asked_for(os.environ) else None,
    )
    if advised := advice(len(base.names), packs=can_pack()):
        log.warning(advised)
    with tracing(os.environ) as health.tracing, asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_serve(settings, bot, health, http=http))


def work(settings: Settings, *, facts: Path | None = None) -> None:
    """Post what is due and listen to nobody, until SIGINT or SIGTERM: one more program on a shared database."""
    base, health = _begun(settings, facts)
    bot = Bot(base, load_phrases(), command=settings.command, language=settings.language)
    with tracing(os.environ) as health.tracing, asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_work(settings, bot, health))


def _begun(settings: Settings, facts: Path | None) -> tuple[FactBase, Health]:
    """What every program begins with: its log, without what libraries would put into it, and its facts."""
    configure(settings.log_level, settings.log_format)
    for library in LIBRARIES:
        logging.getLogger(library).setLevel(logging.WARNING)
    base = load_facts(facts or settings.facts)
    facts_version = fingerprint(base)
    log.info("loaded %d entries, %d names, facts %s", len(base), len(base.names), facts_version)
    return base, Health(facts=facts_version, entries=len(base), starting="database")


@dataclass(frozen=True, slots=True)
class Started:
    """What a program stands on once it has begun."""

    session: aiohttp.ClientSession
    memory: Memory | None
    client: AsyncWebClient
    identity: Identity | Installed
    background: Background
    told: asyncio.Event  # to stop
    daily: Daily | None


@contextlib.asynccontextmanager
async def _started(settings: Settings, bot: Bot, health: Health) -> AsyncIterator[Started]:
    """Probes first: who asks while the tables are brought up to date is answered. Then the database, Slack, and posts.

    Whoever is told to stop before that ends at once: nothing has been taken on yet.
    """
    health.background = background = Background()
    async with (
        web_session(trace_configs=health.session_hooks()) as session,
        _probes(settings, health),
        remembering(settings.database, keys=settings.keys) as memory,
    ):
        health.starting = "slack"
        client, identity = await who_we_are(settings, session, memory)
        health.serves(identity if isinstance(identity, Installed) else None)
        told = told_to_stop()
        async with daily_posts(
            settings, bot, client, identity, background, memory=memory, count=health.metrics.count_posts
        ) as daily:
            yield Started(session, memory, client, identity, background, told, daily)


async def _work(settings: Settings, bot: Bot, health: Health) -> None:
    async with _started(settings, bot, health) as started, _beside(started, health):
        log.info("posting")
        health.starting = None
        await started.told.wait()
        health.stopping = True
    await started.background.finish()


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """The event loop that uvicorn would choose: uvloop where there is one."""
    if importlib.util.find_spec("uvloop") is None:  # Windows
        return None
    return importlib.import_module("uvloop").new_event_loop  # type: ignore[no-any-return]


async def _serve(settings: Settings, bot: Bot, health: Health, *, http: bool) -> None:
    async with _started(settings, bot, health) as started:
        identity = started.identity
        app = create_app(
            bot,
            started.client,
            identity,
            started.background,
            daily=started.daily,
            memory=started.memory,
            manners=Manners.of(settings),
            metrics=health.metrics,
            contact=settings.contact,
        )
        gc.collect()
        gc.freeze()  # the fact base stays; looking through it for garbage again and again would cost milliseconds
        async with _beside(started, health):
            if http:
                door = Door.of(settings, identity, bot) if isinstance(identity, Installed) else None
                await _over_http(settings, app, started, health, door)
            else:
                await _over_sockets(settings, app, started, health)


@contextlib.asynccontextmanager
async def _beside(started: Started, health: Health) -> AsyncIterator[None]:
    """What goes on for as long as a program serves or posts."""
    one_workspace = None if isinstance(started.identity, Installed) else started.client
    async with settling(started.identity), watching(started.memory, health), asking(one_workspace):
        yield


@contextlib.asynccontextmanager
async def _probes(settings: Settings, health: Health) -> AsyncIterator[None]:
    """/healthz, /readyz and /metrics on a port of their own, where the settings name one."""
    if settings.health_port is None:
        yield
        return
    listening = _listen(settings.host, settings.health_port, "AIBOT_HEALTH_PORT")
    server = server_of(HealthApp(health), lifespan="off", connections=PROBES)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    log.info("probes on http://%s:%d/readyz", settings.host, listening.getsockname()[1])
    try:
        yield
    finally:
        server.should_exit = True
        await serving


async def _over_http(
    settings: Settings, app: AsyncApp, started: Started, health: Health, door: Door | None
) -> None:
    served = HttpApp(
        app, settings.signing_secret, on_stop=started.background.finish, health=health, door=door
    )
    server = server_of(served, lifespan="on", connections=most_connections())
    listening = _listen(settings.host, settings.port, "AIBOT_PORT")
    log.info("listening on http://%s:%d/slack/events", settings.host, listening.getsockname()[1])
    health.starting = None
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    await ended_or_told(serving, started.told)
    health.stopping = True
    server.should_exit = True
    await serving


def _listen(host: str, port: int, setting: str) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise SettingsError(
            f"AIBOT_HOST={host} {setting}={port} cannot be listened on ({error.strerror or error}); set another"
        ) from error


async def _over_sockets(settings: Settings, app: AsyncApp, started: Started, health: Health) -> None:
    client = web_client(settings.app_token, settings.api_url, started.session)
    health.connection = connection = SocketConnection(app, settings.app_token, client, health)
    health.starting = None  # whether Slack reaches us, the connection says
    opening = asyncio.create_task(connection.open())
    await ended_or_told(opening, started.told)  # where WebSockets are swallowed it opens for a minute
    if opening.done():
        opening.result()
        log.info("listening over Socket Mode")
        await started.told.wait()
    health.stopping = True
    opening.cancel()
    await connection.close()
    await started.background.finish()
