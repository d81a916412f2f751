"""The menu under a card by which people say whether it is right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aibot.core.answers.subject import VERDICTS
from aibot.slack.cards.draft import Choice
from aibot.slack.cards.limits import MAX_OPTION_VALUE

if TYPE_CHECKING:
    from aibot.core.language import Language
    from aibot.slack.cards.values import Values

OPINION_ACTION = "aibot_opinion"


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody chose."""

    verdict: str
    language: Language
    subject: str


def opinion_menu(subject: str, values: Values) -> Choice | None:
    """The menu, for what the card is about."""
    options = tuple(
        (values.phrases.say(f"opinion.{verdict}", values.language), f"{verdict} {values.language} {subject}")
        for verdict in VERDICTS
    )
    if any(len(value) > MAX_OPTION_VALUE for _, value in options):
        return None
    return Choice(values.phrases.say("opinion.ask", values.language), OPINION_ACTION, options)


def opinion_from(value: str) -> Said | None:
    """What was chosen; None where it is not one of ours or of another version of us."""
    verdict, _, rest = value.partition(" ")
    language, _, subject = rest.partition(" ")
    if verdict not in VERDICTS or language not in ("en", "zh") or not subject:
        return None
    return Said(verdict, "zh" if language == "zh" else "en", subject)
