"""How the parts of a fact file are written: numbers, dates, ids, citations, texts in both languages.

Everything arrives as text (see yaml_text), so numbers and dates are parsed here.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    WithJsonSchema,
)

from aibot.core.facts.dates import parse_date

if TYPE_CHECKING:
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema


class Strict(BaseModel):
    """Takes what its fields say and nothing else, and never changes."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


def one_or_many(value: object) -> object:
    """A list of one may be written without brackets."""
    if isinstance(value, list):
        return tuple(value)
    return (value,) if isinstance(value, str) else value


class OneOrMany:
    """Tells editors that a list of one may be written without brackets."""

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
Ids = Annotated[tuple[Id, ...], BeforeValidator(one_or_many), Field(min_length=1), OneOrMany]
FactIds = Annotated[tuple[FactId, ...], BeforeValidator(one_or_many), OneOrMany]
Number = Annotated[
    Decimal, BeforeValidator(_number), WithJsonSchema({"type": ["number", "string"], "examples": [128000]})
]
Count = Annotated[
    int, BeforeValidator(_count), Field(ge=1, le=500), WithJsonSchema({"type": ["integer", "string"]})
]
Flag = Annotated[bool, BeforeValidator(_truth), WithJsonSchema({"type": ["boolean", "string"]})]
Url = Annotated[str, Field(pattern=r"^https?://[^\s<>|]+$", max_length=300)]
Citation = Annotated[str, Field(pattern=r"^[a-z0-9]+(?:[.-][a-z0-9]+)*(?: \S.*)?$", max_length=160)]
Citations = Annotated[tuple[Citation, ...], BeforeValidator(one_or_many), Field(min_length=1), OneOrMany]


class Both(Strict):
    """A text in both languages."""

    en: Text
    zh: Text

    def in_(self, language: str) -> str:
        """The text in a language ("en" or "zh")."""
        return self.zh if language == "zh" else self.en
