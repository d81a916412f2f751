"""Choosing the language of replies: `language chinese`, for oneself, for a channel, for the workspace."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, assert_never

from aibot.core.channels import is_direct
from aibot.core.language_requests import ChooseLanguage, ShowLanguage, UnclearLanguage, parse_language
from aibot.errors import StorageError
from aibot.slack.cards.markup import echo, escape
from aibot.slack.delivery import teller
from aibot.slack.lines import register_lines
from aibot.slack.permission import denial
from aibot.slack.places import thread_below, typed_in
from aibot.slack.preferences import asking_in
from aibot.slack.refusals import referenced

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp
    from slack_sdk.web.async_client import AsyncWebClient

    from aibot.core.language import Language
    from aibot.core.language_requests import LanguageRequest, Whose
    from aibot.slack.bot import Bot
    from aibot.slack.listeners import Listeners
    from aibot.slack.preferences import Asking
    from aibot.storage import Memory

log = logging.getLogger(__name__)

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Said:
    """What came of a request; what changed for a channel is said to all of it."""

    text: str
    public: bool = False

    @property
    def line(self) -> Json:
        """As a message."""
        return {"text": self.text, "unfurl_links": False, "unfurl_media": False}


class LanguageListeners:
    """The listeners, with what they need to reply."""

    def __init__(self, bot: Bot, others: Listeners, memory: Memory | None) -> None:
        """Without a `memory` nothing can be chosen."""
        self._bot, self._others, self._languages, self._memory = bot, others, others.languages, memory

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt who listens; before the listeners for questions."""
        register_lines(app, lambda text: parse_language(text) is not None, self.on_command, self.on_message)

    async def on_command(self, ack: AsyncAck, command: Json, client: AsyncWebClient) -> None:
        """A line, acknowledged at once and answered by its response_url."""
        await ack()
        text, asking = str(command.get("text") or ""), asking_in(command)
        response = self._others.response(command, client)

        async def work() -> None:
            said = await self._carry_out(text, asking, client)
            await (response.announce if said.public else response.tell)(said.line)

        self._others.start(work(), self._languages.known(asking, text), response.tell)

    async def on_message(self, event: Json, body: Json, client: AsyncWebClient) -> None:
        """A line in a mention or a direct message, answered in its thread."""
        text, asking = typed_in(event), asking_in(body)
        tell = teller(client, str(event["channel"]), thread_below(event))

        async def work() -> None:
            await tell((await self._carry_out(text, asking, client)).line)

        self._others.start(work(), self._languages.known(asking, text), tell)

    async def _carry_out(self, text: str, asking: Asking, client: AsyncWebClient) -> Said:
        request: LanguageRequest | None = parse_language(text)
        assert request is not None
        language = await self._languages.of(asking, text, client)
        match request:
            case ShowLanguage():
                return await self._state(asking, language)
            case UnclearLanguage():
                return Said(self._say("unclear", language, asked=escape(echo(request.asked))))
            case ChooseLanguage():
                return await self._choose(request, asking, language, client)
            case _:
                assert_never(request)

    async def _choose(
        self, request: ChooseLanguage, asking: Asking, language: Language, client: AsyncWebClient
    ) -> Said:
        spoken, whose = request.language or language, request.whose
        if whose == "channel" and is_direct(asking.channel):
            whose = "person"  # nobody else is here
        if self._memory is None:
            return Said(self._say("off", spoken))
        if whose == "workspace":
            profile = await self._languages.people.profile(client, asking.team, asking.user)
            if not profile.is_admin:
                return Said(
                    self._say("admins-unknown" if profile.is_admin is None else "admins-only", language)
                )
        owner = {"person": asking.user, "channel": asking.channel, "workspace": asking.team}[whose]
        try:
            if whose == "channel":
                why = await denial(self._memory, asking, client, self._languages.people)
                if why is not None:
                    return Said(self._bot.cards.phrases.say(f"policy.{why}", language))
            await self._languages.choose(asking.team, owner, request.language, actor=asking.user)
        except StorageError as error:
            return Said(self._say("storage", spoken, reference=referenced(error)))
        self._others.on_choice(asking, client)
        log.info("language for=%s to=%s", whose, request.language or "auto")
        if request.language is None:
            done = self._say(f"{whose}-auto", spoken, user=f"<@{asking.user}>")
        else:
            named = self._name(request.language, spoken)
            done = self._say(whose, spoken, named=named, user=f"<@{asking.user}>")
        return Said("\n".join([done, *await self._still(whose, asking, spoken)]), public=whose == "channel")

    async def _still(self, whose: Whose, asking: Asking, spoken: Language) -> list[str]:
        """What overrides a choice for whoever made it: else they would wonder why nothing changed."""
        person, channel, _workspace = await self._languages.chosen(asking)
        if whose != "person" and person is not None:
            user = f"<@{asking.user}>"
            return [self._say("still.person", spoken, named=self._name(person, spoken), user=user)]
        if whose == "workspace" and channel is not None:
            return [self._say("still.channel", spoken, named=self._name(channel, spoken))]
        return []

    async def _state(self, asking: Asking, language: Language) -> Said:
        chosen = await self._languages.chosen(asking)
        first = next((one for one in chosen if one is not None), None)
        now = self._name(first, language) if first else self._say("by-question", language)
        lines = [self._say("state", language, named=now)]
        for whose, one in zip(("person", "channel", "workspace"), chosen, strict=True):
            named = self._name(one, language) if one else self._say("none", language)
            lines.append(self._say(f"state.{whose}", language, named=named))
        return Said("\n".join([*lines, self._say("how", language)]))

    def _name(self, named: Language, language: Language) -> str:
        return self._say(f"name.{named}", language)

    def _say(self, phrase: str, language: Language, **values: object) -> str:
        cards = self._bot.cards
        return cards.phrases.say(f"language.{phrase}", language, command=cards.command, **values)
