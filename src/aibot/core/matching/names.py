"""What the matcher takes and gives: names of entries in, matches and missing versions out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Name:
    """One name of one entry."""

    text: str  # as written in the fact base
    entry: str
    kind: str  # model, product, organisation, person, publication, event, technique, domain, theme
    type: str  # "title", or an alias type; `related` and `word` are the two the matcher treats apart
    sizes: tuple[int, ...] = ()  # how many parameters the entry has, one figure for each of its sizes


@dataclass(frozen=True, slots=True)
class Match:
    """An entry a question may mean, and how surely."""

    entry: str
    name: str
    score: float  # 0..100
    how: str  # exact, loose, pinyin, slip
    start: int  # character span in Matches.cleaned
    end: int


@dataclass(frozen=True, slots=True)
class MissingVersion:
    """A version we have no entry for, of a family we know."""

    asked: str  # as the person wrote it, cleaned
    family: tuple[str, ...]  # entries, nearest first
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Matches:
    """All a question names."""

    cleaned: str
    sure: tuple[Match, ...] = ()  # to answer, in order of mention
    missing: tuple[MissingVersion, ...] = ()
    maybe: tuple[Match, ...] = ()  # to offer, best first, at most five
    rest: str = ""  # the question without the spans above
