"""The fact base's models: what a file may say, strictly.

Everything arrives as text (see yaml_text), so numbers are parsed here. The docstrings and descriptions
become the JSON Schema that editors complete from: they are written for an editor who knows no Python.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    GetJsonSchemaHandler,
    Tag,
    WithJsonSchema,
    model_validator,
)

from aibot.core.facts.attributes import ATTRIBUTES, AttributeName, ValueKind
from aibot.core.facts.dates import DateRange, parse_date

if TYPE_CHECKING:
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema


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


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


def _one_or_many(value: object) -> object:
    if isinstance(value, list):
        return tuple(value)
    return (value,) if isinstance(value, str) else value


class _OneOrMany:
    """Lets a list of one be written without brackets, and tells editors so."""

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        many = handler(schema)
        return {"anyOf": [many["items"], many]}


def _number(value: object) -> object:
    if isinstance(value, str):
        try:
            return Decimal(value.replace(",", "").replace("_", ""))
        except InvalidOperation:
            raise ValueError(f"'{value}' is not a number; write digits such as 2000000 or 5.58") from None
    return value


def _count(value: object) -> object:
    if isinstance(value, str):
        if not value.isdecimal():
            raise ValueError(f"'{value}' is not a whole number")
        return int(value)
    return value


def _truth(value: object) -> object:
    if isinstance(value, str):
        if value not in ("true", "false"):
            raise ValueError(f"'{value}' is neither true nor false")
        return value == "true"
    return value


def _day(value: str) -> str:
    try:
        parse_date(value)
    except ValueError as error:
        raise ValueError(f"'{value}' is no date: {error}") from None
    return value


def _written_date(pattern: str) -> WithJsonSchema:
    """Editors read an unquoted 2024 as a number; the loader reads every value as it is written."""
    return WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": pattern},
                {"type": "integer", "minimum": 1000, "maximum": 9999},
            ]
        }
    )


_PARTIAL = r"^\d{4}(-\d{2}(-\d{2})?)?$"
_PARTIAL_OR_RANGE = r"^\d{4}(-\d{2}(-\d{2}(\.\.\d{4}-\d{2}-\d{2})?)?)?$"
PartialDate = Annotated[str, Field(pattern=_PARTIAL), AfterValidator(_day), _written_date(_PARTIAL)]
PartialDateOrRange = Annotated[
    str, Field(pattern=_PARTIAL_OR_RANGE), AfterValidator(_day), _written_date(_PARTIAL_OR_RANGE)
]
Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$"), AfterValidator(_day)]
Id = Annotated[str, Field(pattern=r"^[a-z0-9]+(?:[.-][a-z0-9]+)*$", max_length=80)]
FactId = Annotated[str, Field(pattern=r"^[A-Za-z0-9]+(?:[.-][A-Za-z0-9]+)*$", max_length=80)]
Text = Annotated[str, Field(min_length=1, max_length=600)]
Label = Annotated[str, Field(min_length=1, max_length=120)]
Ids = Annotated[tuple[Id, ...], BeforeValidator(_one_or_many), Field(min_length=1), _OneOrMany]
FactIds = Annotated[tuple[FactId, ...], BeforeValidator(_one_or_many), _OneOrMany]
Number = Annotated[
    Decimal, BeforeValidator(_number), WithJsonSchema({"type": ["number", "string"], "examples": [128000]})
]
Count = Annotated[
    int, BeforeValidator(_count), Field(ge=1, le=500), WithJsonSchema({"type": ["integer", "string"]})
]
Flag = Annotated[bool, BeforeValidator(_truth), WithJsonSchema({"type": ["boolean", "string"]})]
Url = Annotated[str, Field(pattern=r"^https?://[^\s<>|]+$", max_length=300)]
Citation = Annotated[str, Field(pattern=r"^[a-z0-9]+(?:[.-][a-z0-9]+)*(?: \S.*)?$", max_length=160)]
Citations = Annotated[tuple[Citation, ...], BeforeValidator(_one_or_many), Field(min_length=1), _OneOrMany]


class Both(_Strict):
    """A text in both languages."""

    en: Text
    zh: Text

    def in_(self, language: str) -> str:
        """The text in a language ("en" or "zh")."""
        return self.zh if language == "zh" else self.en


class Names(_Strict):
    """An entry's name in both languages; where there is no Chinese name, repeat the English one."""

    en: Label
    zh: Label

    def in_(self, language: str) -> str:
        """The name in a language ("en" or "zh")."""
        return self.zh if language == "zh" else self.en


class Aliases(_Strict):
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


class DateValue(_Strict):
    """A date as precise as the source gives it."""

    date: PartialDateOrRange
    """2024, 2024-12, 2024-12-26, or a range 2024-11-11..2024-11-12."""
    zone: Annotated[str, Field(pattern=r"^(unknown|UTC|[A-Z][A-Za-z_]+/[A-Z][A-Za-z_]+)$")] = "unknown"
    """The time zone the day is counted in, such as Asia/Shanghai. Needed for a day; 'unknown' is allowed."""
    meaning: Literal[
        "release", "preview", "announcement", "general availability", "paper", "code", "weights", "update",
        "launch", "visit", "event", "founding", "filing", "acquisition", "report", "term", "outlook",
    ] = "release"  # fmt: skip
    """What happened on that date."""

    @property
    def span(self) -> DateRange:
        """The first and last day the date can mean."""
        return parse_date(self.date)


class QuantityValue(_Strict):
    """A number with its unit and bound."""

    quantity: Number
    unit: Literal[
        "tokens", "characters", "parameters", "active parameters", "USD", "percent", "ratio", "seconds",
        "minutes", "languages", "people", "molecules", "cells", "models", "points", "trends", "GPU hours",
    ]  # fmt: skip
    bound: Literal["exactly", "about", "at most", "at least", "more than", "less than"] = "exactly"
    to: Number | None = None
    """The upper end, where the source gives a range: quantity 2000000, to 5000000."""
    of: Id | None = None
    """The entry the number is relative to: 'under 1/20 of GPT-4'."""
    variant: Both | None = None
    """Which variant, plan or scope the number holds for."""


class EntryValue(_Strict):
    """Another entry, or several."""

    entry: Ids


class ListItem(_Strict):
    """One item of a list, in both languages."""

    id: FactId | None = None
    en: Text
    zh: Text
    entry: Id | None = None
    """The entry this item is, where it has one."""


class ListValue(_Strict):
    """A list with its stated count, so that a lost item is noticed."""

    count: Count
    list: Annotated[tuple[ListItem, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _all_there(self) -> ListValue:
        if self.count != len(self.list):
            raise ValueError(f"the list says count {self.count} but has {len(self.list)} items")
        return self


class TextValue(_Strict):
    """A short text, the same in value as the sentence says at length."""

    text: Both


class UrlValue(_Strict):
    """A web page."""

    url: Url


_KINDS: tuple[ValueKind, ...] = ("date", "quantity", "entry", "list", "text", "url")


def _value_kind(value: object) -> ValueKind | None:
    """A value's kind is the one of these keys that it has; the six kinds share no key."""
    keys = value if isinstance(value, dict) else getattr(value, "__pydantic_fields_set__", ())
    return next((kind for kind in _KINDS if kind in keys), None)


Value = Annotated[
    Annotated[DateValue, Tag("date")]
    | Annotated[QuantityValue, Tag("quantity")]
    | Annotated[EntryValue, Tag("entry")]
    | Annotated[ListValue, Tag("list")]
    | Annotated[TextValue, Tag("text")]
    | Annotated[UrlValue, Tag("url")],
    Discriminator(
        _value_kind,
        custom_error_type="value_kind",
        custom_error_message="a value is one of: date, quantity, entry, list (with count), text, url",
    ),
]


class Fact(_Strict):
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
    also_about: Annotated[tuple[Id, ...], BeforeValidator(_one_or_many), _OneOrMany] = ()
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
        kind = _value_kind(self.value) if self.value is not None else None
        if kind is not None and kind not in attribute.takes:
            takes = " or ".join(sorted(attribute.takes))
            raise ValueError(f"'about: {self.about}' takes a value of {takes}, not {kind}")
        if self.not_stated and kind is not None:
            raise ValueError("a fact that is not stated cannot have a value")
        needs = attribute.takes & {"date", "entry", "url"}
        if needs and kind is None and not self.not_stated:
            raise ValueError(f"'about: {self.about}' needs a value of {' or '.join(sorted(needs))}")
        return self


class Note(_Strict):
    """What the public record says about one or more facts. The facts stay as they are; both are shown."""

    id: FactId
    on: FactIds = ()
    """The facts (by id) it speaks of; empty: the entry as a whole."""
    verdict: Annotated[Verdict, Field(strict=False)]
    en: Text
    zh: Text
    source: Citations


class Summary(_Strict):
    """One sentence that says what the entry is."""

    en: Text
    zh: Text
    source: Citations

    def in_(self, language: str) -> str:
        """The sentence in a language ("en" or "zh")."""
        return self.zh if language == "zh" else self.en


class Entry(_Strict):
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


class Source(_Strict):
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


class Pack(_Strict):
    """One set of files. Earlier packs win over later ones where both know a name."""

    id: Id
    title: Both
    files: Annotated[tuple[Label, ...], Field(min_length=1)]
    """Paths beside data/facts.yaml."""


class FactsFile(_Strict):
    """One file of the fact base: any of packs (in facts.yaml only), sources and entries."""

    packs: tuple[Pack, ...] = ()
    sources: tuple[Source, ...] = ()
    entries: tuple[Entry, ...] = ()
