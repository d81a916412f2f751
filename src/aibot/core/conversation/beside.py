"""Follow-ups that lay things side by side: "compare with gpt-4o", "compare them", "which is cheaper?"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aibot.core.answers import Answer, Knowledge, NotCompared
from aibot.core.answers.across import makers_of
from aibot.core.answers.comparing import comparison
from aibot.core.conversation import words
from aibot.core.facts import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aibot.core.conversation.said import Said
    from aibot.core.conversation.thread import Thread

#  What a comparison that cannot be made is worth saying for, where nobody was addressed
WORTH_SAYING = frozenset({"version", "kinds", "itself", "many"})
_LEAD = re.compile(
    r"^\W*(?:(?:can you|could you|please)\s+)?(?:how does (?:it|this|that)\s+)?(?:compared?|vs\.?|versus)\s*"
    r"(?:(?:it|this|that)\b\s*)?(?:(?:with|to|against|and)\b\s*)?|^(?:跟|和|与|同|拿它?跟?)",
    re.IGNORECASE,
)
_NOTHING = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Beside:
    """Reads one message against its thread."""

    said: Said
    thread: Thread
    knowledge: Knowledge
    tried: list[str]  # whole questions that it was read as

    def answer(self) -> Answer | None:
        """Answer "compare with gpt-4o", "compare them", "which is cheaper?"."""
        said, rest = self.said, self.said.rest
        names = said.typed_names()
        compares = words.COMPARES.search(rest)
        if len(names) > 1 or not (compares or words.WHICH.search(rest)):
            return None
        says_little = not names and words.BARELY_COMPARES.fullmatch(said.text)
        if (names and not compares) or (said.strict and says_little):
            return None
        if said.matches.maybe:
            return self._with_one_of_several() if compares and not names else None
        subjects = self.thread.subjects
        if subjects == said.names:  # "compare with gpt-4o" where that is the last answer: with the one before
            subjects = tuple(entry for entry in self._two_alike() if entry not in said.names) or subjects
        if not names:
            subjects = subjects if len(subjects) > 1 else self._two_alike()
            if len(subjects) < 2:
                return self._with_somebody() if compares else None
        left = words.COMPARATIVES.sub(" ", words.COMPARES.sub(" ", rest))
        bare = _NOTHING.sub("", left)
        kind = self._kind(subjects[0]) if subjects else ""
        asked = said.attributes(left, kind) if bare else ()
        if not subjects or not (asked or said.covered(left)):
            return None
        if said.strict and not (compares or said.asks):
            return None
        around = words.COMPARES.sub(" ", words.MERE_PLURAL.sub("", self.said.without_pointers(rest)))
        laid = self.laid([*map(self._name, subjects), *names], around if asked or not names else "")
        if said.strict and isinstance(laid, NotCompared) and laid.reason not in WORTH_SAYING:
            return None
        return laid

    def one_of_two(self) -> Answer | None:
        """Answer "how much cheaper is DeepSeek?" with both of the two things, where one of them is that company's."""
        said, base = self.said, self.knowledge.base
        subjects = self.thread.subjects if len(self.thread.subjects) == 2 else self._two_alike()
        if len(said.names) != 1 or said.matches.missing or len(subjects) != 2:
            return None
        if not (found := words.HOW_MUCH_MORE.search(said.text)) or (said.strict and not said.asks):
            return None
        own = [one for one in subjects if one in said.names or said.names[0] in makers_of(one, base)]
        left = words.COMPARATIVES.sub(" ", words.HOW_MUCH_MORE.sub(" ", said.rest))
        if len(own) != 1 or not said.covered(said.without_pointers(left)):
            return None
        return self.laid(list(map(self._name, subjects)), found["en"] or f"更{found['zh']}")

    def _with_one_of_several(self) -> Answer | None:
        """Answer "compare with Claude" with the comparisons it may mean: which Claude is not guessed."""
        offered = self.said.matches.maybe
        left = words.COMPARES.sub(" ", self.said.rest)
        if (
            not self.thread.subjects
            or any(match.how == "slip" for match in offered)
            or not self.said.covered(left)
        ):
            return None
        typed = {self.said.matches.cleaned[match.start : match.end] for match in offered}
        return self.laid([*map(self._name, self.thread.subjects), *sorted(typed)], "")

    def _with_somebody(self) -> Answer | None:
        """Where the bot is spoken to: "compare with Foo" says at least that there is no Foo."""
        other = _LEAD.sub("", self.said.text, count=1).strip(" ?？.。")
        if (
            self.said.strict
            or not self.thread.subjects
            or other == self.said.text.strip(" ?？.。")
            or not other
        ):
            return None
        if words.BOTH.search(self.said.text):
            return None
        return self.laid([*map(self._name, self.thread.subjects), other], "")

    def laid(self, names: Sequence[str], around: str) -> Answer | None:
        """Names side by side, and what is asked of them."""
        text = f"compare {', '.join(names)} {around}".strip()
        self.tried.append(text)
        return comparison(text, self.knowledge.base, self.knowledge.matcher)

    def _two_alike(self) -> tuple[str, ...]:
        """The last two things that may be laid side by side."""
        sorts = {Kind.PRODUCT: Kind.MODEL}
        kinds = [sorts.get(kind := self.knowledge.base[entry].kind, kind) for entry in self.thread.entries]
        alike = [entry for entry, kind in zip(self.thread.entries, kinds, strict=True) if kind == kinds[0]]
        return tuple(alike[:2])

    def _kind(self, entry: str) -> str:
        return str(self.knowledge.base[entry].kind)

    def _name(self, entry: str) -> str:
        return self.knowledge.base[entry].name.en
