"""The Home tab: everything the bot has for one person, in one language; sends nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aibot.core.language import LANGUAGES
from aibot.slack.cards.around import Recall
from aibot.slack.cards.blocks import Block, actions, button_block, note
from aibot.slack.cards.daily.cards import PAUSE, RESUME
from aibot.slack.cards.daily.list import last_post
from aibot.slack.cards.daily.parts import confirmation, section, with_confirm
from aibot.slack.cards.daily.post import DailyPost
from aibot.slack.cards.daily.words import DailyWords
from aibot.slack.cards.draft import Button
from aibot.slack.cards.limits import MAX_SECTION, MAX_VIEW_BLOCKS, cut
from aibot.slack.cards.markup import escape, link
from aibot.slack.cards.search import SearchCards, block_id, plain_text
from aibot.slack.cards.values import Values

if TYPE_CHECKING:
    from datetime import date, datetime

    from aibot.core.daily import Choice
    from aibot.core.facts import FactBase
    from aibot.core.language import Language, Phrases
    from aibot.storage import Listed

HOME_SHOW_ACTION = "aibot_home_show"  # opens an answer above the Home
DAILY_ACTION = "aibot_home_daily"  # a line about one channel's daily fact
EDIT_ACTION = "aibot_home_edit"
FORGET_ACTION = "aibot_home_forget"
LANGUAGE_ACTION = "aibot_home_language"
AS_ASKED = "asked"
MOST_LISTED = 8  # subscriptions: more of them are a list of their own
_EXAMPLES = ("compare", "timeline", "across", "version", "kinds", "help")


@dataclass(frozen=True, slots=True)
class HomePage:
    """What one person's Home says. What the installation or Slack does not give is None, and is left out."""

    language: Language
    now: datetime
    day: date  # the person's own
    version: str  # of the fact base
    zone: str | None = None  # as Slack told it
    fact: Choice | None = None
    daily: tuple[Listed, ...] | None = None  # what is set up in channels the person may know of
    visible: frozenset[str] = frozenset()  # the channels the person is in
    user: str = ""
    recent: tuple[str, ...] = ()
    chosen: str | None = None  # the language of replies: en, zh, or AS_ASKED
    contact: str = ""
    count: int = 0  # how often the search field was used
    told: tuple[str, ...] = ()  # what came of the last button, escaped


@dataclass(frozen=True, slots=True)
class HomeCards:
    """Draws it."""

    base: FactBase
    phrases: Phrases
    command: str = "/ai"

    def view(self, page: HomePage) -> dict[str, Any]:
        """The view for `views.publish`: https://docs.slack.dev/reference/views/home-tab-views."""
        drawn = _Home(self, page)
        parts = (
            drawn.top(), drawn.told(), drawn.fact(), drawn.recent(), drawn.daily(), drawn.examples(), drawn.settings(),
        )  # fmt: skip
        blocks: list[Block] = []
        for part in filter(None, parts):
            blocks += [{"type": "divider"}, *part] if blocks else part
        return {"type": "home", "blocks": [*blocks[: MAX_VIEW_BLOCKS - 2], *drawn.foot()]}


class _Home:
    """The parts of one page, each a list of blocks, empty where there is nothing to say."""

    def __init__(self, cards: HomeCards, page: HomePage) -> None:
        self._cards, self._page = cards, page
        self._values = Values(cards.base, cards.phrases, page.language)
        self._words = DailyWords(self._values, cards.command)

    def _say(self, phrase: str, **values: object) -> str:
        return self._cards.phrases.say(
            f"home.{phrase}", self._page.language, command=self._cards.command, **values
        )

    def top(self) -> list[Block]:
        search = SearchCards(self._cards.base, self._cards.phrases, self._page.language)
        field = {
            "type": "input",
            "block_id": block_id(self._page.language, self._page.count),
            "dispatch_action": True,
            "label": plain_text(self._say("search")),
            "element": search.field(),
        }
        return [field, note(escape(self._say("ways")))]

    def told(self) -> list[Block]:
        return [section(cut("\n".join(self._page.told), MAX_SECTION))] if self._page.told else []

    def fact(self) -> list[Block]:
        choice, language = self._page.fact, self._page.language
        if choice is None:
            return []
        post = DailyPost(self._cards.base, self._cards.phrases, self._cards.command)
        _, blocks = post.told(choice, (language,), self._page.day)
        more = self._words.say("button.more", name=self._values.name(choice.card.entry))
        button = self._show(0, more, Recall(language, entry=choice.card.entry))
        other: Language = "en" if language == "zh" else "zh"
        recall = Recall(other, entry=choice.card.entry, asked=choice.card.fact.about)
        turn = self._show(1, self._cards.phrases.say("button.turn", other), recall)
        return [self._heading("fact"), *blocks, actions([button, turn])]

    def recent(self) -> list[Block]:
        known = [entry for entry in self._page.recent if entry in self._cards.base]
        if not known:
            return []
        buttons = [
            self._show(place, self._values.name(entry), Recall(self._page.language, entry=entry))
            for place, entry in enumerate(known)
        ]
        forget = button_block(Button(self._say("forget"), FORGET_ACTION, "{}"))
        about = {**section(escape(self._say("recent-note"))), "accessory": forget}
        return [self._heading("recent"), actions(buttons), about]

    def daily(self) -> list[Block]:
        listed = self._page.daily
        if listed is None:
            return []
        blocks = [self._heading("daily")]
        for item in listed[:MOST_LISTED]:
            blocks += self._subscription(item)
        if not listed:
            blocks.append(section(escape(self._say("daily-none"))))
        elif len(listed) > MOST_LISTED:
            blocks.append(note(escape(self._say("daily-more", count=len(listed) - MOST_LISTED))))
        return blocks

    def _subscription(self, item: Listed) -> list[Block]:
        """One channel's daily fact, with the buttons that its card in the channel has."""
        one, words, page = item.subscription, self._words, self._page
        channel = f"<#{escape(one.channel)}>"
        if one.channel not in page.visible:
            channel = words.say("list.hidden", channel=escape(one.channel))
        following = words.say("list.no-next")
        if item.next is not None:
            local = item.next.local(one.zone)
            following = self._say("slot", day=words.day(local.date()), time=f"{local:%H:%M}")
        lines = [
            f"*{channel}* · {words.schedule(one, page.now)}",
            self._say(
                "about", topics=words.topics(one.topics), language=words.say(f"language.{one.language}")
            ),
            self._say("next", next=following, last=last_post(item.report, words)),
        ]
        if one.creator != page.user:
            lines.append(words.say("state.creator", user=f"<@{escape(one.creator)}>"))
        if one.problem:
            lines.append(words.problem(one.problem))
        elif one.paused:
            lines.append(self._say("paused"))
        elif one.paused_until is not None and one.paused_until > page.day:
            lines.append(words.say("state.paused-until", day=words.day(one.paused_until)))
        silent = one.paused or one.paused_until is not None
        pause = ("button.resume", RESUME) if silent else ("button.pause", PAUSE)
        stop = f"{DAILY_ACTION}:stop"
        buttons = [
            Button(words.say("button.change"), EDIT_ACTION, self._value(one.channel)),
            Button(words.say(pause[0]), f"{DAILY_ACTION}:pause", self._value(one.channel, pause[1])),
            Button(words.say("button.stop"), stop, self._value(one.channel, "unsubscribe")),
        ]
        question = confirmation(
            words.say("stop.title"), words.say("stop.text"), words.say("stop.yes"), words.say("stop.no")
        )
        return [section(cut("\n".join(lines), MAX_SECTION)), with_confirm(actions(buttons), {stop: question})]

    def _value(self, channel: str, line: str = "") -> str:
        value = {"c": channel, "l": self._page.language, "s": line}
        return json.dumps({name: part for name, part in value.items() if part})

    def examples(self) -> list[Block]:
        buttons = [
            self._show(place, question, Recall(self._page.language, question=question))
            for place, question in enumerate(self._say(f"example.{name}") for name in _EXAMPLES)
        ]
        how = "threads" if self._page.daily is None else "daily-how"
        return [self._heading("examples"), actions(buttons), note(escape(self._say(how)))]

    def settings(self) -> list[Block]:
        page = self._page
        zone = self._say("zone-unknown")
        if page.zone is not None:
            zone = self._say("zone", zone=self._words.zone(page.zone, page.now))
        if page.chosen is None:
            return [note(zone)]
        labels = {AS_ASKED: self._say("as-asked")}
        for one in LANGUAGES:
            labels[one] = self._cards.phrases.say("button.turn", one)  # each in its own words
        options = {name: {"text": plain_text(label), "value": name} for name, label in labels.items()}
        select = {
            "type": "static_select",
            "action_id": LANGUAGE_ACTION,
            "options": list(options.values()),
            "initial_option": options.get(page.chosen, options[AS_ASKED]),
        }
        # named after the choice: Slack keeps what a block of the same name held, whatever is published
        return [
            {**section(self._say("language")), "block_id": f"language.{page.chosen}", "accessory": select},
            note(zone),
        ]

    def foot(self) -> list[Block]:
        facts = sum(1 for _ in self._cards.base.all_facts())
        lines = [
            escape(self._say("foot", entries=len(self._cards.base), facts=facts, version=self._page.version))
        ]
        if self._page.contact:
            lines.insert(0, self._say("contact", contact=contact_text(self._page.contact)))
        return [{"type": "divider"}, note("\n".join(lines))]

    def _heading(self, phrase: str) -> Block:
        return {"type": "header", "text": plain_text(self._say(f"title.{phrase}"))}

    @staticmethod
    def _show(place: int, label: str, recall: Recall) -> Button:
        return Button(label, f"{HOME_SHOW_ACTION}:{place}", recall.to_json())


def contact_text(contact: str) -> str:
    """Who to ask, as Slack shows it: a person, an e-mail address or a page."""
    if contact.startswith(("http://", "https://")):
        return link(contact, contact.partition("://")[2].rstrip("/"))
    if "@" in contact:
        return link(f"mailto:{contact}", contact)
    return f"<@{escape(contact)}>"
