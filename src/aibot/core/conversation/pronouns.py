"""What pronouns stand for in a thread: "it", "they", "he", and where the bot is spoken to, "this"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aibot.core.answers.across import makers_of
from aibot.core.answers.entries import facts_about
from aibot.core.conversation import words
from aibot.core.facts import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aibot.core.answers import Knowledge
    from aibot.core.conversation.said import Said
    from aibot.core.conversation.thread import Thread

_POSSESSIVE = re.compile(r"\b(?:its|it's|their|theirs|his|hers)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Pronouns:
    """Those of one message, by what its thread is about."""

    said: Said
    thread: Thread
    knowledge: Knowledge

    def meant(self) -> list[tuple[re.Pattern[str], str | None]]:
        """Each kind of pronoun with what it means here, None where it could mean nothing or several things."""
        base, subjects = self.knowledge.base, self.thread.subjects
        one = subjects[0] if len(subjects) == 1 else None
        person = next((entry for entry in self.thread.entries if base[entry].kind == Kind.PERSON), None)
        thing = one if one and base[one].kind != Kind.PERSON else None
        pointers: list[tuple[re.Pattern[str], str | None]] = [(words.IT, thing)]
        if not words.IT.search(self.said.text):
            pointers.insert(0, (words.THEY, self._they(thing) if thing else None))
        pointers.append((words.HE, person))
        if not self.said.strict:
            pointers.append((words.THIS, one))
        return pointers

    def _they(self, thing: str) -> str:
        """Whom "they" means: who made the thing, unless what is asked is said of the thing alone."""
        base = self.knowledge.base
        for maker in makers_of(thing, base):
            if base[maker].kind == Kind.ORGANISATION:
                rest = self.said.without_pointers(self.said.rest)
                asked, of_thing = (self.said.attributes(rest, self._kind(entry)) for entry in (maker, thing))
                if of_thing and not (asked and facts_about(maker, asked, base)):
                    return thing
                return maker
        return thing

    def fitting(self, entry: str, rest: str) -> str:
        """The maker's last model or product, where what is asked only those have: a company has no context window."""
        base = self.knowledge.base
        if base[entry].kind not in (Kind.ORGANISATION, Kind.PERSON):
            return entry
        asked = self.said.attributes(rest, self._kind(entry))
        of_things = bool(words.OF_THINGS.intersection(asked)) or bool(words.RELEASED.search(rest))
        if not of_things or (facts_about(entry, asked, base) and not words.RELEASED.search(rest)):
            return entry
        things = (one for one in self.thread.entries if base[one].kind in (Kind.MODEL, Kind.PRODUCT))
        return next((one for one in things if entry in makers_of(one, base)), entry)

    def filled(self, text: str, pointers: Sequence[tuple[re.Pattern[str], str | None]]) -> str:
        """The text with names for pronouns."""
        base = self.knowledge.base
        for pattern, meant in pointers:
            if meant is None:
                continue
            name = base[meant].name.en

            def named(found: re.Match[str], name: str = name) -> str:
                return f" {name}'s " if _POSSESSIVE.fullmatch(found[0]) else f" {name} "

            text = pattern.sub(named, text)
        return " ".join(text.split())

    def _kind(self, entry: str) -> str:
        return str(self.knowledge.base[entry].kind)
