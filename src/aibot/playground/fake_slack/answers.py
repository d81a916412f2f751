"""What the app's answers and response_urls make people see."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import rules
from .blocks_check import walk_limits
from .state import Refusal, State

if TYPE_CHECKING:
    from .blocks_check import BlocksCheck
    from .record import Exchange
    from .workspace import Json, Message, View, Workspace


@dataclass
class Origin:
    """What a person did: where, and with which message or view."""

    workspace: Workspace
    user: str
    channel: str | None = None
    message: Message | None = None
    view: View | None = None
    typed: str | None = None
    """The slash command as typed; shown in the channel with an in_channel answer."""


@dataclass
class ResponseUrl:
    """One response_url: how often it was used and for what it was made."""

    origin: Origin
    exchange: Exchange
    made_at: float
    uses: int = 0


class Answers:
    """Turns the app's answers into messages and views."""

    def __init__(self, state: State, checks: BlocksCheck) -> None:
        self._state = state
        self._checks = checks
        self.response_urls: dict[str, ResponseUrl] = {}

    def new_response_url(self, base_url: str, kind: str, origin: Origin, exchange: Exchange) -> str:
        """Make a response_url for something a person did."""
        key = secrets.token_hex(12)
        self.response_urls[key] = ResponseUrl(origin, exchange, self._state.clock())
        return f"{base_url}/{kind}/{origin.workspace.id}/{self._state.number()}/{key}"

    def use_response_url(self, key: str, body: bytes) -> Message | None:
        """Serve one POST to a response_url (rules.RESPONSE_URL_USES, rules.RESPONSE_URL_SECONDS)."""
        known = self.response_urls.get(key)
        if known is None:
            raise Refusal("invalid_url")
        if self._state.clock() - known.made_at > rules.RESPONSE_URL_SECONDS.value:
            raise Refusal("expired_url")
        if known.uses >= rules.RESPONSE_URL_USES.value:
            raise Refusal("used_url")
        try:
            payload = json.loads(body)
        except ValueError:
            raise Refusal("invalid_payload") from None
        if not isinstance(payload, dict):
            raise Refusal("invalid_payload")
        message = self.show(known.origin, payload)
        known.uses += 1
        if message is not None and message not in known.exchange.messages:
            known.exchange.messages.append(message)
        return message

    def show(self, origin: Origin, payload: Json) -> Message | None:
        """Make the message a payload describes: ephemeral, in the channel, or in place of the original."""
        if payload.get("delete_original") in {True, "true"}:
            if origin.message is not None:
                origin.message.deleted = True
            return None
        text, blocks = str(payload.get("text") or ""), _list(payload.get("blocks"))
        echo_only = (
            payload.get("response_type") == "in_channel"
            and origin.typed
            and set(payload) == {"response_type"}
        )
        if blocks:
            self._checks.refuse_message(blocks)
        if echo_only:
            return self._echo(origin)
        if not (text or blocks or payload.get("attachments")):
            raise Refusal("no_text")
        if payload.get("replace_original") in {True, "true"} and origin.message is not None:
            self._state.edit(origin.message, text, blocks)
            return origin.message
        return self._new(origin, payload, text, blocks)

    def _new(self, origin: Origin, payload: Json, text: str, blocks: list[Json]) -> Message:
        in_channel = payload.get("response_type") == "in_channel"
        if in_channel and origin.typed:
            self._echo(origin)
            origin.typed = None
        token, channel = origin.workspace.token, origin.workspace.channels[origin.channel or ""]
        return self._state.post(
            origin.workspace,
            channel,
            user=token.user_id,
            text=text,
            blocks=blocks,
            attachments=_list(payload.get("attachments")),
            bot_id=token.bot_id,
            app_id=self._state.app.app_id,
            subtype=None if in_channel else "bot_message",
            thread_ts=payload.get("thread_ts"),
            metadata=payload.get("metadata"),
            ephemeral_to=None if in_channel else origin.user,
        )

    def _echo(self, origin: Origin) -> Message:
        channel = origin.workspace.channels[origin.channel or ""]
        return self._state.post(origin.workspace, channel, user=origin.user, text=origin.typed or "")

    def to_command(self, origin: Origin, exchange: Exchange) -> None:
        """Show the answer to a slash command (rules.COMMAND_ANSWER)."""
        body = exchange.response_body.decode("utf-8", "replace").strip()
        if not body:
            return
        kind = next((v for k, v in exchange.response_headers.items() if k.lower() == "content-type"), "")
        payload: Json = exchange.json if "json" in kind or body.startswith("{") else {"text": body}
        try:
            message = self.show(origin, payload)
        except Refusal as refusal:
            exchange.seen = refusal.error
            exchange.problems += [str(one) for one in refusal.more.get("errors", [])]  # type: ignore[attr-defined]
            return
        if message is not None:
            exchange.messages.append(message)

    def to_suggestion(self, exchange: Exchange) -> None:
        """Look at the options for an external select as Slack does (rules.SUGGESTIONS)."""
        answer = exchange.json
        groups, options = answer.get("option_groups"), answer.get("options")
        given = [*_list(options), *(one for group in _list(groups) for one in _list(group.get("options")))]
        problems = [f"{at}: {said}" for at, said in walk_limits({"type": "options", **answer}, "")]
        if not exchange.ok or (groups is None) == (options is None):
            problems.append("neither options nor option_groups, or both")
        if len(given) > rules.SUGGESTIONS.value:
            problems.append(f"no more than {int(rules.SUGGESTIONS)} options allowed [{len(given)}]")
        if any(not group.get("options") for group in _list(groups)):
            problems.append("an option group without options")
        problems += [
            f"an option without a text or a value: {one}"
            for one in given
            if not ({"text", "value"} <= one.keys())
        ]
        if problems:
            exchange.seen = exchange.seen or "no_results"
            exchange.problems += problems

    def to_submission(self, origin: Origin, exchange: Exchange) -> None:
        """Close, redraw or lay views as a view_submission's answer says."""
        view, payload = origin.view, exchange.json
        if view is None:
            return
        action = payload.get("response_action")
        if action is None:
            self._close(origin, [view])
        elif action == "clear":
            self._close(origin, list(origin.workspace.views.values()))
        elif action in {"update", "push"}:
            self._redraw(origin, exchange, payload.get("view"), push=action == "push")
        elif action == "errors":
            known = {
                block.get("block_id") for block in view.body.get("blocks", []) if block.get("type") == "input"
            }
            unknown = set(payload.get("errors", {})) - known
            if unknown or not payload.get("errors"):
                exchange.seen = "dispatch_failed"
                exchange.problems.append(f"errors name no input block: {', '.join(sorted(unknown))}")
        else:
            exchange.seen = "dispatch_failed"
            exchange.problems.append(f"unknown response_action: {action}")

    def _close(self, origin: Origin, views: list[View]) -> None:
        for view in views:
            if view.user == origin.user:
                view.open = False

    def _redraw(self, origin: Origin, exchange: Exchange, body: Any, *, push: bool) -> None:
        view = origin.view
        problems = self._checks.view(body)
        if view is None or problems:
            exchange.seen = "dispatch_failed"
            exchange.problems += [str(problem) for problem in problems]
            return
        if push:
            above = self._state.new_view(origin.workspace, origin.user, body)
            above.root_id, above.previous_id = view.root_id, view.id
            origin.workspace.views[above.id] = above
            return
        view.body = {**body, "blocks": self._state.with_block_ids(body["blocks"])}
        view.hash = self._state.new_hash(view.body)


def _list(value: Any) -> list[Json]:
    if isinstance(value, str) and value.strip().startswith("["):
        value = json.loads(value)
    return value if isinstance(value, list) else []
