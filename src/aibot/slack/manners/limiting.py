"""Turns away what is asked above a person's or a workspace's limit: who asks is told, once a minute in each place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slack_bolt import BoltResponse
from slack_bolt.request.payload_utils import is_message_shortcut

from aibot.slack.cards.search import FOUND_VIEW, POST_TO
from aibot.slack.delivery import teller
from aibot.slack.places import asker_of, is_for_us, typed_in, value_of
from aibot.slack.preferences import asking_in

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from slack_sdk.web.async_client import AsyncWebClient

    from aibot.core.language import Language
    from aibot.slack.bot import Bot
    from aibot.slack.listeners import Listeners
    from aibot.slack.manners.limits import Limit, Limits
    from aibot.slack.preferences import Asking
    from aibot.slack.serving.metrics import Metrics

Json = dict[str, Any]


class Limiting:
    """Stands before the listeners."""

    def __init__(self, bot: Bot, limits: Limits, others: Listeners, metrics: Metrics | None = None) -> None:
        self._bot, self._limits, self._others, self._metrics = bot, limits, others, metrics

    def command(self, command: Json) -> BoltResponse | None:
        """What a slash command gets above the limit, every time; None within it."""
        asking = asking_in(command)
        limit = self._limits.over(asking.team, asking.user)
        if limit is None:
            return None
        language = self._others.languages.known(asking, str(command.get("text") or ""))
        return BoltResponse(status=200, body={"response_type": "ephemeral", **self._line(limit, language)})

    def count_seen(self) -> None:
        """Slack sent something a second time."""
        if self._metrics is not None:
            self._metrics.count_held_back("seen")

    async def on_request(
        self,
        body: Json,
        client: AsyncWebClient,
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002
    ) -> BoltResponse:
        """A message to the bot, a pressed button or a shortcut goes on to its listener, or ends here.

        So does an opened Home: the one that Slack has already stays. Follow-ups and `[[names]]` are counted where they
        are found to be some (`slack/talk/`).
        """
        event: Any = body.get("event")
        action, posting = _pressed(body), _is_posting(body)
        addressed = isinstance(event, dict) and _is_addressed(event)
        if not (addressed or action is not None or posting or _opens_home(event)):
            return await next()
        asking = asking_in(body)
        limit = self._limits.over(asking.team, asking.user)
        if limit is None:
            return await next()
        if posting:
            line = self._line(limit, self._others.languages.known(asking, ""))["text"]
            return BoltResponse(status=200, body={"response_action": "errors", "errors": {POST_TO: line}})
        if addressed and self._may_tell(limit, asking, event["channel"]):
            self._tell_there(limit, event, asking, client)
        if action is not None and self._may_tell(
            limit, asking, (body.get("container") or {}).get("channel_id")
        ):
            self._tell_who_pressed(limit, action, body, client)
        return BoltResponse(status=200, body="")

    def _may_tell(self, limit: Limit, asking: Asking, where: object) -> bool:
        return self._limits.may_tell(asking.team, asking.user, limit, str(where))

    def _tell_there(self, limit: Limit, event: Json, asking: Asking, client: AsyncWebClient) -> None:
        language = self._others.languages.known(asking, typed_in(event))
        tell = asker_of(event, client).tell
        self._others.start(tell(self._line(limit, language)), language, tell)

    def _tell_who_pressed(self, limit: Limit, action: Json, body: Json, client: AsyncWebClient) -> None:
        carried = value_of(action).get("l")
        shown: Language = "zh" if carried == "zh" else self._bot.default
        language = self._others.languages.known_of_presser(asking_in(body), shown)
        user = str((body.get("user") or {}).get("id"))
        # a view has no place for it
        tell = self._others.response(body, client).tell if "response_url" in body else teller(client, user)
        self._others.start(tell(self._line(limit, language)), language, tell)

    def _line(self, limit: Limit, language: Language) -> Json:
        return self._bot.cards.line(f"guard.{limit}", language, limit=self._limits.most(limit))


def _pressed(body: Json) -> Json | None:
    """The button that was pressed, if any; the shortcut on a message is as good as one."""
    if is_message_shortcut(body):
        return {}
    actions = body.get("actions")
    return actions[0] if isinstance(actions, list) and actions else None


def _is_posting(body: Json) -> bool:
    """Whether a card that was found is to be posted."""
    return body.get("type") == "view_submission" and (body.get("view") or {}).get("callback_id") == FOUND_VIEW


def _opens_home(event: object) -> bool:
    """Whether somebody opens the Home tab."""
    return isinstance(event, dict) and event.get("type") == "app_home_opened" and event.get("tab") == "home"


def _is_addressed(event: Json) -> bool:
    """Whether a message is to the bot: what people say among themselves counts for nobody."""
    kind = event.get("type")
    is_direct = kind == "message" and event.get("channel_type") == "im"
    return (kind == "app_mention" or is_direct) and is_for_us(event)
