"""What a fact file may say, strictly: entries with their facts and notes, sources, packs.

The docstrings and descriptions become the JSON Schema that editors complete from: they are written for an editor
who knows no Python.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from aibot.core.facts.attributes import ATTRIBUTES, AttributeName
from aibot.core.facts.fields import (
    Both,
    Citations,
    Day,
    FactId,
    FactIds,
    Flag,
    Id,
    Label,
    OneOrMany,
    PartialDate,
    Strict,
    Text,
    Url,
    one_or_many,
)
from aibot.core.facts.values import Value, value_kind


class Kind(StrEnum):
    """What sort of thing an entry is."""

    MODEL = "model"
    PRODUCT = "product"
    ORGANISATION = "organisation"
    PERSON = "person"
    PUBLICATION = "publication"
    EVENT = "event"
    TECHNIQUE = "technique"
    DOMAIN = "domain"
    THEME = "theme"


class Verdict(StrEnum):
    """How the public record stands to what the article says."""

    CONFIRMED = "confirmed"  # the record says the same
    REFINED = "refined"  # the record adds a zone, a scope, a version, a unit
    MISPRINT = "misprint"  # a slip of print or wording; the intended form is known or likely
    OPEN = "open"  # the article itself can be read two ways
    UNVERIFIED = "unverified"  # nothing was found either way
    DISPUTED = "disputed"  # the record says otherwise


class Names(Both):
    """An entry's name in both languages; where there is no Chinese name, repeat the English one."""

    en: Label
    zh: Label


class Aliases(Strict):
    """Other names people type, by sort. They are for finding, never for showing."""

    short: tuple[Label, ...] = ()
    """Shorter or longer official forms: GPT4, 01AI, China Southern Power Grid Company."""
    spelling: tuple[Label, ...] = ()
    """Other spellings of the same name. Case, spaces, hyphens and width never matter: leave those out."""
    translation: tuple[Label, ...] = ()
    """The name in the other language, where it is not the title."""
    printed: tuple[Label, ...] = ()
    """As the source prints it."""
    misprint: tuple[Label, ...] = ()
    """Wrong in print, but people will copy it."""
    pinyin: tuple[Label, ...] = ()
    """Pinyin where the automatic one is wrong or people abbreviate. The automatic one is always there."""
    nickname: tuple[Label, ...] = ()
    """Informal names."""
    former: tuple[Label, ...] = ()
    """Names no longer in use."""
    related: tuple[Label, ...] = ()
    """Narrower or neighbouring things without an entry of their own (o1-preview). Never answered with this
    entry: the bot says it has no such thing and offers this one."""
    word: tuple[Label, ...] = ()
    """Those of the names that are ordinary words too (meta, spark): found only where the context allows."""

    def typed(self) -> list[tuple[str, str]]:
        """All aliases as (text, sort)."""
        return [(text, sort) for sort in type(self).model_fields for text in getattr(self, sort)]


class Fact(Strict):
    """One statement about an entry, with its source."""

    about: AttributeName
    """What the fact is about; see the list in data/README.md."""
    en: Text
    """One full sentence in English that stands by itself."""
    zh: Text
    """The same sentence in Chinese."""
    source: Citations
    """A source's id and the place in it: 'article 1.5'. Several as a list."""
    value: Value | None = None
    """The fact as a date, quantity, entry, list, text or url, so that it can be compared and counted."""
    id: FactId | None = None
    """A stable id; notes point to it."""
    also: FactIds = ()
    """Further ids of the inventory that this fact states as well."""
    also_about: Annotated[tuple[Id, ...], BeforeValidator(one_or_many), OneOrMany] = ()
    """Other entries whose card shows this fact as well."""
    quote: Annotated[str, Field(min_length=1, max_length=25)] | None = None
    """The source's own words, 25 characters at most."""
    said_by: Id | None = None
    """The entry of the person or organisation who claims it."""
    as_of: PartialDate | None = None
    """When a superlative or role held."""
    not_stated: Flag = False
    """The source does not say it; the sentence says so, and no value is given."""

    @model_validator(mode="after")
    def _value_fits(self) -> Fact:
        attribute = ATTRIBUTES[self.about]
        kind = value_kind(self.value) if self.value is not None else None
        if kind is not None and kind not in attribute.takes:
            takes = " or ".join(sorted(attribute.takes))
            raise ValueError(f"'about: {self.about}' takes a value of {takes}, not {kind}")
        if self.not_stated and kind is not None:
            raise ValueError("a fact that is not stated cannot have a value")
        needs = attribute.takes & {"date", "entry", "url"}
        if needs and kind is None and not self.not_stated:
            raise ValueError(f"'about: {self.about}' needs a value of {' or '.join(sorted(needs))}")
        return self


class Note(Strict):
    """What the public record says about one or more facts. The facts stay as they are; both are shown."""

    id: FactId
    on: FactIds = ()
    """The facts (by id) it speaks of; empty: the entry as a whole."""
    verdict: Annotated[Verdict, Field(strict=False)]
    en: Text
    zh: Text
    source: Citations


class Summary(Both):
    """One sentence that says what the entry is."""

    source: Citations


class Entry(Strict):
    """A thing the fact base knows by name."""

    id: Id
    """Small letters, digits, hyphens and dots; never changed once published."""
    kind: Annotated[Kind, Field(strict=False)]
    name: Names
    aliases: Aliases = Aliases()
    not_to_confuse: Annotated[tuple[Both, ...], Field(max_length=5)] = ()
    """Things with a similar name that are something else."""
    summary: Summary
    facts: tuple[Fact, ...] = ()
    notes: tuple[Note, ...] = ()


class Source(Strict):
    """Where facts come from."""

    id: Id
    title: Both
    kind: Literal["article", "primary", "secondary", "search"]
    """article: the article the curated pack is built from; primary: the maker's own text was read;
    secondary: somebody else's page was read; search: the public record was searched and nothing was found."""
    url: Url | None = None
    read: Day | None = None
    """The day it was read."""

    @model_validator(mode="after")
    def _has_an_address(self) -> Source:
        if self.kind in ("primary", "secondary") and self.url is None:
            raise ValueError(f"a {self.kind} source needs its url")
        return self


class Pack(Strict):
    """One set of files. Earlier packs win over later ones where both know a name."""

    id: Id
    title: Both
    files: Annotated[tuple[Label, ...], Field(min_length=1)]
    """Paths beside data/facts.yaml."""


class FactsFile(Strict):
    """One file of the fact base: any of packs (in facts.yaml only), sources and entries."""

    packs: tuple[Pack, ...] = ()
    sources: tuple[Source, ...] = ()
    entries: tuple[Entry, ...] = ()
