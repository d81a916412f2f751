"""Who the bot is when it starts: in the one workspace of its token, or in those that installed it."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from aibot.errors import SettingsError
from aibot.slack.app import identify, web_client
from aibot.slack.install.installed import Installed

if TYPE_CHECKING:
    import aiohttp
    from slack_sdk.web.async_client import AsyncWebClient

    from aibot.settings import Settings
    from aibot.slack.app import Identity
    from aibot.storage import Memory

log = logging.getLogger(__name__)

#  A wrong key opens none of them; looking at all would hold a start up for seconds where there are many
_LOOKED_AT = 500


async def who_we_are(
    settings: Settings, session: aiohttp.ClientSession, memory: Memory | None
) -> tuple[AsyncWebClient, Identity | Installed]:
    """The client that everything starts from, and who we are.

    Raises:
        SettingsError: where Slack does not take the bot token, or no key opens the tokens in the database.
    """
    client = web_client(settings.bot_token, settings.api_url, session)
    if not settings.many:
        identity = await identify(client)
        log.info("connected as %s in %s", identity.bot_user_id, identity.team_id)
        return client, identity
    assert memory is not None  # the settings saw to it
    looked, wrong = await asyncio.to_thread(memory.installations.unreadable, most=_LOOKED_AT)
    if wrong and len(wrong) == looked:
        raise SettingsError(
            "AIBOT_KEYS opens none of the tokens in the database. Put the key they were sealed with back, behind the "
            "new one and a comma; nothing was changed."
        )
    if wrong:
        log.error(
            "no key of AIBOT_KEYS opens the tokens of %d of %d workspaces looked at", len(wrong), looked
        )
    log.info(
        "serving the workspaces that installed the bot; others install it at %s/slack/install", settings.url
    )
    return client, Installed(
        memory,
        session,
        api_url=settings.api_url,
        client_id=settings.client_id,
        client_secret=settings.client_secret,
    )
