"""views.*: modals and Home tabs, with their ids and hashes (VIEW_HASH, HOME_HASH and TRIGGER_SECONDS in rules)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aibot.playground.fake_slack import rules
from aibot.playground.fake_slack.shapes import view_json
from aibot.playground.fake_slack.state import Refusal

from .call import Call, Method

if TYPE_CHECKING:
    from aibot.playground.fake_slack.workspace import Json, View


def _body(call: Call, kind: str) -> Json:
    body = call.parsed("view")
    if not isinstance(body, dict):
        raise Refusal(
            "invalid_arguments", response_metadata={"messages": ["[ERROR] missing required field: view"]}
        )
    if body.get("type") != kind:
        raise Refusal(
            "invalid_arguments",
            response_metadata={"messages": [f"[ERROR] type must be {kind} [json-pointer:/view/type]"]},
        )
    call.checks.refuse_view(body)
    return body


def _external_id_free(call: Call, body: Json, *, but: View | None = None) -> None:
    external_id = body.get("external_id")
    taken = any(v.external_id == external_id and v is not but for v in call.workspace.views.values())
    if external_id and taken:
        raise Refusal("duplicate_external_id")


def open_view(call: Call) -> Json:
    """Open a modal for whoever did something in the last 3 seconds."""
    trigger = call.text("trigger_id") or call.text("interactivity_pointer")
    if not trigger:
        raise Refusal(
            "invalid_arguments",
            response_metadata={"messages": ["[ERROR] missing required field: trigger_id"]},
        )
    body = _body(call, "modal")
    _external_id_free(call, body)
    view = call.state.new_view(call.workspace, call.state.use_trigger(trigger), body)
    call.workspace.views[view.id] = view
    return {"view": view_json(call.state, view)}


def push(call: Call) -> Json:
    """Lay a modal on the one whose element was used."""
    body = _body(call, "modal")
    _external_id_free(call, body)
    user = call.state.use_trigger(call.required("trigger_id"))
    stack = [v for v in call.workspace.views.values() if v.user == user and v.open]
    if not stack:
        raise Refusal("not_found")
    if len(stack) >= rules.VIEW_STACK.value:
        raise Refusal("push_limit_reached")
    view = call.state.new_view(call.workspace, user, body)
    view.root_id, view.previous_id = stack[0].id, stack[-1].id
    call.workspace.views[view.id] = view
    return {"view": view_json(call.state, view)}


def update(call: Call) -> Json:
    """Redraw an open modal."""
    view_id, external_id = call.text("view_id"), call.text("external_id")
    views = call.workspace.views.values()
    view = next((v for v in views if v.id == view_id or (external_id and v.external_id == external_id)), None)
    if view is None or not view.open:
        raise Refusal("not_found")
    body = _body(call, "modal")
    if (given := call.text("hash")) and given != view.hash:
        raise Refusal("hash_conflict")
    _external_id_free(call, body, but=view)
    redraw(call, view, body)
    return {"view": view_json(call.state, view)}


def redraw(call: Call, view: View, body: Json) -> None:
    """Give a view a new body and so a new hash."""
    view.body = {**body, "blocks": call.state.with_block_ids(body.get("blocks", []))}
    view.external_id = str(body.get("external_id", view.external_id))
    view.hash = call.state.new_hash(view.body)


def publish(call: Call) -> Json:
    """Draw a person's Home tab."""
    user = call.required("user_id")
    if user not in call.workspace.users:
        raise Refusal("user_not_found")
    body = _body(call, "home")
    view = call.workspace.homes.get(user)
    if view is not None and (given := call.text("hash")) and given != view.hash:
        raise Refusal("hash_conflict")
    if view is None:
        view = call.state.new_view(call.workspace, user, body)
        call.workspace.homes[user] = view
    else:
        redraw(call, view, body)
    return {"view": view_json(call.state, view)}


METHODS = {
    "views.open": Method(open_view),
    "views.push": Method(push),
    "views.update": Method(update),
    "views.publish": Method(publish),
}
