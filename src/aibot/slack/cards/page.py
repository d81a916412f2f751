"""A page: the drafts of one reply with their numbered sources and buttons, cut to what Slack takes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from aibot.core.facts import source_id, source_place
from aibot.slack.cards.limits import MAX_BUTTONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from aibot.slack.cards.draft import Button, Choice, Draft
    from aibot.slack.cards.values import Values

#  Shortening goes in steps, since laying out a long page again for every line would take long
_STEP = 0.3


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source: its title, its address or "", and its numbers, each with the place it stands for."""

    title: str
    url: str
    numbers: tuple[tuple[int, str], ...]

    def text(self, title: str, comma: str) -> str:
        """The line, with the title as it is to be shown: `[1] The article, section 1.5 · [4] section 1.7`."""
        (first, place), *others = self.numbers
        start = f"[{first}] {title}{comma}{place}" if place else f"[{first}] {title}"
        return " · ".join([start, *(f"[{number}] {place}".rstrip() for number, place in others)])


@dataclass(frozen=True, slots=True)
class Page:
    """Everything one reply says."""

    drafts: tuple[Draft, ...]
    values: Values
    around: tuple[Button, ...] = ()  # about the page itself: sharing it, its other language
    opinion: Choice | None = None
    cut: bool = False  # whether whole drafts had to go

    def numbers(self) -> dict[str, int]:
        """The number of each citation, in the order in which they are read."""
        cited = (citation for draft in self.drafts for line in draft.lines() for citation in line.cites)
        return {citation: number for number, citation in enumerate(dict.fromkeys(cited), start=1)}

    def sources(self) -> list[SourceLine]:
        """The sources, each once; one that is cited in several places has several numbers."""
        places: dict[str, list[tuple[int, str]]] = {}
        for citation, number in self.numbers().items():
            places.setdefault(source_id(citation), []).append((number, self._place(citation)))
        known = self.values.base.sources
        return [
            SourceLine(known[name].title.in_(self.values.language), known[name].url or "", tuple(numbers))
            for name, numbers in places.items()
        ]

    def _place(self, citation: str) -> str:
        place = source_place(citation)
        if place and self.values.base.sources[source_id(citation)].kind == "article":
            return self.say("card.section", place=place)
        return place

    @property
    def comma(self) -> str:
        """What stands between a title and the place in it."""
        return "，" if self.values.language == "zh" else ", "

    def buttons(self) -> list[Button]:
        """The buttons below the page; each action once, since Slack refuses two of a name."""
        found = [button for draft in self.drafts for button in draft.buttons]
        # what is offered as an answer first, then what is about the card
        offered = list({button.action: button for button in found}.values())[:MAX_BUTTONS]
        return [*offered, *self.around]

    def say(self, phrase: str, **values: object) -> str:
        """A phrase in the page's language."""
        return self.values.phrases.say(phrase, self.values.language, **values)

    def fitted(self, excess: Callable[[Page], int], weight: Callable[[Page, Draft], int]) -> Page:
        """The page with as many lines as fit; what is needed least goes first, from the longest draft that has it."""
        page = self
        while (over := excess(page)) > 0:
            shorter = page._shorter(over, weight)
            if shorter is None:
                break
            page = shorter
        return page

    def _shorter(self, over: int, weight: Callable[[Page, Draft], int]) -> Page | None:
        found = [draft for draft in self.drafts if draft.rank is not None]
        if found:
            longest = max(found, key=lambda draft: (draft.rank, weight(self, draft)))
            least = _without(longest, over * _STEP)
            return replace(self, drafts=tuple(least if one is longest else one for one in self.drafts))
        if len(self.drafts) > 1:
            return replace(self, drafts=self.drafts[:-1], cut=True)
        return None


def _without(draft: Draft, characters: float) -> Draft:
    """A draft with lines of one rank less, of about so many characters and at least one line."""
    before, rank = _length(draft), draft.rank
    while draft.rank == rank:
        draft = draft.shorter()
        if before - _length(draft) >= characters:
            break
    return draft


def _length(draft: Draft) -> int:
    return sum(len(line.text) + sum(map(len, (*line.items, *line.cites))) for line in draft.lines())
