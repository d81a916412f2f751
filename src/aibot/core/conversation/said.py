"""A message taken apart: how it begins and ends, whom it names, and whether all of it is accounted for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from aibot.core.answers.intents import Intent, intent_of, parted
from aibot.core.conversation import words
from aibot.core.matching import clean

if TYPE_CHECKING:
    from aibot.core.answers import Knowledge
    from aibot.core.matching import Match, Matches, MissingVersion

_MOST_ATTRIBUTES = 3
_WORD = re.compile(r"[A-Za-z0-9'’.+-]*[A-Za-z0-9]")
_CONTRACTED = re.compile(r"\b(who|what|when|where|how)(?:['’]s|s)\b(?! about)", re.IGNORECASE)
_HOW_BIG = re.compile(r"\bhow (?:big|large|long|much|many)\b|\bsize\b|多[大长少]", re.IGNORECASE)
_NOT_A_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Said:
    """What somebody said. `strict` where nobody was addressed: then every word has to be accounted for."""

    whole: str  # cleaned
    text: str  # without its opening and closing words
    matches: Matches
    strict: bool

    @classmethod
    def of(cls, text: str, knowledge: Knowledge, *, strict: bool) -> Said:
        """Take a text apart."""
        whole = clean(text).strip()
        core = whole
        for _ in range(3):
            shorter = words.OPENERS.sub("", words.CLOSERS.sub("", core), count=1).strip()
            if shorter == core or not _NOT_A_WORD.sub("", shorter):
                break
            core = shorter
        core = _CONTRACTED.sub(r"\1 is", core)
        return cls(whole, core, knowledge.matcher.match(core), strict)

    @property
    def names(self) -> tuple[str, ...]:
        """The entries it surely names."""
        return tuple(dict.fromkeys(match.entry for match in self.matches.sure))

    @property
    def is_question(self) -> bool:
        """Whether it ends in a question mark."""
        return self.whole.rstrip(" .。!！").endswith(("?", "？"))

    @property
    def asks(self) -> bool:
        """Whether it reads as a question, or as an attribute that asks by itself."""
        bare = self.text.strip(" ?？.。,，")
        return bool(
            words.ASKS.search(self.text)
            or words.ASKS.search(self.whole)
            or words.BARE.fullmatch(bare)
            or self.what_about
        )

    @property
    def joins(self) -> bool:
        """Whether it goes on where the last question was: "and …"."""
        return bool(words.JOINS.search(self.whole))

    @property
    def corrects(self) -> bool:
        """Whether it puts a name in the place of the last: "no, I meant …"."""
        return bool(words.CORRECTS.search(self.whole))

    @property
    def what_about(self) -> bool:
        """Whether it says "what about …", "那…呢"."""
        return bool(words.WHAT_ABOUT.search(self.text) or re.search(r"呢\W*$", self.whole))

    @cached_property
    def rest(self) -> str:
        """What stands around the names."""
        rest = words.WHAT_ABOUT.sub(" ", self.matches.rest if self._has_names else self.text)
        return " ".join(rest.split())

    @property
    def _has_names(self) -> bool:
        return bool(self.matches.sure or self.matches.missing or self.matches.maybe)

    @property
    def only_names(self) -> bool:
        """Whether nothing but names stands there."""
        left = re.sub(r"呢|吗|的|\b(?:the|s)\b", "", self.rest, flags=re.IGNORECASE)
        return self._has_names and not _NOT_A_WORD.sub("", left)

    @property
    def calls_somebody(self) -> bool:
        """Whether it begins by calling somebody who is called like an entry: "Claude, can you check?"."""
        return any(
            match.start == 0 and re.match(r"\s*[,，:：]", self.matches.cleaned[match.end :])
            for match in self.matches.sure
        )

    def typed_names(self) -> list[str]:
        """The names as they were typed, also those of versions that are missing."""
        found: list[Match | MissingVersion] = [*self.matches.sure, *self.matches.missing]
        spans = sorted((match.start, match.end) for match in found)
        return [self.matches.cleaned[start:end] for start, end in spans]

    def attributes(self, rest: str, kind: str) -> tuple[str, ...]:
        """What it asks of an entry of a kind; nothing where a word of it is not accounted for."""
        measured = _HOW_BIG.sub(" ", rest)  # "how big is its context window" asks for one thing
        return (self._attributes(measured, kind) if measured != rest else ()) or self._attributes(rest, kind)

    def _attributes(self, rest: str, kind: str) -> tuple[str, ...]:
        found: list[Intent] = []
        left = rest = parted(rest)
        while len(found) < _MOST_ATTRIBUTES and (intent := intent_of(left, kind)) is not None:
            explicit = words.EXPLICIT.get(intent.name)
            if explicit is not None and not explicit.search(rest):
                return ()
            found.append(intent)
            left = intent.words.sub(" ", left)
        if not found or not self.covered(left):
            return ()
        return tuple(dict.fromkeys(name for intent in found for name in intent.attributes))

    def covered(self, left: str) -> bool:
        """Whether every word is one of those that only ask or connect."""
        known = words.NEUTRAL if self.strict else words.NEUTRAL | words.POLITE
        for pattern in (words.THEY, words.IT, words.HE, words.NEUTRAL_HAN):
            left = pattern.sub(" ", left)
        if not self.strict:
            left = words.POLITE_HAN.sub(" ", left)
        if not all(word.strip(".-+").lower().replace("’", "'") in known for word in _WORD.findall(left)):
            return False
        return not _NOT_A_WORD.sub("", _WORD.sub("", left))

    def without_pointers(self, text: str) -> str:
        """The text without its pronouns; "this" is one only where the bot is spoken to."""
        for pattern in (words.THEY, words.IT, words.HE, *(() if self.strict else (words.THIS,))):
            text = pattern.sub(" ", text)
        return " ".join(text.split())
