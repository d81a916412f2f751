"""Every kind of answer as a draft, in one language."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, assert_never

from aibot.core.answers import (
    About,
    Answer,
    Comparison,
    FactAnswer,
    Help,
    Listed,
    Listing,
    NoSuchVersion,
    NotCompared,
    NotFound,
    SeveralAnswers,
    Spotted,
    Suggestions,
    Timeline,
)
from aibot.core.answers.unanswered import kept_form
from aibot.core.facts import ATTRIBUTES, DateValue, QuantityValue
from aibot.slack.cards.charts import charts_of_list, dates_counted, evenly
from aibot.slack.cards.comparison_card import ComparisonCard
from aibot.slack.cards.draft import Button, Chart, Draft, Line, Point, Row, Section
from aibot.slack.cards.entry_card import EntryCard, note_line, verdict_mark
from aibot.slack.cards.markup import echo
from aibot.slack.cards.spotted_card import spotted_draft
from aibot.slack.cards.version_card import version_draft

if TYPE_CHECKING:
    from aibot.slack.cards.values import Values

SHOW_ACTION = "aibot_show"
HELP_ACTION = "aibot_help"
OPEN_ACTION = "aibot_find_open"  # opens the search field above the conversation
#  More lines than this never fit into one reply; they are counted, not drawn
_MOST_LISTED = 200
#  On a longer timeline what checking found stands as a mark, so that more of the timeline fits
_MOST_WITH_NOTES = 20


@dataclass(frozen=True, slots=True)
class Composer:
    """Makes drafts of answers."""

    values: Values
    command: str = "/ai"
    daily: bool = True  # whether help offers daily posts
    follows: bool = False  # whether another card stands above it in its thread

    def drafts(self, answer: Answer) -> list[Draft]:  # noqa: C901, PLR0912  # a line for each kind of answer
        """The drafts of an answer: one, or one for each of several entries."""
        match answer:
            case FactAnswer():
                return [self._entry(answer)]
            case SeveralAnswers():
                return [self._beside_others(draft) for part in answer.answers for draft in self.drafts(part)]
            case Comparison():
                short = self.follows and answer.asked
                return [self._comparisons.in_short(answer) if short else self._comparisons.draft(answer)]
            case NotCompared():
                return [self._comparisons.not_compared(answer)]
            case Timeline():
                return [self._timeline(answer)]
            case Listing():
                return [self._listing(answer)]
            case NoSuchVersion():
                offered = [*answer.family, *([answer.newest] if answer.newest else [])]
                return [version_draft(answer, self.values, self._buttons(offered))]
            case Suggestions():
                return [self._suggestions(answer)]
            case Spotted():
                return [spotted_draft(answer, self.values, self._buttons(list(answer.entries)))]
            case NotFound():
                return [self._not_found(answer)]
            case Help():
                return [self._help()]
            case About():
                return [self._about(answer)]
            case _:
                assert_never(answer)

    @property
    def _comparisons(self) -> ComparisonCard:
        return ComparisonCard(self.values, self.command, SHOW_ACTION)

    def _beside_others(self, draft: Draft) -> Draft:
        """A draft that shares its page: what does not fit is found by asking for it alone."""
        return replace(draft, more=self._say("card.more-alone", count="{count}", name=draft.title))

    def _say(self, phrase: str, **values: object) -> str:
        return self.values.phrases.say(phrase, self.values.language, **values)

    def _entry(self, answer: FactAnswer) -> Draft:
        if answer.entry not in self.values.base:  # an old button, and the entry has been taken out since
            return Draft(title=self._say("not-found.title"), lead=(Line(self._say("card.retired")),))
        card = EntryCard(self.values)
        return card.in_short(answer) if self.follows and answer.asked else card.draft(answer)

    def show_button(self, entry_id: str, *, instead_of: str = "") -> Button:
        """A button that looks an entry up, `instead_of` a question that was asked in vain."""
        carried = {"l": self.values.language, "e": entry_id} | ({"q": instead_of} if instead_of else {})
        value = json.dumps(carried, ensure_ascii=False)
        return Button(self.values.name(entry_id), f"{SHOW_ACTION}:{entry_id}", value)

    def _timeline(self, answer: Timeline) -> Draft:
        lines = []
        for item in answer.items[:_MOST_LISTED]:
            assert isinstance(item.fact.value, DateValue)
            text = self._say(
                "timeline.line",
                date=self.values.dated(item.fact.value),
                entry=self.values.full_name(self.values.base[item.entry]),
                sentence=self.values.sentence(item.fact),
            )
            if len(answer.items) > _MOST_WITH_NOTES:
                lines.append(Line(text, item.fact.source, mark=verdict_mark(item.fact, self.values)))
                continue
            lines.append(Line(text, item.fact.source))
            lines += [note_line(note, self.values) for note in self.values.base.notes_on(item.fact)]
        counted, chart = self._counted(answer)
        return Draft(
            title=self._timeline_title(answer),
            rows=counted,
            charts=chart,
            sections=(Section("", tuple(dict.fromkeys(lines)), rank=1),),
            buttons=self._buttons([item.entry for item in answer.items]),
            more=self._say(
                "card.more", count="{count}", example=self._say("help.date-example", command=self.command)
            ),
            left_out=max(0, len(answer.items) - _MOST_LISTED),
        )

    def _timeline_title(self, answer: Timeline) -> str:
        asked = [self.values.full_name(self.values.base[entry]) for entry in answer.about]
        asked += [f"“{echo(answer.topic)}”"] if answer.topic else []
        if not asked:
            if answer.date is None:
                return self._say("timeline.all")
            return self._say("timeline.title", date=self.values.asked_date(answer.date))
        asked += [self.values.asked_date(answer.date)] if answer.date else []
        return self._say("timeline.of", about=self.values.joined(asked))

    def _counted(self, answer: Timeline) -> tuple[tuple[Row, ...], tuple[Chart, ...]]:
        """How much happened when, in words and as bars; nothing where it all happened at once."""
        grain, counts = dates_counted(answer.items)
        if len(counts) < 2:
            return (), ()
        dates = {date: self.values.counted_date(date) for date, _ in counts}
        lines = {
            date: Line(self._say("timeline.count", date=dates[date], count=count)) for date, count in counts
        }
        title = self._say(f"timeline.by-{grain}")
        axis, told = evenly(grain, dates), dict(counts)
        between = Line(self._say("timeline.none-between"))
        points = [
            Point(self.values.counted_date(date), told.get(date, 0), lines.get(date, between))
            for date in axis
        ]
        said = (*lines.values(), *([between] if any(date not in told for date in axis) else []))
        return (Row(title, said),), (Chart(title, self._say("timeline.axis"), tuple(points)),)

    def _listing(self, answer: Listing) -> Draft:
        values: dict[str, object] = dict(answer.values)
        if answer.title == "of-kind":
            values["kind"] = self._say(f"kinds.{values['kind']}")
        about = self.values.joined([self.values.full_name(self.values.base[entry]) for entry in answer.about])
        title = self._say(f"list.{answer.title}", **{**values, "count": answer.total, "about": about})
        if answer.title == "kinds":
            kinds = [
                Line(self._say("list.kinds-line", count=count, kind=self._say(f"kinds.{kind}")))
                for kind, count in answer.values
            ]
            return Draft(title=title, sections=(Section("", tuple(kinds)),))
        lines = tuple(self._listed(item) for item in answer.items[:_MOST_LISTED])
        example = self.values.name(answer.items[-1].entry) if answer.items else self.command
        return Draft(
            title=title,
            sections=(Section("", lines, rank=1),),
            buttons=self._buttons([item.entry for item in answer.items]) if len(lines) <= 5 else (),
            more=self._say("card.more", count="{count}", example=example),
            left_out=max(0, len(answer.items) - _MOST_LISTED),
            charts=tuple(charts_of_list(self._attribute_of(answer), answer.items, lines, self.values)),
        )

    def _attribute_of(self, answer: Listing) -> str:
        """What a list's figures measure, as its first fact has it."""
        about = next((item.fact.about for item in answer.items if item.fact is not None), "context")
        return ATTRIBUTES[about].zh if self.values.language == "zh" else ATTRIBUTES[about].en

    def _listed(self, item: Listed) -> Line:
        entry = self.values.base[item.entry]
        name = self.values.full_name(entry)
        if item.fact is None:
            return Line(name)
        if isinstance(item.fact.value, DateValue | QuantityValue):
            said = self.values.of(item.fact)
        else:
            said = self.values.sentence(item.fact)
        colon = "：" if self.values.language == "zh" else ": "
        return Line(f"{name}{colon}{said}", item.fact.source, mark=verdict_mark(item.fact, self.values))

    def _buttons(self, entries: list[str]) -> tuple[Button, ...]:
        return tuple(self.show_button(entry) for entry in list(dict.fromkeys(entries))[:5])

    def _help_button(self) -> Button:
        value = json.dumps({"l": self.values.language, "q": "help"})
        return Button(self._say("button.help"), HELP_ACTION, value)

    def _suggestions(self, answer: Suggestions) -> Draft:
        names = [
            Line(f"{self.values.full_name(entry)} · {self._say(f'kind.{entry.kind}')}")
            for entry in (self.values.base[name] for name in answer.entries)
        ]
        return Draft(
            title=self._say("suggest.title"),
            lead=(Line(self._say("suggest.text", asked=echo(answer.asked)), plain=True),),
            sections=(Section(self._say("suggest.pick"), tuple(names)),),
            buttons=tuple(
                self.show_button(entry, instead_of=kept_form(answer.asked)) for entry in answer.entries
            ),
        )

    def _not_found(self, answer: NotFound) -> Draft:
        if answer.reason == "thanks":
            return Draft(
                title=self._say("not-found.thanks-title"), lead=(Line(self._say("not-found.thanks")),)
            )
        return Draft(
            title=self._say("not-found.title"),
            lead=(
                Line(self._say(f"not-found.{answer.reason}", asked=echo(answer.asked)), plain=True),
                Line(self._say("not-found.hint", command=self.command)),
            ),
            buttons=(self._help_button(),),
        )

    def _help(self) -> Draft:
        def lines(*names: str) -> tuple[Line, ...]:
            return tuple(Line(self._say(f"help.{name}", command=self.command)) for name in names)

        keywords = (
            "model",
            "compare",
            "timeline",
            "date",
            "domain",
            "technique",
            "org",
            "person",
            "trend",
            "list",
            "random",
            *(["daily"] if self.daily else []),
            "language",
            "about",
        )
        return Draft(
            title=self._say("help.title"),
            lead=(Line(self._say("help.lead")),),
            sections=(
                Section(self._say("help.ask"), lines("ask-1", "ask-2", "ask-3")),
                Section(self._say("help.keywords"), lines(*keywords)),
                Section("", lines("threads")),
            ),
            buttons=(Button(self._say("find.button"), OPEN_ACTION, json.dumps({"l": self.values.language})),),
        )

    def _about(self, answer: About) -> Draft:
        kinds = [f"{self._say(f'kinds.{kind}')}: {count}" for kind, count in answer.counts]
        numbers = self._say(
            "about.numbers", entries=answer.entries, facts=answer.facts, sources=answer.sources
        )
        return Draft(
            title=self._say("about.title"),
            lead=(Line(self._say("about.lead")), Line(self._say("about.kept", command=self.command))),
            sections=(Section(numbers, tuple(Line(kind) for kind in kinds)),),
        )
