"""Turns away what one person asks above the limit: said once in a line, and then no more for that minute."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slack_bolt import BoltResponse

from aibot.slack.cards.search import FOUND_VIEW, POST_TO
from aibot.slack.delivery import teller
from aibot.slack.places import is_for_us, thread_below, typed_in, value_of
from aibot.slack.preferences import asking_in

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from slack_sdk.web.async_client import AsyncWebClient

    from aibot.core.language import Language
    from aibot.slack.bot import Bot
    from aibot.slack.listeners import Listeners
    from aibot.slack.manners.limits import Limits
    from aibot.slack.serving.metrics import Metrics

Json = dict[str, Any]


class Limiting:
    """Stands before the listeners."""

    def __init__(self, bot: Bot, limits: Limits, others: Listeners, metrics: Metrics | None = None) -> None:
        self._bot, self._limits, self._others, self._metrics = bot, limits, others, metrics

    def command(self, command: Json) -> BoltResponse | None:
        """What a slash command gets above the limit, every time; None within it."""
        if self._verdict(str(command.get("team_id")), str(command.get("user_id"))) == "go":
            return None
        language = self._others.languages.known(asking_in(command), str(command.get("text") or ""))
        line = self._bot.cards.line("guard.person", language, limit=self._limits.person)
        return BoltResponse(status=200, body={"response_type": "ephemeral", **line})

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
        """A message to the bot or a pressed button goes on to its listener, or ends here."""
        event, actions = body.get("event"), body.get("actions")
        if isinstance(event, dict) and _is_addressed(event):
            verdict = self._verdict(str(body.get("team_id")), str(event["user"]))
            if verdict == "tell":
                self._tell_there(event, body, client)
        elif isinstance(actions, list) and actions:
            team = body.get("team") or {}
            verdict = self._verdict(str(team.get("id")), str((body.get("user") or {}).get("id")))
            if verdict == "tell":
                self._tell_who_pressed(actions[0], body, client)
        elif _is_posting(body):
            team, user = body.get("team") or {}, str((body.get("user") or {}).get("id"))
            if self._verdict(str(team.get("id")), user) != "go":
                language = self._others.languages.known(asking_in(body), "")
                line = self._bot.cards.phrases.say("guard.person", language, limit=self._limits.person)
                return BoltResponse(status=200, body={"response_action": "errors", "errors": {POST_TO: line}})
            verdict = "go"
        else:
            verdict = "go"
        return await next() if verdict == "go" else BoltResponse(status=200, body="")

    def _verdict(self, team: str, user: str) -> str:
        verdict = self._limits.of_person(team, user)
        if verdict != "go" and self._metrics is not None:
            self._metrics.count_held_back("person")
        return verdict

    def _tell_there(self, event: Json, body: Json, client: AsyncWebClient) -> None:
        language = self._others.languages.known(asking_in(body), typed_in(event))
        line = self._bot.cards.line("guard.person", language, limit=self._limits.person)
        tell = teller(client, str(event["channel"]), thread_below(event))
        self._others.start(tell(line), language, tell)

    def _tell_who_pressed(self, action: Json, body: Json, client: AsyncWebClient) -> None:
        carried = value_of(action).get("l")
        shown: Language = "zh" if carried == "zh" else self._bot.default
        language = self._others.languages.known_of_presser(asking_in(body), shown)
        line = self._bot.cards.line("guard.person", language, limit=self._limits.person)
        user = str((body.get("user") or {}).get("id"))
        # a view has no place for it
        tell = self._others.response(body, client).tell if "response_url" in body else teller(client, user)
        self._others.start(tell(line), language, tell)


def _is_posting(body: Json) -> bool:
    """Whether a card that was found is to be posted."""
    return body.get("type") == "view_submission" and (body.get("view") or {}).get("callback_id") == FOUND_VIEW


def _is_addressed(event: Json) -> bool:
    """Whether a message is to the bot: what people say among themselves counts for nobody."""
    kind = event.get("type")
    is_direct = kind == "message" and event.get("channel_type") == "im"
    return (kind == "app_mention" or is_direct) and is_for_us(event)
