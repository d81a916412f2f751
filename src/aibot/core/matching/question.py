"""One question taken apart: what all later steps read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from aibot.core.matching.context import quiet_words, vocabulary
from aibot.core.matching.families import Families
from aibot.core.matching.index import Index
from aibot.core.matching.normalise import Token
from aibot.core.matching.spotting import Spot

Span = tuple[int, int]  # tokens first..last-1


@dataclass(frozen=True)
class Question:
    """The tokens of a question, which of them only ask, and the names to look in."""

    index: Index
    families: Families
    cleaned: str
    words: Sequence[Token]
    quiet: Sequence[bool]
    kinds: frozenset[str] | None

    @cached_property
    def plainly_quiet(self) -> list[bool]:
        """The same without regard to names: 大模型 is a name and asks as well."""
        return quiet_words(self.words, [False] * len(self.words))

    def entry(self, place: int) -> str:
        """The entry of the name at this place."""
        return self.index.names[place].entry

    def kind(self, spot: Spot) -> str:
        """The kind of a spot's entry."""
        return self.index.names[spot.place].kind

    def key(self, spot: Spot) -> str:
        """What was typed there."""
        return "".join(word.text for word in self.words[spot.first : spot.last])

    def characters(self, first: int, last: int) -> Span:
        """The character span of these tokens."""
        return self.words[first].start, self.words[last - 1].end

    def is_qualifier(self, spot: Spot) -> bool:
        """Whether a spot is one word such as "Opus" that also names a version."""
        known = vocabulary()
        text = self.words[spot.first].text
        return spot.last - spot.first == 1 and (text in known.qualifiers or text in known.weak_qualifiers)

    def left(self, spots: Iterable[Spot], spans: Iterable[Span]) -> list[int]:
        """Words of content outside all names; a number says little."""
        covered = [(s.first, s.last) for s in spots]
        covered.extend(spans)
        return [
            at
            for at, quiet in enumerate(self.quiet)
            if not quiet
            and self.words[at].kind != "0"
            and not any(first <= at < last for first, last in covered)
        ]
