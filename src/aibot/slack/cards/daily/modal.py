"""The form for a daily post, and what was chosen in it: the same words the line takes, read by the same grammar."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING, Any

from aibot.core.daily.requests import Problem, Subscribe, Unclear
from aibot.core.daily.subscribing import parse_subscribe
from aibot.core.matching import clean
from aibot.slack.cards.daily.parts import MODAL

if TYPE_CHECKING:
    from aibot.core.daily import DailyLanguage, Subscription
    from aibot.core.daily.topics import Topics
    from aibot.core.language import Language
    from aibot.slack.cards.blocks import Block
    from aibot.slack.cards.daily.words import DailyWords

_LANGUAGES: tuple[DailyLanguage, ...] = ("en", "zh", "both")


@dataclass(frozen=True, slots=True)
class FormContext:
    """What a form remembers while somebody fills it in."""

    channel: str
    language: Language
    response_url: str = ""
    version: int | None = None  # of the subscription it began with; None where the channel had none
    in_home: bool = False  # it was opened in the Home, and what came of it is told there

    def to_json(self) -> str:
        """For the form's private_metadata: https://docs.slack.dev/reference/views/modal-views, 3,000 characters."""
        said = {"c": self.channel, "l": self.language, "r": self.response_url, "v": self.version}
        return json.dumps({**said, "h": True} if self.in_home else said)


def context_from(text: str) -> FormContext | None:
    """What a form remembered; None where it is not one of ours."""
    try:
        data = json.loads(text)
        version = data["v"]
        return FormContext(
            str(data["c"]),
            "zh" if data["l"] == "zh" else "en",
            str(data["r"]),
            version if isinstance(version, int) else None,
            data.get("h") is True,
        )
    except (ValueError, KeyError, TypeError):
        return None


def form(words: DailyWords, current: Subscription, context: FormContext) -> dict[str, Any]:
    """The form, filled in with a subscription: the channel's own, or what it would get."""

    def option(label: str, value: str) -> Block:
        return {"text": _plain(label), "value": value}

    days = [option(words.say(f"weekday.{day}"), str(day)) for day in range(7)]
    languages = [option(words.say(f"language.{one}"), one) for one in _LANGUAGES]
    topics = [_typed(topic, words) for topic in current.topics]
    inputs = [
        _input(
            "time", words.say("modal.time"), {"type": "timepicker", "initial_time": f"{current.at:%H:%M}"}
        ),
        _input(
            "zone",
            words.say("modal.zone"),
            {"type": "plain_text_input", "initial_value": current.zone, "max_length": 60},
            hint=words.say("modal.zone-hint"),
        ),
        _input(
            "days",
            words.say("modal.days"),
            {
                "type": "checkboxes",
                "options": days,
                "initial_options": [days[day] for day in sorted(current.days)],
            },
        ),
        _input(
            "topics",
            words.say("modal.topics"),
            {
                "type": "plain_text_input",
                "max_length": 200,
                **({"initial_value": "; ".join(topics)} if topics else {}),
            },
            hint=words.say("modal.topics-hint"),
            optional=True,
        ),
        _input(
            "language",
            words.say("modal.language"),
            {
                "type": "radio_buttons",
                "options": languages,
                "initial_option": languages[_LANGUAGES.index(current.language)],
            },
        ),
    ]
    return {
        "type": "modal",
        "callback_id": MODAL,
        "title": _plain(words.say("modal.title")),
        "submit": _plain(words.say("modal.submit")),
        "close": _plain(words.say("modal.close")),
        "private_metadata": context.to_json(),
        "blocks": inputs,
    }


def read_form(values: dict[str, Any], topics: Topics) -> tuple[Subscribe, dict[str, Problem | str]]:
    """What was chosen, and what is wrong in which field: a problem of the grammar, or the name of a phrase."""
    wrong: dict[str, Problem | str] = {}
    at = str(_element(values, "time").get("selected_time") or "")
    if not at:
        wrong["time"] = "modal.no-time"
    zone = _read(values, "zone", topics)
    if isinstance(zone, Unclear) and zone.problems[0].kind in ("which-zone", "two-zones", "too-long"):
        wrong["zone"] = zone.problems[0]
    elif isinstance(zone, Unclear) or zone.zone is None or zone != Subscribe(zone=zone.zone):
        wrong["zone"] = Problem("no-zone", _typed_in(values, "zone"))
    days = [int(option["value"]) for option in _element(values, "days").get("selected_options") or []]
    if not days:
        wrong["days"] = "modal.no-days"
    about = _read(values, "topics", topics)
    if isinstance(about, Unclear):
        wrong["topics"] = about.problems[0]
    elif about != Subscribe(topics=about.topics):
        wrong["topics"] = Problem("unknown-word", _typed_in(values, "topics"))
    language = (_element(values, "language").get("selected_option") or {}).get("value", "en")
    if wrong:
        return Subscribe(), wrong
    assert isinstance(zone, Subscribe)
    assert isinstance(about, Subscribe)
    chosen: DailyLanguage = "zh" if language == "zh" else "both" if language == "both" else "en"
    return Subscribe(time.fromisoformat(at), zone.zone, frozenset(days), about.topics or (), chosen), wrong


def _read(values: dict[str, Any], name: str, topics: Topics) -> Subscribe | Unclear:
    return parse_subscribe(clean(_typed_in(values, name)).lower(), topics)


def _typed_in(values: dict[str, Any], name: str) -> str:
    return str(_element(values, name).get("value") or "").strip()


def _element(values: dict[str, Any], name: str) -> dict[str, Any]:
    found = values.get(name, {}).get(name, {})
    return found if isinstance(found, dict) else {}


def _typed(topic: str, words: DailyWords) -> str:
    """A topic as somebody would type it."""
    base = words.values.base
    if topic in base:
        return base[topic].name.in_(words.values.language)
    return words.values.phrases.say(f"kinds.{topic}", words.values.language)


def _input(name: str, label: str, element: Block, *, hint: str = "", optional: bool = False) -> Block:
    made: Block = {
        "type": "input",
        "block_id": name,
        "label": _plain(label),
        "element": {**element, "action_id": name},
        "optional": optional,
    }
    return {**made, "hint": _plain(hint)} if hint else made


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}
