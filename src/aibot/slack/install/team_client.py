"""A Web API client that takes its workspace's token anew for every call, and notices when that has ended."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Protocol

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from aibot.errors import StorageError
from aibot.slack.refusals import code_of

if TYPE_CHECKING:
    from slack_sdk.web.async_slack_response import AsyncSlackResponse

    from aibot.slack.install.origin import Origin
    from aibot.storage import Installation
log = logging.getLogger(__name__)

#  With an organisation's token these must be told which workspace is meant; with a workspace's own they pass over it:
#  https://docs.slack.dev/enterprise/developing-for-enterprise-orgs
PER_WORKSPACE = frozenset({"conversations.list", "users.conversations", "users.list"})


class Tokens(Protocol):
    """Where tokens come from."""

    async def fresh(self, origin: Origin) -> Installation | None:
        """The installation to speak for, if there is one."""

    async def refused(self, held: Installation, code: str) -> None:
        """Slack refused a call."""


class TeamClient(AsyncWebClient):
    """One workspace's. A client may outlive a token: a post is retried for hours, and tokens are replaced."""

    def __init__(self, tokens: Tokens, origin: Origin, **options: Any) -> None:
        super().__init__(**options)
        self._tokens, self._origin = tokens, origin

    async def api_call(self, api_method: str, **more: Any) -> AsyncSlackResponse:
        """Call with the token of this moment.

        Raises:
            SlackApiError: where Slack refuses, the app is not installed in the workspace, or its token cannot be read.
        """
        try:
            held = await self._tokens.fresh(self._origin)
        except StorageError as error:
            # a refusal: whoever posts then knows that nothing was sent
            log.error("no call for %s: %s", self._origin.team or self._origin.enterprise, error)  # noqa: TRY400
            raise refusal("database_unavailable") from error
        if held is None:
            # what Slack would say: whoever knows what to do then needs to know nothing of installations
            raise refusal("account_inactive")
        self.token = held.token
        if not held.team and api_method in PER_WORKSPACE:
            more["params"] = {**(more.get("params") or {}), "team_id": self._origin.team}
        try:
            return await super().api_call(api_method, **more)
        except SlackApiError as error:
            await self._tokens.refused(held, code_of(error))
            raise


def refusal(code: str) -> SlackApiError:
    """A refusal of our own, before Slack was asked."""
    return SlackApiError("not sent", {"ok": False, "error": code})  # type: ignore[no-untyped-call]
