"""What a message names: each entry in a sentence, with a button to its card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aibot.slack.cards.draft import Draft, Line, Section
from aibot.slack.cards.markup import echo

if TYPE_CHECKING:
    from aibot.core.answers import Spotted
    from aibot.slack.cards.draft import Button
    from aibot.slack.cards.values import Values


def spotted_draft(answer: Spotted, values: Values, buttons: tuple[Button, ...]) -> Draft:
    """The draft of it; it says so where the message names nothing we know."""

    def say(phrase: str, **more: object) -> str:
        return values.phrases.say(f"spotted.{phrase}", values.language, **more)

    aside = []
    if answer.maybe:
        aside.append(say("maybe", names=values.joined([values.name(entry) for entry in answer.maybe])))
    if answer.missing:
        aside.append(say("missing", names=values.joined([f"“{echo(asked)}”" for asked in answer.missing])))
    below = (Line(("" if values.language == "zh" else " ").join(aside), plain=True),) if aside else ()
    if not answer.entries:
        return Draft(title=say("none"), lead=below or (Line(say("none-text")),))
    lines = []
    for entry in (values.base[name] for name in answer.entries):
        colon = "：" if values.language == "zh" else ": "
        text = f"{values.full_name(entry)}{colon}{entry.summary.in_(values.language)}"
        lines.append(Line(text, entry.summary.source))
    return Draft(
        title=say("title"),
        sections=(Section("", tuple(lines), rank=1), *([Section("", below)] if below else [])),
        buttons=buttons,
        more=say("more", count="{count}"),
        left_out=answer.more,
    )
