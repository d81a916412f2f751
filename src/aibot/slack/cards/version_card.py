"""A version that has no entry: what is said of it all the same, and what there is of its family."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aibot.slack.cards.draft import Draft, Line, Row
from aibot.slack.cards.entry_card import verdict_mark
from aibot.slack.cards.markup import echo

if TYPE_CHECKING:
    from aibot.core.answers import NoSuchVersion
    from aibot.slack.cards.draft import Button
    from aibot.slack.cards.values import Values


def version_draft(answer: NoSuchVersion, values: Values, buttons: tuple[Button, ...]) -> Draft:
    """The draft of it. A fact that names the version is told as its sentence: its value is another entry's."""

    def say(phrase: str, **more: object) -> str:
        return values.phrases.say(phrase, values.language, **more)

    family = values.joined([values.full_name(values.base[entry]) for entry in answer.family])
    if answer.said:
        under = dict.fromkeys(values.name(item.entry) for item in answer.said)
        lead = [
            Line(say("version.said", asked=echo(answer.asked), under=values.joined(list(under))), plain=True)
        ]
        facts = [item.fact for item in answer.said if item.fact is not None]
        lead += [Line(values.sentence(fact), fact.source, mark=verdict_mark(fact, values)) for fact in facts]
    else:
        lead = [Line(say("version.text", asked=echo(answer.asked)), plain=True)]
        if answer.newest is not None and len(answer.family) > 1:
            lead.append(Line(say("version.newest", entry=values.name(answer.newest))))
    return Draft(
        title=say("version.said-title" if answer.said else "version.title"),
        lead=tuple(lead),
        rows=(Row(say("version.nearest"), (Line(family),)),),
        buttons=buttons,
        more=say("card.more-plain", count="{count}"),
    )
