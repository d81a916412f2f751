"""From spots to an answer: versions behind names, ordinary words without context, and what is offered."""

from collections.abc import Sequence
from functools import cached_property

from aibot.core.matching import slips
from aibot.core.matching.choosing import Choice
from aibot.core.matching.context import QUALIFIERS, WEAK_QUALIFIERS, around
from aibot.core.matching.index import Index
from aibot.core.matching.names import Match, Matches, MissingVersion
from aibot.core.matching.normalise import Token
from aibot.core.matching.spotting import Spot
from aibot.core.matching.versions import VERSIONED, Families, extension, front
from aibot.core.matching.words import english

MOST_OFFERED = 5
COMMON_WORD = 12_000  # rank in English: a commoner one-word title needs context like a `word`
_MAKERS = frozenset({"organisation", "person"})
_PLAIN_KINDS = frozenset({"technique", "domain", "theme", "event", "publication"})


class Mentions:
    """One question's tokens and the spots in them."""

    def __init__(
        self,
        index: Index,
        families: Families,
        cleaned: str,
        words: Sequence[Token],
        quiet: Sequence[bool],
        kinds: frozenset[str] | None,
    ) -> None:
        self._index = index
        self._families = families
        self._cleaned = cleaned
        self._words = words
        self._quiet = quiet
        self._kinds = kinds

    def told(self, choice: Choice) -> Matches:
        """What to answer, what is missing and what to offer."""
        spots, missing, spans = self._versions(choice.taken)
        more, bare = self._stems(spots, spans)
        missing += more
        missing.sort(key=lambda m: m.start)
        spots = self._in_context(spots, spans)
        offered = [s for s in choice.offered if not any(s.first < b and a < s.last for a, b in spans)]
        if missing and not any(self._kind(s) in VERSIONED or self._kind(s) in _PLAIN_KINDS for s in spots):
            offered, spots = [*offered, *spots], []  # a maker named beside a missing version is its context
        strangers = [s for s in spots if self._another(s)]
        offered, spots = [*strangers, *offered], [s for s in spots if s not in strangers]
        sure = self._matches(spots)
        known = {m.entry for m in sure}
        maybe: dict[str, Match] = {}
        for match in [*bare, *self._matches(offered)]:
            if match.entry not in known:
                maybe.setdefault(match.entry, match)
        if missing:
            maybe = {}
        kept = tuple(maybe.values())[:MOST_OFFERED]
        spans_of_text = [(m.start, m.end) for m in (*sure, *missing, *kept)]
        return Matches(self._cleaned, tuple(sure), tuple(missing), kept, self._rest(spans_of_text))

    def _kind(self, spot: Spot) -> str:
        return self._index.names[spot.place].kind

    def _another(self, spot: Spot) -> bool:
        """'microsoft ppni', 'google maps': a name with more behind it and no question is another thing's."""
        if self._kind(spot) in VERSIONED or spot.last >= len(self._words):
            return False
        word = self._words[spot.last]
        gap = self._cleaned[self._words[spot.last - 1].end : word.start]
        if word.kind != "a" or self._quiet[spot.last] or gap not in {" ", "-"}:
            return False
        unknown = word.text not in english() and len(word.text) > 2
        return unknown or gap == "-" or (self._kind(spot) in _MAKERS and not any(self._quiet))

    def _matches(self, spots: Sequence[Spot]) -> list[Match]:
        found: dict[str, Match] = {}
        for spot in spots:
            name = self._index.names[spot.place]
            start, end = self._words[spot.first].start, self._words[spot.last - 1].end
            score = 100.0 if spot.how == "exact" else max(1.0, 100.0 - 100.0 * spot.cost / (spot.weight + 4))
            if spot.how == "loose":
                score = 99.0
            found.setdefault(name.entry, Match(name.entry, name.text, round(score, 1), spot.how, start, end))
        return list(found.values())

    def _missing(self, first: int, last: int, family: tuple[str, ...]) -> MissingVersion:
        start, end = self._words[first].start, self._words[last - 1].end
        return MissingVersion(self._cleaned[start:end], family, start, end)

    def _versions(
        self, taken: Sequence[Spot]
    ) -> tuple[list[Spot], list[MissingVersion], list[tuple[int, int]]]:
        """Spots that stand for themselves, and those that another version follows."""
        words = self._words
        kept: list[Spot] = []
        missing: list[MissingVersion] = []
        spans: list[tuple[int, int]] = []
        covered = [any(s.first <= at < s.last for s in taken) for at in range(len(words))]
        for number, spot in enumerate(taken):
            if spans and spot.first < spans[-1][1]:
                continue
            name = self._index.names[spot.place]
            stem = "".join(w.text for w in words[spot.first : spot.last])
            versioned = name.kind in VERSIONED or stem in self._families.stems
            first, last = spot.first, spot.last
            if versioned or name.kind == "technique" or name.type == "related":
                stop = next(
                    (s.first for s in taken[number + 1 :] if not self._is_qualifier(s)), len(words)
                )
                if versioned or name.type == "related":
                    last = extension(self._cleaned, words, spot.last, stop=stop, quiet=self._quiet)
                first = front(self._cleaned, words, spot.first, covered)
            if name.type == "related" or (first, last) != (spot.first, spot.last):
                family = dict.fromkeys(
                    [name.entry] if name.type == "related" or name.kind == "technique" else []
                )
                family.update(dict.fromkeys(self._family(first, last, spot)))
                family.setdefault(name.entry)
                missing.append(self._missing(first, last, tuple(family)[:MOST_OFFERED]))
                spans.append((first, last))
                while kept and kept[-1].last > first:
                    kept.pop()
            else:
                kept.append(spot)
        return kept, missing, spans

    def _is_qualifier(self, spot: Spot) -> bool:
        return spot.last - spot.first == 1 and self._words[spot.first].text in QUALIFIERS | WEAK_QUALIFIERS

    def _family(self, first: int, last: int, spot: Spot) -> tuple[str, ...]:
        """The family of the longest stem the asked version begins with, then that of the name's own."""
        words = self._words
        found: dict[str, None] = {}
        text, stems = "", []
        for word in words[spot.first : last]:
            text += word.text
            if text in self._families.stems:
                stems.append(text)
        own = self._index.prepared(spot.place).words
        numbered = next((at for at, word in enumerate(own) if word.kind == "0"), len(own))
        stems.insert(0, "".join(word.text for word in own[:numbered]))
        for stem in reversed(stems):
            found.update(dict.fromkeys(self._families.nearest(stem, words[first:last], self._kinds)))
        return tuple(found)

    def _stems(
        self, spots: list[Spot], spans: list[tuple[int, int]]
    ) -> tuple[list[MissingVersion], list[Match]]:
        """Families named with a number or qualifier of no entry, or with none at all."""
        words, stems = self._words, self._families.stems
        missing: list[MissingVersion] = []
        bare: list[Match] = []
        at = 0
        while at < len(words):
            if any(a <= at < b for a, b in spans) or any(
                s.first <= at < s.last and self._strong(s) for s in spots
            ):
                at += 1
                continue
            text, end = "", 0
            for last in range(at + 1, min(len(words), at + 6) + 1):
                text += words[last - 1].text
                if text in stems:
                    end, stem = last, text
            if not end:
                end, stem = self._misspelt_stem(at)
            if not end or (at and words[at].glued and words[at].kind == "a" and words[at - 1].kind == "0"):
                at += 1
                continue
            stop = next((s.first for s in spots if s.first >= end and not self._is_qualifier(s)), len(words))
            last = extension(self._cleaned, words, end, stop=stop, quiet=self._quiet)
            numbered = any(word.kind == "0" for word in words[end:last])
            if len(stem) <= 2 and not (numbered and words[end].glued and words[end].kind == "0"):
                at += 1
                continue
            asked = words[at:last]
            family = self._families.nearest(stem, asked, self._kinds)
            if family and last > end and (numbered or not self._known(asked, family[0])):
                if not numbered and not self._alone(at, last, spots):
                    at += 1
                    continue
                before = self._maker_before(at, spots)
                missing.append(self._missing(before, last, family))
                spans.append((before, last))
                spots[:] = [s for s in spots if not (s.first < last and before < s.last)]
            elif any(s.first == at and s.last == last for s in spots):
                at = last
                continue
            elif family and (self._alone(at, last, spots) or stem not in english()):
                start, finish = words[at].start, words[last - 1].end
                for entry in family[:3]:
                    bare.append(Match(entry, self._cleaned[start:finish], 80.0, "loose", start, finish))
                spots[:] = [s for s in spots if not (s.first < last and at < s.last)]
            at = last
        return missing, bare

    def _misspelt_stem(self, at: int) -> tuple[int, str]:
        """'claud 4': a family's name with one slip, before a number."""
        words = self._words
        word = words[at]
        if word.kind != "a" or len(word.text) < 4 or at + 1 >= len(words) or words[at + 1].kind != "0":
            return 0, ""
        if english().get(word.text, 99_999) < 30_000:
            return 0, ""
        for far, stem in self._families.nearby.within(word.text, 2 if len(word.text) > 7 else 1):
            if far and slips.cost(word.text, stem) <= slips.answered_up_to(len(stem)):
                return at + 1, stem
        return 0, ""

    def _known(self, asked: Sequence[Token], entry: str) -> bool:
        """Whether every qualifier asked for is in some name of this entry: 'claude sonnet'."""
        wanted = {word.text for word in asked if word.kind == "a"}
        return any(
            wanted <= {word.text for word in self._index.prepared(place).words}
            for place in self._places_of(entry)
        )

    def _places_of(self, entry: str) -> list[int]:
        return self._families.places_of.get(entry, [])

    def _maker_before(self, first: int, spots: Sequence[Spot]) -> int:
        """'google pixel 10': the maker right before a missing version belongs to it."""
        for spot in spots:
            if spot.last == first and self._kind(spot) == "organisation":
                return spot.first
        return first

    def _strong(self, spot: Spot) -> bool:
        return not self._ordinary(spot)

    def _ordinary(self, spot: Spot) -> bool:
        """Whether this name is also an ordinary word, so that context must tell."""
        words = self._words[spot.first : spot.last]
        names = self._index.names
        name = names[spot.place]
        same = self._index.at(self._index.exact, "".join(word.text for word in words))
        if any(names[p].type == "word" and names[p].entry == name.entry for p in same):
            return True
        if all(self._plain_quiet[at] for at in range(spot.first, spot.last)):
            return True
        if name.kind not in _PLAIN_KINDS:
            return False
        if len(words) == 1 and words[0].kind == "a":
            return english().get(words[0].text, 99_999) < COMMON_WORD
        return len(words) == 2 and all(word.kind == "字" for word in words)

    @cached_property
    def _plain_quiet(self) -> list[bool]:
        return around(self._words, [False] * len(self._words))

    def _left(self, spots: Sequence[Spot], spans: Sequence[tuple[int, int]]) -> list[int]:
        """Tokens of content outside all names."""
        return [
            at
            for at in range(len(self._words))
            if not self._quiet[at]
            and not any(s.first <= at < s.last for s in spots)
            and not any(a <= at < b for a, b in spans)
        ]

    def _alone(self, first: int, last: int, spots: Sequence[Spot]) -> bool:
        return not self._left(spots, [(first, last)])

    def _in_context(self, spots: list[Spot], spans: Sequence[tuple[int, int]]) -> list[Spot]:
        """Names that are ordinary words count only where nothing else is said."""
        if self._kinds is not None or not any(self._ordinary(s) for s in spots):
            return spots
        left = self._left(spots, spans)
        kept = []
        for spot in spots:
            if self._ordinary(spot):
                if left and not self._capital(spot):
                    continue
                others = any(s is not spot for s in spots) or bool(spans)
                if others and all(self._plain_quiet[at] for at in range(spot.first, spot.last)):
                    continue
            kept.append(spot)
        return kept

    def _capital(self, spot: Spot) -> bool:
        """Whether the word is written like a name inside a sentence that is not all capitals."""
        start = self._words[spot.first].start
        if spot.first == 0 or not self._cleaned[start].isupper():
            return False
        others = [w for at, w in enumerate(self._words) if w.kind == "a" and not spot.first <= at < spot.last]
        small = sum(self._cleaned[w.start].islower() for w in others)
        return bool(others) and small >= len(others) - 1 and any(
            self._quiet[at] for at in range(len(self._words))
        )

    def _rest(self, spans: list[tuple[int, int]]) -> str:
        parts, at = [], 0
        for start, end in sorted(spans):
            if start > at:
                parts.append(self._cleaned[at:start])
            at = max(at, end)
        parts.append(self._cleaned[at:])
        return " ".join(" ".join(parts).split())
