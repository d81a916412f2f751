"""What Slack tells of the installation itself: uninstalled, token revoked, taken away from some workspaces."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from aibot.errors import StorageError
from aibot.slack.install.leaving import TAKEN_OUT, is_end, taken_out
from aibot.slack.install.origin import origin_of

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from slack_bolt.async_app import AsyncApp, AsyncBoltContext

    from aibot.slack.install.leaving import Leaving
    from aibot.slack.serving.background import Background

log = logging.getLogger(__name__)

Json = dict[str, Any]


def register_installation(app: AsyncApp, leaving: Leaving, background: Background) -> None:
    """Tell Bolt who listens; before those of the daily posts, since the first one that fits is the only one.

    Where one workspace has its token in the settings, uninstalling stops its daily posts and keeps them: the operator
    is the workspace's own, and installing the app again means that they go on. Where strangers install the bot,
    uninstalling it is how they take their data back.
    """
    events = InstallationEvents(leaving, background)
    app.event("app_uninstalled")(events.on_uninstalled)
    app.event("tokens_revoked")(events.on_tokens_revoked)
    app.event(TAKEN_OUT)(events.on_taken_out)


class InstallationEvents:
    """The listeners. Slack sends `app_uninstalled` and `tokens_revoked` in any order, each perhaps twice.

    What they say is written down already (see `slack.entrance`); here it is settled, after the acknowledgement.
    """

    def __init__(self, leaving: Leaving, background: Background) -> None:
        self._leaving, self._background = leaving, background

    async def on_uninstalled(self, body: Json, context: AsyncBoltContext) -> None:
        """Purge."""
        self._uninstalled(body, context)

    async def on_tokens_revoked(self, event: Json, body: Json, context: AsyncBoltContext) -> None:
        """Purge, if it is the bot's token."""
        if is_end(event):
            self._uninstalled(body, context)

    async def on_taken_out(self, event: Json) -> None:
        """Purge the workspaces that an organisation took the app away from."""
        self._start(self._leaving.taken_out(taken_out(event)))

    def _uninstalled(self, body: Json, context: AsyncBoltContext) -> None:
        self._start(self._leaving.uninstalled(origin_of(context, body), linger=self._background.linger))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        self._background.start(_logged(work))


async def _logged(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except StorageError as error:
        # a ready sentence; it is written down, and `Leaving.sweep` settles it
        log.error("an uninstallation is not settled yet: %s", error)  # noqa: TRY400
    except Exception:
        log.exception("an uninstallation was not handled")
