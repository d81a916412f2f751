"""The values a fact can have, so that facts can be compared and counted: date, quantity, entry, list, text, url."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from aibot.core.facts.dates import DateRange, parse_date
from aibot.core.facts.fields import (
    Both,
    Count,
    FactId,
    Id,
    Ids,
    Number,
    PartialDateOrRange,
    Strict,
    Text,
    Url,
)

if TYPE_CHECKING:
    from aibot.core.facts.attributes import ValueKind


class DateValue(Strict):
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
    variant: Both | None = None
    """Whose date it is, where that is narrower than the entry: o1-preview."""

    @property
    def span(self) -> DateRange:
        """The first and last day the date can mean."""
        return parse_date(self.date)


class QuantityValue(Strict):
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


class EntryValue(Strict):
    """Another entry, or several."""

    entry: Ids


class ListItem(Strict):
    """One item of a list, in both languages."""

    id: FactId | None = None
    en: Text
    zh: Text
    entry: Id | None = None
    """The entry this item is, where it has one."""


class ListValue(Strict):
    """A list with its stated count, so that a lost item is noticed."""

    count: Count
    list: Annotated[tuple[ListItem, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _all_there(self) -> ListValue:
        if self.count != len(self.list):
            raise ValueError(f"the list says count {self.count} but has {len(self.list)} items")
        return self


class TextValue(Strict):
    """A short text, the same in value as the sentence says at length."""

    text: Both


class UrlValue(Strict):
    """A web page."""

    url: Url


_KINDS: tuple[ValueKind, ...] = ("date", "quantity", "entry", "list", "text", "url")


def value_kind(value: object) -> ValueKind | None:
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
        value_kind,
        custom_error_type="value_kind",
        custom_error_message="a value is one of: date, quantity, entry, list (with count), text, url",
    ),
]
