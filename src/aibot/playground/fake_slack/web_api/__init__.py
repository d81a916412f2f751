"""The Web API: every method by name, and the checks before one runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aibot.playground.fake_slack.state import Refusal

from . import apps, chat, conversations, views

if TYPE_CHECKING:
    from aibot.playground.fake_slack.workspace import Json

    from .call import Call, Method

METHODS: dict[str, Method] = {**apps.METHODS, **chat.METHODS, **conversations.METHODS, **views.METHODS}


def answer(method: str, call: Call, token: str) -> Json:
    """Return Slack's answer to a call, refusals included."""
    try:
        return _finished(call, _run(method, call, token))
    except Refusal as refusal:
        return {"ok": False, "error": refusal.error, **refusal.more}


def _run(method: str, call: Call, token: str) -> Json:
    known = METHODS.get(method)
    if known is None:
        raise Refusal("unknown_method", req_method=method)
    if not known.needs_token:
        return known.run(call)
    if not token:
        raise Refusal("not_authed")
    if known.takes_app_token or known.takes_config_token:
        app = call.state.app
        if token != (app.app_token if known.takes_app_token else app.config_token):
            raise Refusal("not_allowed_token_type" if call.state.token(token) else "invalid_auth")
        return known.run(call)
    if token == call.state.app.app_token:
        raise Refusal("not_allowed_token_type")
    found = call.state.token(token)
    if found is None:
        raise Refusal("invalid_auth")
    if found.error:
        raise Refusal(found.error)
    if found.expires_at is not None and call.state.clock() >= found.expires_at:
        raise Refusal("token_expired")
    call._token = found  # noqa: SLF001  (this is where a call's token is decided)
    call.need_scope(*known.scopes)
    return known.run(call)


def _finished(call: Call, result: Json) -> Json:
    answer: Json = {"ok": True, **result}
    if call.warnings:
        answer["warning"] = ",".join(call.warnings)
        answer["response_metadata"] = {**answer.get("response_metadata", {}), "warnings": call.warnings}
    return answer
