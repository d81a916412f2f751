"""What the bot says about a channel's daily post: its state, what was not clear, lists, the first and the last word."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import TYPE_CHECKING

from aibot.core.daily import today_in
from aibot.core.daily.dates import rows_of
from aibot.core.daily.zones import known_zone
from aibot.slack.cards.blocks import actions
from aibot.slack.cards.card import Card
from aibot.slack.cards.daily.parts import (
    EDIT_ACTION,
    STOP_ACTION,
    WHY_ACTION,
    card_of,
    line_card,
    numbered,
    say_button,
    section,
    with_confirm,
)
from aibot.slack.cards.daily.post import plain_of, stop_question
from aibot.slack.cards.daily.words import DailyWords
from aibot.slack.cards.draft import Button
from aibot.slack.cards.limits import MAX_ECHO, cut
from aibot.slack.cards.markup import escape
from aibot.slack.cards.values import Values

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from typing import Any

    from aibot.core.daily import Slot, Subscription
    from aibot.core.daily.outcomes import ZoneFrom
    from aibot.core.daily.requests import Offer, Problem
    from aibot.core.facts import FactBase
    from aibot.core.language import Language, Phrases

#  The lines that buttons stand for; the grammar reads them in any language
PREVIEW, PAUSE, RESUME, SWAP, TEST, UNSKIP = "preview", "pause", "resume", "swap", "send me a test", "unskip"


#  What these say of themselves helps more than an example of subscribing
_OF_OTHER_LINES = frozenset({
    "typo", "bad-date", "which-date", "which-day", "which-skipped", "every-week", "how-long", "skip-or-pause",
    "no-country", "which-country", "two-countries", "no-policy", "other-channel",
})  # fmt: skip
_COUNTRY = re.compile(r"[A-Z]{2}")
_ISO = re.compile(r"\d{4}-\d\d-\d\d")


class DailyCards:
    """Makes the cards; `command` is the slash command named in examples."""

    def __init__(self, base: FactBase, phrases: Phrases, command: str = "/ai") -> None:
        self.base, self._phrases, self._command = base, phrases, command

    def words(self, language: Language) -> DailyWords:
        """What says things in a language."""
        return DailyWords(Values(self.base, self._phrases, language), self._command)

    def line(self, phrase: str, language: Language, **values: object) -> Card:
        """A card of one phrase; its values must be escaped already."""
        return line_card(self.words(language).say(phrase, **values))

    def refused(self, reason: str, language: Language, **values: object) -> Card:
        """Nothing is changed, and why."""
        words = self.words(language)
        return card_of(words.say("title.refused"), [words.say(f"refused.{reason}", **values)])

    def state(  # noqa: PLR0913  # what a state consists of
        self,
        subscription: Subscription,
        slots: Sequence[Slot],
        language: Language,
        *,
        now: datetime,
        done: str = "state",
        days: Sequence[date] = (),
        zone_from: ZoneFrom = "kept",
        first: str = "",
    ) -> Card:
        """The whole state: what was done, when, about what, the next posts, and how to stop."""
        words = self.words(language)
        country = words.country(subscription.holidays) if subscription.holidays else ""
        title = words.say(f"title.{done}", days=words.dates(days), country=country)
        lines = [*([first] if first else []), *words.lines(subscription, now)]
        lines += words.slots(subscription, slots)
        notes = [words.say("how-to-stop")]
        if zone_from in ("profile", "default"):
            notes.insert(0, words.say(f"zone.{zone_from}", zone=words.zone(subscription.zone, now)))
        return card_of(
            title,
            lines,
            notes=notes,
            buttons=self._buttons(subscription, words, now, days if done == "skipped" else ()),
            confirm={STOP_ACTION: stop_question(words)},
        )

    def _buttons(
        self, subscription: Subscription, words: DailyWords, now: datetime, skipped: Sequence[date]
    ) -> tuple[Button, ...]:
        """What can be done from here; `skipped` are the days just left out, which can be taken back."""
        language = words.values.language
        waits = subscription.paused_until is not None and not subscription.has_first_day
        silent = subscription.paused or waits
        pause = (words.say("button.resume"), RESUME) if silent else (words.say("button.pause"), PAUSE)
        said = [(words.say("button.preview"), PREVIEW), pause]
        today = today_in(subscription.zone, now)
        if any(day >= today for day in subscription.skip_dates):
            rows = rows_of(skipped)
            unskip = (
                " ".join([UNSKIP, *(f"{row[0]} - {row[-1]}" for row in rows)]) if len(rows) == 1 else UNSKIP
            )
            said.append((words.say("button.unskip"), unskip))
        return (
            Button(words.say("button.change"), EDIT_ACTION, json.dumps({"l": language})),
            *numbered(said, language),
            Button(words.say("button.stop"), STOP_ACTION, json.dumps({"l": language})),
        )

    def intro(
        self, subscription: Subscription, slots: Sequence[Slot], language: Language, now: datetime
    ) -> Card:
        """What the channel reads first: who subscribed it, to what, and how to stop."""
        words = self.words(language)
        schedule = words.schedule(subscription, now)
        user = f"<@{subscription.creator}>"
        if slots:
            slot = words.slot(slots[0], subscription.zone)
            text = words.say("intro", user=user, schedule=schedule, slot=slot)
        else:
            text = words.say("intro.none", user=user, schedule=schedule)
        how = words.say("how-to-stop")
        value = json.dumps({"l": language})
        row = actions(
            [
                Button(words.say("button.why"), WHY_ACTION, value),
                Button(words.say("button.stop"), STOP_ACTION, value),
            ]
        )
        blocks = [section(text), section(how), with_confirm(row, {STOP_ACTION: stop_question(words)})]
        joined = line_card(f"{text}\n{how}")
        return Card(joined.text, blocks, joined.plain)

    def shown(self, done: str, message: dict[str, Any], language: Language, **values: object) -> Card:
        """The next post with a line above that says what this is; the post's own blocks are untouched."""
        words = self.words(language)
        title = words.say(f"title.{done}", **values)
        buttons = numbered(
            [(words.say("button.swap"), SWAP), (words.say("button.test"), TEST)] if done != "test" else [],
            language,
        )
        blocks = [section(f"*{title}*"), {"type": "divider"}, *message["blocks"]]
        if buttons:
            blocks += [{"type": "divider"}, actions(buttons)]
        return Card(f"{title}\n{message['text']}", blocks, f"{title}\n{plain_of(message)}")

    def stopped(self, card: Card, code: str, language: Language) -> Card:
        """The same card, which first says that nothing is posted in the workspace."""
        first = line_card(self.words(language).say("none-posted", code=escape(code)))
        return Card(
            f"{first.text}\n{card.text}", [*first.blocks, *card.blocks], f"{first.plain}\n{card.plain}"
        )

    def why(self, subscription: Subscription, language: Language, now: datetime) -> Card:
        """Why a channel gets posts."""
        words = self.words(language)
        text = words.say(
            "why",
            user=f"<@{subscription.creator}>",
            day=words.day(subscription.created.date()),
            schedule=words.schedule(subscription, now),
            topics=words.topics(subscription.topics),
        )
        return line_card(f"{text}\n{words.say('how-to-stop')}")

    def policy(self, who: str, on_unknown: str, language: Language) -> Card:
        """Who may, what becomes of a post that nobody can tell of, and how to change that."""
        words = self.words(language)
        lines = [words.say(f"policy.{name}") for name in (who, on_unknown, "to-change")]
        return card_of(words.say("title.policy"), lines)

    def tell(self, subscription: Subscription, problem: str, language: Language) -> Card:
        """A direct message to whoever set it up: it has stopped, and what to do."""
        words = self.words(language)
        return line_card(
            words.say("tell", channel=f"<#{subscription.channel}>", problem=words.problem(problem))
        )

    # What was not clear

    def unclear(self, problems: Sequence[Problem], language: Language, now: datetime) -> Card:
        """What was not understood, word by word, with buttons for what it may mean."""
        words = self.words(language)
        typed = [self._problem(problem, words) for problem in problems]
        offers = [offer for problem in problems for offer in problem.offers][:5]
        buttons = [
            say_button(self._offer(offer, words, now), offer.line, language, place)
            for place, offer in enumerate(offers)
        ]
        of_subscribing = any(problem.kind not in _OF_OTHER_LINES for problem in problems)
        notes = [words.say("unclear.example")] if of_subscribing else []
        return card_of(words.say("title.unclear"), [], typed=typed, notes=notes, buttons=buttons)

    def problem(self, problem: Problem, language: Language) -> str:
        """One thing that was not understood, as plain text for a form's field."""
        return self._problem(problem, self.words(language))

    @staticmethod
    def _problem(problem: Problem, words: DailyWords) -> str:
        """Plain text: it is shown without formatting, so nothing in it is escaped."""
        word = cut(" ".join(problem.word.split()), MAX_ECHO)
        if problem.kind == "topic-without-facts":
            base = words.values.base
            word = words.values.full_name(base[word]) if word in base else word
        return words.say(f"unclear.{problem.kind}", word=word)

    @staticmethod
    def _offer(offer: Offer, words: DailyWords, now: datetime) -> str:
        if known_zone(offer.value) is not None:
            return words.zone(offer.value, now)
        if _ISO.fullmatch(offer.value):
            return words.day(date.fromisoformat(offer.value))
        if _COUNTRY.fullmatch(offer.value):
            return words.country(offer.value)
        base = words.values.base
        return words.values.name(offer.value) if offer.value in base else offer.line
