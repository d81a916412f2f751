"""Puts the Bolt app together. Nothing is connected here: the caller supplies the client and who we are."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from aibot.errors import SettingsError, UnreachableError
from aibot.secrets import WHERE
from aibot.slack.addresses import Addresses
from aibot.slack.card_listeners import CardListeners
from aibot.slack.daily.listeners import register_daily
from aibot.slack.daily.off import DailyOff
from aibot.slack.entrance import TAKEN, Entrance, ManyEntrance, not_installed
from aibot.slack.home.listeners import register_home
from aibot.slack.home.search import Search
from aibot.slack.install.events import register_installation
from aibot.slack.install.installed import Installed
from aibot.slack.language_listeners import LanguageListeners
from aibot.slack.listeners import Listeners
from aibot.slack.manners.limiting import Limiting
from aibot.slack.manners.opinions import Opinions
from aibot.slack.refusals import TOKEN_REFUSED, UNREACHABLE, code_of
from aibot.slack.serving.outage import Outage

if TYPE_CHECKING:
    from slack_bolt import BoltResponse
    from slack_bolt.async_app import AsyncBoltRequest

    from aibot.slack.bot import Bot
    from aibot.slack.daily.daily import Daily
    from aibot.slack.manners.arrivals import Arrivals
    from aibot.slack.manners.manners import Manners
    from aibot.slack.serving.background import Background
    from aibot.slack.serving.metrics import Metrics
    from aibot.storage import Memory

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the bot is in its workspace, from `auth.test`."""

    bot_id: str
    bot_user_id: str
    team_id: str
    enterprise_id: str | None
    url: str


def web_session(
    seconds: float = 10, trace_configs: list[aiohttp.TraceConfig] | None = None
) -> aiohttp.ClientSession:
    """The session that all calls to Slack share; slack_sdk's own `timeout` does not reach a session it is given."""
    return aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=seconds), trace_configs=trace_configs or []
    )


def web_client(token: str, api_url: str, session: aiohttp.ClientSession) -> AsyncWebClient:
    """A Web API client on one shared session.

    It tries again when Slack says to wait, and never after a lost connection: the message may have been posted,
    and a second one is worse than none.
    """
    return AsyncWebClient(
        token=token,
        base_url=api_url,
        session=session,
        retry_handlers=[AsyncRateLimitErrorRetryHandler(max_retry_count=2)],
    )


async def identify(client: AsyncWebClient) -> Identity:
    """Ask Slack who we are, once, at the start.

    Raises:
        SettingsError: where Slack does not take the bot token.
        UnreachableError: where Slack does not answer, or has no time now.
    """
    try:
        who = await client.auth_test()
    except SlackApiError as error:
        reason = code_of(error)
        if reason in TOKEN_REFUSED:
            raise SettingsError(
                f"Slack does not take SLACK_BOT_TOKEN ({reason}): {WHERE['SLACK_BOT_TOKEN']}"
            ) from error
        raise UnreachableError(f"Slack has no answer at {client.base_url} now: {reason}") from error
    except UNREACHABLE as error:
        raise UnreachableError(
            f"Slack cannot be reached at {client.base_url}: {str(error) or 'no answer'}"
        ) from error
    return Identity(
        bot_id=str(who.get("bot_id", "")),
        bot_user_id=str(who["user_id"]),
        team_id=str(who["team_id"]),
        enterprise_id=who.get("enterprise_id"),
        url=str(who.get("url", "")),
    )


def create_app(  # noqa: PLR0913  # where everything meets
    bot: Bot,
    client: AsyncWebClient,
    identity: Identity | Installed,
    background: Background,
    *,
    daily: Daily | None = None,
    memory: Memory | None = None,
    manners: Manners | None = None,
    metrics: Metrics | None = None,
    contact: str = "",
) -> AsyncApp:
    """The Bolt app with its listeners; without `daily`, who asks for daily posts is told that there are none.

    Without a `memory` nothing is remembered: no threads, no preferences. Without `manners` there are no limits.
    `identity` says who we are in our one workspace, or finds out who we are in the one a request is for. `contact` is
    who people ask when something is wrong.

    Signatures are checked before Bolt sees a request (see `slack.serving.http`); Socket Mode needs none.
    """
    listeners = Listeners(
        bot,
        background,
        Outage(client, background, metrics),
        memory,
        daily.people if daily is not None else None,
        manners=manners,
        metrics=metrics,
    )
    limiting = Limiting(bot, listeners.limits, listeners, metrics)
    search = Search(bot, listeners.recently)
    daily_or_off = daily or DailyOff(bot, listeners)
    addresses = Addresses(bot, client.base_url)
    entrance = (listeners, search, limiting, daily_or_off.parse, client, addresses)
    app = App(
        listeners.arrivals,
        name="aibot.bolt",  # Bolt gives the logger of this name its own logger's level
        logger=_bolt_logger(),
        client=client,
        signing_secret="",
        request_verification_enabled=False,
        # Bolt's other way polls for the acknowledgement every 10 ms; our listeners never wait before it
        process_before_response=True,
        # Bolt's own may say None as well: nobody installed us there
        authorize=identity if isinstance(identity, Installed) else Known(identity, client),
        before_authorize=ManyEntrance(identity, bot, *entrance)
        if isinstance(identity, Installed)
        else Entrance(*entrance, team=identity.team_id),
        user_facing_authorize_error_message=not_installed(bot),
        ssl_check_enabled=False,  # Slack's own check of certificates, and custom functions: neither comes here
        attaching_function_token_enabled=False,
    )
    app.middleware(limiting.on_request)
    if isinstance(identity, Installed):
        register_installation(app, identity.leaving, background)
        identity.leaving.when_gone(listeners.forget_team)
        if memory is not None:
            identity.leaving.when_gone(memory.threads.drop)
    Opinions(bot, listeners, memory, metrics).register(app)
    form = None
    if isinstance(daily_or_off, DailyOff):
        daily_or_off.register(app)
    else:
        form = register_daily(app, daily_or_off, bot, listeners, background)
    LanguageListeners(bot, listeners, memory).register(app)
    home = register_home(app, bot, search, listeners, daily, form, contact=contact)
    if isinstance(identity, Installed):
        identity.leaving.when_gone(home.forget_team)
    CardListeners(bot, listeners).register(app)
    listeners.register(app)
    return app


class App(AsyncApp):
    """Bolt's app, which says of every event that it took whether Slack got its acknowledgement for it."""

    def __init__(self, arrivals: Arrivals, **options: Any) -> None:
        self._arrivals = arrivals
        super().__init__(**options)

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """Answer one request."""
        response = None
        try:
            response = await super().async_dispatch(req)
        finally:
            if (event_id := req.context.get(TAKEN)) is not None:
                if response is not None and response.status == HTTPStatus.OK:
                    self._arrivals.acknowledged(event_id)
                else:
                    await self._arrivals.failed(event_id)
        return response


class Known(AsyncAuthorize):
    """Who we are is known, and the token known to be good: auth.test at every request would be a round trip."""

    def __init__(self, identity: Identity, client: AsyncWebClient) -> None:
        self._result = AuthorizeResult(
            enterprise_id=identity.enterprise_id,
            team_id=identity.team_id,
            bot_id=identity.bot_id,
            bot_user_id=identity.bot_user_id,
            bot_token=client.token,
        )

    async def __call__(self, **_request: object) -> AuthorizeResult:
        """Whoever asks, the workspace is ours."""
        return self._result


def _bolt_logger() -> logging.Logger:
    """Bolt's own logger. Below ERROR Bolt logs bodies of requests, and people's words are nobody's business."""
    logger = logging.getLogger("aibot.bolt")
    logger.setLevel(logging.ERROR)
    return logger
