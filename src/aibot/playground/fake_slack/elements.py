"""Buttons, selects and inputs as a person uses them: found by text or action_id, and what using one sends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .workspace import Json, Message, View

TYPED = {
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
    "rich_text_input": "rich_text_value",
}
ONE_OPTION = {"static_select", "external_select", "overflow", "radio_buttons"}
MANY_OPTIONS = {"multi_static_select", "multi_external_select", "checkboxes"}


def find(target: Message | View, wanted: str, within: str | None = None) -> tuple[str, Json]:
    """Find an element by action_id, or by the text people read on it; anywhere, or in one block."""
    elements = [pair for pair in target.elements() if within in {None, pair[0]}]
    for by in ("action_id", "text"):
        for block_id, element in elements:
            text = element.get("text")
            shown = text.get("text") if by == "text" and isinstance(text, dict) else element.get("action_id")
            if shown == wanted:
                return block_id, element
    known = ", ".join(sorted(str(element.get("action_id")) for _, element in elements)) or "none"
    raise LookupError(f"no element {wanted!r} in this {type(target).__name__.lower()}; it has: {known}")


def options(element: Json) -> list[Json]:
    """Return a select's options, groups flattened."""
    grouped = [option for group in element.get("option_groups", []) for option in group.get("options", [])]
    return [*element.get("options", []), *grouped]


def _option(element: Json, wanted: Any) -> Json:
    if isinstance(wanted, dict):
        return wanted
    for option in options(element):
        if wanted in {option.get("value"), option.get("text", {}).get("text")}:
            return option
    if "external" in str(element.get("type")):
        return {"text": {"type": "plain_text", "text": str(wanted)}, "value": str(wanted)}
    known = [option.get("value") for option in options(element)]
    raise LookupError(f"no option {wanted!r} in {element.get('action_id')!r}; it has: {known}")


def used(element: Json, value: Any) -> Json:
    """Return what a payload says of an element once someone gave it a value."""
    kind = str(element.get("type"))
    result: Json = {"type": kind}
    if kind in {"button", "workflow_button", "icon_button"}:
        result |= {key: element[key] for key in ("text", "value", "url", "style") if key in element}
    elif kind == "feedback_buttons":
        side = "positive_button" if value in {None, "positive"} else "negative_button"
        result |= {"value": element[side].get("value"), "text": element[side].get("text")}
    elif kind in ONE_OPTION:
        result["selected_option"] = None if value is None else _option(element, value)
    elif kind in MANY_OPTIONS:
        result["selected_options"] = [_option(element, one) for one in (value or [])]
    elif kind in TYPED:
        result[TYPED[kind]] = value
    return result


def initial(element: Json) -> Any:
    """Return what an element is set to before anyone touches it."""
    return next((value for key, value in element.items() if key.startswith("initial_")), None)


def state_values(target: Message | View, given: Json) -> Json:
    """Return `state.values`: every element that holds a value, set to what is given by action_id."""
    values: Json = {}
    for block_id, element in target.elements():
        kind, action_id = str(element.get("type")), str(element.get("action_id"))
        if kind in TYPED or kind in (ONE_OPTION | MANY_OPTIONS) - {"overflow"}:
            value = given.get(action_id, initial(element))
            values.setdefault(block_id, {})[action_id] = used(element, value)
    return values
