"""Every kind of answer as a draft, in one language."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, assert_never

from aibot.core.answers import (
    About,
    Answer,
    FactAnswer,
    Help,
    Listed,
    Listing,
    NoSuchVersion,
    NotFound,
    SeveralAnswers,
    Suggestions,
    Timeline,
)
from aibot.core.facts import DateValue, QuantityValue
from aibot.slack.cards.draft import Button, Citations, Draft, Line, Row, Section
from aibot.slack.cards.entry_card import EntryCard
from aibot.slack.cards.limits import MAX_ECHO

if TYPE_CHECKING:
    from aibot.slack.cards.values import Values

SHOW_ACTION = "aibot_show"
HELP_ACTION = "aibot_help"
_MOST_LISTED = 60


@dataclass(frozen=True, slots=True)
class Composer:
    """Makes drafts of answers."""

    values: Values
    command: str = "/ai"

    def drafts(self, answer: Answer) -> list[Draft]:
        """The drafts of an answer: one, or one for each of several entries."""
        match answer:
            case FactAnswer():
                return [self._entry(answer)]
            case SeveralAnswers():
                return [draft for part in answer.answers for draft in self.drafts(part)]
            case Timeline():
                return [self._timeline(answer)]
            case Listing():
                return [self._listing(answer)]
            case NoSuchVersion():
                return [self._no_such_version(answer)]
            case Suggestions():
                return [self._suggestions(answer)]
            case NotFound():
                return [self._not_found(answer)]
            case Help():
                return [self._help()]
            case About():
                return [self._about(answer)]
            case _:
                assert_never(answer)

    def _say(self, phrase: str, **values: object) -> str:
        return self.values.phrases.say(phrase, self.values.language, **values)

    def _entry(self, answer: FactAnswer) -> Draft:
        if answer.entry not in self.values.base:  # an old button, and the entry has been taken out since
            return Draft(title=self._say("not-found.title"), lead=(Line(self._say("card.retired")),))
        return EntryCard(self.values).draft(answer)

    def show_button(self, entry_id: str) -> Button:
        """A button that looks an entry up."""
        return Button(self.values.name(entry_id), f"{SHOW_ACTION}:{entry_id}", json.dumps({"e": entry_id}))

    def _timeline(self, answer: Timeline) -> Draft:
        cite = Citations(self.values.base)
        lines = []
        for item in answer.items[:_MOST_LISTED]:
            assert isinstance(item.fact.value, DateValue)
            text = self._say(
                "timeline.line",
                date=self.values.dated(item.fact.value),
                entry=self.values.full_name(self.values.base[item.entry]),
                sentence=self.values.sentence(item.fact),
            )
            lines.append(Line(text, cite.cite(item.fact.source)))
            lines += [
                Line(
                    note.zh if self.values.language == "zh" else note.en,
                    cite.cite(note.source),
                    mark=self._say(f"verdict.{note.verdict}"),
                )
                for note in self.values.base.notes_on(item.fact)
            ]
        return self._with_sources(
            Draft(
                title=self._say("timeline.title", date=answer.date.label),
                sections=(Section("", tuple(dict.fromkeys(lines)), rank=1),),
                buttons=self._buttons([item.entry for item in answer.items]),
                more=self._say(
                    "card.more", count="{count}", example=self._say("help.date", command=self.command)
                ),
            ),
            cite,
        )

    def _listing(self, answer: Listing) -> Draft:
        cite = Citations(self.values.base)
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
        lines = tuple(self._listed(item, cite) for item in answer.items)
        draft = Draft(
            title=title,
            sections=(Section("", lines, rank=1),),
            buttons=self._buttons([item.entry for item in answer.items]) if len(lines) <= 5 else (),
            more=self._say("card.more", count="{count}", example=self.values.name(answer.items[-1].entry)),
        )
        return self._with_sources(draft, cite)

    def _listed(self, item: Listed, cite: Citations) -> Line:
        entry = self.values.base[item.entry]
        name = self.values.full_name(entry)
        if item.fact is None:
            return Line(name)
        if isinstance(item.fact.value, DateValue | QuantityValue):
            said = self.values.of(item.fact)
        else:
            said = self.values.sentence(item.fact)
        colon = "：" if self.values.language == "zh" else ": "
        status = self.values.base.status(item.fact)
        mark = self._say(f"verdict.{status}") if status in ("unverified", "disputed", "misprint") else ""
        return Line(f"{name}{colon}{said}", cite.cite(item.fact.source), mark=mark)

    def _with_sources(self, draft: Draft, cite: Citations) -> Draft:
        sources = tuple(EntryCard(self.values).sources(cite))
        return replace(draft, sources=sources, sources_heading=self._say("card.sources"))

    def _buttons(self, entries: list[str]) -> tuple[Button, ...]:
        return tuple(self.show_button(entry) for entry in list(dict.fromkeys(entries))[:5])

    def _no_such_version(self, answer: NoSuchVersion) -> Draft:
        lead = [Line(self._say("version.text", asked=_echo(answer.asked)), plain=True)]
        names = [self.values.full_name(self.values.base[entry]) for entry in answer.family]
        rows = [Row(self._say("version.nearest"), (Line(self.values.joined(names)),))]
        if answer.newest is not None and len(answer.family) > 1:
            lead.append(Line(self._say("version.newest", entry=self.values.name(answer.newest))))
        offered = [*answer.family, *([answer.newest] if answer.newest else [])]
        return Draft(
            title=self._say("version.title"),
            lead=tuple(lead),
            rows=tuple(rows),
            buttons=self._buttons(offered),
        )

    def _suggestions(self, answer: Suggestions) -> Draft:
        names = [
            Line(f"{self.values.full_name(entry)} · {self._say(f'kind.{entry.kind}')}")
            for entry in (self.values.base[name] for name in answer.entries)
        ]
        return Draft(
            title=self._say("suggest.title"),
            lead=(Line(self._say("suggest.text", asked=_echo(answer.asked)), plain=True),),
            sections=(Section(self._say("suggest.pick"), tuple(names)),),
            buttons=self._buttons(list(answer.entries)),
        )

    def _not_found(self, answer: NotFound) -> Draft:
        return Draft(
            title=self._say("not-found.title"),
            lead=(
                Line(self._say(f"not-found.{answer.reason}", asked=_echo(answer.asked)), plain=True),
                Line(self._say("not-found.hint", command=self.command)),
            ),
            buttons=(Button(self._say("button.help"), HELP_ACTION, json.dumps({"q": "help"})),),
        )

    def _help(self) -> Draft:
        def lines(*names: str) -> tuple[Line, ...]:
            return tuple(Line(self._say(f"help.{name}", command=self.command)) for name in names)

        keywords = (
            "model",
            "date",
            "domain",
            "technique",
            "org",
            "person",
            "trend",
            "list",
            "random",
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
        )

    def _about(self, answer: About) -> Draft:
        kinds = [f"{self._say(f'kinds.{kind}')}: {count}" for kind, count in answer.counts]
        numbers = self._say(
            "about.numbers", entries=answer.entries, facts=answer.facts, sources=answer.sources
        )
        return Draft(
            title=self._say("about.title"),
            lead=(Line(self._say("about.lead")), Line(self._say("about.kept"))),
            sections=(Section(numbers, tuple(Line(kind) for kind in kinds)),),
        )


def _echo(text: str) -> str:
    """What a person typed, short enough to say back."""
    text = " ".join(text.split())
    return text if len(text) <= MAX_ECHO else text[: MAX_ECHO - 1] + "…"
