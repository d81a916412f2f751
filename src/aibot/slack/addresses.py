"""Where answers may be sent: a request brings its own address along, and whoever can forge one must not choose it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from slack_bolt import BoltResponse
from slack_bolt.request.payload_utils import is_slash_command

from aibot.slack.cards.daily.modal import context_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aibot.slack.bot import Bot

log = logging.getLogger(__name__)

#  https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
HOOKS = "https://hooks.slack.com/"


class Addresses:
    """Slack's own, by how they begin: up to the slash behind the host, so no two readers disagree about the host."""

    def __init__(self, bot: Bot, api_url: str) -> None:
        """`api_url` is where Slack's methods are; its host takes answers as well, as does its `hooks.`."""
        self._bot = bot
        api = urlsplit(api_url)
        # https://docs.slack.dev/govslack has its own host
        self._slack = (HOOKS, f"{api.scheme}://{api.netloc}/", f"https://hooks.{api.netloc}/")

    def refused(self, body: dict[str, Any]) -> BoltResponse | None:
        """What a request gets that names another address than Slack's for its answers; None for every other one."""
        foreign = next((one for one in _named(body) if not self._is_slacks(one)), None)
        if foreign is None:
            return None
        log.error(
            "a request wants its answer sent to host=%r, which is not Slack's; it is refused. Whoever signed it has "
            "SLACK_SIGNING_SECRET (change it), or SLACK_API_URL names another Slack than it comes from",
            _host_of(foreign),
        )
        if not is_slash_command(body):
            return BoltResponse(status=400, body="the address for the answer is not Slack's")
        line = self._bot.cards.line("error.elsewhere", self._bot.language(str(body.get("text") or "")))
        return BoltResponse(status=200, body={"response_type": "ephemeral", **line})

    def _is_slacks(self, address: object) -> bool:
        return isinstance(address, str) and address.startswith(self._slack)


def _named(body: dict[str, Any]) -> Iterator[object]:
    if body.get("response_url"):
        yield body["response_url"]
    urls = body.get("response_urls")
    for one in urls if isinstance(urls, list) else ():
        yield one.get("response_url") if isinstance(one, dict) else one
    view = body.get("view")
    remembered = context_from(str(view.get("private_metadata"))) if isinstance(view, dict) else None
    if remembered is not None and remembered.response_url:
        yield remembered.response_url


def _host_of(address: object) -> str:
    """What may be logged of an address: its path is a secret."""
    try:
        return urlsplit(address).hostname or "" if isinstance(address, str) else ""
    except ValueError:
        return ""
