"""What people do in the fake Slack: type commands, mention the bot, press buttons, submit modals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import elements, payloads, rules
from .answers import Origin
from .events import Events
from .shapes import message_json, view_json
from .typing_text import arriving
from .workspace import Json, Message, View, Workspace

if TYPE_CHECKING:
    from .answers import Answers
    from .record import Exchange


class People(Events):
    """Acts for the people in the workspaces."""

    answers: Answers
    url: str

    async def command(
        self,
        command: str,
        text: str = "",
        *,
        user: str = "U1",
        channel: str = "C1",
        team: str = "T1",
        **fields: str,
    ) -> Exchange:
        """Type a slash command, not in a thread (rules.COMMAND_NOT_IN_THREAD); `fields` replace payload fields."""
        typed = f"{command} {text}".strip()
        origin = Origin(self.workspace(team), user, channel, typed=typed)
        exchange = self._begin("command", origin)
        payload = payloads.command(self.state, origin, command, text)
        payload |= {"response_url": exchange.response_url, "trigger_id": exchange.trigger_id, **fields}
        await self.inbound.deliver(exchange, payload)
        if exchange.ok:
            self.answers.to_command(origin, exchange)
        self.record.changed()
        return exchange

    async def mention(  # noqa: PLR0913
        self,
        text: str,
        *,
        user: str = "U1",
        channel: str = "C1",
        thread_ts: str | None = None,
        team: str = "T1",
        raw: bool = False,
        **fields: Any,
    ) -> Exchange:
        """Mention the bot in a channel; the text is escaped and linked as Slack does, unless raw."""
        workspace = self.workspace(team)
        bot, said = f"<@{workspace.bot_user_id}>", text if raw else arriving(text)
        full = said if bot in said else f"{bot} {said}".strip()
        return await self._say(workspace, full, "app_mention", user, channel, thread_ts, fields)

    async def dm(
        self,
        text: str,
        *,
        user: str = "U1",
        thread_ts: str | None = None,
        team: str = "T1",
        raw: bool = False,
        **fields: Any,
    ) -> Exchange:
        """Write to the bot in its DM."""
        workspace = self.workspace(team)
        channel = self.state.dm(workspace, user)
        full = text if raw else arriving(text)
        return await self._say(workspace, full, "message", user, channel.id, thread_ts, fields)

    async def _say(  # noqa: PLR0913, PLR0917
        self,
        workspace: Workspace,
        text: str,
        kind: str,
        user: str,
        channel: str,
        thread_ts: str | None,
        fields: Json,
    ) -> Exchange:
        message = self.say(text, user=user, channel=channel, thread_ts=thread_ts, team=workspace.id)
        place = workspace.channels[channel]
        event = message_json(self.state, message) | {"type": kind, "channel": channel, "event_ts": message.ts}
        event.setdefault("blocks", [_rich_text(text, workspace.bot_user_id)])
        if kind == "message":
            event["channel_type"] = place.kind
        event |= fields
        exchange = await self.event(event, team=workspace.id)
        exchange.channel, exchange.user, exchange.ts = channel, user, message.ts
        return exchange

    def say(
        self,
        text: str,
        *,
        user: str = "U1",
        channel: str = "C1",
        thread_ts: str | None = None,
        team: str = "T1",
    ) -> Message:
        """Put a person's message into a channel; no event is sent."""
        workspace = self.workspace(team)
        message = self.state.post(
            workspace, workspace.channels[channel], user=user, text=text, thread_ts=thread_ts
        )
        self.record.changed()
        return message

    async def verify_url(self) -> Exchange:
        """Send url_verification, as Slack does when a request URL is entered (rules.URL_VERIFICATION)."""
        challenge = f"challenge-{self.state.number()}"
        exchange = self.inbound.new_exchange("url_verification")
        body = {"token": payloads.VERIFICATION_TOKEN, "challenge": challenge, "type": "url_verification"}
        await self.inbound.deliver(exchange, body)
        if challenge not in exchange.response_body.decode("utf-8", "replace"):
            exchange.seen = "Your URL didn't respond with the value of the challenge parameter."
        return exchange

    async def press(  # noqa: PLR0913
        self,
        target: Message | View,
        action: str,
        value: Any = None,
        *,
        user: str | None = None,
        inputs: Json | None = None,
        block_id: str | None = None,
    ) -> Exchange:
        """Press a button, or choose `value` in a select: found by action_id or by the text on it."""
        block_id, element = elements.find(target, action, block_id)
        acting = self._origin_of(target, user)
        used = elements.used(element, value) | {
            "action_id": element.get("action_id", ""),
            "block_id": block_id,
            "action_ts": self.state.timestamps.next(),
        }
        values = elements.state_values(target, {str(element.get("action_id")): value, **(inputs or {})})
        return await self._interact("block_actions", acting, actions=[used], state={"values": values})

    async def submit(self, view: View, values: Json | None = None, *, user: str | None = None) -> Exchange:
        """Submit a modal, with values by action_id."""
        origin = self._origin_of(view, user)
        state = {"values": elements.state_values(view, values or {})}
        exchange = await self._interact("view_submission", origin, with_url=False, state=state)
        if exchange.ok:
            self.answers.to_submission(origin, exchange)
        self.record.changed()
        return exchange

    async def close(self, view: View, *, user: str | None = None) -> Exchange | None:
        """Close a modal; the app hears of it only if the view asks for that."""
        origin = self._origin_of(view, user)
        view.open = False
        if not view.body.get("notify_on_close"):
            return None
        return await self._interact("view_closed", origin, with_url=False, is_cleared=False)

    async def suggest(
        self, target: Message | View, action: str, typed: str, *, user: str | None = None
    ) -> Exchange:
        """Type into an external select; the options are in the exchange's `json`."""
        block_id, element = elements.find(target, action)
        origin = self._origin_of(target, user)
        more: Json = {"action_id": element.get("action_id"), "block_id": block_id, "value": typed}
        exchange = await self._interact("block_suggestion", origin, with_url=False, **more)
        self.answers.to_suggestion(exchange)
        return exchange

    async def shortcut(
        self, callback_id: str, *, message: Message | None = None, user: str = "U1", team: str = "T1"
    ) -> Exchange:
        """Choose a shortcut, from a message's menu when there is a message."""
        if message is None:
            origin = Origin(self.workspace(team), user)
            return await self._interact("shortcut", origin, with_url=False, callback_id=callback_id)
        origin = Origin(self.workspace(message.team), user, message.channel, message)
        more: Json = {"callback_id": callback_id, "message_ts": message.ts}
        return await self._interact("message_action", origin, **more)

    async def open_home(self, *, user: str = "U1", tab: str = "home", team: str = "T1") -> Exchange:
        """Open the app's Home (or Messages) tab."""
        workspace = self.workspace(team)
        channel = self.state.dm(workspace, user)
        event: Json = {
            "type": "app_home_opened", "user": user, "channel": channel.id, "tab": tab,
            "event_ts": self.state.timestamps.next(),
        }  # fmt: skip
        if tab == "home" and user in workspace.homes:
            event["view"] = view_json(self.state, workspace.homes[user])
        return await self.event(event, team=team)

    def _origin_of(self, target: Message | View, user: str | None) -> Origin:
        workspace = self.workspace(target.team)
        if isinstance(target, View):
            return Origin(workspace, user or target.user, view=target)
        return Origin(workspace, user or target.ephemeral_to or "U1", target.channel, target)

    def _chosen_urls(self, origin: Origin, exchange: Exchange, values: Json) -> list[Json]:
        """Make a response_url for each conversation chosen for that in a modal (rules.MODAL_URLS)."""
        if origin.view is None:
            return []
        chosen = [
            (block_id, element["action_id"], values[block_id][element["action_id"]].get(elements.TYPED[kind]))
            for block_id, element in origin.view.elements()
            if element.get("response_url_enabled")
            and (kind := str(element.get("type"))) in rules.MODAL_URL_ELEMENTS
        ]
        made = []
        for block_id, action_id, channel in chosen:
            if channel in origin.workspace.channels:
                place = Origin(origin.workspace, origin.user, channel)
                url = self.answers.new_response_url(self.url, "actions", place, exchange)
                made.append(
                    {"block_id": block_id, "action_id": action_id, "channel_id": channel, "response_url": url}
                )
        return made

    def _begin(self, name: str, origin: Origin, *, with_url: bool = True) -> Exchange:
        exchange = self.inbound.new_exchange(name)
        exchange.channel, exchange.user = origin.channel, origin.user
        exchange.trigger_id = self.state.new_trigger(origin.workspace, origin.user)
        if with_url and origin.channel:
            kind = "commands" if name == "command" else "actions"
            exchange.response_url = self.answers.new_response_url(self.url, kind, origin, exchange)
        return exchange

    async def _interact(self, kind: str, origin: Origin, *, with_url: bool = True, **more: Any) -> Exchange:
        exchange = self._begin(kind, origin, with_url=with_url)
        payload = payloads.interaction(self.state, origin, kind, **more)
        if kind == "view_submission":
            payload["response_urls"] = self._chosen_urls(origin, exchange, more["state"]["values"])
        if kind not in {"view_closed", "block_suggestion"}:
            payload["trigger_id"] = exchange.trigger_id
        if exchange.response_url:
            payload["response_url"] = exchange.response_url
        if kind in {"shortcut", "message_action"}:
            payload["action_ts"] = self.state.timestamps.next()
        await self.inbound.deliver(exchange, payload)
        self.record.changed()
        return exchange


def _rich_text(text: str, bot: str) -> Json:
    mention = f"<@{bot}> "
    parts: list[Json] = [{"type": "user", "user_id": bot}] if text.startswith(mention) else []
    rest = text.removeprefix(mention)
    parts.append(
        {"type": "text", "text": rest.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")}
    )
    return {
        "type": "rich_text",
        "block_id": "rt",
        "elements": [{"type": "rich_text_section", "elements": parts}],
    }
